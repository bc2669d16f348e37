"""DenseNets against their paper and against counts by others; for those of frameworks, every layer was compared."""

import pytest

import archcalc


def totals(name, *columns, **settings):
    found = archcalc.analyze(archcalc.load(name, **settings)).totals
    return [found[column] for column in columns]


# torchvision 0.28: parameters, and the GFLOPS of its table of weights (multiply-accumulates, in 1e9). For 264 its
# class DenseNet with the numbers of Table 1; it has one layer more than its name says.
@pytest.mark.parametrize(
    ("name", "params", "macs", "gflops", "depth"),
    [
        ("densenet121", 7_978_856, 2_834_161_664, "2.834", 121),
        ("densenet161", 28_681_000, 7_727_907_072, "7.728", 161),
        ("densenet169", 14_149_480, 3_359_843_328, "3.360", 169),
        ("densenet201", 20_013_928, 4_291_365_888, "4.291", 201),
        ("densenet264", 33_337_704, 5_751_653_376, "5.752", 265),
    ],
)
def test_torchvision(name, params, macs, gflops, depth):
    assert totals(name, "params", "macs", "depth") == [params, macs, depth]
    assert f"{macs / 1e9:.3f}" == gflops


# Lecture CS409 unit 7, the table of keras.io/api/applications: params and running statistics together.
@pytest.mark.parametrize(
    ("name", "parameters"),
    [("densenet121", 8_062_504), ("densenet169", 14_307_880), ("densenet201", 20_242_984)],
)
def test_keras(name, parameters):
    params, buffers = totals(name, "params", "buffers")
    assert params + buffers == parameters


# Table 1 gives the sizes; the channels by hand: 64 + 6*32, half of it, + 12*32, and so on.
@pytest.mark.parametrize(
    ("layer", "output"),
    [
        ("conv1", (64, 112, 112)),
        ("pool1", (64, 56, 56)),
        ("dense_block_1.5.concat", (256, 56, 56)),
        ("transition_1.conv.conv", (128, 56, 56)),
        ("transition_1.pool", (128, 28, 28)),
        ("dense_block_2.11.concat", (512, 28, 28)),
        ("transition_2.pool", (256, 14, 14)),
        ("dense_block_3.23.concat", (1024, 14, 14)),
        ("transition_3.pool", (512, 7, 7)),
        ("dense_block_4.15.concat", (1024, 7, 7)),
        ("fc", (1000,)),
    ],
)
def test_densenet121_shapes(layer, output):
    assert archcalc.load("densenet121").layer(layer).output.shape == output


# Huang et al. 2017, Table 2, in millions.
@pytest.mark.parametrize(
    ("name", "settings", "params", "printed", "depth"),
    [
        ("densenet40_k12", {}, 1_019_722, "1.0", 40),
        ("densenet40_k12", {"depth": 100}, 6_979_642, "7.0", 100),
        ("densenet100_k24", {}, 27_249_082, "27.2", 100),
        ("densenet_bc100_k12", {}, 769_162, "0.8", 100),
        ("densenet_bc250_k24", {}, 15_324_406, "15.3", 250),
        ("densenet_bc190_k40", {}, 25_624_430, "25.6", 190),
    ],
)
def test_cifar(name, settings, params, printed, depth):
    assert totals(name, "params", "depth", **settings) == [params, depth]
    assert f"{params / 1e6:.1f}" == printed


# Figure 4 compares the variants. The channels behind the three dense blocks of L = 40, k = 12, by hand: without
# bottlenecks 16 + 144, + 144, + 144; compressed 160/2 = 80 + 144, 224/2 = 112 + 144; with bottlenecks 72 a block;
# and with both 24 + 72, 96/2 = 48 + 72, 120/2 = 60 + 72.
@pytest.mark.parametrize(
    ("bottleneck", "compression", "channels"),
    [
        (False, 1, [160, 304, 448]),
        (False, 0.5, [160, 224, 256]),
        (True, 1, [88, 160, 232]),
        (True, 0.5, [96, 120, 132]),
    ],
)
def test_b_and_c(bottleneck, compression, channels):
    network = archcalc.load("densenet40_k12", bottleneck=bottleneck, compression=compression)
    last = 5 if bottleneck else 11
    assert [network.layer(f"dense_block_{i}.{last}.concat").output.channels for i in (1, 2, 3)] == channels
