"""Every format on one awkward network, against golden files; and each format read back by a real reader.

To renew the golden files, after looking at the difference: python tests/render/test_formats.py
"""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

import archcalc
from archcalc.graph.table import Column, Table
from archcalc.render import FORMATS, render

GOLDEN = Path(__file__).with_name("golden")
SPEC = """
name: "A <b>net</b> & 100% of $x_1^2$ | ~pipes~"
source: "a *test* with \\\\ and #1"
input: {image: [3, 13, 10], gate: [6]}
vars: {widths: [6, 4], fast: true}
layers:
  - {conv: {filters: "widths[0]", kernel: [3, 2], stride: 2, dilation: [2, 3], padding: same, groups: 3}, name: a_b}
  - relu
  - {multiply: , from: [a_b, gate], name: gated}
  - add:
      - - conv: [4, 1, 2]
        - batch_norm
      - - max_pool: {kernel: 2, stride: 2, ceil_mode: true}
        - conv: ["widths[1]"]
  - {head: [flatten, {linear: 2}], name: side, when: fast}
  - {head: [flatten, {linear: 2}], name: twin, shares: side}
  - {head: [{roi_align: {regions: 1200, size: [2, 3]}}, {conv: [3, 1]}], name: box}
  - {adaptive_avg_pool: [3, 2]}
"""
SPEC = SPEC.replace('conv: ["widths[1]"]', 'conv: ["widths[1]", 1]')


def report() -> archcalc.Report:
    return archcalc.analyze(archcalc.loads(SPEC), batch=2)


def outputs() -> dict[str, str]:
    table = report().table()
    texts = {name: render(table, name) for name in FORMATS if name != "json"}
    texts["json"] = report().to_json()
    texts["summary"] = render(report().summary(), "text")
    texts["human"] = render(table, "text", human=True)
    return {name: text + "\n" for name, text in texts.items()}


@pytest.mark.parametrize("name", [*FORMATS, "summary", "human"])
def test_golden(name: str) -> None:
    assert outputs()[name] == (GOLDEN / f"{name}.txt").read_text()


def test_csv_reads_back() -> None:
    rows = list(csv.DictReader(io.StringIO(render(report().table(("params", "op"), everything=True), "csv"))))
    assert [row["name"] for row in rows] == [layer["name"] for layer in report().layers]
    assert {row["params"] for row in rows if row["op"] == "batch_norm"} == {"8"}  # gamma and beta of 4 channels


def test_json_reads_back() -> None:
    parsed = json.loads(report().to_json())
    assert parsed["layers"] == json.loads(json.dumps(report().layers, default=str))
    assert parsed["totals"] == report().totals
    assert parsed["input"] == {"image": [3, 13, 10], "gate": [6]}


def test_html_is_balanced_and_escaped() -> None:
    class Tags(HTMLParser):
        open: list[str] = []

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag != "br":
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    html = report()._repr_html_()
    parser = Tags()
    parser.feed(html)
    assert parser.open == []
    assert "<b>net" not in html


def test_latex_escapes_names() -> None:
    body = render(report().table(), "latex").partition(r"\toprule")[2]
    assert r"a\_b" in body
    assert "a_b" not in body


def test_frame_keeps_huge_counts_exact() -> None:
    pytest.importorskip("pandas")
    frame = archcalc.analyze(archcalc.loads(f"input: [{10**30}]\nlayers: [{{linear: 10}}]")).to_frame()
    assert frame.loc["linear", "macs"] == 10**31
    small = report().to_frame()
    assert small["macs"].dtype.kind == "i"
    assert small.loc["a_b", "output"] == [6, 7, 5]  # ceil(13 / 2), ceil(10 / 2)
    assert small.attrs["batch"] == 2


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for golden_name, golden_text in outputs().items():
        (GOLDEN / f"{golden_name}.txt").write_text(golden_text)


@pytest.mark.parametrize("form", FORMATS)
def test_a_table_without_rows(form):
    columns = (Column("name", "layer", "its name"), Column("macs", "macs", "what it costs", "MAC"))
    shown = render(Table({"name": "a network", "source": ""}, columns, (), rows_name="layers"), form)
    assert "macs" in shown or form == "json"
