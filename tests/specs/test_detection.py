"""The detectors of the zoo against the papers, and against torchvision's counts."""

import pytest

import archcalc


def analyze(name, **settings):
    return archcalc.analyze(archcalc.load(name, **settings))


def outputs(name, **settings):
    return {layer["name"]: layer["output"] for layer in analyze(name, **settings).layers}


def by_layer(name, column, **settings):
    return {layer["name"]: layer[column] for layer in analyze(name, **settings).layers}


def folded(name, column, depth=1, **settings):
    return dict(analyze(name, **settings).table((column,), depth=depth, everything=True).rows)


def of_shared(report):
    """Parameters of every layer, as often as they are used."""
    own = {layer["name"]: layer["params"] for layer in report.layers}
    return {layer["name"]: own[layer.get("shares", layer["name"])] for layer in report.layers}


# --- on a feature pyramid


# num_params and _ops of torchvision 0.28 (models/detection/*.py); buffers are those of frozen batch norms, four for
# each of 26,560 channels. GFLOPS are multiply-accumulates at 3 x 800 x 800 with 1,000 regions and no detections.
@pytest.mark.parametrize(
    ("name", "params", "buffers", "gmacs"),
    [
        # num_params of Faster R-CNN, less the RPN (593,935) and the box head (14,362,055)
        ("fpn", 26_799_296, 106_240, None),
        ("faster_rcnn", 41_755_286, 106_240, 134.38),
        ("mask_rcnn", 44_401_393, 106_240, 134.38),
        ("keypoint_rcnn", 59_137_258, 106_240, 133.924),
        ("retinanet", 34_014_999, 106_240, 151.54),
    ],
)
def test_pyramid_detectors_count_as_torchvision(name, params, buffers, gmacs):
    report = analyze(name)
    assert (report.totals["params"], report.totals["buffers"]) == (params, buffers)
    if gmacs is not None:
        without = sum(part["macs"] for part in report.parts if part["regions"] != 100)
        digits = len(str(gmacs).partition(".")[2])
        assert round((without if report.parts else report.totals["macs"]) / 1e9, digits) == gmacs


# He et al. 2016, Table 1, at 800 in place of 224; Lin et al. 2017, section 3: {4, 8, 16, 32} pixels a step, P6 64.
@pytest.mark.parametrize(
    ("layer", "output"),
    [
        ("conv2.2.relu", [256, 200, 200]),
        ("conv3.3.relu", [512, 100, 100]),
        ("conv4.5.relu", [1024, 50, 50]),
        ("conv5.2.relu", [2048, 25, 25]),
        ("p2", [256, 200, 200]),
        ("p3", [256, 100, 100]),
        ("p4", [256, 50, 50]),
        ("p5", [256, 25, 25]),
        ("p6", [256, 13, 13]),
        # torchvision: AnchorGenerator has 3 ratios a level
        ("rpn_p2.rpn.objectness.conv", [3, 200, 200]),
        ("rpn_p6.rpn.boxes", [12, 13, 13]),
        ("box.roi_align", [256, 7, 7]),
        ("box.box_head.scores.linear", [91]),
        ("box.box_head.boxes", [364]),
        ("mask.roi_align", [256, 14, 14]),
        ("mask.mask_head.deconv", [256, 28, 28]),
        # the lectures: "28x28 soft prediction from Mask R-CNN"
        ("mask.mask_head.masks", [91, 28, 28]),
    ],
)
def test_mask_rcnn_shapes(layer, output):
    assert outputs("mask_rcnn")[layer] == output


def test_pyramid_of_the_usual_size():
    # Lin et al., section 5.1: 800 pixels on the shorter side; COCO's 640x480, filled up to multiples of 32.
    found = outputs("fpn", height=800, width=1088)
    assert [found[f"p{level}"][1:] for level in (2, 3, 4, 5, 6)] == [
        [200, 272],
        [100, 136],
        [50, 68],
        [25, 34],
        [13, 17],
    ]


