"""Worked numbers written down: few parentheses, no factors of 1, nothing added that is 0.

What is written is Python, and gives the number; only results have thousands separators, and they are not written
here. Layout HWC writes the factors of a product as lectures do, whatever their order in the formula: spatial sizes
first, then kernel and channels (the volume of one filter, in parentheses), then the number of filters. A product that
is a factor of another is ordered by itself.
"""

from __future__ import annotations

from archcalc.algebra.worked import CHANNELS, EXACT_DIV, FILTERS, KERNEL, LEAF, NEGATIVE, SIZE, Worked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HWC = "hwc"
ORDER = {"": 0, SIZE: 1, KERNEL: 2, CHANNELS: 3, FILTERS: 4}
SUM_LEVEL, PRODUCT_LEVEL, ATOM_LEVEL = 0, 1, 2


class Writer:
    """Writes worked numbers in one layout; with `is_formula`, leaves by their names and nothing dropped.

    >>> from archcalc.algebra.worked import leaf
    >>> kernel = leaf(128, "filters", FILTERS) * leaf(64, "C", CHANNELS) * leaf(3, "k", KERNEL) * leaf(3, "k", KERNEL)
    >>> Writer(HWC).text(kernel), Writer(HWC, is_formula=True).text(kernel)
    ('(3*3*64)*128', '(k*k*C)*filters')
    """

    def __init__(self, layout: str = "", is_formula: bool = False):
        self._layout = layout
        self._is_formula = is_formula

    def text(self, number: Worked) -> str:
        """The arithmetic that gave a number."""
        return self._written(number)[0]

    # How each operation looks; a writer of another notation overrides these.

    def leaf(self, number: Worked) -> str:
        """A number that was given."""
        return number.name if self._is_formula and number.name else str(number.value)

    def product(self, factors: list[str]) -> str:
        """A product of factors that are in parentheses where they need them."""
        return "*".join(factors)

    def group(self, text: str) -> str:
        """A part in parentheses."""
        return f"({text})"

    def quotient(self, sign: str, above: tuple[str, int], below: tuple[str, int]) -> tuple[str, int]:
        """A division by sign `//`, EXACT_DIV, `/` or `%`, with its level."""
        sign = "//" if sign == EXACT_DIV else sign
        return self._at(PRODUCT_LEVEL, above) + sign + self._at(ATOM_LEVEL, below), PRODUCT_LEVEL

    def power(self, base: tuple[str, int], exponent: tuple[str, int]) -> str:
        """A power."""
        return f"{self._at(ATOM_LEVEL, base)}**{self._at(ATOM_LEVEL, exponent)}"

    def function(self, name: str, arguments: list[str]) -> str:
        """A function of its arguments."""
        return f"{name}({', '.join(arguments)})"

    # How they nest.

    def _is_neutral(self, number: Worked, neutral: int) -> bool:
        is_constant = number.sign == LEAF and not number.name
        return bool(number.value == neutral) and (is_constant or not self._is_formula)

    def _at(self, level: int, part: tuple[str, int]) -> str:
        text, own = part
        return text if own >= level else self.group(text)

    def _peeled(self, number: Worked) -> Worked:
        """A number without divisions by 1 and factors of 1 around it."""
        while number.sign in ("//", EXACT_DIV, "/", "*"):
            left, right = number.parts
            if self._is_neutral(right, 1):
                number = left
            elif number.sign == "*" and self._is_neutral(left, 1):
                number = right
            else:
                break
        return number

    def _written(self, number: Worked) -> tuple[str, int]:
        number = self._peeled(number)
        sign = number.sign
        if sign == LEAF and not self._is_negative(number):
            return self.leaf(number), ATOM_LEVEL
        if sign in ("+", "-", NEGATIVE, LEAF):
            return self._sum(number)
        if sign == "*":
            return self._product(number)
        if sign in ("//", EXACT_DIV, "/", "%"):
            above, below = map(self._written, number.parts)
            return self.quotient(sign, above, below)
        if sign == "**":
            base, exponent = map(self._written, number.parts)
            return self.power(base, exponent), PRODUCT_LEVEL
        return self.function(sign, [self.text(part) for part in number.parts]), ATOM_LEVEL

    def _is_negative(self, number: Worked) -> bool:
        return number.sign == LEAF and number.value < 0 and not (self._is_formula and number.name)

    def _sum(self, number: Worked) -> tuple[str, int]:
        terms = self._gathered(
            [(is_minus, term) for is_minus, term in self._terms(number) if not self._is_neutral(term, 0)]
        )
        if not terms:
            return "0", ATOM_LEVEL
        if len(terms) > 1 and terms[0][0] and not terms[1][0]:
            terms[:2] = terms[1::-1]  # a - b, not -b + a
        (is_minus, first), *others = terms
        if not is_minus and not others:
            return self._unsigned(first)
        needs = ATOM_LEVEL if is_minus and first.sign != "*" else PRODUCT_LEVEL  # -a*b is -(a*b), -a//b is not
        text = "-" * is_minus + self._at(needs, self._unsigned(first))
        for is_minus, term in others:
            text += (" - " if is_minus else " + ") + self._at(PRODUCT_LEVEL, self._unsigned(term))
        return text, SUM_LEVEL

    def _terms(self, number: Worked) -> list[tuple[bool, Worked]]:
        """What is added, with True what is subtracted, in the order written; a sum that is subtracted stays whole."""
        result = []
        waiting = [(False, number)]
        while waiting:
            is_minus, term = waiting.pop()
            term = self._peeled(term)
            if term.sign == NEGATIVE:
                waiting.append((not is_minus, term.parts[0]))
            elif term.sign in ("+", "-") and not is_minus:
                left, right = term.parts
                waiting += [(term.sign == "-", right), (False, left)]
            else:
                result.append((is_minus is not self._is_negative(term), term))
        return result

    def _gathered(self, terms: list[tuple[bool, Worked]]) -> list[tuple[bool, Worked]]:
        """2*p for p + p; and, where only numbers are written, without constants of a formula that cancel: 3 - 1 + 1."""
        result: list[tuple[bool, Worked]] = []
        for is_minus, term in terms:
            known = {(was_minus, *_identity(other)): place for place, (was_minus, other) in enumerate(result)}
            same, opposite = ((sign, *_identity(term)) for sign in (is_minus, not is_minus))
            if term.sign == LEAF and term.name and same in known:
                result[known[same]] = is_minus, Worked(2 * term.value, "*", (Worked(2), term))
            elif term.sign == LEAF and not term.name and not self._is_formula and opposite in known:
                del result[known[opposite]]
            else:
                result.append((is_minus, term))
        return result

    def _unsigned(self, term: Worked) -> tuple[str, int]:
        """A term without the sign that a negative number has: it has become that of the term."""
        return (str(-term.value), ATOM_LEVEL) if self._is_negative(term) else self._written(term)

    def _product(self, number: Worked) -> tuple[str, int]:
        if not self._is_formula and number.value == 0:
            return "0", ATOM_LEVEL
        is_by_role = self._layout == HWC
        factors = self._factors(number, opens_all=not is_by_role)
        if not factors:
            return "1", ATOM_LEVEL
        if len(factors) == 1:
            return self._written(factors[0])
        texts = self._by_role(factors) if is_by_role else [self._factor(factor) for factor in factors]
        return self.product(texts), PRODUCT_LEVEL

    def _factors(self, number: Worked, opens_all: bool) -> list[Worked]:
        """What is multiplied, in the order of the formula; a factor that is itself a product may stay whole."""
        result: list[Worked] = []
        waiting = [number]
        while waiting:
            factor = self._peeled(waiting.pop())
            if factor.sign == "*" and (opens_all or not result):
                waiting += reversed(factor.parts)
            elif not self._is_neutral(factor, 1):
                result.append(factor)
        return result

    def _by_role(self, factors: list[Worked]) -> list[str]:
        """Factors in the order of lectures: what one filter weighs is a group, if there is more than that."""
        roles = {id(factor): self._role(factor) for factor in factors}
        ordered = sorted(factors, key=lambda factor: ORDER[roles[id(factor)]])
        texts = [self._factor(factor) for factor in ordered]
        volume = [place for place, factor in enumerate(ordered) if roles[id(factor)] in (KERNEL, CHANNELS)]
        if KERNEL in roles.values() and 1 < len(volume) < len(texts):
            first, end = volume[0], volume[-1] + 1
            texts[first:end] = [self.group(self.product(texts[first:end]))]
        return texts

    def _role(self, factor: Worked) -> str:
        """What a factor measures: a leaf what it says, a product what stands first in it, else as its first part."""
        while factor.parts and factor.sign != "*":
            factor = factor.parts[0]
        if factor.sign == "*":
            roles = [self._role(part) for part in self._factors(factor, opens_all=True)]
            return min(roles, key=ORDER.__getitem__, default="")
        return factor.role if factor.role in ORDER else ""

    def _factor(self, factor: Worked) -> str:
        """A factor: a quotient stands in parentheses, although Python would need them only behind the first."""
        return self._at(PRODUCT_LEVEL if factor.sign == "*" else ATOM_LEVEL, self._written(factor))


def _identity(term: Worked) -> tuple[Any, ...]:
    """What tells given numbers apart; anything that was made is like nothing else."""
    return ("", term.name, term.value) if term.sign == LEAF else ("made", id(term), None)
