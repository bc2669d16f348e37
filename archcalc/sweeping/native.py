"""Programs compiled by numba: the same steps for each variant, a machine's own numbers, nothing wrapped.

Whether that is exact is known before: every number of the program has bounds. Below 2**53 all of them are float64, where
vector units do the work and whole numbers are exact; below 2**63 whole numbers are int64. Beyond, nothing is compiled.
"""

from __future__ import annotations

from archcalc.algebra.traced import LEAF, Traced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from archcalc.sweeping.program import Program

EXACT_FLOAT, EXACT_INT = 2**53, 2**63
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


def kind_of(program: Program) -> str | None:
    """ "float64" or "int64", in which a program is exact; or None if no machine's number is known to hold it."""
    if any(operation not in INT and operation != LEAF for operation, _ in program.steps):
        return None
    if any(bounds is None for bounds in program.bounds):
        return None
    largest = max(abs(end) for bounds in program.bounds for end in bounds)
    is_whole_division = all(operation != "sqrt" for operation, _ in program.steps)
    if largest < EXACT_FLOAT and is_whole_division:
        return "float64"
    return "int64" if largest < EXACT_INT else None


def source(program: Program, kind: str) -> str:
    """The program as a Python function of columns: leaves, then outputs and whether each row belongs to it."""
    outputs = [name for name, value in program.outputs.items() if type(value) is Traced]
    arguments = [*(f"in_{place}" for place in range(len(program.leaves))), *map(_name, outputs), "holds"]
    lines = [f"def program({', '.join(arguments)}):", "    for row in range(holds.size):"]
    forms = FLOAT if kind == "float64" else INT
    for place, (operation, values) in enumerate(program.steps):
        if operation == LEAF:
            text = f"in_{program.leaves.index(values[0])}[row]"
        else:
            text = forms[operation].format(*(_text(one, kind) for one in values))
        lines.append(f"        v{place} = {text}")
    for name in outputs:
        lines.append(f"        {_name(name)}[row] = v{program.outputs[name].place}")
    guards = " & ".join(f"{'' if truth else 'not_'}(v{place})" for place, truth in program.guards.items()) or "True"
    guards = guards.replace("not_(", "(not ")
    lines.append(f"        holds[row] = {guards}")
    return "\n".join(lines)


def _name(column: str) -> str:
    return "out_" + column.replace(" ", "_")


def _text(value: Any, kind: str) -> str:
    if type(value) is Traced:
        return f"v{value.place}"
    return repr(float(value)) if kind == "float64" or type(value) is float else repr(int(value))


def run(
    program: Program, function: Callable[..., None], kind: str, columns: dict[str, Any]
) -> tuple[Any, dict[str, Any]]:
    """The rows of the columns that a compiled program tells of, and its outputs for them."""
    import numpy as np

    count = len(next(iter(columns.values())))
    given = [
        columns[name].astype(np.float64, copy=False) if kind == "float64" else columns[name] for name in program.leaves
    ]
    outputs = {name: value for name, value in program.outputs.items() if type(value) is Traced}
    made = {name: np.empty(count, dtype=_type(value.value, kind)) for name, value in outputs.items()}
    holds = np.empty(count, dtype=bool)
    function(*given, *made.values(), holds)
    rows = np.flatnonzero(holds) if program.guards else np.arange(count)
    result = {}
    for name, value in program.outputs.items():
        if name in made:
            kept = made[name] if len(rows) == count else made[name][rows]
            result[name] = kept if type(value.value) is float else kept.astype(np.int64)
        else:
            result[name] = np.full(len(rows), value)
    return rows, result


def _type(value: Any, kind: str) -> str:
    return "float64" if type(value) is float else kind


def compiled(program: Program, kind: str) -> Callable[..., None]:
    """The machine code of a program; raises ArchcalcError if numba is not installed."""
    from math import ceil, floor, sqrt, trunc

    import numba
    from numpy import int64, rint

    names: dict[str, Any] = {"floor": floor, "ceil": ceil, "trunc": trunc, "sqrt": sqrt, "int64": int64, "rint": rint}
    if kind == "float64":  # math's own give ints
        from numpy import ceil as ceil_
        from numpy import floor as floor_
        from numpy import trunc as trunc_

        names |= {"floor": floor_, "ceil": ceil_, "trunc": trunc_}
    exec(compile(source(program, kind), "<sweep>", "exec"), names)  # noqa: S102 - written above, from numbers alone
    function: Callable[..., None] = numba.njit(nogil=True, error_model="numpy")(names["program"])
    return function
