"""What a sweep is, in plain values: enough to carry it out here, in another process, or on another day."""

from __future__ import annotations

import hashlib
import json

from archcalc.analysis import Settings
from archcalc.errors import Place
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from archcalc.sweeping.space import Space

DEFAULT_COLUMNS = ("params", "macs")


class Plan(Record):
    """Every variant of `space` of every one of the `specs`, the first spec's first.

    `columns` are the totals to give, `where` the conditions of what is kept, `fixed` the values of other vars; `pareto`
    the columns of the front (+ before a name: as much as possible), `plotted` those of a picture: to the
    right, up, and perhaps that of the colors.
    """

    specs: tuple[str, ...]
    space: Space
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    where: tuple[str, ...] = ()
    settings: Settings = Settings()
    fixed: Mapping[str, Any] = {}
    pareto: tuple[str, ...] = ()
    plotted: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """How many variants there are."""
        return len(self.specs) * self.space.size

    def identity(self) -> str:
        """What makes the numbers of this sweep these and no others: the version, the specs' contents, the variants."""
        from importlib.metadata import version

        space = self.space
        said = {
            "archcalc": version("archcalc"),
            "specs": {spec: _digest(_written(spec)) for spec in self.specs},
            "fixed": dict(self.fixed),
            "columns": self.columns,
            "settings": [str(setting) for setting in self.settings],
            "where": self.where,
            "values": {name: [len(values), _digest(list(values))] for name, values in space.values.items()},
            "picks": [space.is_zip, space.sample],
        }
        return json.dumps(said, sort_keys=True, default=str, indent=1)


def _written(spec: str) -> list[Any]:
    """What a spec says, with all that it extends and imports."""
    from archcalc.spec.document import read_document
    from archcalc.spec.locate import locate

    document = read_document(locate(spec))
    return [document.input, document.vars, sorted(document.words), document.blocks, document.layers]


def _digest(value: Any) -> str:
    """A short text that differs where the contents do; where in which file they stand is not looked at."""
    return hashlib.sha256(repr(_contents(value)).encode()).hexdigest()[:16]


def _contents(value: Any) -> Any:
    if isinstance(value, Place):
        return None
    if isinstance(value, dict):
        return [(key, _contents(item)) for key, item in value.items()]
    return [_contents(item) for item in value] if isinstance(value, (tuple, list)) else value