# Numbers of parameters of torchvision's modules, listed in the order in which they run.
@pytest.mark.parametrize(
    ("name", "layer", "params"),
    [
        ("mask_rcnn", "lateral5", 524_544),  # fpn.inner_blocks.3, 1x1 on 2048
        ("mask_rcnn", "p5", 590_080),  # fpn.layer_blocks.3
        ("mask_rcnn", "merged4.lateral", 262_400),
        ("mask_rcnn", "merged3.lateral", 131_328),
        ("mask_rcnn", "merged2.lateral", 65_792),
        ("mask_rcnn", "rpn_p2.rpn.conv", 590_080),  # rpn.head.conv
        ("mask_rcnn", "rpn_p2.rpn.objectness.conv", 771),  # rpn.head.cls_logits
        ("mask_rcnn", "rpn_p2.rpn.boxes", 3_084),  # rpn.head.bbox_pred
        ("mask_rcnn", "rpn_p3.rpn.conv", 0),  # shared
        ("mask_rcnn", "box.box_head.fc6", 12_846_080),  # 12,544 x 1,024 and biases
        ("mask_rcnn", "box.box_head.fc7", 1_049_600),
        ("mask_rcnn", "box.box_head.scores.linear", 93_275),  # roi_heads.box_predictor.cls_score
        ("mask_rcnn", "box.box_head.boxes", 373_100),  # roi_heads.box_predictor.bbox_pred
        ("mask_rcnn", "mask.mask_head.deconv", 262_400),  # roi_heads.mask_predictor.conv5_mask
        ("mask_rcnn", "mask.mask_head.masks", 23_387),  # roi_heads.mask_predictor.mask_fcn_logits
        ("keypoint_rcnn", "keypoint.keypoint_head.convs.0.conv", 1_180_160),  # 256 -> 512
        ("keypoint_rcnn", "keypoint.keypoint_head.convs.7.conv", 2_359_808),
        ("keypoint_rcnn", "keypoint.keypoint_head.deconv", 139_281),  # kps_score_lowres, 4x4
        ("retinanet", "find_p3.subnets.classes.tower.output", 1_887_795),  # 9 x 91 filters
        ("retinanet", "find_p3.subnets.boxes.output", 82_980),
        ("retinanet", "p7", 590_080),
    ],
)
def test_layers_of_pyramid_detectors(name, layer, params):
    assert by_layer(name, "params")[layer] == params


def test_mask_head_costs_so_much_a_region():
    # He et al. 2017, figure 4: 14x14x256 four times, a deconvolution to 28x28x256, 28x28x80. By hand:
    # 14*14*256 outputs of 3*3*256 products; 14*14*256 inputs into 2*2*256 outputs each; 28*28*80 of 256.
    network = archcalc.analyze(archcalc.load("mask_rcnn", mask_classes=80, detections=1))
    macs = {layer["name"]: layer["macs"] for layer in network.layers}
    assert [macs[f"mask.mask_head.convs.{i}.conv"] for i in range(4)] == [115_605_504] * 4
    assert macs["mask.mask_head.deconv"] == 51_380_224
    assert macs["mask.mask_head.masks"] == 16_056_320
    region = [part for part in analyze("mask_rcnn", mask_classes=80).parts if part["regions"] == 100]
    assert region[0]["macs_each"] == 529_858_560
    assert region[0]["macs"] == 52_985_856_000  # of the top 100 boxes


def test_parts_of_mask_rcnn():
    # The box head, by hand: 7*7*256*1024 + 1024*1024 + 1024*91 + 1024*364.
    image, box, mask = analyze("mask_rcnn").parts
    assert (image["macs"], image["params"]) == (120_020_169_216, 27_393_231)
    assert (box["regions"], box["macs_each"], box["params"]) == (1000, 14_359_552, 14_362_055)
    assert (mask["regions"], mask["params"]) == (100, 2_646_107)


def test_keypoint_head_is_56_by_56():
    # He et al. 2017, section 5: "producing an output resolution of 56x56"; the lectures' 28x28x17 before that.
    found = outputs("keypoint_rcnn")
    assert found["keypoint.keypoint_head.deconv"] == [17, 28, 28]
    assert found["keypoint.keypoint_head.keypoints"] == [17, 56, 56]


def test_heads_on_every_level_are_one():
    # Two towers of 4 x 590,080, 1,887,507 and 82,980, five times over: what is shared counts once.
    report = analyze("retinanet")
    used = of_shared(report)
    heads = {name: params for name, params in used.items() if name.startswith("find_")}
    assert sum(heads.values()) == 5 * (8 * 590_080 + 1_887_795 + 82_980)
    assert folded("retinanet", "params")["find_p3"] == 6_691_415
    assert folded("retinanet", "params")["find_p7"] == 0


