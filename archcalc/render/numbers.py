"""How values are written for people. Nothing before this place rounds or decorates a number."""

from __future__ import annotations

from archcalc.graph.table import HWC

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.graph.table import Column, Table

_SUFFIXES = ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "K"))
EXACT_BELOW = 10_000  # lecture tables write 4096 and 1000 out
HUMAN_DIGITS = 2


def human(value: int) -> str:
    """A count with two significant digits, as lecture tables print it; small ones are written out.

    >>> [human(n) for n in (4096, 25_088, 150_528, 3_211_264, 999_999, 15_470_264_320)]
    ['4096', '25K', '150K', '3.2M', '1.0M', '15G']
    """
    if abs(value) < EXACT_BELOW:
        return str(value)
    sign = "-" if value < 0 else ""
    step = 10 ** (len(str(abs(value))) - 2)
    rounded = (2 * abs(value) + step) // (2 * step) * step
    for size, suffix in _SUFFIXES:
        if rounded >= size:
            if rounded < 10 * size:
                return f"{sign}{rounded // size}.{rounded % size * 10 // size}{suffix}"
            return f"{sign}{rounded // size:,}{suffix}"
    return f"{sign}{rounded}"


def is_exact(value: Any) -> bool:
    """Whether a value is a whole number or a fraction; symbols and columns of variants are neither."""
    return type(value) is int or (type(value).__name__ == "Fraction" and type(value).__module__ == "fractions")


def significant(value: Any, digits: int) -> str:
    """A whole number or fraction to so many significant digits, a half up; what stands before the point is whole.

    >>> from fractions import Fraction
    >>> [significant(Fraction(*pair), 3) for pair in ((1234567, 100), (1, 3), (2, 300), (19996, 1000), (9996, 1000))]
    ['12,346', '0.333', '0.00667', '20.0', '10.0']
    >>> significant(Fraction(-1, 8), 2), significant(5, 3), significant(Fraction(0), 3)
    ('-0.13', '5', '0')
    """
    if type(value) is int or not value:
        return f"{int(value):,}"
    top, bottom = abs(value.numerator), value.denominator
    places = _places(top, bottom, digits)
    scaled = (2 * top * 10**places + bottom) // (2 * bottom)
    if places and scaled >= 10**digits:  # 9.996 has become 10.00
        places -= 1
        scaled = (2 * top * 10**places + bottom) // (2 * bottom)
    whole, rest = divmod(scaled, 10**places)
    sign = "-" if value < 0 else ""
    return f"{sign}{whole:,}.{rest:0{places}d}" if places else f"{sign}{whole:,}"


