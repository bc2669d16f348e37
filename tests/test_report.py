"""The report of a network in Python: totals, layers, folding, what is left out and said so."""

from __future__ import annotations

import copy
import json
import pathlib
import pickle

import numpy as np
import pytest
import sympy

import archcalc

# By hand: conv 3 -> 4 channels, 3x2 taps: 4*3*6 = 72 weights, on 4 x 6 positions (9 - 3 over stride 2, 7 - 2 + 1)
# 72*24 = 1728 MAC; each branch 4*4 = 16 weights, 16*24 = 384 MAC; the head 4*2 weights.
SPEC = """
name: Small
input: [3, 9, 7]
blocks:
  two:
    layers:
      - {conv: [4, 1], name: a}
      - relu
      - {conv: [4, 1], name: b}
layers:
  - {conv: {filters: 4, kernel: [3, 2], stride: [2, 1], bias: false}, name: stem}
  - relu
  - {add: [[two], []], name: join}
  - {head: [global_avg_pool, {linear: 2}], name: side}
  - {two: , repeat: 2, name: tail}
"""


def report(**settings: object) -> archcalc.Report:
    return archcalc.analyze(archcalc.loads(SPEC), **settings)  # type: ignore[arg-type]


def test_totals() -> None:
    # 72 + 6*(16 + 4) + 8 + 2 params; 1728 + 6*384 + 8 MAC; 6 convs and one linear.
    assert report().totals == {
        "params": 202,
        "weights": 176,
        "buffers": 0,
        "macs": 4040,
        "flops": 4040,
        # the input 189; 96 for stem, join and each of six convs; 4 pooled, 2 of the head
        "activations": 189 + 8 * 96 + 6,
        "neurons": 7 * 96 + 2,
        "connections": 4040 + 6 * 96 + 2,
        "depth": 7,
    }


@pytest.mark.parametrize(
    ("settings", "changed"),
    [
        ({"batch": 3}, {"macs": 12120, "flops": 12120, "activations": 2889}),
        ({"convention": "flops"}, {"flops": 8080}),
        ({"dtype": "float16"}, {}),
    ],
)
def test_settings_change_what_they_should_and_nothing_else(
    settings: dict[str, object], changed: dict[str, int]
) -> None:
    assert report(**settings).totals == {**report().totals, **changed}


@pytest.mark.parametrize(
    ("depth", "names"),
    [
        (None, ["input", "stem", "join.0.two.a", "join.0.two.b", "join", "side.global_avg_pool", "side.linear",
                "tail.0.a", "tail.0.b", "tail.1.a", "tail.1.b"]),
        (1, ["input", "stem", "join", "side", "tail"]),
        (2, ["input", "stem", "join.0", "join", "side.global_avg_pool", "side.linear", "tail.0", "tail.1"]),
    ],
)  # fmt: skip
def test_depth(depth: int | None, names: list[str]) -> None:
    table = report().table(("params", "macs", "depth"), depth)
    assert [row[0] for row in table.rows] == names
    assert sum(row[1] for row in table.rows) == 202
    assert sum(row[2] for row in table.rows) == 4040
    assert table.totals[1:] == (202, 4040, 7)


def test_folded_rows_are_named_after_what_was_written() -> None:
    table = report().table(("op", "inputs", "output"), depth=1)
    assert {row[0]: row[1:] for row in table.rows} == {
        "input": ("input", [], [3, 9, 7]),
        "stem": ("conv", ["input"], [4, 4, 6]),
        "join": ("add", None, [4, 4, 6]),
        "side": ("head", None, [2]),
        "tail": ("two x2", None, [4, 4, 6]),
    }


def test_what_is_left_out_is_counted() -> None:
    assert report().table().notes == (
        "not listed, as they work in place or are views and add 0 to every sum here: 4 relu (--all lists them)",
    )
    assert report().table(depth=1).notes == (
        "not listed, as they work in place or are views and add 0 to every sum here: 1 relu (--all lists them)",
    )
    assert report().table(everything=True).notes == ()
    assert len(report().table(everything=True).rows) == len(report().layers) == 15


