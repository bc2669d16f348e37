"""MobileNet v2 and v3 (and v1 as in Keras) against their papers, torchvision and Keras."""

import pytest

import archcalc


def analyze(name, **settings):
    return archcalc.analyze(archcalc.load(name, **settings))


def stages(name, *columns, **settings):
    rows = analyze(name, **settings).table(columns, depth=1, everything=True).rows
    return {row: values for row, *values in rows}


# Params: torchvision's num_params, by mobilenet_v2(width_mult=alpha) where there are no weights for it. Macs in
# millions: TensorFlow slim, nets/mobilenet/README.md: 300, 582, 509, 209, 97 and 59, and 56 at 96x96. Weights: its
# parameters in millions, less 1,000 biases: 3.47, 6.06, 5.34, 2.61, 1.95, 1.66.
@pytest.mark.parametrize(
    ("alpha", "resolution", "params", "weights", "macs"),
    [
        (1.0, 224, 3_504_872, 3_469_760, 300_774_272),
        (1.4, 224, 6_108_776, 6_059_840, 582_195_824),
        (1.3, 224, 5_386_792, 5_341_536, 509_374_560),
        (0.75, 224, 2_636_424, 2_608_784, 209_069_792),
        (0.5, 224, 1_968_680, 1_949_136, 97_131_840),
        (0.35, 224, 1_677_128, 1_662_048, 59_285_808),
        (1.0, 96, 3_504_872, 3_469_760, 56_289_152),
    ],
)
def test_v2(alpha, resolution, params, weights, macs):
    totals = analyze("mobilenet_v2", alpha=alpha, resolution=resolution).totals
    assert (totals["params"], totals["weights"], totals["macs"]) == (params, weights, macs)


# Sandler et al. 2018, Table 2: what leaves each row. Params: sums over torchvision's features.0 to features.18.
@pytest.mark.parametrize(
    ("row", "output", "params"),
    [
        ("conv1", [32, 112, 112], 928),
        ("row1", [16, 112, 112], 896),
        ("row2", [24, 56, 56], 13_968),
        ("row3", [32, 28, 28], 39_696),
        ("row4", [64, 14, 14], 183_872),
        ("row5", [96, 14, 14], 303_168),
        ("row6", [160, 7, 7], 795_264),
        ("row7", [320, 7, 7], 473_920),
        ("conv8", [1280, 7, 7], 412_160),
        ("fc", [1000], 1_281_000),
    ],
)
def test_v2_row(row, output, params):
    assert stages("mobilenet_v2", "output", "params")[row] == [output, params]


def test_v2_residuals_where_the_shape_stays():
    # One less than n in rows 2 to 6; none in rows 1 and 7.
    adds = [layer.path for layer in archcalc.load("mobilenet_v2").layers if layer.op_name == "add"]
    assert [sum(path.startswith(f"row{i}.") for path in adds) for i in range(1, 8)] == [0, 1, 2, 3, 2, 2, 0]


# Keras: running statistics are parameters. Lecture CS409 unit 7, lines 226 and 233; v3: keras.applications.
@pytest.mark.parametrize(
    ("name", "alpha", "params", "total"),
    [
        ("mobilenet_v1", 1.0, 4_231_976, 4_253_864),
        ("mobilenet_v1", 0.75, 2_585_560, 2_601_976),
        ("mobilenet_v1", 0.5, 1_331_592, 1_342_536),
        ("mobilenet_v1", 0.25, 470_072, 475_544),
        ("mobilenet_v2", 1.0, 3_504_872, 3_538_984),
        ("mobilenet_v2", 1.4, 6_108_776, 6_156_712),
        ("mobilenet_v2", 0.35, 1_677_128, 1_691_208),
        ("mobilenet_v3_large", 1.0, 5_483_032, 5_507_432),
        ("mobilenet_v3_small", 1.0, 2_542_856, 2_554_968),
    ],
)
def test_keras(name, alpha, params, total):
    half, same = (analyze(name, alpha=alpha, padding=padding).totals for padding in ("half", "same"))
    assert (same["params"], same["params"] + same["buffers"]) == (params, total)
    assert same == half


# torchvision: num_params, and _ops of 0.217 and 0.057 GFLOPS. Howard et al. 2019, Table 3: 219M and 5.4M, 56M and 2.5M.
@pytest.mark.parametrize(
    ("name", "params", "macs", "depth"),
    [("mobilenet_v3_large", 5_483_032, 216_589_760, 64), ("mobilenet_v3_small", 2_542_856, 56_510_400, 54)],
)
def test_v3(name, params, macs, depth):
    totals = analyze(name).totals
    assert (totals["params"], totals["macs"], totals["depth"]) == (params, macs, depth)


# Howard et al. 2019, Tables 1 and 2: what leaves each row. Params: torchvision's features.
@pytest.mark.parametrize(
    ("name", "row", "output", "params"),
    [
        ("mobilenet_v3_large", "conv1", [16, 112, 112], 464),
        ("mobilenet_v3_large", "bneck1", [16, 112, 112], 464),
        ("mobilenet_v3_large", "bneck3", [24, 56, 56], 4_440),
        ("mobilenet_v3_large", "bneck4", [40, 28, 28], 10_328),
        ("mobilenet_v3_large", "bneck6", [40, 28, 28], 20_992),
        ("mobilenet_v3_large", "bneck7", [80, 14, 14], 32_080),
        ("mobilenet_v3_large", "bneck12", [112, 14, 14], 386_120),
        ("mobilenet_v3_large", "bneck13", [160, 7, 7], 429_224),
        ("mobilenet_v3_large", "bneck15", [160, 7, 7], 797_360),
        ("mobilenet_v3_small", "conv1", [16, 112, 112], 464),
        ("mobilenet_v3_small", "bneck1", [16, 56, 56], 744),
        ("mobilenet_v3_small", "bneck2", [24, 28, 28], 3_864),
        ("mobilenet_v3_small", "bneck4", [40, 14, 14], 13_736),
        ("mobilenet_v3_small", "bneck8", [48, 14, 14], 29_800),
        ("mobilenet_v3_small", "bneck11", [96, 7, 7], 294_096),
    ],
)
def test_v3_row(name, row, output, params):
    assert stages(name, "output", "params")[row] == [output, params]


def test_v3_squeezes_to_multiples_of_8():
    # torchvision, features.4 of Large: 72 expanded channels, a quarter is 18, squeezed to 24.
    layers = {layer["name"]: layer["params"] for layer in analyze("mobilenet_v3_large").layers}
    assert layers["bneck4.transform.se.multiply.1.squeeze"] == 72 * 24 + 24
