"""The VGG family against the paper and torchvision. VGG-16 has its own file, against the table of a lecture."""

import pytest

import archcalc


def analyze(name, **settings):
    return archcalc.analyze(archcalc.load(name, **settings))


@pytest.mark.parametrize(
    ("name", "batch_norm", "params", "buffers", "macs", "depth"),
    [
        # params: torchvision 0.28, num_params of the weights of each form; macs: its _ops in units of 10**9 (7.609,
        # 11.308, 15.47, 19.632). Depth: "weight layers", Table 1. A-LRN and C are in no library: Table 2 prints
        # 133 and 134 million, and 133,638,952 is VGG-16 less three times 8 * C * C weights, 8 * (65,536 + 2 * 262,144).
        ("vgg11", False, 132_863_336, 0, 7_609_090_048, 11),
        ("vgg11", True, 132_868_840, 5_504, 7_609_090_048, 11),
        ("vgg11_lrn", False, 132_863_336, 0, 7_609_090_048, 11),
        ("vgg13", False, 133_047_848, 0, 11_308_466_176, 13),
        ("vgg13", True, 133_053_736, 5_888, 11_308_466_176, 13),
        ("vgg16_c", False, 133_638_952, 0, 11_770_888_192, 16),
        ("vgg16", False, 138_357_544, 0, 15_470_264_320, 16),
        ("vgg16", True, 138_365_992, 8_448, 15_470_264_320, 16),
        ("vgg19", False, 143_667_240, 0, 19_632_062_464, 19),  # Keras' VGG19: 143,667,240
        ("vgg19", True, 143_678_248, 11_008, 19_632_062_464, 19),
    ],
)
def test_totals(name, batch_norm, params, buffers, macs, depth):
    totals = analyze(name, batch_norm=batch_norm).totals
    found = [totals[total] for total in ("params", "buffers", "macs", "depth")]
    assert found == [params, buffers, macs, depth]


# Simonyan and Zisserman, Table 2: "Number of parameters (in millions)".
@pytest.mark.parametrize(
    ("name", "millions"),
    [("vgg11", 133), ("vgg11_lrn", 133), ("vgg13", 133), ("vgg16_c", 134), ("vgg16", 138), ("vgg19", 144)],
)
def test_params_as_the_paper_prints_them(name, millions):
    assert (analyze(name).totals["params"] + 500_000) // 10**6 == millions


# Simonyan and Zisserman, Table 1: the columns, from the top; 1x1 is a convolution of configuration C.
@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("vgg11", "64 | 128 | 256 256 | 512 512 | 512 512"),
        ("vgg11_lrn", "64 LRN | 128 | 256 256 | 512 512 | 512 512"),
        ("vgg13", "64 64 | 128 128 | 256 256 | 512 512 | 512 512"),
        ("vgg16_c", "64 64 | 128 128 | 256 256 1x1 | 512 512 1x1 | 512 512 1x1"),
        ("vgg16", "64 64 | 128 128 | 256 256 256 | 512 512 512 | 512 512 512"),
        ("vgg19", "64 64 | 128 128 | 256 256 256 256 | 512 512 512 512 | 512 512 512 512"),
    ],
)
def test_columns_of_table_1(name, column):
    found = []
    for layer in analyze(name).layers:
        if layer["op"] == "conv":
            found.append("1x1" if layer["attributes"]["kernel"] in (1, [1, 1]) else str(layer["output"][0]))
        elif layer["op"] in ("lrn", "max_pool"):
            found.append({"lrn": "LRN", "max_pool": "|"}[layer["op"]])
    assert " ".join(found).removesuffix(" |") == column


def test_layers_of_vgg19():
    # Lecture CS409 unit 7 has VGG-16 only; these are the layers of torchvision's vgg19 (features.0 to classifier.6).
    layers = {layer["name"]: layer for layer in analyze("vgg19").layers}
    expected = {
        "conv1_1": ([64, 224, 224], 1_792),
        "conv2_2": ([128, 112, 112], 147_584),
        "conv3_4": ([256, 56, 56], 590_080),
        "conv4_1": ([512, 28, 28], 1_180_160),
        "conv4_4": ([512, 28, 28], 2_359_808),
        "conv5_4": ([512, 14, 14], 2_359_808),
        "fc6": ([4096], 102_764_544),
        "fc8": ([1000], 4_097_000),
    }
    assert {name: (layers[name]["output"], layers[name]["params"]) for name in expected} == expected
    # By hand: VGG-16's 212, and one 3x3 more in conv3, conv4 and conv5, at jumps of 4, 8 and 16: 2 * 28.
    assert layers["pool5"]["receptive_field"] == [268, 268]


@pytest.mark.parametrize("convs", [[3, 3, 5, 5, 5], [2, 2, 4, 4, 5], [0, 1, 2, 2, 2]])
def test_stages_that_table_1_does_not_have_are_refused(convs):
    with pytest.raises(archcalc.ArchcalcError, match="expected one of"):
        archcalc.load("vgg19", convs=convs)
