"""Numbers as papers and lectures print them: 138M, 3.86 billion, 93MB, 1.19%, 55x55x96; read, and compared."""

from __future__ import annotations

import re
from fractions import Fraction

from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

UNITS: dict[str, int | Fraction] = {
    "": 1,
    "%": Fraction(1, 100),
    "x": 1,
    "X": 1,
    "bytes": 1,
    "K": 10**3,
    "k": 10**3,
    "M": 10**6,
    "G": 10**9,
    "B": 10**9,
    "T": 10**12,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "kB": 10**3,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}
MAX_LENGTH = 1_000  # characters of a number
NEAREST, TRUNCATE = "nearest", "truncate"
ROUNDINGS = (NEAREST, TRUNCATE)
_NUMBER = re.compile(r"(-?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?(?:\s*(?:e|x\s*10\^)(\d{1,3}))?\s*([A-Za-z%]*)")
_SHAPE = re.compile(r"\d+(?:\s*[x*]\s*\d+)+")
_SIGNS = str.maketrans({"\u00d7": "x", "\u2212": "-", "\u2248": "~", "\u00a0": " ", "\u202f": " "})


class Printed(Record):
    """A printed number: its digits as a whole number, the power of ten they stand for, and its unit.

    `zeros` are digits at its end that only fill up ("120 million" to two digits).
    """

    digits: int
    exponent: int
    unit: str
    zeros: int = 0

    @property
    def step(self) -> Fraction:
        """What the last digit that is meant stands for."""
        return UNITS[self.unit] * _power_of_ten(self.zeros + self.exponent)

    @property
    def value(self) -> Fraction:
        """What is printed, taken literally."""
        return self.digits * UNITS[self.unit] * _power_of_ten(self.exponent)

    @property
    def significant(self) -> int:
        """How many digits are meant."""
        return len(str(abs(self.digits))) - self.zeros


def _power_of_ten(exponent: int) -> Fraction:
    return Fraction(10**exponent) if exponent >= 0 else Fraction(1, 10**-exponent)


def read_printed(text: str, unit: str | None = None, digits: int | None = None) -> Printed | list[int] | str:
    """What is printed: a number with its precision and unit, a shape, or else the text itself.

    `unit` stands in for the unit that is printed, `digits` says how many digits are meant. Raises ArchcalcError.

    >>> read_printed("138M")
    Printed(digits=138, exponent=0, unit='M', zeros=0)
    >>> read_printed("55x55x96"), read_printed("yes")
    ([55, 55, 96], 'yes')
    """
    bare = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", "", text.translate(_SIGNS).strip().lstrip("~").strip())
    if unit is not None and unit not in UNITS:
        raise ArchcalcError(f"there is no unit '{unit}'", hint=did_you_mean(unit, UNITS))
    if len(bare) > MAX_LENGTH and bare[0].isdigit():
        raise ArchcalcError(
            f"found {len(bare):,} characters, '{bare[:10]}...', expected a number of at most {MAX_LENGTH}"
        )
    match = _NUMBER.fullmatch(bare)
    if match is None:
        return [int(size) for size in re.findall(r"\d+", bare)] if _SHAPE.fullmatch(bare) else text
    sign, whole, fraction, power, written = match[1], match[2].replace(",", ""), match[3] or "", match[4], match[5]
    if written not in UNITS:
        raise ArchcalcError(f"'{text}' has the unit '{written}', which is not known", hint=did_you_mean(written, UNITS))
    if unit is not None and written and not Fraction(9, 10) < Fraction(UNITS[unit]) / UNITS[written] < Fraction(11, 10):
        raise ArchcalcError(f"'{text}' cannot be meant in {unit}")
    meant = (whole + fraction).lstrip("0")
    zeros = 0 if digits is None else len(meant) - digits
    if digits is not None and (digits < 1 or zeros < 0 or set(meant[digits:]) - {"0"}):
        raise ArchcalcError(f"'{text}' cannot be meant to {digits} digits")
    number = int(whole + fraction) * (-1 if sign else 1)
    return Printed(number, int(power or 0) - len(fraction), written if unit is None else unit, zeros)


def reads_the_same(value: Any, printed: Printed | list[int] | str, rounding: str = NEAREST) -> bool:
    """Whether a computed value, brought to the printed precision and unit, is what is printed.

    A value in the middle between two may be printed as either; a shape may leave out or write sizes of 1.

    >>> reads_the_same(138_357_544, read_printed("138M")), reads_the_same(15_237_608, read_printed("24M"))
    (True, False)
    >>> reads_the_same(22_910_480 * 4, read_printed("88 MB", unit="MiB"), "truncate")
    False
    """
    if isinstance(printed, str):
        return written(value) == printed
    if isinstance(printed, list) or isinstance(value, (list, tuple)):
        return _sizes(value) == _sizes(printed)
    if not is_number(value):
        return False
    steps, shown = exact(value) / printed.step, printed.value / printed.step
    if rounding == NEAREST:
        return abs(steps - shown) <= Fraction(1, 2)
    return (steps // 1 if steps >= 0 else -(-steps // 1)) == shown


def _sizes(value: Any) -> list[Any]:
    """The sizes of a shape, those of 1 left out; a number alone is that of a vector."""
    if isinstance(value, Printed):
        value = value.value
    return [size for size in (value if isinstance(value, (list, tuple)) else [value]) if size != 1]


def is_number(value: Any) -> bool:
    """Whether a computed value is a number; a truth is none."""
    return isinstance(value, (int, float, Fraction)) and not isinstance(value, bool)


def exact(value: Any) -> Fraction:
    """A number as a fraction; of a float, which a root or a logarithm gives, the simplest close by."""
    return Fraction(value).limit_denominator(10**12) if isinstance(value, float) else Fraction(value)


def is_exact(value: Any, printed: Printed | list[int] | str) -> bool:
    """Whether a computed value is what is printed, without any rounding."""
    if isinstance(printed, Printed) and is_number(value):
        return exact(value) == printed.value
    return reads_the_same(value, printed)


def written(value: Any) -> str:
    """A computed value as a table shows it, whole numbers exactly.

    >>> written(138357544), written(Fraction(1, 3)), written([64, 112]), written(True)
    ('138,357,544', '0.333333', '64x112', 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        are_sizes = all(type(item) is int and item < 10_000 for item in value)  # else they are counts
        return "x".join(map(str, value)) if are_sizes else ", ".join(map(written, value))
    if isinstance(value, Fraction):
        return f"{value.numerator:,}" if value.denominator == 1 else f"{float(value):,.6g}"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}" if isinstance(value, float) else str(value)
