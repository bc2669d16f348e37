"""The variants of a sweep: values for each var, and which of their combinations are meant.

A space does not hold its variants: any stretch of them is made when it is asked for.
"""

from __future__ import annotations

import math

from archcalc.algebra.plain import describe
from archcalc.errors import ArchcalcError
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

MAX_VALUES = 10_000_000  # of one var
MAX_VARIANTS = 2**62


class Space(Record):
    """Vars by name, each with its values; `picks` says how variants are made of them.

    GRID: every combination, the last var fastest. ZIP: the values side by side. With a `sample` (count, seed), so many
    combinations are drawn at random, each by itself, so that one may come twice.
    """

    values: dict[str, Sequence[Any]]
    is_zip: bool = False
    sample: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """How many variants there are."""
        if self.sample is not None:
            return self.sample[0]
        return self.combinations

    @property
    def combinations(self) -> int:
        """How many different ones there could be."""
        sizes = [len(values) for values in self.values.values()]
        return (sizes[0] if sizes else 1) if self.is_zip else math.prod(sizes)

    def columns(self, start: int, stop: int) -> dict[str, Any]:
        """The variants from `start` to before `stop`: by var an array of places among its values."""
        import numpy as np

        places = np.arange(start, stop, dtype=np.int64)
        if self.sample is not None:
            places = _drawn(self.sample[1], start, stop, self.combinations)
        if self.is_zip:
            return dict.fromkeys(self.values, places)
        return self._split(places, tuple(self.values))

    def rectangle(self, start: int, stop: int) -> tuple[dict[str, Any], str] | None:
        """The variants from `start` to before `stop` of a grid as rows: places of all vars but the last, and its name.

        A row has every value of the last var. None if there are no whole rows of more than one variant.
        """
        import numpy as np

        *names, last = self.values
        width = len(self.values[last])
        if self.is_zip or self.sample is not None or width == 1 or start % width or stop % width:
            return None
        return self._split(np.arange(start // width, stop // width, dtype=np.int64), tuple(names)), last

    def _split(self, places: Any, names: tuple[str, ...]) -> dict[str, Any]:
        """The place of each of these vars' values, of places among all their combinations; the last runs fastest."""
        import numpy as np

        result: dict[str, Any] = {}
        for name in reversed(names):
            places, result[name] = np.divmod(places, len(self.values[name]))
        return {name: result[name] for name in names}

    @property
    def width(self) -> int:
        """The variants of a row, of which stretches should be multiples; 1 where there are no rows."""
        if self.is_zip or self.sample is not None or not self.values:
            return 1
        return len(self.values[tuple(self.values)[-1]])


def space_of(
    values: Mapping[str, Any], is_zip: bool = False, sample: int | float | None = None, seed: int = 0
) -> Space:
    """A space, its values checked; raises ArchcalcError.

    >>> space_of({"alpha": [0.25, 0.5], "resolution": range(96, 321, 8)}).size
    58
    """
    if not values:
        raise ArchcalcError("a sweep needs a var with values")
    lists = {name: _listed(name, given) for name, given in values.items()}
    if is_zip:
        sizes = {name: len(items) for name, items in lists.items()}
        if len(set(sizes.values())) > 1:
            shown = ", ".join(f"{name} {size}" for name, size in sizes.items())
            raise ArchcalcError(f"zipped vars need equally many values, found {shown}")
    count = None
    if sample is not None:
        if isinstance(sample, bool) or not isinstance(sample, (int, float)) or sample < 1 or sample % 1 != 0:
            raise ArchcalcError(f"the sample is {describe(sample)}, expected a whole number of at least 1")
        count = int(sample)
    if type(seed) is not int or seed < 0:
        raise ArchcalcError(f"the seed is {describe(seed)}, expected a whole number of at least 0")
    result = Space(lists, is_zip, None if count is None else (count, seed))
    if result.size > MAX_VARIANTS or result.combinations > MAX_VARIANTS:
        raise ArchcalcError(f"these are {result.combinations:,} variants, more than {MAX_VARIANTS:,}")
    return result


def _listed(name: str, given: Any) -> Sequence[Any]:
    """The values of one var as a sequence of plain values."""
    if hasattr(given, "tolist"):
        given = given.tolist()
    if isinstance(given, (str, int, float)) or given is None:
        given = [given]
    try:
        items = given if isinstance(given, range) else list(given)
    except TypeError:
        raise ArchcalcError(f"the values of '{name}' are {describe(given)}, expected a list") from None
    if not items:
        raise ArchcalcError(f"'{name}' has no values")
    if len(items) > MAX_VALUES:
        raise ArchcalcError(f"'{name}' has {len(items):,} values, expected at most {MAX_VALUES:,}")
    return items if isinstance(items, range) else [one.item() if hasattr(one, "item") else one for one in items]


def _drawn(seed: int, start: int, stop: int, combinations: int) -> Any:
    """Random places, the same whatever stretches they are asked for in: a counter run through a cipher (splitmix64)."""
    import numpy as np

    with np.errstate(over="ignore"):
        mixed = np.arange(start, stop, dtype=np.uint64) + np.uint64(seed * 0x9E3779B97F4A7C15 % 2**64)
        mixed = mixed * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
    return (mixed % np.uint64(combinations)).astype(np.int64)
