"""Layers explained: what is written comes to what the report says, in every format."""

from __future__ import annotations

import re
from math import gcd
from pathlib import Path

import pytest

import archcalc
from archcalc import algebra
from archcalc.algebra.worked import Worked
from archcalc.algebra.written import Writer
from archcalc.cli import main
from archcalc.explanation import FORMATS, LAYOUTS
from archcalc.spec import loads

PYTHON = {"max": max, "min": min, "gcd": gcd, "ceil_div": algebra.ceil_div, "__builtins__": {}}
AWKWARD = """
input: {image: [3, 33, 40], gate: [6]}
layers:
  - {conv: {filters: 6, kernel: [3, 5], stride: [2, 1], dilation: [1, 2], padding: [[1, 2], 0], groups: 3}, name: a_b}
  - {multiply: , from: [a_b, gate], name: gated}
  - {max_pool: {kernel: 3, stride: 2, ceil_mode: true}, name: pool}
  - {conv: {filters: 4, kernel: 3, padding: same}, name: same}
  - {conv_transpose: {filters: 4, kernel: 3, stride: 2}, name: up}
  - {head: [{roi_align: {regions: 12, size: [2, 3]}}, {conv: [3, 1]}], name: box}
  - {add: [[], [{avg_pool: [3, 1, 1]}]], name: merged}
  - flatten
  - {linear: 10, name: fc}
  - softmax
"""
CONV = """conv2_1: conv in VGG-16
112x112x64 -> 112x112x128, spatial sizes x channels
filters=128 kernel=3 stride=1 padding=1 dilation=1 groups=1 bias=true

output size
  C_out = filters
        = 128
  H_out = (H + 2*padding - (dilation*(kernel - 1) + 1))//stride + 1
        = 112 + 2 - 3 + 1
        = 112
  W_out = (W + 2*padding - (dilation*(kernel - 1) + 1))//stride + 1
        = 112 + 2 - 3 + 1
        = 112

parameters
  weights = (kernel*kernel*(C//groups))*filters
          = (3*3*64)*128
          = 73,728
  biases = filters
         = 128
  params = (kernel*kernel*(C//groups))*filters + filters
         = (3*3*64)*128 + 128
         = 73,856

work
  macs = H_out*W_out*(kernel*kernel*(C//groups))*filters
       = 112*112*(3*3*64)*128
       = 924,844,032 MAC
  adds = H_out*W_out*C_out
       = 112*112*128
       = 1,605,632

memory
  activations = H_out*W_out*C_out
              = 112*112*128
              = 1,605,632

receptive field
  k = dilation*(kernel - 1) + 1
    = 3
  r_out = j*(k - 1) + r
        = 2*(3 - 1) + 6
        = 10 px
  j_out = j*s
        = 2 px
  start_out = start - j*p
            = -2 - 2
            = -4 px
  (r, j, start: field, jump and first position of the layer's input; k, s, p: extent of the window, its stride, \
padding before)
"""


def test_a_convolution(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "vgg16", "conv2_1"]) == 0
    assert capsys.readouterr().out == CONV


def networks() -> dict[str, archcalc.Graph]:
    names = ("alexnet", "mobilenet_v2", "vit_b_16", "show_and_tell", "ssd300", "shufflenet_v2")
    return {"awkward": loads(AWKWARD)} | {name: archcalc.load(name) for name in names}


@pytest.mark.parametrize(("name", "network"), networks().items(), ids=lambda value: str(value)[:12])
def test_steps_come_to_what_the_report_says(name: str, network: archcalc.Graph) -> None:
    """Every derivation, evaluated by Python, and every count and field beside the columns of the report."""
    report = archcalc.analyze(network, batch=2)
    names = ("params", "weights", "biases", "buffers", "macs", "adds", "compares", "activations")
    report.analysis.require((*names, "receptive_field"))
    for index, layer in enumerate(network.layers):
        for section in report.explain(layer.path).sections:
            found = {step.name: step.number for step in section.steps}
            for step in section.steps:
                assert step.number == evaluated(step.number)
                if step.name in names:
                    assert step.number == report.analysis.values[step.name][index]
            if section.title == "output size":
                assert [int(str(value)) for value in found.values()] == list(layer.output.shape)
            if "r_out" in found:
                assert {found["r_out"].value} == set(report.analysis.values["receptive_field"][index])


