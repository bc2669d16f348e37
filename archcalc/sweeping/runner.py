"""One program on parts of a sweep: by numpy where they are few, compiled where they are many."""

from __future__ import annotations

from archcalc.record import Record
from archcalc.sweeping import native
from archcalc.sweeping.program import ALL, run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from archcalc.sweeping.program import Program

LARGE = 300_000  # variants from which on compiling is worth its second


class Part(Record):
    """Variants as a rectangle: `outer` numbers by row and `inner` ones by column, or all in rows of one variant.

    `rows` are the places of its rows among those of the stretch.
    """

    rows: Any
    outer: dict[str, Any]
    inner: dict[str, Any]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.rows), next((len(values) for values in self.inner.values()), 1)

    @property
    def size(self) -> int:
        """How many variants it has."""
        rows, width = self.shape
        return rows * width

    def first(self) -> dict[str, Any]:
        """The numbers of its first variant."""
        return {name: values[:1].tolist()[0] for name, values in (*self.outer.items(), *self.inner.items())}

    def flat(self) -> dict[str, Any]:
        """A column of each number, over all variants."""
        import numpy as np

        rows, width = self.shape
        outer = {name: np.repeat(values, width) for name, values in self.outer.items()} if width > 1 else self.outer
        return {**outer, **{name: np.tile(values, rows) for name, values in self.inner.items()}}

    def flat_rows(self, told: Any) -> Any:
        """The places of some of its variants among those of the stretch."""
        import numpy as np

        width = self.shape[1]
        if told is ALL:
            told = np.arange(self.size)
        if width == 1:
            return self.rows[told]
        return self.rows[told // width] * width + told % width

    def without(self, told: Any) -> Part:
        """The variants that are left, in rows of one."""
        import numpy as np

        if told is ALL:
            return Part(self.rows[:0], {}, {})
        left = np.ones(self.size, dtype=bool)
        left[told] = False
        return self._of(np.flatnonzero(left))

    def halves(self) -> tuple[Part, Part]:
        """The first half of its variants and the other, in rows of one."""
        import numpy as np

        first, second = np.array_split(np.arange(self.size), 2)
        return self._of(first), self._of(second)

    def _of(self, kept: Any) -> Part:
        flat = {name: values[kept] for name, values in self.flat().items()}
        return Part(self.flat_rows(kept), flat, {})


class Runner:
    """A program, compiled where the sweep is large and the bounds of its numbers allow it."""

    def __init__(self, program: Program, variants: int):
        self.program = program
        self.problem = program.problem
        is_worth_it = variants >= LARGE and program.leaves and not program.problem
        self.kind = native.kind_of(program) if is_worth_it else None
        self.functions: dict[bool, Callable[..., None]] = {}

    def run(self, part: Part) -> tuple[Any, dict[str, Any]]:
        """The variants that it tells of, by their place in the part, or ALL, and its outputs for them."""
        if self.kind is None:
            return run(self.program, part.flat(), part.size)
        inner, shape = (part.inner, part.shape) if part.inner else (part.outer, (1, part.size))
        is_rectangle = bool(part.inner)
        if is_rectangle not in self.functions:
            self.functions[is_rectangle] = native.compiled(self.program, self.kind, set(inner))
        columns = {**part.outer, **part.inner}
        return native.run(self.program, self.functions[is_rectangle], self.kind, columns, shape)
