"""An explanation as LaTeX (package amsmath), and the notation that Markdown shares with it."""

from __future__ import annotations

from archcalc.algebra.written import ATOM_LEVEL, PRODUCT_LEVEL, Writer
from archcalc.render.latex import escaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra.worked import Worked
    from archcalc.explanation import Explanation
    from archcalc.explanation.step import Section


class MathWriter(Writer):
    r"""Writes worked numbers as math.

    >>> from archcalc.algebra.worked import leaf
    >>> MathWriter(is_formula=True).text((leaf(7, "H") - leaf(3, "kernel")) // leaf(2, "s") + 1)
    '\\left\\lfloor \\frac{H - \\mathrm{kernel}}{s} \\right\\rfloor + 1'
    """

    def leaf(self, number: Worked) -> str:
        """A number, or a name with its index."""
        text = super().leaf(number)
        return text if text == str(number.value) else name(text)

    def product(self, factors: list[str]) -> str:
        """Factors with dots."""
        return r" \cdot ".join(factors)

    def group(self, text: str) -> str:
        """Parentheses that grow."""
        return rf"\left({text}\right)"

    def quotient(self, sign: str, above: tuple[str, int], below: tuple[str, int]) -> tuple[str, int]:
        """A fraction, rounded down where the division is."""
        if sign == "%":
            return rf"{self._at(ATOM_LEVEL, above)} \bmod {self._at(ATOM_LEVEL, below)}", PRODUCT_LEVEL
        fraction = rf"\frac{{{above[0]}}}{{{below[0]}}}"
        return (rf"\left\lfloor {fraction} \right\rfloor" if sign == "//" else fraction), ATOM_LEVEL

    def power(self, base: tuple[str, int], exponent: tuple[str, int]) -> str:
        """A power."""
        return f"{self._at(ATOM_LEVEL, base)}^{{{exponent[0]}}}"

    def function(self, name: str, arguments: list[str]) -> str:
        """A function of its arguments; a quotient that is rounded up as a fraction."""
        if name == "ceil_div":
            return rf"\left\lceil \frac{{{arguments[0]}}}{{{arguments[1]}}} \right\rceil"
        known = rf"\{name}" if name in ("max", "min", "gcd") else rf"\operatorname{{{name}}}"
        return rf"{known}\left({', '.join(arguments)}\right)"


def name(text: str) -> str:
    r"""A name with its indices: one letter as it is, a word upright.

    >>> print(name("C"), name("C_out"), name("padding_1_2"))
    C C_{\mathrm{out}} \mathrm{padding}_{1,2}
    """
    head, *indices = [part if len(part) == 1 or part.isdigit() else rf"\mathrm{{{part}}}" for part in text.split("_")]
    return f"{head}_{{{','.join(indices)}}}" if indices else head


def aligned(section: Section, layout: str) -> list[str]:
    """The lines of an alignment at the signs of equality."""
    formula, numbers = MathWriter(layout, is_formula=True), MathWriter(layout)
    lines = []
    for step in section.steps:
        *sides, result = step.sides(formula, numbers)
        sides.append(result.replace(",", "{,}") + (rf"\ \mathrm{{{step.unit}}}" if step.unit else ""))
        starts = [name(step.name), *[""] * (len(sides) - 1)]
        lines += [f"{start} &= {side}".strip() for start, side in zip(starts, sides, strict=True)]
    return [line + r" \\" for line in lines[:-1]] + lines[-1:]


def render(explanation: Explanation) -> str:
    """A paragraph for each part, its steps in `align*`."""
    lines = [rf"\paragraph{{{escaped(explanation.title)}}}", escaped(explanation.shapes)]
    if explanation.attributes:
        lines.append(rf"\\ {escaped(explanation.attributes)}")
    for section in explanation.sections:
        lines += ["", rf"\emph{{{escaped(section.title)}}}" + (f" ({escaped(section.note)})" if section.note else "")]
        if section.steps:
            lines += [r"\begin{align*}", *aligned(section, explanation.layout), r"\end{align*}"]
    return "\n".join(lines)
