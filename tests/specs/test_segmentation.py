"""U-Net and the fully convolutional networks of Long et al., against their papers and the authors' Caffe models."""

import pytest

import archcalc


def analyze(name, **settings):
    return archcalc.analyze(archcalc.load(name, **settings))


def layers(report):
    return {layer["name"]: layer for layer in report.layers}


# --- U-Net


@pytest.mark.parametrize(
    ("settings", "total", "expected"),
    [
        # By hand: down 18,842,048, up 9,176,576 + 2,294,528 + 573,824 + 143,552, output 65 a class.
        ({}, "params", 31_030_658),
        ({"classes": 1}, "params", 31_030_593),  # what is listed for U-Net, such as in programs for one class
        ({"channels": 3, "classes": 1}, "params", 31_031_745),  # 2 * 9 * 64 more
        ({}, "depth", 23),  # "In total the network has 23 convolutional layers", section 2
    ],
)
def test_unet_totals(settings, total, expected):
    assert analyze("unet", **settings).totals[total] == expected


# Ronneberger et al. 2015, figure 1: the numbers beside and above the boxes.
@pytest.mark.parametrize(
    ("layer", "output", "params"),
    [
        ("down1.conv1", [64, 570, 570], 640),
        ("down1.conv2", [64, 568, 568], 36_928),
        ("down2.conv1", [128, 282, 282], 73_856),
        ("down2.conv2", [128, 280, 280], 147_584),
        ("down3.conv1", [256, 138, 138], 295_168),
        ("down3.conv2", [256, 136, 136], 590_080),
        ("down4.conv1", [512, 66, 66], 1_180_160),
        ("down4.conv2", [512, 64, 64], 2_359_808),
        ("pool4", [512, 32, 32], 0),
        ("bottom.conv1", [1024, 30, 30], 4_719_616),
        ("bottom.conv2", [1024, 28, 28], 9_438_208),
        ("up4.up_conv", [512, 56, 56], 2_097_664),
        ("up4.joined", [1024, 56, 56], 0),
        ("up4.convs.conv2", [512, 52, 52], 2_359_808),
        ("up3.joined", [512, 104, 104], 0),
        ("up3.convs.conv2", [256, 100, 100], 590_080),
        ("up2.joined", [256, 200, 200], 0),
        ("up2.convs.conv2", [128, 196, 196], 147_584),
        ("up1.joined", [128, 392, 392], 0),
        ("up1.convs.conv1", [64, 390, 390], 73_792),
        ("up1.convs.conv2", [64, 388, 388], 36_928),
        ("segmentation", [2, 388, 388], 130),
    ],
)
def test_unet_layer(layer, output, params):
    found = layers(analyze("unet"))[layer]
    assert (found["output"], found["params"]) == (output, params)


# --- FCN


@pytest.mark.parametrize(
    ("name", "upsampling", "params"),
    [
        # VGG-16's convolutions 14,714,688, fc6 102,764,544, fc7 16,781,312, score_fr 86,037: 134,346,581, which is
        # Table 1's "134M"; besides 21 * 21 * 64 * 64 of the upsampling, or 4 * 4, 32 * 32 and the scores of pool4
        # (10,773), or twice 4 * 4, 16 * 16 and the scores of pool4 and pool3 (5,397).
        ("fcn32s", 1_806_336, 136_152_917),
        ("fcn16s", 458_640, 134_815_994),
        ("fcn8s", 127_008, 134_489_759),
    ],
)
def test_fcn_params(name, upsampling, params):
    report = analyze(name)
    assert report.totals["params"] == params
    assert sum(layer["params"] for layer in report.layers if layer["op"] == "conv_transpose") == upsampling


def test_fcn_field_of_the_scores():
    # Long et al. 2015, Table 1, FCN-VGG16: receptive field 404, max stride 32.
    found = layers(analyze("fcn32s"))["score_fr"]
    assert (found["receptive_field"], found["jump"]) == ([404, 404], [32, 32])


# The blobs of the authors' voc-fcn*s models for an image of 500 x 375, by the rules of Caffe.
@pytest.mark.parametrize(
    ("name", "layer", "output"),
    [
        ("fcn32s", "conv1_1", [64, 573, 698]),
        ("fcn32s", "pool3", [256, 72, 88]),
        ("fcn32s", "pool4", [512, 36, 44]),
        ("fcn32s", "pool5", [512, 18, 22]),
        ("fcn32s", "score_fr", [21, 12, 16]),
        ("fcn32s", "upscore.deconv", [21, 416, 544]),
        ("fcn32s", "score.crop", [21, 375, 500]),
        ("fcn16s", "fuse_pool4.upscore2.deconv", [21, 26, 34]),
        ("fcn16s", "fuse_pool4.score", [21, 36, 44]),
        ("fcn16s", "upscore.deconv", [21, 432, 560]),
        ("fcn16s", "score.crop", [21, 375, 500]),
        ("fcn8s", "fuse_pool3.upscore2.deconv", [21, 54, 70]),
        ("fcn8s", "fuse_pool3.sum", [21, 54, 70]),
        ("fcn8s", "upscore.deconv", [21, 440, 568]),
        ("fcn8s", "score.crop", [21, 375, 500]),
    ],
)
def test_fcn_shapes(name, layer, output):
    assert layers(analyze(name, height=375, width=500))[layer]["output"] == output


@pytest.mark.parametrize("name", ["fcn32s", "fcn16s", "fcn8s"])
@pytest.mark.parametrize(("height", "width"), [(500, 500), (224, 301), (97, 513)])
def test_fcn_gives_a_score_to_every_pixel(name, height, width):
    assert layers(analyze(name, height=height, width=width))["softmax"]["output"] == [21, height, width]
