"""Closed forms: what lectures and papers print, and the same numbers as the reading with numbers."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy

import archcalc
from archcalc.closed_forms.simple import divided, in_parts, is_at_least_0, simple
from archcalc.spec.locate import zoo_folder

HERE = Path(__file__).parent
BLOCKS = sorted(path.stem for path in Path(zoo_folder(), "blocks").glob("*.yaml"))
TRIALS = 50
STRIDED = """
input: [3, n, m]
vars: {n: 33, m: 40, width: 8, groups: 2, k: 3, s: 2, rate: 0.5}
layers:
  - {conv: {filters: 2*groups*width, kernel: 3, stride: 2, padding: 1}}
  - {max_pool: {kernel: 2, stride: 2}}
  - {conv: {filters: 4*groups*width, kernel: 3, stride: 2, padding: half, groups: groups}}
  - {max_pool: {kernel: 3, stride: 2, ceil_mode: true}}
  - {depthwise_conv: {kernel: k, stride: s, padding: same}}
  - {conv: {filters: make_divisible(rate*width), kernel: 1}}
  - {conv: {filters: ceil(rate*width), kernel: 1}}
  - {conv_transpose: {filters: 2, kernel: 4, stride: 2, padding: 1}}
"""


def whole_vars(graph):
    """The vars that can be symbols: numbers that do not decide how often something is repeated."""
    return [name for name, value in graph.vars.items() if type(value) in (int, float) and name != "L"]


def number(expression, values):
    """The value of an expression, as a number."""
    if not isinstance(expression, sympy.Basic):
        return expression
    found = expression.subs({symbol: values[str(symbol)] for symbol in expression.free_symbols})
    assert found == int(found)
    return int(found)


def numbers(value, values):
    return [number(one, values) for one in value] if isinstance(value, list) else number(value, values)


def draws(graph, names, seed, load):
    """Random values for vars, as many as make a network of them."""
    pick = random.Random(seed)
    made = 0
    for _ in range(100 * TRIALS):
        values = {}
        for name in names:
            default = graph.vars[name]
            values[name] = sympy.Rational(pick.randint(1, 24), 8) if type(default) is float else pick.randint(1, 60)
        if "G" in values:  # parts of the channels: seldom by chance
            values |= {name: values[name] * values["G"] for name in ("C_in", "C_out") if name in values}
        if "heads" in values:
            values["C"] *= values["heads"]
        plain = {name: float(value) if type(value) is not int else value for name, value in values.items()}
        try:
            network = load(**plain)
        except archcalc.ArchcalcError:
            continue
        yield values, archcalc.analyze(network)
        made += 1
        if made == TRIALS:
            return
    raise AssertionError(f"only {made} networks")


def compare(found, report, values):
    """Every total and every cell of every layer."""
    for name, expression in found.totals.items():
        assert number(expression, values) == report.totals[name], (name, expression, values)
    for layer, expected in zip(found.layers, report.layers, strict=True):
        for name in ("output", "params", "macs", "activations"):
            assert numbers(layer[name], values) == expected[name], (layer["name"], name, layer[name], values)
        field, seen = layer["receptive_field"], expected["receptive_field"]
        if seen != "global":  # whether all of it is seen depends on the sizes: the extent is given where it is open
            assert numbers(field, values) == seen, (layer["name"], field, values)
        else:
            assert field == "global" or all(size >= 1 for size in numbers(field, values))


@pytest.mark.parametrize("name", BLOCKS)
def test_every_block_gives_the_numbers_of_random_values(name):
    graph = archcalc.load(f"blocks/{name}")
    names = whole_vars(graph)
    found = archcalc.formulas(f"blocks/{name}", names)
    for values, report in draws(graph, names, name, lambda **given: archcalc.load(f"blocks/{name}", **given)):
        compare(found, report, values)


@pytest.mark.parametrize("names", [["n", "m"], ["width", "n"], ["groups", "n"], ["rate", "m"], ["k", "n"], ["s", "n"]])
def test_roundings_are_exact(names, tmp_path):
    path = tmp_path / "strided.yaml"
    path.write_text(STRIDED)
    graph = archcalc.load(path)
    found = archcalc.formulas(path, names)
    for values, report in draws(graph, names, str(names), lambda **given: archcalc.load(path, **given)):
        compare(found, report, values)


@pytest.mark.parametrize(
    ("name", "symbols", "total", "expected"),
    [
        # Lecture CMP784-05: 17HWC^2 of a residual block, C_out C_in K^2 HW / G of a grouped convolution, and
        # C_in HW (C_out + K^2) of a separable one; the others by hand from the figures of the papers.
        ("bottleneck", "C H W", "macs", "17*C**2*H*W"),
        ("basic", "C H W", "macs", "18*C**2*H*W"),
        ("resnext", "C H W G c", "macs", "G*H*W*c*(8*C + 9*c)"),
        ("grouped", "C_in C_out H W K G", "macs", "C_in*C_out*H*K**2*W/G"),
        ("separable", "C_in C_out H W K", "macs", "C_in*H*W*(C_out + K**2)"),
        ("inverted_bottleneck", "C H W t K", "macs", "C*H*W*t*(2*C + K**2)"),
        ("fire", "C H W s1x1 e1x1 e3x3", "macs", "H*W*s1x1*(C + e1x1 + 9*e3x3)"),
        ("fire", "C H W s1x1 e1x1 e3x3", "params", "e1x1 + e3x3 + s1x1*(C + e1x1 + 9*e3x3 + 1)"),
        ("dense", "C H W k", "macs", "45*H*W*k*(C + 2*k)"),
        ("se", "C r", "params", "2*C*floor(C/r)"),
        ("transformer", "C N", "macs", "2*C*N*(6*C + N)"),
        ("transformer", "C N", "params", "C*(12*C + 13)"),
        ("chain", "C H W K", "macs", "3*C**2*H*K**2*W"),
    ],
)
def test_closed_forms(name, symbols, total, expected):
    assert str(archcalc.formulas(f"blocks/{name}", symbols.split()).totals[total]) == expected


@pytest.mark.parametrize("length", range(2, 7))
def test_fields_of_chains(length):
    """L*(K - 1) + 1, and with dilations that double (2**L - 1)*(K - 1) + 1."""
    for name, growth in (("chain", length), ("dilated_chain", 2**length - 1)):
        found = archcalc.formulas(f"blocks/{name}", ["K", "H", "W"], L=length)
        assert str(found.receptive_field[0]) == f"{growth}*(K - 1) + 1"


@pytest.mark.parametrize("length", range(1, 7))
def test_a_dense_block_by_its_layers_and_its_growth(length):
    """Each layer sees C + i*k maps, so the sum is 9*H*W*k*(L*C + k*L*(L - 1)/2)."""
    k, C, H, W = (archcalc.algebra.symbols.symbol(name) for name in "kCHW")  # noqa: N806
    found = archcalc.formulas("blocks/dense", ["k", "C", "H", "W"], L=length)
    assert sympy.expand(found.totals["macs"] - 9 * H * W * k * (length * C + k * length * (length - 1) / 2)) == 0


def test_the_saving_of_a_separable_convolution():
    """1/C_out + 1/K**2 of a full one: lecture CMP784-05, and Howard et al. 2017, section 3.1."""
    symbols = ["C_in", "C_out", "K", "H", "W"]
    saving = (
        archcalc.formulas("blocks/separable", symbols).totals["macs"]
        / archcalc.formulas("blocks/grouped", symbols, G=1).totals["macs"]
    )
    assert in_parts(saving) == "1/C_out + 1/K**2"


@pytest.mark.parametrize("name", ["bottleneck", "se"])
def test_golden_text(name):
    symbols = {"bottleneck": ["C", "H", "W"], "se": ["C", "r", "H", "W"]}[name]
    assert f"{archcalc.formulas(f'blocks/{name}', symbols)}\n" == (HERE / "golden" / f"{name}.txt").read_text()


def test_the_text_is_the_same_in_every_process():
    program = "import archcalc; print(archcalc.formulas('blocks/inception', ['C', 'n1x1', 'n3x3', 'reduce3x3', 'H']))"
    runs = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


def test_divisibility():
    symbols = ["resolution"]
    exact = archcalc.formulas("mobilenet_v1", symbols).totals["macs"]
    assumed = archcalc.formulas("mobilenet_v1", symbols, assume_divisible=True).totals["macs"]
    assert str(assumed) == "22629*resolution**2/2 + 1024000"
    assert exact.has(sympy.ceiling)
    for size in (128, 160, 192, 224):  # of the paper, all divisible by 32
        values = {"resolution": size}
        expected = archcalc.analyze(archcalc.load("mobilenet_v1", **values)).totals["macs"]
        assert number(exact, values) == number(assumed, values) == expected


@pytest.mark.parametrize("seed", range(20))
def test_simplification_changes_no_value(seed):
    """Of roundings inside roundings, and of the larger of two sizes."""
    pick = random.Random(seed)
    n = archcalc.algebra.symbols.symbol("n")
    expression = n
    for _ in range(4):
        size, constant = pick.randint(1, 4), pick.randint(-2, 3)
        rounded = pick.choice([sympy.floor, sympy.ceiling])((expression + constant) / size)
        expression = pick.choice([rounded + pick.randint(-1, 2), sympy.Max(rounded, n - 1)])
    short = simple(expression)
    for value in range(1, 60):
        assert short.subs(n, value) == expression.subs(n, value), expression


def test_what_is_known_to_be_positive():
    n = archcalc.algebra.symbols.symbol("n")
    assert is_at_least_0(n - sympy.floor(n / 2))
    assert is_at_least_0(sympy.ceiling(n / 2) - 1) is False  # it is, but not term by term
    assert divided(sympy.ceiling(n / 4 + sympy.Rational(1, 4))) == n / 4 + 1
    assert divided(sympy.Mod(n + 3, 2)) == 1


def test_python_api():
    found = archcalc.formulas("blocks/grouped", ["C_in", "G"])
    assert isinstance(found, archcalc.Formulas)
    assert [layer["name"] for layer in found.layers] == ["input", "conv"]
    assert [str(size) for size in found.output] == ["256", "27", "27"]
    assert found.to_frame().loc["conv", "params"] == found.totals["params"]
    assert "<table" in found._repr_html_()
    C = archcalc.algebra.symbols.symbol("C_in")  # noqa: N806
    loaded = archcalc.formulas(archcalc.load("blocks/grouped", C_in=C))
    assert loaded.totals["macs"] == archcalc.formulas("blocks/grouped", ["C_in"]).totals["macs"]
    with pytest.raises(archcalc.ArchcalcError, match="give the path"):
        archcalc.formulas(archcalc.load("blocks/grouped"), ["C_in"])


def test_many_values_are_refused():
    with pytest.raises(archcalc.ArchcalcError, match="'H' has many values at once"):
        archcalc.formulas("blocks/basic", ["C"], H=np.array([3, 4]))


def test_halves_of_whole_numbers():
    """theta=0.5 of DenseNet-BC is a float, and exact: no float is left."""
    assert not archcalc.formulas("densenet121", ["growth"]).totals["macs"].atoms(sympy.Float)


@pytest.mark.parametrize("condition", ["n != 4", "not (n == 4)", "(n == 4) == false"])
def test_an_open_inequality_is_refused_with_its_place(condition, tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(f"input: [n, 8]\nvars: {{n: 4}}\nlayers: [{{conv: [3, 1], when: {condition}}}, relu]\n")
    with pytest.raises(archcalc.ArchcalcError, match=r"a\.yaml:3:.*whether n [!=]= 4 is not known"):
        archcalc.formulas(path, ["n"])


def test_regions(tmp_path):
    path = tmp_path / "a.yaml"
    regions = "{roi_align: {size: 7, regions: n}}"
    path.write_text(f"input: [c, 32, 32]\nvars: {{c: 4, n: 100}}\nlayers: [{regions}, flatten, {{linear: 10}}]\n")
    found = archcalc.formulas(path, ["c", "n"])
    assert str(found.totals["macs"]) == "490*c*n"
    assert "490*c*n" in str(found)


@pytest.mark.parametrize("name", BLOCKS)
def test_python_code_gives_whole_numbers(name):
    graph = archcalc.load(f"blocks/{name}")
    names = whole_vars(graph)
    code: dict = {}
    exec(archcalc.formulas(f"blocks/{name}", names).rendered("python"), code)  # noqa: S102
    totals = code["totals"](**{key: graph.vars[key] for key in names})
    expected = archcalc.analyze(graph).totals
    assert {key: totals[key] for key in expected} == expected
    assert all(type(totals[key]) is int for key in expected)
    assert list(code["layers"](**{key: graph.vars[key] for key in names})) == [layer.path for layer in graph.layers]


AT_PLACES = """
input: [3, 33, 40]
vars: {classes: 10}
blocks: {unit: {args: {filters: , kernel: 3}, layers: [{conv: {filters: filters, kernel: kernel, padding: 1}}]}}
layers:
  - {conv: {filters: 6, kernel: [3, 5], stride: 2, groups: 3}, name: stem}
  - {unit: [8], name: stage, repeat: 2}
  - global_avg_pool
  - {linear: classes}