@pytest.mark.parametrize(
    ("settings", "params"),
    [
        ({"p6_from_c5": True}, 38_143_767),  # 3x3x2048x256 in place of 3x3x256x256
        ({"classes": 80}, 33_786_804),  # 9 x 11 filters of 3x3x256 and a bias less
    ],
)
def test_retinanet_of_the_paper(settings, params):
    assert analyze("retinanet", **settings).totals["params"] == params


# --- once a region: R-CNN, Fast R-CNN, Faster R-CNN


def test_rcnn():
    # AlexNet in two groups, 60,965,224 params (test_zoo.py), with 20 SVMs of 4,096 weights and a bias in place of fc8.
    report = analyze("rcnn")
    assert report.totals["params"] == 60_965_224 - 4_097_000 + 20 * 4_097
    found = {layer["name"]: layer for layer in report.layers}
    # Girshick et al. 2014, section 2.2: "The feature matrix is typically 2000x4096"
    assert (found["fc7"]["regions"], found["fc7"]["output"]) == (2000, [4096])
    assert found["pool5"]["output"] == [256, 6, 6]  # section 3.1: "6 x 6 x 256 = 9216-dimensional"
    image, region = report.parts
    assert image["macs"] == 0
    # AlexNet's 724,406,816, less 4,096,000 for fc8 and more 81,920 for the SVMs
    assert region["macs_each"] == 720_392_736
    assert region["macs"] == 1_440_785_472_000


def test_rcnn_of_very_many_classes():
    # Section 2.2: "just to store 100k linear predictors, ... 1.5GB for our lower-dimensional features"
    svm = by_layer("rcnn", "weights", classes=100_000)["svm"]
    assert round(4 * svm / 2**30, 1) == 1.5


def test_rcnn_box_regression():
    # Appendix C: x, y, w and h for each class, each 9,216 weights of the features of pool5.
    assert by_layer("rcnn", "params", box_regression=True)["boxes.linear"] == 737_280


# VGG-16 without fc8: 138,357,544 - 4,097,000 = 134,260,544 (Simonyan and Zisserman 2015, Table 2: 138 million).
@pytest.mark.parametrize(
    ("name", "settings", "params"),
    [
        ("fast_rcnn", {}, 134_690_729),  # and 21 scores and 84 coordinates on 4,096: 86,037 + 344,148
        ("faster_rcnn_vgg16", {}, 137_078_239),  # and the RPN: 2,359,808 + 9,234 + 18,468
        # Girshick 2015, section 4.4: 1,024 and 256 singular values. 134,690,729 - 119,537,664 + 31,981,568.
        ("fast_rcnn", {"fc6_rank": 1024, "fc7_rank": 256}, 47_134_633),
    ],
)
def test_params_of_vgg_detectors(name, settings, params):
    assert analyze(name, **settings).totals["params"] == params


@pytest.mark.parametrize(
    ("layer", "output"),
    [
        ("conv5_3.relu", [512, 38, 63]),  # about 2,400 positions: Ren et al. 2015, section 3.1, and 60 x 40 in 3.1.1
        ("rpn.rpn_conv", [512, 38, 63]),
        ("rpn.cls.conv", [18, 38, 63]),  # 2k and 4k outputs of k = 9 anchors, figure 3
        ("rpn.reg", [36, 38, 63]),
        ("roi_pool5", [512, 7, 7]),  # Girshick 2015, section 2.2: "H = W = 7 for VGG16"
        ("cls_score.linear", [21]),
        ("bbox_pred", [84]),
    ],
)
def test_faster_rcnn_shapes(layer, output):
    assert outputs("faster_rcnn_vgg16")[layer] == output


def test_the_rpn_is_as_small_as_the_paper_says():
    # Ren et al. (TPAMI 2017), section 3.1: "2.8 x 10^4 parameters (512 x (4+2) x 9 for VGG-16)", and in footnote 3
    # 3 x 3 x 512 x 512 + 512 x 6 x 9 = 2.4 x 10^6 with the 3x3.
    weights = by_layer("faster_rcnn_vgg16", "weights")
    assert weights["rpn.cls.conv"] + weights["rpn.reg"] == 27_648
    assert weights["rpn.rpn_conv"] + 27_648 == 2_386_944


def test_the_rpn_sees_228_pixels():
    # Ren et al. 2015, section 3.1: "171 and 228 pixels for ZF and VGG"
    assert by_layer("faster_rcnn_vgg16", "receptive_field")["rpn.rpn_conv"] == [228, 228]


