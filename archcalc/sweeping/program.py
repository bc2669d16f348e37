"""What one structure of a network costs, as a straight line of operations: traced once, run on columns of variants."""

from __future__ import annotations

from archcalc import algebra
from archcalc.algebra.traced import LEAF, OPERATIONS, Tape, Traced
from archcalc.errors import ArchcalcError
from archcalc.record import Record
from archcalc.spec import load
from archcalc.sweeping.intervals import intervals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from archcalc.graph.graph import Graph


ALL = slice(None)  # the places of all rows


class Program(Record):
    """Steps of a tape, each a value by its place; `guards` are (place, truth) that say of which variants it tells.

    `outputs` are, by column, a `Traced` or a number that is the same for all. `bounds` are those of each step, or None.
    With a `problem` there is no network for these variants, and this is why.
    """

    leaves: tuple[str, ...]
    steps: tuple[tuple[str, tuple[Any, ...]], ...]
    guards: dict[int, bool]
    outputs: dict[str, Any]
    bounds: tuple[Any, ...]
    problem: str = ""


def trace(
    spec: Any,
    row: Mapping[str, Any],
    constants: Mapping[str, Any],
    outputs_of: Callable[[Graph], dict[str, Any]],
    ranges: Mapping[str, tuple[Any, Any]],
) -> Program:
    """The program of the structure that one variant has: `row` are its numbers, `constants` what is no number;
    `outputs_of` gives what is wanted of the network.
    """
    tape = Tape()
    knobs = {name: tape.leaf(name, value) for name, value in row.items()}
    try:
        outputs, problem = outputs_of(load(spec, **constants, **knobs)), ""
    except ArchcalcError as error:
        outputs, problem = {}, str(error)
    return _shortened(tape, outputs, ranges, problem)


def _shortened(tape: Tape, outputs: dict[str, Any], ranges: Mapping[str, tuple[Any, Any]], problem: str) -> Program:
    """The program without guards that always hold, and without steps that nothing needs."""
    bounds = intervals(tape.steps, ranges)
    guards = {place: truth for place, truth in tape.guards.items() if bounds[place] != (int(truth), int(truth))}
    needed = {one.place for one in outputs.values() if type(one) is Traced} | set(guards)
    for place in range(len(tape.steps) - 1, -1, -1):
        if place in needed:
            needed.update(one.place for one in tape.steps[place][1] if type(one) is Traced)
    kept = sorted(needed)
    new = {old: place for place, old in enumerate(kept)}

    def moved(value: Any) -> Any:
        return Traced(tape, new[value.place], value.value) if type(value) is Traced else value

    steps = tuple((tape.steps[old][0], tuple(map(moved, tape.steps[old][1]))) for old in kept)
    return Program(
        tuple(tape.leaves),
        steps,
        {new[place]: truth for place, truth in guards.items()},
        {name: moved(value) for name, value in outputs.items()},
        tuple(bounds[old] for old in kept),
        problem,
    )


def run(program: Program, columns: Mapping[str, Any], count: int) -> tuple[Any, dict[str, Any]]:
    """The rows of the columns (numpy, of this length) that a program tells of, or ALL, and its outputs for them.

    Exact at any size: numbers beyond 64 bits become Python's own. Rows leave at the first guard that fails for them, so
    that nothing behind it is computed with them.
    """
    import numpy as np

    from archcalc.algebra.arrays import Array

    rows = np.arange(count)
    while len(rows):
        leaves = {name: Array(values[rows]) for name, values in columns.items()}
        found: list[Any] = []
        for place, (operation, arguments) in enumerate(program.steps):
            if operation == LEAF:
                found.append(leaves[arguments[0]])
            else:
                values = (found[one.place] if type(one) is Traced else one for one in arguments)
                found.append(OPERATIONS[operation](*values))
            if place in program.guards:
                holds = np.broadcast_to(np.asarray(getattr(found[place], "values", found[place])), len(rows))
                holds = holds.astype(bool) == program.guards[place]
                if not holds.all():
                    rows = rows[holds]
                    break
        else:
            outputs = {name: _column(value, found, len(rows)) for name, value in program.outputs.items()}
            return (ALL if len(rows) == count else rows), outputs
    return rows, {}


def _column(value: Any, found: list[Any], count: int) -> Any:
    import numpy as np

    whole = found[value.place] if type(value) is Traced else value
    if type(value) is Traced and type(value.value) is int and getattr(whole, "bounds", 0) is None:
        whole = algebra.floor(whole)  # a whole number, held as a float
    values = np.asarray(getattr(whole, "values", whole), dtype=None if not isinstance(whole, int) else object)
    if values.dtype == object and all(-(2**63) <= int(one) < 2**63 for one in values.flat):
        values = values.astype(np.int64)
    return np.broadcast_to(values, count)