"""
PLACES = {"A": "input[1]", "B": "input[2]", "F": "stage.filters", "K": "stage.1.kernel", "s": "stem.stride"}


def test_dimensions_and_arguments_as_symbols(tmp_path):
    """Numbers that a spec writes out, not only its vars, may be symbols; the numbers are those of the same knobs."""
    path = tmp_path / "a.yaml"
    path.write_text(AT_PLACES)
    texts = [f"{name}={place}" for name, place in PLACES.items()]
    found = archcalc.formulas(path, [*texts, "classes"])
    pick = random.Random(7)
    made = 0
    while made < TRIALS:
        values = {"A": pick.randint(3, 99), "B": pick.randint(5, 99), "F": pick.randint(1, 40)}
        values |= {"K": pick.randint(1, 4), "s": pick.randint(1, 4), "classes": pick.randint(1, 9)}
        knobs = {PLACES.get(name, name): value for name, value in values.items()}
        try:
            report = archcalc.analyze(archcalc.load(path, **knobs))
        except archcalc.ArchcalcError:
            continue  # too small for the kernel
        made += 1
        compare(found, report, values)
    same = archcalc.formulas(path, PLACES).totals["macs"] - found.totals["macs"].subs(found.symbols["classes"], 10)
    assert sympy.expand(same) == 0


@pytest.mark.parametrize(
    ("symbols", "message"),
    [
        (["stem.filters"], "'stem.filters' needs a name; write for example: N=stem.filters"),
        (["F=stem.filter"], "'stem' has no argument 'filter'"),
        (["F=stam.filters"], "there is no layer or block 'stam'; did you mean 'stem'?"),
        (["F=input[3]"], "there is no 'input[3]'"),
        (["classes=stem.filters"], "'classes' is a var of this network and cannot name another symbol"),
        (["F=stem.filters", "F=stage.filters"], "the symbol 'F' is given twice"),
        (["F=stem.filters", "G=stem.filters"], "the symbol 'G' is given twice"),
        (["lambda=stem.filters"], "'lambda' is a word of Python and cannot name a symbol"),
        (["in_size=stem.filters"], "'in_size' has a meaning of its own and cannot name a symbol"),
        (["k=stem.kernel"], "'stem.kernel' is a list, so it cannot be a symbol"),
        (["b=stem.bias"], "'stem.bias' is no number, so it cannot be a symbol"),
        ([3], "found the symbols [3], expected names"),
        (None, "found the symbols [None], expected names"),
        (["z=pad.before"], "there is no layer or block 'pad'"),
    ],
)
def test_wrong_places(symbols, message, tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(AT_PLACES)
    with pytest.raises(archcalc.ArchcalcError) as caught:
        archcalc.formulas(path, symbols)
    assert str(caught.value).startswith(message)


def test_a_symbol_for_zero_is_refused():
    """With se=0 resnet18 has no squeeze-and-excitation; a positive symbol would put it in."""
    with pytest.raises(archcalc.ArchcalcError, match="the var 'se' is 0, and a symbol is above 0"):
        archcalc.formulas("resnet18", ["se"])


@pytest.mark.parametrize("padding", ["half if n > 1 else valid", "'half' if n > 1 else 'valid'"])
def test_a_symbol_cannot_choose_between_words_or_lists(padding, tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(
        f'input: [n, 8, 8]\nvars: {{n: 4}}\nlayers: [{{conv: {{filters: 3, kernel: 3, padding: "{padding}"}}}}]\n'
    )
    with pytest.raises(archcalc.ArchcalcError, match=r"a\.yaml:3:\d+: whether n > 1 is not known"):
        archcalc.formulas(path, ["n"])


def test_long_formulas_are_given_up():
    """Fields of Xception at any resolution have formulas of thousands of characters; everything else has not."""
    found = archcalc.formulas("xception", ["resolution"])
    assert "its formula is longer than anybody reads" in str(found)
    macs = found.totals["macs"].subs(found.symbols["resolution"], 331)
    assert macs == archcalc.analyze(archcalc.load("xception", resolution=331)).totals["macs"]


@pytest.mark.parametrize(("stride", "size"), [("S", "H/S"), ("2*S", "H/(2*S)")])
def test_symbolic_strides_that_divide(stride, size, tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(f"input: [3, H, 64]\nvars: {{H: 64, S: 2}}\nlayers: [{{conv: [8, 3, {stride}, 1]}}]\n")
    assert str(archcalc.formulas(path, ["H", "S"], assume_divisible=True).output[1]) == size


def test_python_code_of_any_names_and_fractions(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(
        "input: [lambda, 8, 8]\nvars: {lambda: 9}\nlayers: [{conv: [lambda/3, 1]}, flatten, {linear: 10}]\n"
    )
    code: dict = {}
    exec(archcalc.formulas(path, {"n": "input[0]"}, **{"lambda": 9}).rendered("python"), code)  # noqa: S102
    assert code["totals"](n=9)["params"] == archcalc.analyze(path).totals["params"]
    n = archcalc.algebra.symbols.symbol("n")
    exec(archcalc.formulas(archcalc.load("blocks/basic", C=2 * n)).rendered("python"), code)  # noqa: S102
    assert code["totals"](n=32)["macs"] == archcalc.analyze("blocks/basic").totals["macs"]
    exec(archcalc.formulas("shufflenet_v1", ["scale"]).rendered("python"), code)  # noqa: S102
    assert (
        code["totals"](scale=0.25)["macs"]
        == archcalc.analyze(archcalc.load("shufflenet_v1", scale=0.25)).totals["macs"]
    )
