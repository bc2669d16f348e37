"""reports/zoo.md, a table of all networks, and reports/zoo/FAMILY.md, a page a family."""

from __future__ import annotations

import re

from archcalc import Report, analyze
from archcalc.catalogue import Zoo, zoo
from archcalc.render.markdown import escaped
from archcalc.render.numbers import as_in_spec, cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.graph import Graph

ALONE = "single networks"
INTRODUCTION = (
    "networks come with archcalc; `archcalc NAME --table` shows one. Everything is for one example, with the vars as "
    "in the spec. `params` are trained; `buffers`, running statistics and the like, are not (Keras counts both as "
    "parameters). A MAC is a multiply-accumulate of a convolution, fully connected layer, attention or matrix product, "
    "2 FLOPs. The depth is that of the longest path, in layers with weights."
)


def pages() -> dict[str, str]:
    """The text of every page by its file."""
    everything = zoo()
    families: dict[str, dict[str, Graph]] = {}
    for name, graph in sorted(everything.graphs.items(), key=lambda item: (item[1].family or ALONE, item[0])):
        families.setdefault(graph.family or ALONE, {})[name] = graph
    result = {"zoo.md": _table_of_all(everything, families)}
    for family, graphs in families.items():
        result[f"zoo/{_file(family)}"] = _family(family, graphs)
    return result


def _file(family: str) -> str:
    """The name of a family's page.

    >>> _file("Inception-ResNet (v2)")
    'inception_resnet_v2.md'
    """
    return re.sub(r"[^a-z0-9]+", "_", family.lower()).strip("_") + ".md"


def _table_of_all(everything: Zoo, families: dict[str, dict[str, Graph]]) -> str:
    rows = []
    records = {record["name"]: record for record in everything.networks}
    for family, graphs in families.items():
        for name, graph in graphs.items():
            record = records[name]
            shape = cell(record["input"])
            cells = [
                f"[{escaped(family)}](zoo/{_file(family)})",
                f"`{name}`",
                escaped(graph.name),
                str(graph.year or ""),
            ]
            cells += [shape, *(f"{record[column]:,}" for column in ("params", "buffers", "macs", "depth"))]
            rows.append(f"| {' | '.join(cells)} |")
    return "\n\n".join(
        [
            "# The zoo",
            f"{len(records)} {INTRODUCTION}",
            "| family | spec | network | year | input | params | buffers | MACs | depth |\n"
            "| --- | --- | --- | --- | --- | ---: | ---: | ---: | ---: |\n" + "\n".join(rows),
        ]
    )


def _family(family: str, graphs: dict[str, Graph]) -> str:
    parts = [f"# {family[0].upper()}{family[1:]}", "[All of the zoo](../zoo.md)"]
    said: set[str] = set()
    for name, graph in graphs.items():
        parts.append(f"## `{name}`: {escaped(graph.name)}")
        parts.append(f"{escaped(graph.source)}.")
        new = [note for note in graph.notes if note not in said]
        said.update(new)
        parts += ["\n".join(f"- {escaped(note)}" for note in new)] if new else []
        parts += _costs(analyze(graph))
    return "\n\n".join(parts)


def _costs(report: Report) -> list[str]:
    """The vars, the totals and the parts of a network, one row for what lies side by side in its spec."""
    totals = report.totals
    settings = ", ".join(f"`{key}={as_in_spec(value)}`" for key, value in report.graph.vars.items())
    sums = (
        f"{totals['params']:,} params, {totals['buffers']:,} buffers, {totals['macs']:,} MACs, "
        f"{totals['activations']:,} activations, depth {totals['depth']}"
    )
    rows = ["| layer | op | output | params | MACs |", "| --- | --- | --- | ---: | ---: |"]
    for name, op, output, params, macs in report.table(("op", "output", "params", "macs"), depth=1).rows:
        cells = [f"`{name}`", op, cell(output), f"{params:,}", f"{macs:,}"]
        rows.append(f"| {' | '.join(map(str, cells))} |")
    return [*([f"Vars: {settings}."] if settings else []), f"{sums}.", "\n".join(rows)]
