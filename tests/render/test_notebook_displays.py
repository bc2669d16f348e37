"""What a notebook shows of every kind of result: the same each time, in no color of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import archcalc

SPEC = "name: A net\ninput: [2, 5, 4]\nvars: {F: 3}\nlayers: [{conv: [F, 3], name: first}, relu, {linear: 2}]"
CLAIMS = Path(__file__).parents[2] / "specs" / "claims" / "lecture-deep-learning-1-ehinger-2022.yaml"


def net(**values: Any) -> archcalc.Graph:
    return archcalc.loads(SPEC, **values)


RESULTS: dict[str, Callable[[], Any]] = {
    "Report": lambda: archcalc.analyze(net()),
    "View": lambda: archcalc.analyze(net()).show("output", "macs", depth=1),
    "Conventions": lambda: archcalc.analyze(net()).conventions(),
    "Comparison": lambda: archcalc.compare({"a": net(), "b": net(F=4)}),
    "Difference": lambda: archcalc.diff(net(), net(F=4)),
    "Verification": lambda: archcalc.verify(net()),
    "Formulas": lambda: archcalc.formulas("blocks/basic", ["C"]),
    "Memory": lambda: archcalc.memory(net(), optimizer="adam"),
    "Savings": lambda: archcalc.savings(net()),
    "Solution": lambda: archcalc.solve("lenet5", "classes", "params <= 70k"),
    "Scaling": lambda: archcalc.scale("mobilenet_v1", "0.5x", step=0.25),
    "Zoo": lambda: archcalc.zoo("DQN"),
    "Outcome": lambda: archcalc.check(CLAIMS).only("D1-RF-*"),
}


@pytest.mark.parametrize("kind", RESULTS)
def test_html_is_the_same_each_time_and_has_no_colors(kind: str) -> None:
    result = RESULTS[kind]()
    html = result._repr_html_()
    assert html == RESULTS[kind]()._repr_html_()
    assert not re.search("color|background|<font|<style|class=", html)
    styles: list[str] = []

    class Cells(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            if tag in ("td", "th"):
                styles.append(dict(attrs).get("style") or "")

    Cells().feed(html)
    assert styles
    assert all("text-align: " in style for style in styles)
    assert repr(result).startswith(f"<{kind}: ")
    assert repr(result) == repr(RESULTS[kind]())


@pytest.mark.parametrize("kind", RESULTS)
def test_latex_is_a_table_that_is_the_same_each_time(kind: str) -> None:
    """For notebooks that are printed; front ends that can show HTML take that."""
    latex = RESULTS[kind]()._repr_latex_()
    assert latex == RESULTS[kind]()._repr_latex_()
    assert latex.count(r"\begin{tabular}") == latex.count(r"\end{tabular}") >= 1


def test_the_total_is_bold() -> None:
    html = archcalc.analyze(net()).show("params")._repr_html_()
    # 3*3 taps on 2 channels, 3 filters and their biases; 2 units on the 3 channels of each position, and theirs.
    assert re.findall("<b>(.*?)</b>", html) == ["A net", "total", str(3 * 3 * 2 * 3 + 3 + 3 * 2 + 2)]


def test_a_verification_says_its_times_on_a_terminal_only() -> None:
    checked = archcalc.verify(net())
    texts = ((str(checked), True), (checked._repr_html_(), False), (checked._repr_latex_(), False))
    for text, has_times in texts:
        assert ("GMAC/s" in text) is has_times
        assert ("s in kernels" in text) is has_times
        assert "equal: 4 of 4 layers" in text


def test_an_explanation_is_math_in_markdown() -> None:
    shown = archcalc.analyze(net()).explain("first")
    assert repr(shown) == "<Explanation: first: conv in A net>"
    assert r"\begin{aligned}" in shown._repr_markdown_()


def test_checks_are_chosen_by_their_names() -> None:
    checked = archcalc.check(CLAIMS)
    chosen = checked.only("D1-RF-*", "D1-INC-1x1")
    assert {row.name for row in chosen.rows} == {
        row.name for row in checked.rows if row.name.startswith("D1-RF-") or row.name == "D1-INC-1x1"
    }
    assert len(chosen.rows) > 1
    assert checked.only("none").rows == []


def test_a_sweep_knows_its_units() -> None:
    pytest.importorskip("pandas")
    frame = archcalc.sweep("lenet5", ["params", "macs"], classes=[10])
    assert frame.attrs["units"] == {"params": "", "macs": "MAC"}
