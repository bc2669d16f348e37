"""The difference of two networks as tables: what people read, folded to what explains it, and the JSON."""

from __future__ import annotations

from archcalc.comparison.difference import ADDED, CHANGED, EQUAL, FOLLOWS, REMOVED
from archcalc.comparison.networks import settings_facts, settings_text
from archcalc.graph.op import STORED
from archcalc.graph.table import Column, Table, fraction
from archcalc.record import Record
from archcalc.render.numbers import as_float, as_in_spec, cell, signed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from archcalc.comparison.difference import Change, Difference
    from archcalc.graph.graph import Graph, Layer

DIGITS = 3  # of a percentage
MAX_CAUSES = 8  # that notes name
WORDS = {"is_output": "output of the network"}


class _Group(Record):
    """Changes that are one row: of one layer, or of a block of this path that the spec calls by this word."""

    path: str
    word: str
    changes: list[Change]


def table(difference: Difference, everything: bool) -> Table:
    """A row for each change, or for each block that changed as a whole; the totals as a second table."""
    changes = [change for change in difference.changes if change.kind != EQUAL]
    groups = (
        [_Group(change.layer.path, change.layer.op_name, [change]) for change in changes]
        if everything
        else _groups(difference)
    )
    shown = [group for group in groups if everything or not _is_silent(group)]
    facts = {"name": _title(difference), "source": ""} | settings_facts(difference.a)
    how, notes, sums = settings_text(difference.a), tuple(_notes(difference, shown)), _totals(difference)
    if not shown and not everything:
        return Table(facts, sums.columns, sums.rows, notes=notes, units=how, rows_name="totals")
    of_a = difference.a.analysis.columns
    columns = (
        Column("name", "layer", "path of the layer or block in B, or in A if it is gone"),
        Column("op", "op", "name of the op or block"),
        Column("change", "change", "what changed"),
        Column("output", "output", "shape of the output in A -> B: channels, then spatial sizes; per example"),
        *(of_a[name]._replace(is_signed=True) for name in difference.columns),
    )
    rows = tuple(map(_row, shown))
    totals = (None, None, None, None, *(total["difference"] for total in difference.totals.values()))
    return Table(facts, columns, rows, totals, notes, how, parts=sums)


def _title(difference: Difference) -> str:
    """Both networks, and the vars that tell them apart."""
    vars_of = difference.a.graph.vars, difference.b.graph.vars
    sides = []
    for name, label, own, other in zip("AB", difference.labels, vars_of, vars_of[::-1], strict=True):
        apart = [f"{var}={as_in_spec(value)}" for var, value in own.items() if var in other and other[var] != value]
        sides.append(f"{name}: {label}" + (f" ({', '.join(apart)})" if apart else ""))
    return "; ".join(sides)


def _totals(difference: Difference) -> Table:
    """A row a column: A, B, and what B has more."""
    digits = max(difference.a.analysis.columns[name].digits for name in difference.columns)
    columns = (
        Column("quantity", "total", "what is counted"),
        Column("a", "A", "total of A", digits=digits),
        Column("b", "B", "total of B", digits=digits),
        Column("difference", "B - A", "what B has more", digits=digits, is_signed=True),
        Column("percent", "of A", "what B has more, of what A has", "%", digits=DIGITS, is_signed=True),
        Column("unit", "unit", "the unit"),
    )
    rows = []
    for name, total in difference.totals.items():
        column = difference.a.analysis.columns[name]
        percent = fraction(100 * total["difference"], total["a"]) if total["a"] else None
        rows.append((column.heading, total["a"], total["b"], total["difference"], percent, column.unit))
    return Table({}, columns, tuple(rows))


def _groups(difference: Difference) -> list[_Group]:
    """The changes; those of a block together that is new or gone as a whole, or in which everything only follows."""
    kinds: dict[str, set[str]] = {}
    for change in difference.changes:
        for prefix in _prefixes(change.layer.path):
            kinds.setdefault(prefix, set()).add(change.kind)
    words = [_words(report.graph) for report in (difference.a, difference.b)]
    groups: dict[tuple[str, str], _Group] = {}
    for change in difference.changes:
        path, known = change.layer.path, words[change.b is not None]
        if change.kind in (FOLLOWS, ADDED, REMOVED):
            alone = {FOLLOWS, EQUAL} if change.kind == FOLLOWS else {change.kind}
            blocks = (prefix for prefix in _prefixes(path) if prefix in known)  # the last is the layer itself
            path = next((prefix for prefix in blocks if kinds[prefix] <= alone), path)
        if change.kind != EQUAL:
            group = groups.setdefault((change.kind, path), _Group(path, known[path], []))
            group.changes.append(change)
    return list(groups.values())


def _words(graph: Graph) -> dict[str, str]:
    """What stands at a path: the op of a layer, the name of a block."""
    return {layer.path: layer.op_name for layer in graph.layers} | dict(graph.groups)


def _prefixes(path: str) -> list[str]:
    """The blocks around a layer, the outermost first, and itself."""
    parts = path.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _is_silent(group: _Group) -> bool:
    """Whether a row would say nothing: no layer itself changed, and every difference is 0."""
    change = group.changes[0]
    if change.kind == CHANGED or any(any(change.differences) for change in group.changes):
        return False
    return change.kind == FOLLOWS or (len(group.changes) == 1 and change.layer.op.storage != STORED)


