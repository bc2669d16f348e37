"""`archcalc ops [NAME]`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import archcalc
from archcalc.cli import main
from archcalc.ops import OPS

GOLDEN = Path(__file__).with_name("ops_conv.txt")


def test_list_has_a_line_for_each_op(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ops"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(OPS)
    assert all(len(line.split(maxsplit=1)[1]) > 5 for line in lines)


def test_page_of_conv(capsys: pytest.CaptureFixture[str]) -> None:
    """Golden file; to renew it: archcalc ops conv > tests/cli/ops_conv.txt."""
    assert main(["ops", "conv"]) == 0
    assert capsys.readouterr().out == GOLDEN.read_text()


@pytest.mark.parametrize("name", OPS)
def test_every_page_has_its_sections(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ops", name]) == 0
    text = capsys.readouterr().out
    for heading in ("Shapes: ", "\nAttributes\n", "\nFormulas\n  input   [", "\n  work    ", "\nExample\n  - "):
        assert heading in text


# The closed forms as any textbook has them.
@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("conv", "params  C*filters*kernel**2/groups + filters"),
        ("conv", "work    C*H_out*W_out*filters*kernel**2/groups mac, H_out*W_out*filters add"),
        ("depthwise_conv", "params  C*kernel**2*multiplier + C*multiplier"),
        ("linear", "params  C*units + units"),
        ("max_pool", "work    C*H_out*W_out*(kernel**2 - 1) compare"),
        ("batch_norm", "params  2*C"),
        ("concat", "output  [C1 + C2, H, W]"),
        ("flatten", "output  [C*H*W]"),
        ("global_avg_pool", "work    C*(H*W - 1) add, C div"),
    ],
)
def test_formulas(name: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["ops", name])
    assert f"  {line}\n" in capsys.readouterr().out


def test_unknown_op(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ops", "maxpool"]) == 2
    assert capsys.readouterr().err == "unknown op 'maxpool'; did you mean 'max_pool'?\n"


@pytest.mark.parametrize("name", OPS)
def test_the_example_of_every_page_is_a_layer(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["ops", name])
    line, result = capsys.readouterr().out.partition("\nExample\n")[2].splitlines()
    shapes = re.findall(r"\[[^\]]*\]", result.partition(" gives ")[0])
    inputs = ", ".join(f"{letter}: {shape}" for letter, shape in zip("abcdef", shapes, strict=False))
    network = archcalc.loads(f"input: {{{inputs}}}\nlayers:\n{line}\n")
    output = network.layers[-1].output
    assert f" gives {output}, " in result
