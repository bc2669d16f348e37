"""What a sweep is, in plain values: enough to carry it out here, in another process, or on another day."""

from __future__ import annotations

import hashlib
import os

from archcalc.analysis import Settings
from archcalc.errors import Place
from archcalc.record import Record
from archcalc.version import __version__

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

    def identity(self) -> dict[str, Any]:
        """What makes the numbers of this sweep these and no others: the version, the specs' contents, the variants."""
        space = self.space
        return {
            "archcalc": __version__,
            "specs": {spec: _digest(_written(spec)) for spec in self.specs},
            "fixed": {name: str(value) for name, value in self.fixed.items()},
            "columns": list(self.columns),
            "settings": [str(setting) for setting in self.settings],
            "convention": _digest(_rules(self.settings.convention)),
            "where": list(self.where),
            "values": {name: [len(values), _digest(list(values))] for name, values in space.values.items()},
            "picks": [space.is_zip, str(space.sample)],
        }


def _written(spec: str) -> list[Any]:
    """What a spec says, with all that it extends and imports."""
    from archcalc.spec.document import read_document
    from archcalc.spec.locate import locate

    document = read_document(locate(spec))
    return [document.input, document.vars, sorted(document.words), document.blocks, document.layers]


def _rules(name: str) -> str:
    """What a convention says; of one that came by a pipe, nothing: it cannot be read twice."""
    from archcalc.conventions import convention
    from archcalc.spec.locate import read_file

    where = convention(name).where
    return read_file(where.file) if where is not None and os.path.isfile(where.file) else ""


def _digest(value: Any) -> str:
    """A short text that differs where the contents do; where in which file they stand is not looked at."""
    return hashlib.sha256(repr(_contents(value)).encode()).hexdigest()[:16]


def _contents(value: Any) -> Any:
    if isinstance(value, Place):
        return None
    if isinstance(value, dict):
        return [(key, _contents(item)) for key, item in value.items()]
    return [_contents(item) for item in value] if isinstance(value, (tuple, list)) else value
