"""Receptive fields where they end: bounded work, fields that are lost, and what is counted as seen."""

import numpy as np
import pytest

import archcalc
from archcalc.analysis.axis import Axis, Lost, joined
from archcalc.analysis.coverage import Coverage
from archcalc.analysis.receptive_field import compute, fields_of
from archcalc.graph.op import ALL, EACH


def row(text, **variables):
    """Receptive field, jump and start of the last layer, and the notes."""
    columns, notes = compute(archcalc.loads(text, **variables), None, {})
    return [column[-1] for column in columns], notes


def counted(monkeypatch, text):
    """How many steps from a layer to an input of it were taken backwards."""
    made = []
    keep = Coverage.__init__

    def remember(self, *arguments):
        keep(self, *arguments)
        made.append(self)

    monkeypatch.setattr(Coverage, "__init__", remember)
    result = row(text)[0][0]
    return 200_000 - made[0]._budget, result


@pytest.mark.parametrize(("kernel", "most"), [("[8, 3, 1, half]", 4000), ("[8, 3]", 4000)])
def test_many_layers_that_see_everything_take_linear_time(monkeypatch, kernel, most):
    sequence = f"[{{conv: {kernel}}}, {{head: [global_avg_pool]}}]"
    text = f"input: [1, 3000, 3000]\nlayers: [{{sequence: {sequence}, repeat: 900}}]"
    steps, result = counted(monkeypatch, text)
    assert result == "global"
    assert steps < most


def test_beyond_the_budget_nothing_is_said_to_be_global():
    graph = archcalc.loads("input: [1, 9]\nlayers: [{relu: , repeat: 5}, global_avg_pool]")
    windows = [EACH] * 6 + [ALL]
    enough, short = Coverage(graph, windows, 5), Coverage(graph, windows, 4)
    assert (enough.sees_everything(6, 0), enough.is_spent) == (True, False)
    assert (short.sees_everything(6, 0), short.is_spent) == (False, True)


def test_a_spent_budget_is_noted_once(monkeypatch):
    monkeypatch.setattr(Coverage.__init__, "__defaults__", (3,))
    (size, _, _), notes = row(
        "input: [1, 9]\nlayers: [{relu: , repeat: 5}, {head: [global_avg_pool]}, global_max_pool]"
    )
    assert size == [9]
    assert notes == ["whether a field is global is not followed in all of so large a network"]


@pytest.mark.parametrize(("shifts", "period"), [((999 * 1000, 1000 * 1000), "999,000"), ((9, 9), "999,000")])
def test_branches_that_repeat_together_too_rarely_are_lost(shifts, period):
    one, other = (
        Axis(shift, (0,) * count, (1,) * count, 10**6) for shift, count in zip(shifts, (999, 1000), strict=True)
    )
    with pytest.raises(Lost, match=f"only after {period} positions"):
        joined(one, other)


def test_a_network_of_such_branches_has_a_note():
    branches = ", ".join(f"[{{adaptive_avg_pool: {n}}}, {{crop: [[0, {n - 307}]]}}]" for n in (313, 311, 307))
    (size, jump, start), notes = row(f"input: [1, 1000]\nlayers: [{{add: [{branches}]}}]")
    assert (size, jump, start) == (None, None, None)
    assert notes[0].startswith("receptive fields are not followed behind add: branches whose fields repeat")


def test_small_windows_are_followed_however_much_was_enlarged():
    # 2*3*4*4*4 = 384 outputs repeat every input position, one of which each of them sees.
    layers = "[{upsample: 2}, {upsample: 3}, {upsample: 4, repeat: 3}, {conv: [1, 2]}]"
    (size, jump, start), notes = row(f"input: [1, 9]\nlayers: {layers}")
    assert (size, [str(value) for value in jump], start, notes) == ([2], ["1/384"], [0], [])


def test_only_the_field_on_the_first_input_is_kept():
    text = """
    input: {a: [1, 9], b: [1, 9], c: [1, 9]}
    layers:
      - {concat: , from: [c, b], name: two}
      - {concat: , from: [two, a], name: three}
    """
    fields, _ = fields_of(archcalc.loads(text))
    assert [field.source for field in fields] == [0, 1, 2, 1, 0]


