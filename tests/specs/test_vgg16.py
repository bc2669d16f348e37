"""VGG-16 against the memory table of a lecture, row by row."""

import pytest

import archcalc
from archcalc.render.numbers import human

# Lecture CS409 unit 7 (the CS231n slide), lines 130-151: every row of the table, in its order. The lecture
# writes a volume as H x W x C, archcalc puts the channels first. Memory is the exact value of the printed
# product, beside the rounded figure that the lecture prints.
ROWS = [
    # name, op, output, memory, as printed, weights
    ("input", "input", [3, 224, 224], 150_528, "150K", 0),
    ("conv1_1", "conv", [64, 224, 224], 3_211_264, "3.2M", 1_728),
    ("conv1_2", "conv", [64, 224, 224], 3_211_264, "3.2M", 36_864),
    ("pool1", "max_pool", [64, 112, 112], 802_816, "800K", 0),
    ("conv2_1", "conv", [128, 112, 112], 1_605_632, "1.6M", 73_728),
    ("conv2_2", "conv", [128, 112, 112], 1_605_632, "1.6M", 147_456),
    ("pool2", "max_pool", [128, 56, 56], 401_408, "400K", 0),
    ("conv3_1", "conv", [256, 56, 56], 802_816, "800K", 294_912),
    ("conv3_2", "conv", [256, 56, 56], 802_816, "800K", 589_824),
    ("conv3_3", "conv", [256, 56, 56], 802_816, "800K", 589_824),
    ("pool3", "max_pool", [256, 28, 28], 200_704, "200K", 0),
    ("conv4_1", "conv", [512, 28, 28], 401_408, "400K", 1_179_648),
    ("conv4_2", "conv", [512, 28, 28], 401_408, "400K", 2_359_296),
    ("conv4_3", "conv", [512, 28, 28], 401_408, "400K", 2_359_296),
    ("pool4", "max_pool", [512, 14, 14], 100_352, "100K", 0),
    ("conv5_1", "conv", [512, 14, 14], 100_352, "100K", 2_359_296),
    ("conv5_2", "conv", [512, 14, 14], 100_352, "100K", 2_359_296),
    ("conv5_3", "conv", [512, 14, 14], 100_352, "100K", 2_359_296),
    ("pool5", "max_pool", [512, 7, 7], 25_088, "25K", 0),
    # The lecture writes 1x1x4096; here a fully connected layer gives a plain vector.
    ("fc6", "linear", [4096], 4_096, "4096", 102_760_448),
    ("fc7", "linear", [4096], 4_096, "4096", 16_777_216),
    ("fc8", "linear", [1000], 1_000, "1000", 4_096_000),
]


@pytest.fixture(scope="module")
def report():
    return archcalc.analyze(archcalc.load("vgg16"))


@pytest.fixture(scope="module")
def layers(report):
    return {layer["name"]: layer for layer in report.layers}


@pytest.mark.parametrize(("place", "row"), list(enumerate(ROWS)), ids=[row[0] for row in ROWS])
def test_default_table_has_the_row_of_the_lecture(report, place, row):
    name, op, output, memory, printed, weights = row
    table = report.table()
    found = dict(zip([column.name for column in table.columns], table.rows[place], strict=True))
    assert (found["name"], found["op"], found["output"]) == (name, op, output)
    assert (found["activations"], human(found["activations"])) == (memory, printed)
    assert found["weights"] == weights


def test_default_table_has_no_other_rows(report):
    assert [row[0] for row in report.table().rows] == [row[0] for row in ROWS]


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        # The sum of the lecture's weight column. Simonyan and Zisserman, Table 2, print 138 million.
        ("weights", 138_344_128),
        # The same lecture, line 216 (Keras Applications): VGG16 138,357,544.
        ("params", 138_357_544),
        ("buffers", 0),
        # Hand sum of weights times positions; many tools print 15.47 G for it.
        ("macs", 15_470_264_320),
        # The sum of the lecture's memory column; the 24M of its last line does not follow from its rows.
        ("activations", 15_237_608),
        # "16 weight layers", Simonyan and Zisserman, Table 1, configuration D.
        ("depth", 16),
    ],
)
def test_totals(report, total, expected):
    assert report.totals[total] == expected


def test_totals_as_the_lecture_rounds_them(report):
    # "TOTAL params: 138M parameters": three digits, so by hand.
    assert report.totals["params"] // 10**6 == 138


@pytest.mark.parametrize(
    ("dtype", "batch", "expected"),
    [
        # 4 bytes a value: 61 MB, 58 MiB; the lecture's "93MB" follows from its 24M, not from its rows.
        ("float32", 1, 60_950_432),
        ("float16", 1, 30_475_216),
        ("float32", 3, 182_851_296),
    ],
)
def test_activation_bytes(dtype, batch, expected):
    table = archcalc.analyze(archcalc.load("vgg16"), batch=batch, dtype=dtype).table(["activation_bytes"])
    assert table.totals[1] == expected


def test_batch_multiplies_work_and_memory_but_no_parameters():
    totals = archcalc.analyze(archcalc.load("vgg16"), batch=2).totals
    assert totals["macs"] == 30_940_528_640
    assert totals["activations"] == 30_475_216
    assert totals["params"] == 138_357_544


@pytest.mark.parametrize(
    ("name", "size", "jump"),
    [
        ("conv1_1", 3, 1),
        ("conv1_2", 5, 1),  # two 3x3 see 5x5: Simonyan and Zisserman, section 2.3
        ("pool1", 6, 2),
        ("pool2", 16, 4),
        ("pool3", 44, 8),
        ("pool4", 100, 16),
        ("conv5_3", 196, 16),  # 196 x 196: hand count by the recurrence of Araujo et al., Distill 2019
        ("pool5", 212, 32),  # google-research/receptive_field (Distill 2019): vgg_16 212, stride 32
    ],
)
def test_receptive_field(layers, name, size, jump):
    assert layers[name]["receptive_field"] == [size, size]
    assert layers[name]["jump"] == [jump, jump]


def test_receptive_field_begins_in_the_padding(layers):
    # google-research/receptive_field (Araujo, Norris and Sim, Distill 2019): vgg_16 has an effective padding of 90.
    assert layers["pool5"]["start"] == [-90, -90]


@pytest.mark.parametrize("name", ["fc6", "fc7", "fc8"])
def test_fully_connected_layers_see_everything(layers, name):
    assert layers[name]["receptive_field"] == "global"


def test_only_the_last_layer_depends_on_the_classes():
    # 138,357,544 - 900 * 4,097
    assert archcalc.analyze(archcalc.load("vgg16", classes=100)).totals["params"] == 134_670_244
