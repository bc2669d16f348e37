"""Programs compiled by numba: the same steps for each variant, a machine's own numbers, nothing wrapped.

Whether that is exact is known before: every number of the program has bounds. Below 2**53 all of them are float64,
where vector units do the work and whole numbers are exact; below 2**63 whole numbers are int64. Beyond, nothing is
compiled.
"""

from __future__ import annotations

from archcalc.algebra.traced import FLOATING, LEAF, Traced, value_of
from archcalc.sweeping.program import ALL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from typing import Any

    from archcalc.sweeping.program import Program

EXACT_FLOAT, EXACT_INT = 2**53, 2**63
INNER, OUTER, BOTH = "inner", "outer", "both"
TYPES = {bool: "bool_", float: "float64", int: "int64"}
# How each operation is written; in float64 whole numbers are floats too.
FLOAT = {
    "+": "{0} + {1}", "-": "{0} - {1}", "*": "{0} * {1}", "//": "floor({0} / {1})", "/": "{0} / {1}",
    "%": "{0} - floor({0} / {1}) * {1}", "max": "max({0}, {1})", "min": "min({0}, {1})", "floor": "floor({0})",
    "ceil": "ceil({0})", "trunc": "trunc({0})", "round": "rint({0})", "sqrt": "sqrt({0})", "whole": "{0}",
    "where": "{1} if {0} else {2}", **{sign: f"{{0}} {sign} {{1}}" for sign in ("<", "<=", ">", ">=", "==", "!=")},
}  # fmt: skip
INT = FLOAT | {
    "//": "{0} // {1}", "%": "{0} % {1}", "floor": "int64(floor({0}))", "ceil": "int64(ceil({0}))",
    "trunc": "int64(trunc({0}))", "round": "int64(rint({0}))", "whole": "int64({0})",
}  # fmt: skip
# Of fractions a rounded quotient may be one too large: these are Python's own, as numba has them.
OF_FRACTIONS = {"//": "{0} // {1}", "%": "{0} % {1}"}


def kind_of(program: Program) -> str | None:
    """The type of numbers in which a program is exact, float64 or int64; None if no machine's is known to hold it."""
    if not program.steps or any(operation not in INT and operation != LEAF for operation, _ in program.steps):
        return None
    if any(bounds is None for bounds in program.bounds):
        return None
    constants = [abs(one) for _, values in program.steps for one in values if type(one) in (int, float)]
    largest = max([*constants, *(abs(end) for bounds in program.bounds for end in bounds)])
    is_whole_division = all(operation != "sqrt" for operation, _ in program.steps)
    if largest < EXACT_FLOAT and is_whole_division:
        return "float64"
    return "int64" if largest < EXACT_INT and not _rounds(program) else None


def _rounds(program: Program) -> bool:
    """Whether a whole number beyond 2**53 may become a float, or be compared with one, or come from one."""
    for operation, values in program.steps:
        if operation == LEAF or (operation not in FLOATING and not any(map(_is_fraction, values))):
            continue
        ends = [program.bounds[one.place] if type(one) is Traced else (one, one) for one in values]
        if any(abs(end) >= EXACT_FLOAT for both in ends for end in both):
            return True
    return False


def _is_fraction(value: Any) -> bool:
    """Whether a number is held as a float, here and in every other variant."""
    return type(value_of(value)) is float


def source(program: Program, kind: str, inner: Collection[str]) -> str:
    """The program as a Python function over a rectangle: rows differ in the other leaves, columns in the `inner` ones.

    What only the inner leaves decide is computed once for all rows, what only the others decide once a row; the rest,
    most often a few products and sums, for each variant. Arguments: a column of each leaf, an array of two axes for
    each output that is no constant, one for whether the variant belongs to the program, and the number of columns.
    """
    sides = _sides(program, inner)
    outputs = {name: value for name, value in program.outputs.items() if type(value) is Traced}
    last = {*(value.place for value in outputs.values()), *program.guards}
    used = {
        one.place
        for place, (_, values) in enumerate(program.steps)
        if sides[place] == BOTH
        for one in values
        if type(one) is Traced
    }
    kept = [place for place, side in enumerate(sides) if side == INNER and place in last | used]
    types = _types(program, kind)
    steps = {side: [place for place, other in enumerate(sides) if other == side] for side in (INNER, OUTER, BOTH)}
    guards = " & ".join(f"({'' if truth else 'not '}v{place})" for place, truth in program.guards.items())
    outer = [name for name in program.leaves if name not in inner]
    rows = f"in_{program.leaves.index(outer[0])}.size" if outer else "1"
    arguments = [*(f"in_{n}" for n in range(len(program.leaves))), *map(_name, outputs), "holds", "width"]
    lines = [
        f"def program({', '.join(arguments)}):",
        *(f"    s{place} = empty(width, {types[place]})" for place in kept),
        "    for column in range(width):",
        *_lines(program, kind, steps[INNER], "column", 2),
        *(f"        s{place}[column] = v{place}" for place in kept),
        "        pass",
        f"    for row in range({rows}):",
        *_lines(program, kind, steps[OUTER], "row", 2),
        "        for column in range(width):",
        *(f"            v{place} = s{place}[column]" for place in kept),
        *_lines(program, kind, steps[BOTH], "", 3),
        *(
            f"            {_name(name)}[row, column] = {_output_type(value)}(v{value.place})"
            for name, value in outputs.items()
        ),
        *([f"            holds[row, column] = {guards}"] if program.guards else []),
        "            pass",
    ]
    return "\n".join(lines)


