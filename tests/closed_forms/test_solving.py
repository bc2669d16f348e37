"""Solving for a var: exact roots, what the numbers around them really cost, and search."""

from __future__ import annotations

import random

import numpy as np
import pytest
import sympy

import archcalc
from archcalc.closed_forms.condition import condition


@pytest.mark.parametrize(
    ("groups", "width", "a_position", "root"),
    # Xie et al. 2017, Table 2, for C=64: widths of 4 and 24; 70,144 and 69,888 MACs a position, by hand. The roots of
    # 9*G*c**2 + 512*G*c = 69,632 by the formula for quadratics.
    [(32, 4, 70_144, (-512 * 32 + sympy.sqrt((512 * 32) ** 2 + 36 * 32 * 69_632)) / (18 * 32)),
     (4, 24, 69_888, (-512 * 4 + sympy.sqrt((512 * 4) ** 2 + 36 * 4 * 69_632)) / (18 * 4))],
)  # fmt: skip
def test_the_width_of_resnext(groups, width, a_position, root):
    found = archcalc.solve("blocks/resnext", "c", "macs == 17*C**2*H*W", C=64, G=groups)
    assert found.best == width
    assert found.roots.equation == "9*G*c**2 + 8*C*G*c = 17*C**2"
    assert sympy.simplify(found.roots.roots[0] - root) == 0
    values = {symbol: {"C": 64, "G": groups}[str(symbol)] for symbol in found.roots.general.free_symbols}
    assert sympy.simplify(found.roots.general.subs(values) - root) == 0
    assert {one.value: one.left for one in found.candidates}[width] == a_position * 56 * 56
    assert "root of the closed form, a polynomial of degree 2 in c" in str(found)


@pytest.mark.parametrize(
    ("spec", "unknown", "where", "step"),
    [
        ("mobilenet_v1", "alpha", "macs <= 300M", None),
        ("mobilenet_v1", "alpha", "params < 2M", "0.05"),
        ("mobilenet_v1", "resolution", "macs <= 300M", None),
        ("mobilenet_v1", "resolution", "macs > 300M", 32),
        ("mobilenet_v1", "classes", "params <= 4M", None),
        ("blocks/chain", "L", "params <= 20_000", None),
        ("blocks/grouped", "G", "macs <= 100M", None),
        ("blocks/se", "r", "params >= 1K", None),
        ("blocks/dense", "k", "activations >= C*H*W*100", None),
    ],
)
def test_budgets_against_trying_every_value(spec, unknown, where, step):
    where = where.replace("_", "")
    found = archcalc.solve(spec, unknown, where, step)
    stated = condition(where)
    default = archcalc.load(spec).vars[unknown]
    size = float(step or 0.01) if type(default) is float else int(step or 1)
    met = []
    for place in range(1, 1200):
        value = round(place * size, 6)
        try:
            left, right = stated.sides(archcalc.analyze(archcalc.load(spec, **{unknown: value})))
        except archcalc.ArchcalcError:
            continue
        if stated.holds(left, right):
            met.append((abs(left - right), value, left))
    nearest = min(met)
    tied = [value for distance, value, _ in met if distance == nearest[0]]
    assert found.best in (tied[0], tied[-1])  # where a plateau ends
    assert {one.value: one.left for one in found.candidates}[found.best] == nearest[2]


def test_random_quadratics():
    pick = random.Random(7)
    for _ in range(50):
        width, groups, channels = pick.randint(1, 40), pick.randint(1, 40), pick.randint(1, 100)
        macs = archcalc.analyze(archcalc.load("blocks/resnext", c=width, G=groups, C=channels)).totals["macs"]
        found = archcalc.solve("blocks/resnext", "c", f"macs == {macs}", G=groups, C=channels)
        assert found.best == width
        assert found.roots.roots == (width,)


def test_the_method_is_said():
    text = str(archcalc.solve("mobilenet_v1", "resolution", "macs <= 300M", 32))
    assert "search of multiples of 32, as the closed form is no polynomial in resolution" in text
    text = str(archcalc.solve("blocks/chain", "L", "params <= 20000"))
    assert "'repeat' decides the structure, so it cannot be L" in text


def test_where_neighbours_cannot_be():
    """5, 6 and 7 do not divide the 96 channels and 256 filters."""
    found = archcalc.solve("blocks/grouped", "G", "macs <= 100M")
    assert [one.value for one in found.candidates] == [4, 8]


@pytest.mark.parametrize(
    ("unknown", "where", "values", "message"),
    [
        ("d", "macs == 1M", {}, "there is no var 'd'"),
        ("c", "macs == 1M", {"c": 3}, "'c' cannot have a value and be solved for"),
        ("c", "macs = 1M", {}, "found 0 comparisons, expected one; equality is written =="),
        ("c", "1 < macs < 2", {}, "found 2 comparisons"),
        ("c", "mac == 1M", {}, "unknown name 'mac'; did you mean 'macs'?"),
        ("c", "macs == ", {}, "found the end"),
        ("c", "macs == __import__('os')", {}, "--where"),
        ("c", "macs == 10**10**10", {}, "too large"),
        ("c", "macs == -5", {}, "no positive c makes both sides of 'macs == -5' equal"),
        ("c", "depth <= 5", {}, "do not depend on c"),
        ("c", "op == 5", {}, "unknown name 'op'"),
    ],
)
def test_wrong_input(unknown, where, values, message):
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.solve("blocks/resnext", unknown, where, **values)
    assert message in str(caught.value)