def test_a_column_named_twice_is_shown_once() -> None:
    assert [column.name for column in report().table(("params", "name", "params")).columns] == ["name", "params"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"batch": 0}, "the batch is 0, expected a whole number of at least 1"),
        ({"batch": True}, "the batch is true, expected a whole number of at least 1"),
        ({"batch": "2"}, "the batch is the text '2', expected a whole number of at least 1"),
        ({"batch": 1.5}, "found 1.5, expected a whole number"),
        ({"batch": None}, "the batch is nothing, expected a whole number of at least 1"),
        ({"dtype": "float"}, "there is no dtype 'float'"),
        ({"dtype": None}, "there is no dtype 'None'"),
        ({"convention": []}, "there is no convention '[]'"),
        ({"convention": "MAC"}, "there is no convention 'MAC'; did you mean 'macs'?"),
    ],
)
def test_wrong_settings(settings: dict[str, object], message: str) -> None:
    with pytest.raises(archcalc.ArchcalcError) as caught:
        report(**settings)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("spec", [None, 3, b"lenet5", ["lenet5"], object()])
def test_what_is_no_spec(spec: object) -> None:
    with pytest.raises(archcalc.ArchcalcError, match="expected the path or name of a spec as text"):
        archcalc.analyze(spec)  # type: ignore[arg-type]


def test_a_path_may_be_a_path(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "a net.yaml"
    file.write_text(SPEC)
    assert archcalc.analyze(file).totals == report().totals


def test_networks_and_errors_can_be_copied_and_sent() -> None:
    network = archcalc.loads(SPEC)
    for twin in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):  # noqa: S301
        assert archcalc.analyze(twin).totals == report().totals
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.loads("input: [3]\nlayers: [cnv, {linear: x}]")
    twin = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    assert str(twin) == str(caught.value)
    assert len(twin.errors) == 2


def test_a_layer_is_found_by_its_path() -> None:
    network = archcalc.loads(SPEC)
    assert network.layer("tail.1.b").output.shape == (4, 4, 6)
    with pytest.raises(archcalc.ArchcalcError, match=r"no layer 'tail.1.c'; did you mean 'tail\.1\.[ab]'\?"):
        network.layer("tail.1.c")


def test_outputs_are_the_end_and_the_heads() -> None:
    network = archcalc.loads(SPEC)
    assert [network.layers[index].path for index in network.outputs] == ["tail.1.b", "side.linear"]


@pytest.mark.parametrize("batch", [3.0, sympy.Integer(3), np.int64(3)])
def test_a_batch_is_a_whole_number_whatever_its_type(batch: object) -> None:
    macs = report(batch=batch).totals["macs"]
    assert (type(macs), macs) == (int, 12120)


def test_a_batch_of_columns_does_not_wrap() -> None:
    # VGG-16 needs 15,470,264,320 MAC an image: times 10**9 that is beyond 64 bits.
    macs = archcalc.analyze("vgg16", batch=np.array([1, 10**9])).totals["macs"]  # type: ignore[arg-type]
    assert macs.tolist() == [15_470_264_320, 15_470_264_320 * 10**9]


def test_a_column_of_variants_is_a_copy() -> None:
    classes = np.array([10, 1000])
    network = archcalc.load("lenet5", classes=classes)
    classes[:] = 2**62
    # 61,706 with 10 classes (LeCun et al. 1998, f6 84 wide): 850 of them in the last layer, 85 a class
    assert archcalc.analyze(network).totals["params"].tolist() == [61_706, 61_706 + 990 * 85]


def test_what_is_read_from_a_report_does_not_change_it() -> None:
    made = report()
    made.layers[1]["output"].append(99)
    made.layers[1]["attributes"]["filters"] = 99
    assert str(made) == str(report())
    assert made.to_json() == report().to_json()


def test_layers_that_nothing_depends_on_are_named() -> None:
    spec = "input: {a: [4], b: [4]}\nlayers: [{linear: 3, name: lost}, {linear: 2, from: a}]"
    made = archcalc.analyze(archcalc.loads(spec))
    note = "counted, although no output depends on them: b, lost"
    assert note in made.table().notes
    assert json.loads(made.to_json())["notes"] == [note]


def test_public_names() -> None:
    assert dir(archcalc) == sorted(archcalc.__all__)
    for name in archcalc.__all__:
        assert getattr(archcalc, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'analyse'"):
        archcalc.analyse  # type: ignore[attr-defined]  # noqa: B018