def _sides(program: Program, inner: Collection[str]) -> list[str]:
    """Of each step, which leaves it depends on."""
    sides: list[str] = []
    for operation, values in program.steps:
        if operation == LEAF:
            sides.append(INNER if values[0] in inner else OUTER)
        else:
            found = {sides[one.place] for one in values if type(one) is Traced}
            sides.append(found.pop() if len(found) == 1 else BOTH)
    return sides


def _lines(program: Program, kind: str, places: Sequence[int], index: str, depth: int) -> list[str]:
    forms = FLOAT if kind == "float64" else INT
    lines = []
    for place in places:
        operation, values = program.steps[place]
        if operation == LEAF:
            text = f"in_{program.leaves.index(values[0])}[{index}]"
        else:
            form = OF_FRACTIONS.get(operation) if any(map(_is_fraction, values)) else None
            text = (form or forms[operation]).format(*(_text(one, kind) for one in values))
        lines.append(f"{'    ' * depth}v{place} = {text}")
    return lines


def _types(program: Program, kind: str) -> dict[int, str]:
    """The type of each step that another one, an output or a guard needs, where it is kept for later."""
    needed = [one for _, values in program.steps for one in values if type(one) is Traced]
    needed += [one for one in program.outputs.values() if type(one) is Traced]
    types = {one.place: TYPES[type(one.value)] for one in needed}
    if kind == "float64":
        types = {place: "bool_" if name == "bool_" else kind for place, name in types.items()}
    return dict.fromkeys(program.guards, "bool_") | types


def _output_type(value: Traced) -> str:
    """The type of a column of results."""
    return TYPES[type(value.value)]


def _name(column: str) -> str:
    return "out_" + column.replace(" ", "_")


def _text(value: Any, kind: str) -> str:
    if type(value) is Traced:
        return f"v{value.place}"
    return repr(float(value)) if kind == "float64" or type(value) is float else repr(int(value))


def run(
    program: Program, function: Callable[..., None], kind: str, columns: dict[str, Any], shape: tuple[int, int]
) -> tuple[Any, dict[str, Any]]:
    """The variants of a rectangle, row after row, that a compiled program tells of, and its outputs for them."""
    import numpy as np

    is_float = kind == "float64"
    given = [columns[name].astype(np.float64, copy=False) if is_float else columns[name] for name in program.leaves]
    outputs = {name: value for name, value in program.outputs.items() if type(value) is Traced}
    made = {name: np.empty(shape, dtype=_output_type(value)) for name, value in outputs.items()}
    holds = np.empty(shape if program.guards else (0, 0), dtype=bool)
    function(*given, *made.values(), holds, shape[1])
    rows: Any = ALL if holds.all() else np.flatnonzero(holds)
    count = shape[0] * shape[1] if rows is ALL else len(rows)
    result = {
        name: made[name].ravel()[rows] if name in made else np.full(count, value)
        for name, value in program.outputs.items()
    }
    return rows, result


def compiled(program: Program, kind: str, inner: Collection[str]) -> Callable[..., None]:
    """The machine code of a program."""
    from math import sqrt

    import numba
    import numpy as np

    names = {
        name: getattr(np, name) for name in ("floor", "ceil", "trunc", "rint", "int64", "float64", "bool_", "empty")
    }
    names["sqrt"] = sqrt
    exec(compile(source(program, kind, inner), "<sweep>", "exec"), names)  # noqa: S102 - written above, from numbers alone
    function: Callable[..., None] = numba.njit(nogil=True, error_model="numpy")(names["program"])
    return function