def test_what_goes_up_and_down(tmp_path):
    spec = tmp_path / "a.yaml"
    spec.write_text("input: [3]\nvars: {n: 5}\nlayers: [{linear: (n % 7) + 1}]\n")
    with pytest.raises(archcalc.ArchcalcError, match="goes up and down"):
        archcalc.solve(spec, "n", "macs >= 13 + 0*n")


@pytest.mark.parametrize("step", ["0", "-1", "x", "1/0", "0.5", "nan", "inf"])
def test_wrong_steps(step):
    with pytest.raises(archcalc.ArchcalcError, match="the step is"):
        archcalc.solve("blocks/resnext", "c", "macs == 1M", step)


def test_places_of_a_spec():
    """VGG-16 has 138,357,544 params: 604 for each filter of conv1_1 (27 + 1 and 9*64), and 138,318,888 without any."""
    found = archcalc.solve("vgg16", "conv1_1.filters", "params == 138.4M")
    assert found.best == 134
    assert found.roots.equation == "151*conv1_1_filters = 20278"
    assert [one.left for one in found.candidates] == [138_318_888 + 604 * 134, 138_318_888 + 604 * 135]
    by_search = archcalc.solve("vgg16", "input[1]", "macs <= 10G", **{"input[2]": 100})
    assert by_search.candidates[-1].value == by_search.best + 1
    assert [one.holds for one in by_search.candidates] == [True, False]


def test_choices_are_all_tried():
    found = archcalc.solve("shufflenet_v2", "width", "macs <= 200M")
    assert [one.value for one in found.candidates] == [0.5, 1.0, 1.5, 2.0]
    assert found.best == 1.0
    assert found.method == "each of the 4 choices of width"
    with pytest.raises(archcalc.ArchcalcError, match="'width' has choices, so it takes no step"):
        archcalc.solve("shufflenet_v2", "width", "macs <= 200M", step=0.25)


GAPS = (
    "input: [C, 8, 8]\nvars: {C: 64}\nlayers: [{conv: {filters: floor(C*0.7)*8, kernel: 3, groups: 8, bias: false}}]\n"
)
# 3x3 over 32 rows with stride 2: larger kernels fit less often, so the MACs rise and fall with K.
TWO_WAYS = "input: [3, 32, 32]\nvars: {K: 3}\nlayers: [{conv: {filters: 8, kernel: K, stride: 2}}]\n"


@pytest.mark.parametrize(
    ("text", "unknown", "where", "best"),
    [
        # Every C by itself, by hand: C multiples of 8 make networks; macs = 36 * 9*(C/8) * 8*floor(0.7*C).
        (GAPS, "C", "macs <= 1M", 64),
        (GAPS, "C", "macs >= 8M", 192),
        (GAPS, "C", "params == 4000", 24),
    ],
)
def test_values_without_a_network_are_stepped_over(text, unknown, where, best, tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(text)
    costs = {}
    for value in range(8, 400, 8):
        costs[value] = archcalc.analyze(archcalc.load(path, C=value)).totals
    quantity, sign, bound = where.split()
    limit = {"1M": 10**6, "8M": 8 * 10**6, "4000": 4000}[bound]
    holding = {
        value: abs(total[quantity] - limit)
        for value, total in costs.items()
        if sign == "==" or (total[quantity] <= limit if sign == "<=" else total[quantity] >= limit)
    }
    assert min(holding, key=holding.get) == best
    assert archcalc.solve(path, unknown, where).best == best


def test_up_and_down_is_refused(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(TWO_WAYS)
    with pytest.raises(archcalc.ArchcalcError, match="'macs' goes up and down, as between K="):
        archcalc.solve(path, "K", "macs <= 250000")


@pytest.mark.parametrize(
    ("where", "best"),
    [
        ("macs < 218365952", 63),  # 64 makes it equal
        ("macs > 218365952", 65),
        ("macs <= 218365952", 64),
        ("params <= 1,000,000", 242),  # 17*242**2 + 12*242 = 998,492; 243: 1,006,749
        ("macs >= 1", 1),
        ("params < 100%*29", None),  # C = 1 has 29
        ("sqrt(macs) <= 3000", 12),  # 17*12**2*56**2 = 7,676,928
        ("macs <= 10**300", 2**40),  # where the search ends
    ],
)
def test_inequalities(where, best):
    assert archcalc.solve("blocks/bottleneck", "C", where).best == best


@pytest.mark.parametrize(
    ("arguments", "values", "message"),
    [
        (("blocks/bottleneck", "H", "params <= 101474"), {}, "the sides of 'params <= 101474' do not depend on H"),
        (("blocks/bottleneck", "C", "macs <= 1M"), {"H": np.array([28, 56])}, "the var 'H' is "),
        (("blocks/bottleneck", None, "macs <= 1M"), {}, "found the unknown None"),
        (("blocks/bottleneck", "C", 3), {}, "found the condition 3, expected a text"),
        (("resnet18", "se", "params <= 11.7M"), {}, "the var 'se' is 0, and a symbol is above 0"),
    ],
)
def test_what_cannot_be_solved(arguments, values, message):
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.solve(*arguments, **values)
    assert str(caught.value).startswith(message)


def test_the_default_need_not_make_a_network():
    """128 groups do not divide the 96 channels that blocks/grouped has by itself; 18 weights a channel and group."""
    found = archcalc.solve("blocks/grouped", "C_in", "params <= 35000", G=128, C_out=256)
    assert found.best == 640
    assert [one.left for one in found.candidates] == [256 * 25 * 5, 256 * 25 * 6]


def test_a_search_over_depth_ends():
    found = archcalc.solve("blocks/chain", "L", "macs >= 1000T")
    assert found.best is None
    assert "where the search ended" in found.method