def test_the_image_is_seen_once():
    # By hand: fc6 and fc7, 21 and 84 outputs; 25,088*4,096 + 4,096*4,096 + 4,096*105.
    image, region = analyze("fast_rcnn").parts
    assert (region["regions"], region["macs_each"]) == (2000, 119_967_744)
    assert image["params"] == 14_714_688  # torchvision's vgg16.features
    assert analyze("faster_rcnn_vgg16").parts[1]["macs"] == 300 * 119_967_744


# --- in one go: YOLO and SSD


@pytest.mark.parametrize(
    ("layer", "output"),
    [  # figure 3 of Redmon et al. 2016
        ("pool1", [64, 112, 112]),
        ("pool2", [192, 56, 56]),
        ("pool6", [512, 28, 28]),
        ("pool16", [1024, 14, 14]),
        ("conv22.conv", [1024, 7, 7]),
        ("conv24.conv", [1024, 7, 7]),
        ("fc1", [4096]),
        ("cells", [30, 7, 7]),
    ],
)
def test_yolo_shapes(layer, output):
    assert outputs("yolo_v1")[layer] == output


def test_yolo_totals():
    report = analyze("yolo_v1")
    # By hand: 60,155,968 in the convolutions, 205,524,992 and 6,022,590 in the layers after them.
    assert report.totals["params"] == 271_703_550
    assert report.totals["depth"] == 26  # "24 convolutional layers followed by 2 fully connected layers"
    assert 4 * report.totals["params"] == 1_086_814_200  # bytes; the file yolo.weights had 1.1 GB


def test_yolo_is_pretrained_at_8_52_billion_operations():
    # Redmon and Farhadi, YOLO9000, CVPR 2017, section 3: "8.52 billion operations for a forward pass" of the first 20
    # convolutions at 224 x 224, a quarter of the positions here, and of 1,000 filters on 7x7x1024, two for each MAC.
    macs = by_layer("yolo_v1", "macs")
    convolutions = [value for name, value in macs.items() if name.endswith(".conv")][:20]
    assert round(2 * (sum(convolutions) / 4 + 1000 * 1024 * 49) / 1e9, 2) == 8.52


@pytest.mark.parametrize(
    ("settings", "output"),
    [({"boxes": 3}, 1715), ({"classes": 80}, 4410)],  # 7*7*(5*3 + 20), as in darknet's yolov1.cfg; 7*7*(5*2 + 80)
)
def test_yolo_head(settings, output):
    assert outputs("yolo_v1", **settings)["fc2"] == [output]


@pytest.mark.parametrize(
    ("classes", "params", "gmacs"),
    [
        (91, 35_641_826, 34.858),  # torchvision: num_params and _ops of SSD300_VGG16_Weights
        (21, 26_285_486, None),  # torchvision's ssd300_vgg16(num_classes=21)
    ],
)
def test_ssd_totals(classes, params, gmacs):
    totals = analyze("ssd300", classes=classes).totals
    assert totals["params"] == params
    assert gmacs is None or round(totals["macs"] / 1e9, 3) == gmacs


# Liu et al. 2016, figure 2: the maps, and 4 or 6 boxes a position: 5,776 + 2,166 + 600 + 150 + 36 + 4 = 8,732.
@pytest.mark.parametrize(
    ("layer", "output", "found", "filters"),
    [
        ("conv4_3.relu", [512, 38, 38], "conv4_3", 16),
        ("conv7", [1024, 19, 19], "conv7", 24),
        ("conv8_2.conv", [512, 10, 10], "conv8_2", 24),
        ("conv9_2.conv", [256, 5, 5], "conv9_2", 24),
        ("conv10_2.conv", [256, 3, 3], "conv10_2", 16),
        ("conv11_2.conv", [256, 1, 1], "conv11_2", 16),
    ],
)
def test_ssd_maps(layer, output, found, filters):
    layers = outputs("ssd300")
    assert layers[layer] == output
    assert layers[f"find_{found}.find.boxes"] == [filters, *output[1:]]


def test_ssd_has_8732_boxes():
    layers = outputs("ssd300")
    maps = [output for name, output in layers.items() if name.endswith("find.boxes")]
    assert sum(filters * height * width for filters, height, width in maps) == 4 * 8_732


def test_ssd_rescales_one_map():
    # torchvision: backbone.scale_weight, 512 values
    assert by_layer("ssd300", "params")["find_conv4_3.rescale"] == 512
