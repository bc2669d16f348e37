"""The op reference as text."""

from __future__ import annotations

from archcalc.ops import OPS
from archcalc.reference.facts import facts_of, title_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.reference.facts import Attribute, Formulas


def every_op() -> str:
    """All ops, a line each.

    >>> print(*every_op().splitlines()[0].split())
    conv Convolution: every filter looks through one window at all channels of its group.
    """
    width = max(map(len, OPS)) + 2
    return "\n".join(f"{name:{width}}{title_of(name)}" for name in OPS)


def one_op(name: str) -> str:
    """Everything about one op: text, attributes, formulas, an example; raises ArchcalcError if there is none.

    >>> one_op("relu").splitlines()[0]
    'relu'
    """
    facts = facts_of(name)
    example = facts.example
    sections = [
        [name],
        [facts.title, *facts.body],
        ["Attributes", *_indented(_attributes(facts.attributes) or ["none"])],
        ["Formulas", *_indented(_formulas(facts.formulas))],
        [
            "Example",
            *_indented([example.call, f"on {' and '.join(example.inputs)} gives {example.output}, {example.costs}"]),
        ],
    ]
    return "\n\n".join("\n".join(lines) for lines in sections)


def _indented(lines: list[str]) -> list[str]:
    return [f"  {line}" for line in lines]


def _attributes(attributes: list[Attribute]) -> list[str]:
    width = max((len(attribute.name) for attribute in attributes), default=0)
    lines = []
    for attribute in attributes:
        default = "required" if attribute.default is None else f"default {attribute.default}"
        lines.append(f"{attribute.name:{width}}  {attribute.doc}: {attribute.expects}; {default}")
    return lines


def _formulas(formulas: Formulas) -> list[str]:
    lines = [f"input   {' and '.join(formulas.inputs)}", f"output  {formulas.output}"]
    if formulas.renamed:
        names = [f"{name} is the output's {axis}" for name, axis in formulas.renamed.items()]
        lines.append(f"        below, {' and '.join(names)}")
    lines += [f"{weight.role:7} {weight.name} {weight.shape}" for weight in formulas.weights]
    lines.append(f"params  {formulas.params}")
    work = ", ".join(f"{count.number} {count.kind}" for count in formulas.work) or "none"
    lines.append(f"work    {work}{', for each region' if formulas.is_regional and formulas.work else ''}")
    lines.append(f"memory  {formulas.memory}")
    saves = ", ".join(f"{kept.number} {kept.what}".strip() for kept in formulas.saves) or "nothing"
    lines.append(f"saves   for the backward pass: {saves}")
    return lines
