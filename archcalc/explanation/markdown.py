"""An explanation as Markdown with math between dollars, for KaTeX and MathJax."""

from __future__ import annotations

from archcalc.explanation.latex import aligned
from archcalc.render.markdown import escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.explanation import Explanation


def render(explanation: Explanation) -> str:
    """A heading, and under it each part with its steps in a block of math."""
    paragraphs = [f"### {escaped(explanation.title)}", escaped(explanation.shapes), escaped(explanation.attributes)]
    for section in explanation.sections:
        paragraphs.append(f"**{escaped(section.title)}**" + (f" ({escaped(section.note)})" if section.note else ""))
        if section.steps:
            steps = "\n".join(aligned(section, explanation.layout))
            paragraphs.append(f"$$\n\\begin{{aligned}}\n{steps}\n\\end{{aligned}}\n$$")
    return "\n\n".join(filter(None, paragraphs))
