"""What an explanation is made of."""

from __future__ import annotations

from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.algebra.written import Writer


class Step(Record):
    """One number: what it is called in formulas, how it was made, and its unit."""

    name: str
    number: Any
    unit: str = ""

    def sides(self, formula: Writer, numbers: Writer) -> list[str]:
        """What stands behind the signs of equality: formula, numbers, result; nothing twice.

        >>> from archcalc.algebra.worked import leaf
        >>> from archcalc.algebra.written import Writer
        >>> Step("x", leaf(64, "C") * leaf(1000, "n"), "MAC").sides(Writer(is_formula=True), Writer())
        ['C*n', '64*1000', '64,000']
        """
        if not hasattr(self.number, "written"):
            return [f"{self.number:,}"]
        plain = str(self.number)
        sides = dict.fromkeys([formula.text(self.number), numbers.text(self.number)])
        return [side for side in sides if side not in (plain, self.name)] + [f"{self.number:,}"]


class Section(Record):
    """Steps about one thing, and a sentence that says what they do not."""

    title: str
    steps: tuple[Step, ...] = ()
    note: str = ""
