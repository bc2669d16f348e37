"""ShuffleNet v1 and v2 against their papers, their authors' code and torchvision."""

import pytest

import archcalc


def analyze(name, **settings):
    return archcalc.analyze(archcalc.load(name, **settings))


def rows(report, *columns):
    return {name: values for name, *values in report.table(columns, depth=1, everything=True).rows}


# Zhang et al. 2018, Table 1: output channels of the stages and, in millions, the complexity, which is rounded from
# the multiply-accumulates without those of the classifier.
@pytest.mark.parametrize(
    ("groups", "channels", "printed"),
    [
        (1, [144, 288, 576], 143),
        (2, [200, 400, 800], 140),
        (3, [240, 480, 960], 137),
        (4, [272, 544, 1088], 133),
        (8, [384, 768, 1536], 137),
    ],
)
def test_v1_groups(groups, channels, printed):
    report = analyze("shufflenet_v1", groups=groups)
    found = rows(report, "output", "macs")
    assert [found[stage][0] for stage in ("stage2", "stage3", "stage4")] == [
        [count, size, size] for count, size in zip(channels, (28, 14, 7), strict=True)
    ]
    assert round((report.totals["macs"] - found["fc"][1]) / 1e6) == printed


# megvii-model/ShuffleNet-Series, ShuffleNetV1/README.md: 38M and 0.7M, 138M and 1.9M, 292M and 3.4M, 524M and 5.4M for
# 3 groups; 40M and 1.0M, 138M and 2.4M, 290M and 4.3M, 522M and 6.5M for 8. Params: of its network.py, by torch.
@pytest.mark.parametrize(
    ("groups", "scale", "params", "macs"),
    [
        (3, 0.5, 717_324, 37_589_856),
        (3, 1.0, 1_864_728, 137_460_672),
        (3, 1.5, 3_441_168, 292_443_552),
        (3, 2.0, 5_449_776, 524_045_184),
        (8, 0.5, 1_010_448, 40_469_760),
        (8, 1.0, 2_433_768, 138_365_952),
        (8, 1.5, 4_268_952, 290_188_800),
        (8, 2.0, 6_521_232, 521_942_016),
    ],
)
def test_v1_scale(groups, scale, params, macs):
    totals = analyze("shufflenet_v1", groups=groups, scale=scale).totals
    assert (totals["params"], totals["macs"]) == (params, macs)


def test_v1_first_pointwise_layer_has_no_groups():
    # Section 3.3. By hand: 24 x 60; then 240 / 3 x 120.
    layers = {layer["name"]: layer["weights"] for layer in analyze("shufflenet_v1").layers}
    assert layers["stage2.first.concat.1.residual.reduce.conv"] == 1_440
    assert layers["stage3.first.concat.1.residual.reduce.conv"] == 9_600


# torchvision: num_params, and _ops of 0.04, 0.145, 0.296 and 0.583 GFLOPS. Channels: Ma et al. 2018, Table 5.
@pytest.mark.parametrize(
    ("width", "params", "macs", "channels"),
    [
        (0.5, 1_366_792, 40_476_448, [48, 96, 192, 1024]),
        (1.0, 2_278_604, 144_907_992, [116, 232, 464, 1024]),
        (1.5, 3_503_624, 295_759_392, [176, 352, 704, 1024]),
        (2.0, 7_393_996, 583_253_464, [244, 488, 976, 2048]),
    ],
)
def test_v2(width, params, macs, channels):
    report = analyze("shufflenet_v2", width=width)
    assert (report.totals["params"], report.totals["macs"]) == (params, macs)
    found = rows(report, "output")
    assert [found[stage][0][0] for stage in ("stage2", "stage3", "stage4", "conv5")] == channels


# Table 5: sizes. Params: torchvision's shufflenet_v2_x1_0.
@pytest.mark.parametrize(
    ("stage", "output", "params"),
    [
        ("conv1", [24, 112, 112], 696),
        ("pool1", [24, 56, 56], 0),
        ("stage2", [116, 28, 28], 30_192),
        ("stage3", [232, 14, 14], 244_180),
        ("stage4", [464, 7, 7], 501_352),
        ("conv5", [1024, 7, 7], 477_184),
        ("fc", [1000], 1_025_000),
    ],
)
def test_v2_stage(stage, output, params):
    assert rows(analyze("shufflenet_v2"), "output", "params")[stage] == [output, params]
