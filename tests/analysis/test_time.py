"""Bytes moved, arithmetic, intensity and roofline bounds: every number counted by hand; 4 bytes a value."""

from fractions import Fraction

import numpy as np
import pytest
import sympy

import archcalc
from archcalc.algebra.symbols import symbol
from archcalc.analysis.device import Device

# 1000 FLOP/s, 100 B/s: a FLOP takes 1 ms, a byte 10 ms.
TOY = Device("toy", "made up", {"float32": 1000, "float16": 4000}, 100)


def column(text, name, **settings):
    """The values of a column by path, and its total."""
    report = archcalc.analyze(archcalc.loads(text), **settings)
    return dict(report.table((name,), everything=True).rows), report.analysis.total(name)


def spec(shape, *layers):
    return f"input: {shape}\nlayers:\n" + "".join(f"  - {layer}\n" for layer in layers)


MIXED = spec(
    "[3, 8, 10]",
    "{conv: {filters: 4, kernel: 3, padding: 1}, name: conv}",
    "{batch_norm: , name: norm}",
    "{relu: , name: relu}",
    "{conv: {filters: 4, kernel: 3, padding: 1, groups: 2, bias: false}, name: grouped}",
    "{max_pool: 2, name: pool}",
    "{dropout: , name: drop}",
    "{flatten: , name: flat}",
    "{linear: 5, name: fc}",
)


def test_bytes_of_a_batch():
    # 3*80 values in, 4*80 out, 4*27+4 weights; the batch of 2 reads the weights once.
    found, total = column(MIXED, "bytes_moved", batch=2)
    assert found == {
        "input": 0,
        "conv": 4 * (2 * 240 + 112 + 2 * 320),
        "norm": 4 * (2 * 320 + 16 + 2 * 320),  # gamma, beta and the two buffers
        "relu": 4 * (2 * 320 + 2 * 320),
        "grouped": 4 * (2 * 320 + 4 * 2 * 9 + 2 * 320),
        "pool": 4 * (2 * 320 + 2 * 80),
        "drop": 0,
        "flat": 0,
        "fc": 4 * (2 * 80 + 405 + 2 * 5),
    }
    assert total == 4928 + 5184 + 5120 + 5408 + 3200 + 2300


def test_arithmetic_of_a_batch():
    # 8640 MACs and 320 biases; a grouped filter sees 2 channels; a window of 4 is compared 3 times or 4.
    found, _ = column(MIXED, "arithmetic", batch=2)
    assert found["conv"] == 2 * (2 * 8640 + 320)
    assert found["relu"] == 2 * 320
    assert found["grouped"] == 2 * 2 * 2 * 9 * 4 * 80
    assert (found["drop"], found["flat"], found["input"]) == (0, 0, 0)
    assert found["fc"] == 2 * (2 * 400 + 5)


@pytest.mark.parametrize(
    ("shape", "layers", "values"),
    [
        # Shared weights are read anew: 6 in, 42 weights, 6 out.
        ("[6]", ["{linear: 6, name: a}", "{linear: 6, name: z, shares: a}"], 54),
        # Of a table the rows of 7 words: 7 indices, 7*3 values read, 7*3 written.
        ("[1, 7]", ["{embedding: {vocabulary: 100, width: 3}, name: z}"], 7 + 21 + 21),
        # But no more than the table has.
        ("[1, 7]", ["{embedding: {vocabulary: 5, width: 3}, name: z}"], 7 + 15 + 21),
        # A slice reads what it keeps: 3 channels of 4.
        ("[6, 4]", ["{slice: {begin: 2, end: 5}, name: z}"], 12 + 12),
        # A tensor joined with itself is read once.
        ("[6, 4]", ["{conv: [6, 1], name: a}", "{concat: , from: [a, a], name: z}"], 24 + 48),
        ("[6, 4]", ["{conv: [6, 1], name: a}", "{add: , from: [a, a], name: z}"], 24 + 24),
        # Two inputs.
        ("[6, 4]", ["{conv: [6, 1], name: a}", "{conv: [6, 1], name: b}", "{add: , from: [a, b], name: z}"], 48 + 24),
        # In place: read and written; views: nothing.
        ("[6, 4]", ["{softmax: , name: z}"], 48),
        ("[6, 4]", ["{reshape: [2, 12], name: z}"], 0),
        ("[6, 4]", ["{identity: , name: z}"], 0),
        ("[6, 4]", ["{drop_path: , name: z}"], 0),
        # Position by position 24 trained values are added.
        ("[6, 4]", ["{positional_embedding: , name: z}"], 24 + 24 + 24),
        # 4x4 positions of 2 channels become 8x8.
        ("[2, 4, 4]", ["{upsample: 2, name: z}"], 32 + 128),
    ],
)
def test_bytes_of_one_layer(shape, layers, values):
    assert column(spec(shape, *layers), "bytes_moved")[0]["z"] == 4 * values


def test_regions_multiply_what_is_behind_them():
    text = spec("[4, 10, 10]", "{roi_pool: {size: 2, regions: 3}, name: roi}", "flatten", "{linear: 5, name: fc}")
    found, _ = column(text, "bytes_moved", batch=2)
    assert found["roi"] == 4 * 2 * (400 + 3 * 16)
    assert found["fc"] == 4 * (2 * 3 * 16 + 85 + 2 * 3 * 5)
    assert column(text, "arithmetic", batch=2)[0]["fc"] == 2 * 3 * (2 * 80 + 5)