def _row(group: _Group) -> tuple[Any, ...]:
    last = group.changes[-1]
    sums = (sum(values) for values in zip(*(change.differences for change in group.changes), strict=True))
    if len(group.changes) == 1:
        return last.layer.path, last.layer.op_name, _text(last), _shapes(last), *sums
    return group.path, group.word, f"{last.kind}: {len(group.changes)} layers", _shapes(last), *sums


def _text(change: Change) -> str:
    """What became of a layer itself, in a few words."""
    if change.kind != CHANGED:
        return change.kind
    return ", ".join(
        f"{WORDS.get(name, name)} {_value(before)} -> {_value(after)}" for name, (before, after) in change.what.items()
    )


def _value(value: Any) -> str:
    return "none" if value is None else cell(value)


def _shapes(change: Change) -> str:
    """The output in A and B, or the one if it is the same."""
    shapes = dict.fromkeys(_shape(layer) for layer in (change.a, change.b) if layer is not None)
    return " -> ".join(shapes)


def _shape(layer: Layer) -> str:
    regions = "" if layer.output.regions == 1 else f"{cell(layer.output.regions)} regions of "
    return regions + cell(list(layer.output.shape))


def _notes(difference: Difference, shown: Sequence[_Group]) -> list[str]:
    """How many layers there are of each kind, and which changes make the differences."""
    equal = difference.count(EQUAL)
    counted_how = dict.fromkeys((*difference.a.analysis.notes, *difference.b.analysis.notes))
    equal_pairs = [(change.a, change.b) for change in difference.changes if change.kind == EQUAL]
    renamed = sum(a is not None and b is not None and a.path != b.path for a, b in equal_pairs)
    counted_how |= {f"layers that only have another name in B: {renamed:,}": None} if renamed else {}
    if difference.is_equal:
        return [f"no difference: all {equal:,} layers are equal", *_choices(difference), *counted_how]
    counted = [f"{difference.count(kind):,} {kind}" for kind in (CHANGED, ADDED, REMOVED) if difference.count(kind)]
    follows = difference.count(FOLLOWS)
    counted += [f"{follows:,} follow (only what flows in is different)"] if follows else []
    layers = f"layers: {', '.join(counted)}, {equal:,} equal"
    return [layers, *_causes(difference), *_unlisted(difference, shown), *counted_how]


def _choices(difference: Difference) -> list[str]:
    """What else the vars may be, for those who expected a difference."""
    graph = difference.a.graph
    choices = [
        f"{name}={as_in_spec(graph.vars[name])} (of {', '.join(map(as_in_spec, choices))})"
        for name, choices in graph.choices.items()
    ]
    return [f"vars that could differ, and do not: {', '.join(choices)}"] if choices else []


def _causes(difference: Difference) -> list[str]:
    """The changes that make each difference, the largest first, alike ones together."""
    notes = []
    for place, name in enumerate(difference.columns):
        sums: dict[str, list[Any]] = {}
        for change in difference.changes:
            if change.differences[place]:
                what = f"{change.layer.op_name} ({_text(change)})"
                sums.setdefault(what, []).append(change.differences[place])
        column = difference.a.analysis.columns[name]
        ordered = sorted(sums.items(), key=lambda item: -abs(sum(item[1])))
        listed = [f"{signed(sum(values), column.digits)} by {len(values)} {what}" for what, values in ordered]
        if listed:
            more = "; ..." if len(listed) > MAX_CAUSES else ""
            notes.append(f"{name}: {'; '.join(listed[:MAX_CAUSES])}{more}")
    return notes


def _unlisted(difference: Difference, shown: Sequence[_Group]) -> list[str]:
    """A note that counts the layers that differ and of which no row speaks."""
    listed = sum(len(group.changes) for group in shown)
    different = len(difference.changes) - difference.count(EQUAL)
    if listed == different:
        return []
    count = different - listed
    layers = "1 layer" if count == 1 else f"{count:,} layers"
    return [f"not listed, as they add 0 to every difference here: {layers} (--json lists them)"]


def json_table(difference: Difference, facts: dict[str, Any]) -> Table:
    """Every layer that differs, with both values of whatever does; the totals and the notes."""
    names = ("change", "a", "b", "op", "what", "output", *difference.columns)
    columns = tuple(Column(name, name, "") for name in names)
    rows = []
    for change in difference.changes:
        if change.kind == EQUAL:
            continue
        layers = (change.a, change.b)
        paths = (None if layer is None else layer.path for layer in layers)
        shapes = [None if layer is None else list(layer.output.shape) for layer in layers]
        what = {name: list(pair) for name, pair in change.what.items()}
        counts = (_number(before, after, after - before) for before, after in change.values)
        rows.append((change.kind, *paths, change.layer.op_name, what, shapes, *counts))
    totals = {name: _number(**total) for name, total in difference.totals.items()}
    counted = {"equal": difference.count(EQUAL), "totals": totals}
    return Table({**facts, **counted, "notes": _notes(difference, ())[:1]}, columns, tuple(rows))


def _number(a: Any, b: Any, difference: Any) -> dict[str, Any]:
    """Two counts and their difference: whole numbers as they are, fractions as the nearest floating-point numbers."""
    counts = {"a": a, "b": b, "difference": difference}
    return {name: value if type(value) is int else as_float(value) for name, value in counts.items()}
