"""The page of counting conventions: their rules, and what they make of some networks."""

from __future__ import annotations

import archcalc
from archcalc.conventions import COUNTS, Convention, convention, convention_names
from archcalc.errors import ArchcalcError
from archcalc.explanation.conventions import FIRST
from archcalc.render.markdown import escaped

NETWORKS = ("vgg16", "resnet50", "resnext50_32x4d", "mobilenet_v2", "densenet121", "efficientnet_b0", "vit_b_16")
HEAD = """# Counting conventions

What a paper or a tool calls an operation, written as data (`archcalc/conventions/`): by op, an expression of what the
op does and holds for one example. `archcalc SPEC --convention NAME` counts by one of them, `archcalc explain SPEC
--conventions` shows all of them on one network; a file of your own is `--convention my.yaml`. The figures are those of
the tools, to the integer: `tests/conventions/` holds them against what the tools print, and says why where they differ.
A tool's known bugs are named; where a convention counts as the tool does in spite of them, it says so.

In the expressions:"""


def page() -> str:
    """The whole page, without the line that says how it is made."""
    names = [*FIRST, *(name for name in convention_names() if name not in FIRST)]
    meanings = "\n".join(f"- `{name}`: {meaning}" for name, meaning in COUNTS.items())
    sections = "\n\n".join(_section(convention(name)) for name in names)
    return f"{HEAD}\n\n{meanings}\n- and the attributes of the op, such as `bias`\n\n{_totals(names)}\n\n{sections}"


def _totals(names: list[str]) -> str:
    lines = [
        "## Totals",
        "",
        "| convention | unit | " + " | ".join(NETWORKS) + " |",
        "| --- " * (len(NETWORKS) + 2) + "|",
    ]
    for name in names:
        cells = [_total(network, name) for network in NETWORKS]
        lines.append(f"| [{name}](#{name}) | {convention(name).unit} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _total(network: str, name: str) -> str:
    try:
        return f"{archcalc.analyze(network, convention=name).totals['flops']:,}"
    except ArchcalcError:
        return "no rule"


def _section(found: Convention) -> str:
    """One convention: sentence, tool, rules by op (ops with one rule together), bugs."""
    lines = [f"## {found.name}", "", f"{escaped(found.doc[0].upper() + found.doc[1:])}. Unit: {found.unit}."]
    if found.tool:
        lines += ["", f"Reproduces {escaped(found.tool)}; source: <{found.source}>."]
    by_rule: dict[str, list[str]] = {}
    for op, rule in found.rules.items():
        by_rule.setdefault(rule.expression.text, []).append(op)
    if found.otherwise is not None:
        by_rule.setdefault(found.otherwise.expression.text, []).append("every other op")
    lines += ["", "| rule | ops |", "| --- | --- |"]
    lines += [f"| `{rule}` | {escaped(', '.join(ops))} |" for rule, ops in by_rule.items()]
    if found.otherwise is None:
        lines.append("| no rule: an error | every other op |")
    said = [*(f"{op}: {text}" for op, text in found.bugs.items()), *found.notes]
    return "\n".join([*lines, *(["", *(f"- {escaped(text)}" for text in said)] if said else [])])