@pytest.mark.parametrize(
    ("dtype", "expected"), [("float64", 56), ("tf32", 28), ("float16", 14), ("int8", 7), ("int4", 5)]
)
def test_dtypes(dtype, expected):
    # 3 in, 3 weights, 1 out; at 4 bits a tensor ends with a whole byte: 2 + 2 + 1.
    assert (
        column(spec("[3]", "{linear: {units: 1, bias: false}, name: z}"), "bytes_moved", dtype=dtype)[0]["z"]
        == expected
    )


def test_intensity_is_a_ratio_of_sums():
    # 6 in, 42 weights, 6 out, 36 MACs, 6 biases; relu: 6 compared, 12 moved.
    text = spec("[6]", "{sequence: [{linear: 6}, relu], name: block}", "flatten")
    found, total = column(text, "intensity")
    assert found == {"input": None, "block.linear": Fraction(78, 216), "block.relu": Fraction(1, 8), "flatten": None}
    assert total == Fraction(84, 264)
    table = archcalc.analyze(archcalc.loads(text)).table(("intensity", "bytes_moved"), depth=1)
    assert {row[0]: row[1] for row in table.rows}["block"] == Fraction(84, 264)


@pytest.mark.parametrize(
    ("device", "dtype", "expected"),
    [
        # 78 FLOP in 78 ms, 216 B in 2160 ms.
        (TOY, "float32", (2160, "memory")),
        # 10 times the bandwidth twice over: 21.6 ms.
        (TOY._replace(bandwidth=10_000), "float32", (78, "compute")),
        # Half the bytes, 4 times the rate: 19.5 ms and 10.8 ms.
        (TOY._replace(bandwidth=10_000), "float16", (Fraction(39, 2), "compute")),
        # A tenth of a second more for the layer.
        (TOY._replace(bandwidth=10_000, overhead=Fraction(1, 10)), "float32", (178, "overhead")),
        (TOY._replace(overhead=Fraction(1, 10)), "float32", (2260, "memory")),
        # A rate that is no whole number: 1.5 B/s.
        (TOY._replace(bandwidth=Fraction(3, 2)), "float32", (144_000, "memory")),
    ],
)
def test_the_bound_of_a_layer(device, dtype, expected):
    report = archcalc.analyze(archcalc.loads(spec("[6]", "{linear: 6, name: z}", "flatten")), 1, dtype, device=device)
    rows = report.table(("bound_ms", "bound_by"), everything=True).rows
    assert rows == (("input", 0, None), ("z", *expected), ("flatten", 0, None))
    assert report.analysis.total("bound_ms") == expected[0]


def test_a_view_has_no_overhead_and_a_huge_batch_is_exact():
    report = archcalc.analyze(archcalc.loads(spec("[6]", "{linear: {units: 6, bias: false}}")), 2**1023, device=TOY)
    # 36 weights once, 12 values an example, 10 ms a byte.
    assert report.analysis.total("bound_ms") == 10 * 4 * (36 + 12 * 2**1023)
    # Larger than any floating-point number, and so written out.
    assert str(40 * (36 + 12 * 2**1023)) in report.to_json()


def test_ms_in_frames_and_json_are_floats():
    report = archcalc.analyze(archcalc.loads(spec("[6]", "{linear: 6, name: z}")), device=TOY._replace(bandwidth=3))
    frame = report.to_frame()
    assert frame["bound_ms"].dtype == float
    assert frame["bound_ms"]["z"] == 72_000.0
    assert report.layers[1]["bound_ms"] == 72_000
    assert '"intensity": 0.3611111111111111' in report.to_json()
    assert report.totals["intensity"] == Fraction(13, 36)
    assert "bound_ms" not in archcalc.analyze("lenet5").totals


def test_symbols():
    text = "input: [C]\nvars: {C: 6}\nlayers: [{linear: C}]"
    c = symbol("C")
    report = archcalc.analyze(archcalc.loads(text, C=c), device=TOY._replace(bandwidth=10_000))
    total = report.analysis.total
    assert sympy.simplify(total("intensity") - (2 * c + 1) / (4 * c + 12)) == 0
    # 2*6*6 + 6 = 78 ms at 6; at 1 the 16 bytes take 1.6 ms, the 3 FLOP 3 ms.
    assert total("bound_ms").subs(c, 6) == 78
    assert report.analysis.values["bound_by"][1] in ("compute", None)


def test_variants_have_floats_where_there_are_fractions():
    text = "input: [C]\nvars: {C: 6}\nlayers: [{linear: C}]"
    report = archcalc.analyze(archcalc.loads(text, C=np.array([6, 8])), device=TOY)
    assert report.analysis.total("bytes_moved").tolist() == [216, 352]
    # 10 ms a byte are whole in every variant.
    assert report.analysis.total("bound_ms").tolist() == [2160, 3520]
    # (2*36 + 6) FLOP over 216 B, and (2*64 + 8) over 352: no whole numbers, and a column holds no fractions.
    assert report.analysis.total("intensity").tolist() == [78 / 216, 136 / 352]


def test_a_bound_needs_a_device_with_the_dtype():
    with pytest.raises(archcalc.ArchcalcError, match="a bound of the time needs a device; archcalc SPEC"):
        archcalc.analyze("lenet5").table(("bound_ms",))
    with pytest.raises(archcalc.ArchcalcError, match=r"'toy' gives no peak for int8; it has: float32, float16"):
        archcalc.analyze("lenet5", dtype="int8", device=TOY).table(("bound_ms",))


def test_the_bound_never_exceeds_the_sum_of_its_parts():
    """And is at least each of them, for a network with branches, regions and shared weights."""
    for name in ("faster_rcnn", "siamese", "retinanet", "show_and_tell"):
        report = archcalc.analyze(name, 3, device=TOY)
        total = report.analysis.total
        computing, moving = total("arithmetic"), 10 * total("bytes_moved")
        assert max(computing, moving) <= total("bound_ms") <= computing + moving
