"""Sweeps: every variant has exactly the numbers that it has by itself, whatever computes it."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest

import archcalc
from archcalc.analysis import Settings
from archcalc.sweeping import runner as runners
from archcalc.sweeping import space_of, sweep
from archcalc.sweeping.engine import Engine
from archcalc.sweeping.pareto import front
from archcalc.sweeping.plan import Plan
from archcalc.sweeping.work import Work, in_order

COLUMNS = ("params", "macs", "activations", "peak_memory", "connections", "neurons", "flops", "saved_bytes")


def alone(spec, row, columns=COLUMNS, **options):
    """The numbers of one variant by itself."""
    report = archcalc.analyze(archcalc.load(spec, **row), **options)
    return {name: report.analysis.total(name) for name in columns}


def rows_of(frame, names):
    """Each row as the values of its vars."""
    for row in frame.to_dict("records"):
        yield {name: row[name] for name in names}, row


# Vars of every kind: real and whole, structural (a repeat, a when), words and lists.
SWEEPS = [
    ("mobilenet_v1", {"alpha": np.arange(0.1, 1.6, 0.07), "resolution": range(33, 321, 19)}),
    ("mobilenet_v2", {"alpha": [0.35, 0.5, 0.77, 1.0, 1.4], "resolution": [96, 129, 224]}),
    ("resnet50", {"width": range(8, 100, 23), "stride_in": ["1x1", "3x3"], "depths": [[3, 4, 6, 3], [1, 2, 2, 1]],
                  "resolution": [97, 224], "se": [0, 16]}),
    ("densenet121", {"growth": range(4, 40, 9), "classes": [10, 1000]}),
    ("efficientnet_b0", {"width": [0.9, 1.0, 1.1, 1.25], "depth": [1.0, 1.2, 1.9], "resolution": [128, 224, 231]}),
    ("shufflenet_v1", {"groups": [1, 2, 3, 4, 8], "scale": [0.5, 1.0, 1.5]}),
    ("vit_b_16", {"heads": [1, 2, 3, 4, 12], "classes": [10, 1000]}),
    ("blocks/chain", {"L": range(1, 7), "K": range(1, 8), "C": [3, 16]}),
    ("blocks/grouped", {"C_in": range(2, 40), "G": [1, 2, 4, 8]}),
    ("vgg16", {"batch_norm": [True, False], "convs": [[1, 1, 2, 2, 2], [2, 2, 2, 2, 2]]}),  # none is a number
    ("vgg16", {"input[1]": [32, 33, 64], "conv1_1.filters": range(1, 60, 7), "batch_norm": [True, False]}),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "values"), SWEEPS, ids=[spec for spec, _ in SWEEPS])
def test_every_variant_as_by_itself(spec, values):
    try:
        frame = sweep(spec, COLUMNS, **values)
    except archcalc.ArchcalcError as error:  # a var that this spec has not
        pytest.fail(str(error))
    space = space_of(values)
    assert len(frame) + sum(frame.attrs["problems"].values()) == space.size
    pick = random.Random(1)
    listed = [name for name, items in values.items() if any(isinstance(item, list) for item in items)]
    known = list(rows_of(frame, values))
    for row, found in pick.sample(known, min(25, len(known))):
        for name in listed:
            row[name] = next(item for item in values[name] if str(item) == row[name])
        expected = alone(spec, row)
        assert {name: found[name] for name in COLUMNS} == expected, row


@pytest.mark.parametrize(("spec", "values"), SWEEPS, ids=[spec for spec, _ in SWEEPS])
def test_compiled_is_the_same(spec, values, monkeypatch):
    """The compiled program, over rectangles and rows, against the one that never wraps nor rounds."""
    by_numpy = sweep(spec, COLUMNS, **values)
    monkeypatch.setattr(runners, "LARGE", 0)
    compiled = sweep(spec, COLUMNS, **values)
    pd.testing.assert_frame_equal(by_numpy, compiled)


def test_stretches_of_any_size_are_the_same_variants():
    values = {"alpha": [0.25, 0.5, 1.0], "resolution": range(96, 225, 16)}
    work = Work(Plan(("mobilenet_v1",), space_of(values)))
    whole = pd.DataFrame(work.stretch(0, 27).columns)
    for size in (1, 2, 5, 10, 26):
        parts = [pd.DataFrame(work.stretch(start, min(start + size, 27)).columns) for start in range(0, 27, size)]
        pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)
    assert list(work.stretches(10)) == [(0, 9), (9, 18), (18, 27)]  # whole rows of 9
    assert list(work.stretches(5)) == [(0, 5), (5, 10), (10, 15), (15, 20), (20, 25), (25, 27)]


def test_order_and_names():
    frame = sweep("blocks/chain", ["macs"], C=[1, 2], K=[3, 5])
    assert list(frame.columns) == ["C", "K", "macs"]
    assert frame[["C", "K"]].to_numpy().tolist() == [[1, 3], [1, 5], [2, 3], [2, 5]]


def test_several_specs():
    """One after the other, each with its own numbers, and with its name."""
    specs, sizes = ["resnet18", "mobilenet_v1", "vgg16"], [128, 224]
    frame = sweep(specs, ["macs"], **{"input[1]": sizes, "classes": [10, 1000]})
    assert frame["spec"].tolist() == [spec for spec in specs for _ in range(4)]
    assert frame["macs"].tolist() == [
        alone(spec, {"input[1]": size, "classes": classes}, ["macs"])["macs"]
        for spec in specs
        for size in sizes
        for classes in (10, 1000)
    ]


@pytest.mark.parametrize("count", [2, 3])
def test_the_front_against_every_pair(count):
    """More rows than are sorted outright, with ties, and with columns that go against one another."""
    generator = np.random.default_rng(count)
    columns = [generator.integers(0, 60, 3000) for _ in range(count)]
    columns[-1] = 60 - columns[0] + columns[-1] // 8
    rows = np.stack(columns, axis=1)
    expected = [n for n, row in enumerate(rows) if not ((rows <= row).all(axis=1) & (rows < row).any(axis=1)).any()]
    assert front(columns).tolist() == expected


def test_huge_numbers_stay_exact():
    """A count beyond 64 bits is a Python int; nothing wraps and nothing is rounded."""
    width = 2**31 - 1
    frame = sweep("blocks/chain", ["macs", "params"], C=[width, 3], H=[2**20])
    assert frame["macs"].tolist() == [
        archcalc.analyze(archcalc.load("blocks/chain", C=c, H=2**20)).totals["macs"] for c in (width, 3)
    ]
    assert frame["macs"][0] > 2**63


def test_numbers_beyond_64_bits_are_not_compiled(monkeypatch):
    monkeypatch.setattr(runners, "LARGE", 0)
    test_huge_numbers_stay_exact()


def test_where_and_problems():
    frame = sweep("blocks/grouped", ["macs"], where="macs <= 40M and macs >= 10M", C_in=range(1, 97), G=[2, 8])
    kept = {
        (c, g)
        for c in range(1, 97)
        for g in (2, 8)
        if c % g == 0
        and 10**7 <= archcalc.analyze(archcalc.load("blocks/grouped", C_in=c, G=g)).totals["macs"] <= 4 * 10**7
    }
    assert set(zip(frame["C_in"], frame["G"], strict=True)) == kept
    problems = frame.attrs["problems"]
    assert sum(problems.values()) == 48 + 84  # odd ones, and those that 8 does not divide
    assert all("does not divide" in problem for problem in problems)


def test_zip_and_sample():
    zipped = sweep("blocks/chain", ["macs"], zipped=True, C=[1, 2, 3], K=[3, 5, 7])
    assert zipped[["C", "K"]].to_numpy().tolist() == [[1, 3], [2, 5], [3, 7]]
    space = {"alpha": [0.25, 0.5], "resolution": range(96, 321)}
    one, other = (sweep("mobilenet_v1", sample=500, seed=seed, **space) for seed in (0, 1))
    assert len(one) == len(other) == 500
    assert not one.equals(other)
    assert one.equals(sweep("mobilenet_v1", sample=500, seed=0, **space))
    assert set(one["resolution"]) <= set(range(96, 321))
    assert one["resolution"].nunique() > 150  # of 225: 201 on average


def test_batch_dtype_and_convention():
    frame = sweep("lenet5", ["flops", "activation_bytes"], batch=3, dtype="int4", convention="thop", classes=[10, 11])
    for row in frame.to_dict("records"):
        report = archcalc.analyze(archcalc.load("lenet5", classes=row["classes"]), 3, "int4", "thop")
        assert row["flops"] == report.totals["flops"]
        assert row["activation_bytes"] == report.analysis.total("activation_bytes")


@pytest.mark.parametrize(
    ("options", "values", "message"),
    [
        ({}, {"alfa": [1]}, "there is no var 'alfa'; did you mean 'alpha'?"),
        ({}, {"alpha": []}, "'alpha' has no values"),
        ({}, {"alpha": 3.5, "resolution": object()}, "the values of 'resolution' are "),
        ({"columns": ["mac"]}, {"alpha": [1]}, "there is no column 'mac'; did you mean 'macs'?"),
        ({"columns": ["op"]}, {"alpha": [1]}, "the column 'op' has no total that is a number"),
        ({"where": "macs << 3"}, {"alpha": [1]}, "--where 'macs << 3': found 2 comparisons, expected one"),
        ({"where": "cost < 3"}, {"alpha": [1]}, "--where 'cost < 3': unknown name 'cost'"),
        ({"zipped": True}, {"alpha": [1, 2], "resolution": [32]}, "zipped vars need equally many values"),
        ({"sample": 0}, {"alpha": [1]}, "the sample is 0, expected a whole number of at least 1"),
        ({"sample": 2.5}, {"alpha": [1]}, "the sample is 2.5, expected a whole number of at least 1"),
        ({"seed": -1}, {"alpha": [1]}, "the seed is -1, expected a whole number of at least 0"),
        ({"batch": 0}, {"alpha": [1]}, "the batch is 0, expected a whole number of at least 1"),
        ({}, {"conv1.strid": [1]}, "'conv1' has no argument 'strid'"),
        ({}, {}, "a sweep needs a var with values"),
        ({"specs": []}, {"alpha": [1]}, "a sweep needs a spec"),
        ({"specs": ["vgg16", "vgg16"]}, {"classes": [1]}, "a spec is named twice"),
        ({"specs": ["mobilenet_v1", "vgg16"]}, {"alpha": [1]}, "vgg16: there is no var 'alpha'"),
        ({}, {"alpha": [0.5, 2**60 + 1]}, "'alpha' has whole numbers beyond 2**53 beside fractions"),
        ({}, {"alpha": [float("nan"), 1.0]}, "'alpha' has the value nan, expected finite numbers"),
        ({}, {"alpha": [1.0, float("inf")]}, "'alpha' has the value inf, expected finite numbers"),
        ({"sample": float("nan")}, {"alpha": [1]}, "the sample is nan, expected a whole number of at least 1"),
        ({"sample": float("inf")}, {"alpha": [1]}, "the sample is inf, expected a whole number of at least 1"),
        ({"columns": "params"}, {"alpha": [1]}, "found the columns 'params', expected a list of names"),
        ({"where": 5}, {"alpha": [1]}, "found the conditions 5, expected a list of names"),
        ({"where": [None]}, {"alpha": [1]}, "found the condition None, expected a text"),
        ({"columns": ["alpha"]}, {"alpha": [1]}, "the var 'alpha' and the column 'alpha' have one name"),
    ],
)
def test_wrong_input(options, values, message):
    with pytest.raises(archcalc.ArchcalcError) as caught:
        sweep(options.pop("specs", "mobilenet_v1"), **options, **values)
    assert str(caught.value).startswith(message)


def test_threads_find_structures_once():
    engine = Engine("blocks/chain", space_of({"L": range(1, 9), "K": range(1, 9)}), ("macs",), Settings(), (), {})
    pieces = [(start, start + 8) for start in range(0, 64, 8)]
    frame = pd.concat([pd.DataFrame(stretch.columns) for stretch in in_order(engine.stretch, pieces)])
    assert len(frame) == 64
    assert sum(map(len, engine.runners.values())) == 8  # one a length


@pytest.mark.parametrize("alpha", [[1.0, 1.4, 1.45], [1.4, 1.0], [0.35, 1.47]])
def test_kinds_of_numbers_do_not_depend_on_the_first_variant(alpha):
    """The last layer of MobileNet v2 has max(1, alpha)*1280 filters: a whole number for some alpha, not for others."""
    frame = sweep("mobilenet_v2", ["params"], alpha=alpha)
    assert frame["params"].tolist() == [alone("mobilenet_v2", {"alpha": one}, ["params"])["params"] for one in alpha]
    assert frame["params"].dtype == np.int64


EXPRESSIONS = [
    "floor(max(1, a)*7)", "ceil(a*b/3) + 1", "round(sqrt(b)*a*4) + 1", "floor(log2(b)*9) + 1", "max(1, floor(b/2*3))",
    "make_divisible(a*b, 4)", "b**2 // 3 + 1", "floor(2**a*5)", "b if a > 1 else 2*b + 1", "min(3, a)*4 // 1 + 1",
    "b % 5 + 1", "floor((b if b > 5 else a)*3)", "int(a*9) + 1", "max(b, 4) - min(b, 2)",
    "1 if b != 4 else 2", "1 if b % 2 != 1 or a != 1 else 2", "1 if not b == 4 else 2", "1 if (b == 4) == false else 2",
    "1 if b != true else 2", "1 if (b > 4) != (a > 1) else 2",
    "floor(a // 0.1) + 1", "floor(a*b // 0.3) + 1", "floor(b % 0.3 * 10) + 1", "3 if a % 3 > 2 else 1",
    "floor(b / (b - 5) * 2) + 99", "b % (b - 7) + 20", "1 if b < 2**70 else 2",
]  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("is_compiled", [False, True])
def test_expressions(expression, is_compiled, tmp_path, monkeypatch):
    monkeypatch.setattr(runners, "LARGE", 0 if is_compiled else 10**9)
    path = tmp_path / "a.yaml"
    path.write_text(f'input: [3, 8, 8]\nvars: {{a: 1.5, b: 4}}\nlayers: [{{conv: ["{expression}", 3]}}]\n')
    values = {"a": [0.3, 1.0, 1.25, 2.0, 2.7], "b": range(1, 14)}
    frame = sweep(path, ["params"], **values)
    expected = {}
    for a in values["a"]:
        for b in values["b"]:
            try:
                expected[a, b] = alone(path, {"a": a, "b": b}, ["params"])["params"]
            except archcalc.ArchcalcError:
                continue
    assert dict(zip(zip(frame["a"], frame["b"], strict=True), frame["params"], strict=True)) == expected


LARGE = [4, 2**53 - 1, 2**53 + 1, 2**53 + 2, 2**60 + 2, 2**60 + 1, 2**62]
LARGE_EXPRESSIONS = [
    "1 if b > 9007199254740992.0 else 2", "b/2", "max(b, 1.5)//3", "1 if b*1.0 == b else 2", "b % 2.0 + 1",
    "min(b, 99999999999999999999)", "floor(b*1e16/1e16) + 1", "b**8 * b**8 * b**4 // b**19",
]  # fmt: skip


@pytest.mark.parametrize("expression", LARGE_EXPRESSIONS)
@pytest.mark.parametrize("is_compiled", [False, True])
def test_expressions_of_large_numbers(expression, is_compiled, tmp_path, monkeypatch):
    """Where whole numbers beyond 2**53 meet floats; each variant that is a network by itself is one here."""
    monkeypatch.setattr(runners, "LARGE", 0 if is_compiled else 10**9)
    path = spec_of(expression, tmp_path)
    assert found_of(path, LARGE) == expected_of(path, LARGE)


@pytest.mark.parametrize(
    "expression",
    [
        "floor((b - 5)**0.5*3) + 1", "floor((b - 5)**-1*3) + 4", "1 if 1e300*10.0**(12 - b) > 5 else 2",
        "floor(1e10*1e10/b**40) + 1", "(b - 5)**(b/2) // 1 + 99", "b**400 % 7 + 1",
    ],
)  # fmt: skip
def test_a_variant_without_a_result_spoils_no_other(expression, tmp_path):
    """No root of a negative number, a power of zero, what is too large: the first one, or one among others."""
    path = spec_of(expression, tmp_path)
    for values in (list(range(1, 14)), list(range(13, 0, -1)), [1e300, 2.0, 3.5, 7.0]):
        assert found_of(path, values) == expected_of(path, values)


@pytest.mark.parametrize("values", [[4, 2**63 + 1, 2**64], [2**70 + 1, 3], [2**62, 3, 2**600]])
@pytest.mark.parametrize("expression", ["b", "b % 7 + 1", "b*b % 7 + 1", "b**8"])
def test_huge_values_of_a_var(values, expression, tmp_path):
    path = spec_of(expression, tmp_path)
    assert found_of(path, values) == expected_of(path, values)


def test_roots_between_perfect_squares_are_not_cut(tmp_path, monkeypatch):
    monkeypatch.setattr(runners, "LARGE", 0)
    path = tmp_path / "a.yaml"
    path.write_text("input: [1, 1]\nvars: {b: 4, c: 1}\nlayers: [{conv: ['floor(sqrt(b)*c*10)', 1]}]\n")
    frame = sweep(path, ["params"], c=[1, 3], b=[4, 5, 7, 16])
    assert frame["params"].tolist() == [
        alone(path, {"b": b, "c": c}, ["params"])["params"] for c in (1, 3) for b in (4, 5, 7, 16)
    ]


def spec_of(expression, folder):
    """A spec with one layer, which has as many filters as an expression of b says."""
    path = folder / "a.yaml"
    path.write_text(f'input: [1, 1]\nvars: {{b: 8}}\nlayers: [{{conv: ["{expression}", 1]}}]\n')
    return path


def found_of(path, values):
    """The params of each b of which a sweep finds a network."""
    frame = sweep(path, ["params"], b=values)
    assert len(frame) + sum(frame.attrs["problems"].values()) == len(values)
    return dict(zip(frame["b"], frame["params"], strict=True))


def expected_of(path, values):
    """The same of each by itself."""
    expected = {}
    for b in values:
        try:
            expected[b] = alone(path, {"b": b}, ["params"])["params"]
        except archcalc.ArchcalcError:
            continue
    return expected


LAYERS = [
    "{max_pool: {kernel: 'b % 2 + 1', stride: 2}}",  # without a comparison it is a copy, which reads less
    "{conv: {filters: 'widths[b % 3]', kernel: 1}}", "{conv: {filters: 4, kernel: 1, bias: 'b > 3'}}",
    "{gru: {units: 4, layers: b}}",
    "{conv: {filters: a, kernel: 1}}",  # its intensity is one fraction for all
]  # fmt: skip


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_that_depend_on_a_var(layer, tmp_path):
    path = tmp_path / "a.yaml"
    head = "input: [3, 8]\nvars: {a: 2, b: 4, widths: [3, 5, 2]}\nlayers: "
    path.write_text(f"{head}[{layer}]\n")
    columns = ("params", "macs", "bytes_moved", "intensity")
    values = {"a": [2], "b": [1, 2, 3, 4, 40]}
    frame = sweep(path, columns, **values)
    known = list(rows_of(frame, values))
    assert len(known) == (4 if "gru" in layer else 5)  # at most 32 layers
    for row, found in known:
        expected = {name: float(value) for name, value in alone(path, row, columns).items()}
        assert {name: found[name] for name in columns} == expected, row


@pytest.mark.parametrize("is_compiled", [False, True])
@pytest.mark.parametrize("expression", ["1 if a > 1 else (2 if b else 3)", "1 if a > 1 else 2 + (b > 0)"])
def test_truths_and_numbers_stay_apart(expression, is_compiled, tmp_path, monkeypatch):
    """What is an error by itself, off the path of the first variant, is one in a sweep."""
    monkeypatch.setattr(runners, "LARGE", 0 if is_compiled else 10**9)
    path = tmp_path / "a.yaml"
    path.write_text(f'input: [3, 8, 8]\nvars: {{a: 2, b: 1}}\nlayers: [{{conv: ["{expression}", 3]}}]\n')
    with pytest.raises(archcalc.ArchcalcError):
        archcalc.load(path, a=1)
    frame = sweep(path, ["params"], a=[2, 1], b=[1, 2])
    assert frame[["a", "params"]].to_numpy().tolist() == [[2, 28], [2, 28]]
    assert sum(frame.attrs["problems"].values()) == 2
