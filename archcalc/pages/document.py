"""The data that a page draws of one variant: what the analyses have computed, in one plain dict.

Nothing is counted here. Layers come first, in their order, and then blocks; every list of values has one for each.
"""

from __future__ import annotations

from archcalc.analysis.liveness import lives_of
from archcalc.analysis.receptive_field import fields_of
from archcalc.pages.arithmetic import arithmetic
from archcalc.pages.fields import drawn_fields
from archcalc.pages.tree import tree_of
from archcalc.render.numbers import as_float, as_in_spec, bytes_text, cell, footer, grid, header, is_exact, significant
from archcalc.report import SUMMARY, TIME_COLUMNS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.analysis import Analysis
    from archcalc.graph.graph import Graph
    from archcalc.graph.table import Column
    from archcalc.pages.tree import Tree
    from archcalc.report import Report

MAX_EXACT = 2**53  # whole numbers beyond are not all numbers in JavaScript: they go as text
COLOURS = ("params", "macs", "activation_bytes", "peak_memory", "receptive_field")  # what nodes can be coloured by
TIMELINE = "peak_memory"
HEADLINES = (*SUMMARY, TIMELINE)


def document(report: Report) -> dict[str, Any]:
    """All that a page shows of a network, as data for JSON.

    >>> from archcalc.report import analyze
    >>> found = document(analyze("lenet5"))
    >>> found["values"]["params"][:3], found["edges"][0]
    ([0, 156, 0], [0, 1, '1x32x32'])
    """
    graph, analysis, names = report.graph, report.analysis, report.settings.columns
    analysis.require(names)
    tree = tree_of(graph)
    fields, _ = fields_of(graph)
    table = report.table(everything=False)
    shown = [column.name for column in table.columns] + list(() if report.settings.device is None else TIME_COLUMNS)
    columns = [analysis.columns[name] for name in dict.fromkeys((*shown, *names))]
    listed = {row[0] for row in table.rows}
    return {
        "title": graph.name,
        "source": graph.source,
        "facts": header(table)[1:],
        "notes": footer(table),
        "vars": {name: as_in_spec(value) for name, value in graph.vars.items()},
        "totals": [_headline(analysis, name) for name in HEADLINES if name != "flops" or _is_own(report)],
        "parts": None if table.parts is None else list(grid(table.parts, False)[:2]),
        "layers": len(graph.layers),
        "nodes": _nodes(graph, tree),
        "edges": [[source, index, _shape(graph, source)] for index, source in _edges(graph)],
        "outputs": list(graph.outputs),
        "quiet": [index for index, layer in enumerate(graph.layers) if layer.path not in listed],
        "columns": [_described(column, analysis.values[column.name], shown) for column in columns],
        "values": {column.name: _values(analysis, column, tree) for column in columns},
        "texts": {column.name: _texts(analysis, column) for column in columns if column.digits},
        "sums": {column.name: _text(analysis.total(column.name), column) for column in columns},
        "colours": list(COLOURS),
        "timeline": {"alive": TIMELINE, "waiting": _waiting(graph, analysis)},
        "inputs": {layer.path: list(layer.output.size) for layer in graph.inputs},
        "fields": drawn_fields(fields),
        "arithmetic": arithmetic(graph, report.settings, fields),
    }


def _is_own(report: Report) -> bool:
    """Whether the convention counts something that the multiply-accumulates do not say already."""
    return report.settings.convention != "macs"


def _headline(analysis: Analysis, name: str) -> dict[str, str]:
    """A total with its unit; an amount of memory in larger units, too."""
    column = analysis.columns[name]
    value = analysis.total(name)
    text, _, more = bytes_text(value).partition(" = ") if column.unit == "B" else (_text(value, column), "", "")
    if column.unit != "B":
        text = f"{text} {column.unit}".strip()
    return {"name": name, "heading": column.heading, "text": text, "more": more, "doc": column.doc}


def _described(column: Column, values: list[Any], shown: list[str]) -> dict[str, Any]:
    """What the table needs to know of a column."""
    return {
        "name": column.name,
        "heading": column.heading,
        "unit": column.unit,
        "doc": column.doc,
        "is_number": bool(column.digits) or all(value is None or type(value) is int for value in values),
        "is_shown": column.name in shown,
    }


def _nodes(graph: Graph, tree: Tree) -> list[dict[str, Any]]:
    """Layers and then blocks: path, what it is called inside the block around it, op, and that block as a node."""
    count = len(graph.layers)
    places = {index: None if home is None else count + home for index, home in enumerate(tree.homes)}
    layers = [
        {"path": layer.path, "label": _label(layer.path, tree, tree.homes[index]), "op": layer.op_name}
        | {"parent": places[index]}
        for index, layer in enumerate(graph.layers)
    ]
    blocks = [
        {"path": block.path, "label": _label(block.path, tree, block.parent), "op": block.word}
        | {"parent": None if block.parent is None else count + block.parent, "size": len(block.members)}
        | {"first": block.members[0], "last": block.members[-1]}
        for block in tree.blocks
    ]
    return layers + blocks


def _label(path: str, tree: Tree, home: int | None) -> str:
    """A path without that of the block around it."""
    while home is not None:
        block = tree.blocks[home]
        if path.startswith(f"{block.path}."):
            return path[len(block.path) + 1 :]
        home = block.parent
    return path


def _edges(graph: Graph) -> list[tuple[int, int]]:
    return [(index, source) for index, layer in enumerate(graph.layers) for source in dict.fromkeys(layer.inputs)]


def _shape(graph: Graph, index: int) -> str:
    """What flows out of a layer; behind a region op, how many of it an image has."""
    tensor = graph.layers[index].output
    shape = cell(list(tensor.shape))
    return shape if type(tensor.regions) is int and tensor.regions == 1 else f"{tensor.regions} of {shape}"


def _values(analysis: Analysis, column: Column, tree: Tree) -> list[Any]:
    """A column's values of layers and blocks: numbers to sort and colour by, and texts."""
    blocks = [analysis.folded(column.name, block.members) for block in tree.blocks]
    return [_plain(value, column) for value in [*analysis.values[column.name], *blocks]]


def _plain(value: Any, column: Column) -> Any:
    if type(value) is int:
        return value if abs(value) <= MAX_EXACT else str(value)
    if is_exact(value):
        return as_float(value)
    return None if value is None else cell(value, separator=column.separator)


def _texts(analysis: Analysis, column: Column) -> list[str]:
    """A column of fractions as people are shown it."""
    return [_text(value, column) for value in analysis.values[column.name]]


def _text(value: Any, column: Column) -> str:
    if column.digits and type(value) is not int and is_exact(value):
        return significant(value, column.digits)
    return cell(value, separator=column.separator)


def _waiting(graph: Graph, analysis: Analysis) -> list[Any]:
    """Of the bytes alive while each layer runs, those that it does not touch: they wait for later layers."""
    settings = analysis.settings
    lives = lives_of(graph, settings.batch, settings.dtype)
    result = []
    for index, alive in enumerate(analysis.values[TIMELINE]):
        coming, _ = lives.step((1 << index) - 1, index)
        result.append(alive - coming - sum(lives.sizes[tensor] for tensor in lives.reads[index]))
    return [_plain(waiting, analysis.columns[TIMELINE]) for waiting in result]