# 12 positions behind the first conv; the windows of the second touch -3, -1, 1, 3 and on: only odd ones.
HOLES = "{conv: {filters: 1, kernel: 2}}, {conv: {filters: 1, kernel: 4, stride: 2, padding: half, dilation: 2}}"


@pytest.mark.parametrize(
    ("layers", "is_global"),
    [
        (f"{HOLES}, global_max_pool", False),
        # Padding 4 is a multiple of the dilation: 0, 2, .., 10, and the kernel of 2 fills the holes up to 11 of 12.
        (f"{HOLES.replace('half', '4')}, global_max_pool", False),
        # One more position before: every second one from -1 on, each with its neighbour behind: 0 to 12.
        ("{conv: {filters: 1, kernel: 3, padding: 1}}, "
         "{conv: {filters: 1, kernel: 4, stride: 2, padding: 4, dilation: 2}}, global_max_pool", True),
        ("{conv: {filters: 1, kernel: 3, padding: half, dilation: 2}}, global_max_pool", True),
    ],
)  # fmt: skip
def test_dilated_windows_cut_by_padding(layers, is_global):
    assert (row(f"input: [1, 13]\nlayers: [{layers}]")[0][0] == "global") == is_global


def test_a_jump_that_variants_do_not_divide_is_noted():
    text = "input: [1, n]\nvars: {n: 12}\nlayers: [{adaptive_avg_pool: 4}]"
    (_, jump, _), notes = row(text, n=np.array([12, 13]))
    assert jump is None
    assert [note for note in notes if "adaptive_avg_pool" in note]


# Jumps 2 and 1, three positions each of 13; output 0 sees 0 and 1.
UNEVEN = "{add: [[{conv: [1, 2, 2]}, {crop: [[0, 3]]}], [{crop: [[0, 10]]}]]}"


def test_a_branch_that_sees_what_all_others_see_is_the_union():
    (size, jump, _), notes = row("input: [1, 13]\nlayers: [{conv: [1, 2, 2]}, {multiply: [[], [global_avg_pool]]}]")
    assert (size, jump, notes) == ([12], None, [])


def test_behind_branches_of_other_jumps_fields_are_lost():
    (size, jump, start), notes = row(f"input: [1, 13]\nlayers: [{UNEVEN}, relu]")
    assert (size, jump, start) == ([2], [2], [0])
    assert "jumps 2 and 1 differ" in notes[0]
    (size, jump, start), notes = row(f"input: [1, 13]\nlayers: [{UNEVEN}, {{conv: [1, 3]}}, {{max_pool: 1}}]")
    assert (size, jump, start) == (None, None, None)
    assert [note for note in notes if "not followed behind conv: it follows branches whose jumps differ" in note]


def test_a_fixed_field_beside_a_moving_one_is_lost_behind_them():
    """The gate sees 0 to 5 of 13 and the other branch moves beyond it."""
    layers = "{multiply: [[], [{crop: [[0, 7]]}, global_avg_pool]]}"
    (size, _, _), notes = row(f"input: [1, 13]\nlayers: [{layers}]")
    assert size == [6]
    assert "jumps 1 and 0 differ" in notes[0]
    assert row(f"input: [1, 13]\nlayers: [{layers}, {{conv: [1, 3]}}]")[0] == [None, None, None]


def test_global_wins_over_what_is_lost():
    """The branches see only 0 to 5 of 13; a last one sees all of them."""
    lost = f"{UNEVEN}, {{conv: [1, 3, 1, 1]}}"
    assert row(f"input: [1, 13]\nlayers: [{lost}, global_avg_pool]")[0][0] is None
    gated = f"{{multiply: [[{lost}], [global_avg_pool]]}}"
    assert row(f"input: [1, 13]\nlayers: [{gated}]")[0][0] == "global"
    assert row(f"input: [1, 13]\nlayers: [{{concat: [[{lost}], [{{crop: [[10, 0]]}}]]}}]")[0][0] is None
    moving = "{multiply: [[], [{crop: [[0, 7]]}, global_avg_pool]]}, {conv: [1, 3]}"
    assert row(f"input: [1, 13]\nlayers: [{moving}, global_avg_pool]")[0][0] == "global"
