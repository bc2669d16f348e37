"""reports/formulas.md: what every op and the named blocks cost, in symbols."""

from __future__ import annotations

from pathlib import Path

from archcalc import Graph, formulas, load
from archcalc.closed_forms.simple import in_parts
from archcalc.closed_forms.written import markdown_table
from archcalc.ops import OPS
from archcalc.reference.facts import STORAGE, facts_of
from archcalc.render.markdown import escaped
from archcalc.spec.locate import zoo_folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.reference.facts import Facts

LENGTHS = (1, 2, 3, 4, 5)  # of the chains: how often something is repeated cannot be a symbol
INTRODUCTION = """\
# Formulas

What every op and some well-known blocks cost, in symbols. These are the formulas that give the numbers, read with
symbols in place of numbers (`**` is a power, `floor` and `ceiling` round); tests hold them against the numbers at
random values. `archcalc formulas SPEC --symbols ...` makes them for any spec.

- `C`, `H`, `W` are the input's channels and sizes; an attribute that can be given for each axis has one symbol.
- A MAC is a multiply-accumulate; params are all that is trained. Everything is for one example."""
OPS_TEXT = """\
## The ops

Attributes that are no numbers have their defaults. Work other than MACs, and what the attributes mean, is in
[ops.md](ops.md)."""
BLOCKS_TEXT = """\
## The blocks

Each is a spec of `specs/blocks/`; all its vars that are numbers are symbols, except how often something is repeated."""
CHAINS_TEXT = """\
## Chains, layer by layer

How often something is repeated decides what layers there are, so that `L` has to be a number."""


def page() -> str:
    """The whole page."""
    files = sorted(Path(zoo_folder(), "blocks").glob("*.yaml"))
    return "\n\n".join(
        [
            INTRODUCTION,
            OPS_TEXT,
            _ops(),
            BLOCKS_TEXT,
            _blocks(files),
            _saving(),
            CHAINS_TEXT,
            _chains(),
            "## The layers of each block",
            *(part for file in files for part in _layers(file)),
        ]
    )


def _ops() -> str:
    rows = ["| op | input | output | params | MAC | activations |", "| --- | --- | --- | --- | --- | --- |"]
    for facts in map(facts_of, OPS):
        rules = facts.formulas
        cells = [f"[`{facts.name}`](ops.md#{facts.name})", " and ".join(f"`{shape}`" for shape in rules.inputs)]
        shape, bracket, words = rules.output.partition("]")
        cells += [f"`{shape}{bracket}`{escaped(words)}", f"`{rules.params}`", _macs(facts), _stored(facts)]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _macs(facts: Facts) -> str:
    rules = facts.formulas
    counts = [count.number for count in rules.work if count.kind == "mac"]
    written = f"`{counts[0] if counts else 0}`"
    uses = [f"`{name}` the output's `{axis}`" for name, axis in rules.renamed.items() if name in written]
    each = " a region" if rules.is_regional and counts else ""
    return written + each + (f", {' and '.join(uses)}" if uses else "")


def _stored(facts: Facts) -> str:
    """Whether the output is one more tensor in memory."""
    return "the output" if facts.formulas.memory == STORAGE["stored"] else "0"


def _symbols(graph: Graph) -> list[str]:
    return [name for name, value in graph.vars.items() if type(value) is int and name != "L"]


def _blocks(files: list[Path]) -> str:
    rows = [
        "| block | input | output | params | MAC | activations | receptive field |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for file in files:
        graph = load(file)
        found = formulas(file, _symbols(graph))
        length = f", L={graph.vars['L']}" if "L" in graph.vars else ""
        shapes = [", ".join(map(str, shape)) for shape in (found.layers[0]["output"], found.output)]
        field = found.receptive_field
        cells = [f"[{escaped(graph.name)}](#{file.stem}){length}", *(f"`{shape}`" for shape in shapes)]
        cells += [f"`{found.totals[name]}`" for name in ("params", "macs", "activations")]
        cells += [field if isinstance(field, str) else " x ".join(f"`{size}`" for size in field)]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _saving() -> str:
    symbols = ["C_in", "C_out", "K", "H", "W"]
    full, pair = formulas("blocks/grouped", symbols, G=1), formulas("blocks/separable", symbols)
    saving = in_parts(pair.totals["macs"] / full.totals["macs"])
    return (
        "A depthwise-separable convolution needs "
        f"`{saving}` of the MACs of a full one: `{pair.totals['macs']}` in place of `{full.totals['macs']}`."
    )


def _chains() -> str:
    rows = ["| L | field of a chain | field of a dilated chain | MACs of a dense block |", "| --- | --- | --- | --- |"]
    for length in LENGTHS:
        cells = [str(length)]
        for name in ("chain", "dilated_chain"):
            cells.append(f"`{formulas(f'blocks/{name}', ['K'], L=length, H=64, W=64).receptive_field[0]}`")
        cells.append(f"`{formulas('blocks/dense', ['C', 'H', 'W', 'k'], L=length).totals['macs']}`")
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _layers(file: Path) -> list[str]:
    """The formulas of one block, layer by layer."""
    graph = load(file)
    notes = "\n".join(f"- {escaped(note)}" for note in graph.notes)
    head = f'### <a id="{file.stem}"></a>{escaped(graph.name)}'
    table = markdown_table(formulas(file, _symbols(graph)))
    return list(filter(None, [head, f"`specs/blocks/{file.name}`: {escaped(graph.source)}.", notes, table]))
