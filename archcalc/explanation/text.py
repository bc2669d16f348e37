"""An explanation as plain text."""

from __future__ import annotations

from archcalc.algebra.written import Writer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.explanation import Explanation


def render(explanation: Explanation) -> str:
    """A title, and under each heading the steps: name = formula, = numbers, = result."""
    formula, numbers = Writer(explanation.layout, is_formula=True), Writer(explanation.layout)
    lines = [explanation.title, *filter(None, (explanation.shapes, explanation.attributes))]
    for section in explanation.sections:
        lines += ["", section.title]
        for step in section.steps:
            first, *others = step.sides(formula, numbers)
            margin = " " * len(step.name)
            block = [f"{step.name} = {first}", *(f"{margin} = {side}" for side in others)]
            block[-1] += f" {step.unit}" if step.unit else ""
            lines += [f"  {line}" for line in block]
        if section.note:
            lines.append(f"  ({section.note})")
    return "\n".join(lines)
