"""Amounts with units, as data sheets print them: 15.7 TFLOP/s, 900 GB/s, 2 us; read exactly, and written."""

from __future__ import annotations

import re
from fractions import Fraction

from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.analysis.device import Rate

# Unit -> what it may be called, and the size of its prefixes. The units of integer arithmetic count the same.
_LARGE: dict[str, Rate] = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15}
_BINARY: dict[str, Rate] = {"Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40}
_SMALL: dict[str, Rate] = {"": Fraction(1), "m": Fraction(1, 10**3), "u": Fraction(1, 10**6), "n": Fraction(1, 10**9)}
UNITS: dict[str, tuple[tuple[str, ...], dict[str, Rate]]] = {
    "FLOP/s": (("FLOP/s", "OP/s"), _LARGE),
    "B/s": (("B/s",), {**_LARGE, **_BINARY}),
    "s": (("s",), _SMALL),
}
EXAMPLES = {"FLOP/s": "15.7 TFLOP/s", "B/s": "900 GB/s", "s": "2 us"}
_AMOUNT = re.compile(r"(\d{1,30}(?:\.\d{1,30})?)(?:e([+-]?\d{1,2}))?\s*([A-Za-z/]+)", re.ASCII)
_DIGITS = 4


def read_quantity(text: str, unit: str) -> Rate:
    """An amount in a unit, exactly; raises ArchcalcError unless it is a positive number and that unit.

    >>> read_quantity("15.7 TFLOP/s", "FLOP/s"), read_quantity("2 us", "s")
    (15700000000000, Fraction(1, 500000))
    """
    match = _AMOUNT.fullmatch(text.strip())
    names, prefixes = UNITS[unit]
    sizes = {f"{prefix}{name}": size for name in names for prefix, size in prefixes.items()}
    if match is None or match[3] not in sizes:
        raise ArchcalcError(f"found '{text}', expected a positive number and its unit, such as {EXAMPLES[unit]}")
    amount = Fraction(match[1]) * Fraction(10) ** int(match[2] or 0) * sizes[match[3]]
    if amount == 0:
        raise ArchcalcError(f"found '{text}', expected more than nothing, such as {EXAMPLES[unit]}")
    return amount.numerator if amount.denominator == 1 else amount


def written_quantity(amount: Rate, unit: str) -> str:
    """An amount with its unit, to four digits at most, under the largest prefix of which it has one.

    >>> written_quantity(15_700_000_000_000, "FLOP/s"), written_quantity(Fraction(1, 500_000), "s")
    ('15.7 TFLOP/s', '2 us')
    """
    names, prefixes = UNITS[unit]
    sizes = sorted((size, prefix) for prefix, size in prefixes.items() if size not in _BINARY.values())
    size, prefix = next((pair for pair in reversed(sizes) if amount >= pair[0]), sizes[0])
    return f"{_rounded(Fraction(amount) / size)} {prefix}{names[0]}"


def _rounded(number: Fraction) -> str:
    """A number to four digits, without zeros behind them."""
    places = max(0, _DIGITS - len(str(number.numerator // number.denominator)))
    whole = round(number * 10**places)
    text = f"{whole // 10**places}.{whole % 10**places:0{places}d}" if places else str(whole)
    return text.rstrip("0").rstrip(".") if places else text
