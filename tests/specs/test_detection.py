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
