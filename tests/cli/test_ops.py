"""`archcalc ops [NAME]`."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest

import archcalc
from archcalc.cli import main
from archcalc.graph.kinds import SIZE, attribute
from archcalc.graph.op import ONE_INPUT, SAVES_INPUT, STORED, Saved, Weight, Work, example
from archcalc.graph.tensor import Tensor
from archcalc.ops import OPS
from archcalc.reference import markdown, text
from archcalc.reference.markdown import every_op

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
    gives = result.partition(" gives ")[2]
    assert gives.startswith(
        f"{output}, " if output.regions == 1 else f"{output} for each of {output.regions} regions, "
    )


# ---------------------------------------------------------------------------------------------
# As Markdown. The whole page is reports/ops.md, which tests/test_reports.py compares.


@pytest.fixture(scope="module")
def page() -> str:
    return every_op()


def test_a_section_is_a_part_of_the_page(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ops", "--format", "markdown"]) == 0
    assert capsys.readouterr().out == page + "\n"
    assert main(["ops", "max_pool", "--format", "markdown"]) == 0
    assert capsys.readouterr().out.rstrip("\n") in page
    assert main(["ops", "conv", "--format", "text"]) == 0
    assert capsys.readouterr().out == GOLDEN.read_text()


def test_every_link_of_the_page_leads_to_a_heading(page: str) -> None:
    links = re.findall(r"\]\(#(\w+)\)", page)
    assert links == re.findall(r"^## `(\w+)`$", page, re.MULTILINE) == list(OPS)


def test_the_tables_of_the_page_are_tables(page: str) -> None:
    """Every row has as many cells as the head of its table, and no other line has a bar."""
    for block in page.split("\n\n"):
        bars = [len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()]
        assert len(set(bars)) == 1 or block.startswith(("#", "- ", "```"))
        assert bars[0] == 0 or block.splitlines()[1].startswith("| --- |")


def test_nothing_on_the_page_is_markup_by_accident(page: str) -> None:
    text = re.sub(r"^```yaml\n.*?^```$|`[^`\n]*`", "", page, flags=re.MULTILINE | re.DOTALL)
    assert "`" not in text
    text = re.sub(r"^\*\*(Shapes|Convention|Source):\*\*|<br>|\[\]\(#\w+\)", "", text, flags=re.MULTILINE)
    assert re.findall(r"(?<!\\)[*_\[<$~]", text) == []


@dataclass(frozen=True)
class Tiles:
    """Tiles of the input, any number of them.

    Shapes: [C, H, W] -> [C, 2, 2] for each region | tile.
    """

    regions: int = attribute(SIZE, "how many there are")

    arity = ONE_INPUT
    storage = STORED
    examples = (example((3, 9, 12), regions=5),)

    def output(self, x: Tensor) -> Tensor:
        return Tensor(x.channels, (2, 2), self.regions)

    def weights(self, x: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, x: Tensor) -> Work:
        return Work(mac=output.elements)

    def saves(self, output: Tensor, x: Tensor) -> tuple[Saved, ...]:
        return SAVES_INPUT


def test_regions_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "archcalc.ops.tiles", SimpleNamespace(Tiles=Tiles))
    monkeypatch.setitem(OPS, "tiles", "Tiles")
    as_text, as_markdown = text.one_op("tiles"), markdown.one_op("tiles")
    assert "  output  [C, 2, 2] for each of the regions\n" in as_text
    assert "  work    4*C mac, for each region\n" in as_text
    assert "  on [3, 9, 12] gives [3, 2, 2] for each of 5 regions, 0 params, 60 MAC" in as_text
    assert "\n| output | `[C, 2, 2]` for each of the regions |\n" in as_markdown
    assert "\n| work for each region | `4*C` mac |\n" in as_markdown
    assert as_markdown.endswith("\nOn `[3, 9, 12]` it gives `[3, 2, 2]` for each of 5 regions: 0 params, 60 MAC.")
    assert r"**Shapes:** \[C, H, W] -> \[C, 2, 2] for each region \| tile." in as_markdown
