"""NFNet against its paper and timm."""

import pytest

import archcalc


def analyze(name, **settings):
    return archcalc.analyze(archcalc.load(name, **settings))


# Brock et al. 2021, Table 3 (F4+: Table 5): billions of FLOPs, which are multiply-accumulates, and millions of
# parameters. Params of F0, F4 and F5 are those of timm's dm_nfnet.
@pytest.mark.parametrize(
    ("name", "params", "millions", "macs", "billions"),
    [
        ("nfnet_f0", 71_489_284, "71.5", 12_384_198_656, "12.38"),
        ("nfnet_f1", 132_634_256, "132.6", 35_538_968_576, "35.54"),
        ("nfnet_f2", 193_779_228, "193.8", 62_592_978_944, "62.59"),
        ("nfnet_f3", 254_924_200, "254.9", 114_763_501_568, "114.76"),
        ("nfnet_f4", 316_069_172, "316.1", 215_241_187_328, "215.24"),
        ("nfnet_f5", 377_214_144, "377.2", 289_757_106_176, "289.76"),
        ("nfnet_f6", 438_359_116, "438.4", 377_280_307_200, "377.28"),
        ("nfnet_f4_plus", 527_033_076, "527.0", 367_413_936_128, "367.41"),  # 527M and 367B
    ],
)
def test_paper(name, params, millions, macs, billions):
    totals = analyze(name).totals
    assert (totals["params"], totals["macs"]) == (params, macs)
    assert (f"{params / 1e6:.1f}", f"{macs / 1e9:.2f}") == (millions, billions)


def test_timm_without_skip_gains():
    # timm's nfnet_f0: one value less for each of 12 blocks.
    assert analyze("nfnet_f0", skip_gain=False, padding="half").totals["params"] == 71_489_272


# Appendix C: channels and sizes. Params: timm's dm_nfnet_f0, stem, stages and final_conv.
@pytest.mark.parametrize(
    ("stage", "output", "params"),
    [
        ("stem", [128, 64, 64], 97_680),
        ("stage1", [256, 64, 64], 444_545),
        ("stage2", [512, 32, 32], 2_301_442),
        ("stage3", [1536, 16, 16], 38_991_366),
        ("stage4", [1536, 8, 8], 21_856_515),
        ("final_conv", [3072, 8, 8], 4_724_736),
        ("fc", [1000], 3_073_000),
    ],
)
def test_f0_stage(stage, output, params):
    rows = analyze("nfnet_f0").table(("output", "params"), depth=1, everything=True).rows
    assert {name: values for name, *values in rows}[stage] == [output, params]


@pytest.mark.parametrize(("name", "blocks"), [("nfnet_f0", [1, 2, 6, 3]), ("nfnet_f4_plus", [5, 10, 30, 15])])
def test_blocks_of_a_stage(name, blocks):
    adds = [layer.path for layer in archcalc.load(name).layers if layer.op_name == "add"]
    assert [sum(path.startswith(f"stage{i}.") for path in adds) for i in range(1, 5)] == blocks
