"""The documents of many variants in one object, in which what several have in common stands once.

`pool` holds the parts; a variant is, for each key of its document, the place of that part, or for a dict of lists
(the values by column) and for the sections of arithmetic the places of theirs.
"""

from __future__ import annotations

import json

from archcalc.render.numbers import as_in_spec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

FORMAT_VERSION = 1
BY_NAME = ("values", "texts", "sums")  # parts of a document that are packed item by item


def packed(
    choices: Mapping[str, Sequence[Any]], start: Mapping[str, Any], documents: Iterable[dict[str, Any]]
) -> dict[str, Any]:
    """The object: the choices of each var as a spec would write them, where a page begins, and every variant.

    >>> found = packed({"a": [1, 2]}, {"a": 2}, [{"title": "x"}, {"title": "x"}])
    >>> found["pool"], found["variants"], found["start"]
    (['x'], [{'title': 0}, {'title': 0}], [1])
    """
    pool = _Pool()
    return {
        "format_version": FORMAT_VERSION,
        "choices": [[name, [as_in_spec(value) for value in values]] for name, values in choices.items()],
        "start": [list(values).index(start[name]) for name, values in choices.items()],
        "variants": [_packed(document, pool) for document in documents],
        "pool": pool.parts,
    }


def _packed(document: dict[str, Any], pool: _Pool) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key, part in document.items():
        if key in BY_NAME:
            result[key] = {name: pool.place(item) for name, item in part.items()}
        elif key == "arithmetic":
            sections = [pool.place(section) for section in part["sections"]]
            result[key] = pool.place([[sections[index] for index in of] for of in part["of"]])
        else:
            result[key] = pool.place(part)
    return result


class _Pool:
    """Parts by what they hold."""

    def __init__(self) -> None:
        self.parts: list[Any] = []
        self._places: dict[str, int] = {}

    def place(self, part: Any) -> int:
        """Where a part stands; an equal one has the same place."""
        place = self._places.setdefault(json.dumps(part), len(self.parts))
        if place == len(self.parts):
            self.parts.append(part)
        return place