def evaluated(number: object) -> object:
    """What Python makes of the numbers that are written, and of the formula with the numbers put in for its names."""
    if not isinstance(number, Worked):
        return number
    names = dict(named(number))
    assert set(named(number)) == set(names.items())  # a name stands for one number
    found = {eval(Writer(layout).text(number), PYTHON) for layout in LAYOUTS}  # noqa: S307
    found |= {eval(Writer(layout, is_formula=True).text(number), PYTHON, names) for layout in LAYOUTS}  # noqa: S307
    assert len(found) == 1
    return found.pop()


def named(number: Worked) -> list[tuple[str, int]]:
    if number.parts:
        return [pair for part in number.parts for pair in named(part)]
    return [(number.name, number.value)] if number.name else []


def test_what_a_window_does_to_a_field() -> None:
    """A dilated window: k = 2*(5 - 1) + 1; r_out = 1*(9 - 1) + 1 along the second axis."""
    steps = {step.name: step.number for step in archcalc.analyze(loads(AWKWARD)).explain("a_b").sections[-1].steps}
    assert (steps["k_2"], steps["r_out_2"], steps["j_out_2"]) == (9, 9, 1)
    assert (steps["r_out_1"], steps["j_out_1"], steps["start_out_1"]) == (3, 2, -1)


@pytest.mark.parametrize(
    ("layer", "note"),
    [
        ("image", "an input sees itself: 1x1 px"),
        ("merged", "the union of the fields of its inputs: "),
        ("up", "fields of this layer differ, or are of all positions together: "),
        ("fc", "every output sees all positions of the input: global"),
        ("flatten", "positions become channels, and each sees what it saw: "),
    ],
)
def test_fields_that_are_told_in_words(layer: str, note: str) -> None:
    assert archcalc.analyze(loads(AWKWARD)).explain(layer).sections[-1].note.startswith(note)


def test_markdown_and_latex() -> None:
    shown = archcalc.analyze("vgg16").explain("conv2_1")
    markdown, latex = shown.render("markdown"), shown.render("latex")
    weights = r"""\mathrm{weights} &= \left(\mathrm{kernel} \cdot \mathrm{kernel} \cdot \frac{C}{\mathrm{groups}}\right) \cdot \mathrm{filters} \\
&= \left(3 \cdot 3 \cdot 64\right) \cdot 128 \\
&= 73{,}728 \\
"""  # noqa: E501
    assert weights in markdown
    assert weights in latex
    assert r"\paragraph{conv2\_1: conv in VGG-16}" in latex
    assert r"\left\lfloor \frac{H + 2 \cdot \mathrm{padding} - " in latex
    assert "### conv2\\_1: conv in VGG-16" in markdown
    assert shown._repr_markdown_() == markdown


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_all_layers_in_all_formats(form: str, layout: str) -> None:
    network = loads(AWKWARD)
    for layer in network.layers:
        text = archcalc.analyze(network).explain(layer.path, layout).render(form)
        assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")
        assert text.count(r"\left") - text.count(r"\leftarrow") == text.count(r"\right")
        assert all(line.count("&=") <= 1 for line in text.splitlines())
        assert len(re.findall(r"\\begin", text)) == len(re.findall(r"\\end", text))


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "fc.md"
    arguments = ["--set", "classes=10", "--batch", "4", "--layout", "chw", "--format", "markdown", "-o", str(file)]
    assert main(["explain", "vgg16", "fc8", *arguments]) == 0
    assert "10 \\cdot 4096" in file.read_text()
    assert "for the whole batch of 4" in file.read_text()
    assert main(["explain", "vgg16", "conv2_11"]) == 2
    assert capsys.readouterr().err == "no layer 'conv2_11'; did you mean 'conv2_1'?\n"


def test_what_there_is_not() -> None:
    with pytest.raises(archcalc.ArchcalcError, match="there is no layout 'hcw'; did you mean 'hwc'"):
        archcalc.analyze("lenet5").explain("c1", layout="hcw")
    with pytest.raises(archcalc.ArchcalcError, match="there is no format 'latx'; did you mean 'latex'"):
        archcalc.analyze("lenet5").explain("c1").render("latx")