def _places(top: int, bottom: int, digits: int) -> int:
    """Digits behind the point that make so many significant ones of a positive fraction."""
    if top >= bottom:
        return max(0, digits - len(str(top // bottom)))
    zeros = len(str(bottom // top)) - 1
    return digits + zeros - (1 if bottom <= top * 10**zeros else 0)


def as_float(value: Any) -> Any:
    """A whole number or fraction as the nearest floating-point number, if there is one; anything else as it is."""
    try:
        return float(value) if is_exact(value) else value
    except OverflowError:
        return value


def bytes_text(count: int) -> str:
    """A number of bytes exactly, and in MB (10**6) and MiB (2**20), or in kB and KiB if it is small.

    >>> print(bytes_text(60_950_432), bytes_text(36_472), sep=chr(10))
    60,950,432 B = 60.95 MB = 58.13 MiB
    36,472 B = 36.47 kB = 35.62 KiB
    """
    decimal, binary, names = (10**6, 2**20, ("MB", "MiB")) if count >= 10**6 else (10**3, 2**10, ("kB", "KiB"))
    return f"{count:,} B = {_hundredths(count, decimal)} {names[0]} = {_hundredths(count, binary)} {names[1]}"


def _hundredths(count: int, unit: int) -> str:
    hundredths = (200 * count + unit) // (2 * unit)
    return f"{hundredths // 100:,}.{hundredths % 100:02d}"


def cell(value: Any, is_human: bool = False, separator: str = "x") -> str:
    """One value of a table for people: 1,728 or 3.2M, 64x224x224, or nothing.

    >>> cell(73728), cell([64, 224, 224]), cell(None), cell({"kernel": [3, 3], "bias": True})
    ('73,728', '64x224x224', '', 'kernel=3x3 bias=true')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:,.2f}"
    if isinstance(value, int):
        return human(value) if is_human else f"{value:,}"
    if isinstance(value, dict):
        return " ".join(f"{name}={cell(item)}" for name, item in value.items())
    if isinstance(value, (list, tuple)):
        if any(isinstance(item, (str, list, tuple)) for item in value):
            return ", ".join(cell(item) for item in value)
        return separator.join(str(item) for item in value) if value else "-"
    return str(value)


def signed(value: Any, digits: int) -> str:
    """A difference with its sign; a fraction to so many significant digits.

    >>> signed(1200, 3), signed(-1200, 3), signed(0, 3)
    ('+1,200', '-1,200', '0')
    """
    return ("+" if value > 0 else "") + significant(value, digits)


def _cell(value: Any, is_human: bool, column: Column, table: Table) -> str:
    is_human = is_human or column.is_rounded
    if column.is_signed and value is not None:
        return signed(value, column.digits)
    if hasattr(value, "written"):
        return derivation(value, is_human, table.layout)
    if column.digits and type(value) is not int and is_exact(value):
        return significant(value, HUMAN_DIGITS if is_human else column.digits)
    if column.is_size and value is not None:
        return f"{cell(value, is_human)} = {_hundredths(value, 2**20)} MiB"
    if column.is_shape and value is not None:
        value = _volume(value, table)
    return str(value) if column.is_label and value is not None else cell(value, is_human, column.separator)


def derivation(number: Any, is_human: bool, layout: str) -> str:
    """A worked number: its arithmetic and its result, or only the one if that is all there is.

    >>> from archcalc.algebra.worked import leaf
    >>> derivation(leaf(512) * leaf(49), True, "chw"), derivation(leaf(4096), False, "chw")
    ('512*49 = 25K', '4096')
    """
    written = number.written(layout)
    result = cell(number.value, is_human)
    return written if written == result.replace(",", "") else f"{written} = {result}"


def _volume(shape: Any, table: Table) -> Any:
    """A shape in the layout of a table: as lectures write it, a vector is a volume of 1x1 positions."""
    if table.layout != HWC or not shape:
        return shape
    given = table.facts.get("input", shape)
    axes = max(map(len, given.values() if isinstance(given, dict) else [given])) - 1
    channels, *size = shape
    return [*(size or [1] * axes), channels]


def heading(column: Column) -> str:
    """A column's heading with its unit."""
    return f"{column.heading} [{column.unit}]" if column.unit else column.heading


def is_number(table: Table, place: int) -> bool:
    """Whether a column holds counts, which are aligned to the right."""
    if table.columns[place].digits:
        return True
    return any(isinstance(row[place], (int, float)) and not isinstance(row[place], bool) for row in table.rows)


def grid(table: Table, is_human: bool) -> tuple[list[str], list[list[str]], list[str]]:
    """Headings, cells (the totals as the last row) and alignments, for a table that people read.

    Without rows there is an empty one: tabulate counts columns by its rows.
    """
    rows = [
        [_cell(value, is_human, column, table) for value, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    ]
    if table.totals:
        pairs = zip(table.totals, table.columns, strict=True)
        totals = [_cell(value, is_human, column, table) for value, column in pairs]
        rows.append(["total", *totals[1:]])
    alignments = ["right" if is_number(table, place) else "left" for place in range(len(table.columns))]
    return [heading(column) for column in table.columns], rows or [[""] * len(table.columns)], alignments


def header(table: Table) -> list[str]:
    """The facts of a table as lines: name and source, then what was counted and how."""
    facts = table.facts
    lines = [f"{facts['name']} ({facts['source']})" if facts["source"] else str(facts["name"])]
    if "input" not in facts:
        return [*lines, table.units]
    shapes = facts["input"]
    inputs = shapes if isinstance(shapes, dict) else {"": shapes}
    shown = ", ".join(f"{name} {cell(_volume(shape, table))}".strip() for name, shape in inputs.items())
    counted = f"input {shown}, batch {cell(facts['batch'])}, dtype {facts['dtype']}"
    order = "spatial sizes x channels" if table.layout == HWC else "channels x spatial sizes"
    lines.append(f"{counted}; shapes are {order}, per example")
    lines.append(f"convention {facts['convention']}: {table.units}" if "convention" in facts else table.units)
    if facts["vars"]:
        lines.append("vars " + ", ".join(f"{name}={as_in_spec(value)}" for name, value in facts["vars"].items()))
    return lines


def footer(table: Table) -> list[str]:
    """Amounts of memory and notes, a sentence each."""
    dtype = table.facts.get("dtype")
    sizes = [f"{what}: {bytes_text(count)} at {dtype}" for what, count in table.sizes_bytes.items()]
    return [*sizes, *table.notes]


def as_in_spec(value: Any) -> str:
    """A var's value as a spec would write it.

    >>> as_in_spec([1, True, "3x3"])
    '[1, true, 3x3]'
    """
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(as_in_spec(item) for item in value) + "]"
    return cell(value) if isinstance(value, bool) else str(value)
