"""SqueezeNet 1.0 and 1.1 against the paper and torchvision."""

import pytest

import archcalc
from archcalc.spec.locate import zoo_folder


def analyze(name, **settings):
    return archcalc.analyze(archcalc.load(name, **settings))


# Iandola et al. 2016, Table 1: output size and parameters before pruning. The sizes are those of an input of 227.
@pytest.mark.parametrize(
    ("layer", "output", "params"),
    [
        ("conv1", [96, 111, 111], 14_208),
        ("maxpool1", [96, 55, 55], 0),
        ("fire2", [128, 55, 55], 11_920),
        ("fire3", [128, 55, 55], 12_432),
        ("fire4", [256, 55, 55], 45_344),
        ("maxpool4", [256, 27, 27], 0),
        ("fire5", [256, 27, 27], 49_440),
        ("fire6", [384, 27, 27], 104_880),
        ("fire7", [384, 27, 27], 111_024),
        ("fire8", [512, 27, 27], 188_992),
        ("maxpool8", [512, 13, 13], 0),
        ("fire9", [512, 13, 13], 197_184),
        ("classifier", [1000], 513_000),  # conv10
    ],
)
def test_table_1(layer, output, params):
    rows = analyze("squeezenet1_0", resolution=227).table(("output", "params"), depth=1, everything=True).rows
    assert {name: values for name, *values in rows}[layer] == [output, params]


# torchvision: num_params, and _ops of 0.819 and 0.349 GFLOPS.
@pytest.mark.parametrize(
    ("name", "params", "macs"),
    [("squeezenet1_0", 1_248_424, 818_924_576), ("squeezenet1_1", 1_235_496, 349_151_936)],
)
def test_torchvision(name, params, macs):
    totals = analyze(name).totals
    assert (totals["params"], totals["macs"]) == (params, macs)


# Simple bypass: around fire3, 5, 7 and 9, free of parameters. Complex bypass: besides, 1x1 convolutions around
# fire2, 4, 6 and 8: 96*128 + 128, 128*256 + 256, 256*384 + 384 and 384*512 + 512 more, by hand.
@pytest.mark.parametrize(
    ("bypass", "params", "around"),
    [
        ("none", 1_248_424, []),
        ("simple", 1_248_424, ["fire3", "fire5", "fire7", "fire9"]),
        ("complex", 1_248_424 + 12_416 + 33_024 + 98_688 + 197_120, [f"fire{i}" for i in range(2, 10)]),
    ],
)
def test_bypass(bypass, params, around):
    graph = archcalc.load("squeezenet1_0", bypass=bypass)
    assert [layer.path.partition(".")[0] for layer in graph.layers if layer.op_name == "add"] == around
    assert archcalc.analyze(graph).totals["params"] == params


def test_fire_module_by_itself():
    # Table 1, fire2.
    report = archcalc.analyze(archcalc.load(f"{zoo_folder()}/blocks/fire.yaml"))
    assert (report.totals["params"], report.layers[-1]["output"][0]) == (11_920, 128)
