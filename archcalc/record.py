"""Immutable records: what `typing.NamedTuple` makes, without importing `typing` at start-up.

A third of the time of `archcalc SPEC --table` would go into frozen dataclasses (0.5 ms each, for some thirty)
or into `typing` (3 ms) and its own NamedTuple. This leaves the ops, whose fields are read as attributes, as the
dataclasses, and makes plain data of everything else.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as Record
else:
    from collections import namedtuple

    class _RecordType(type):
        """Turns a class with annotated fields into a named tuple with its methods."""

        def __new__(cls, name, bases, namespace):
            if not bases:
                return super().__new__(cls, name, bases, namespace)
            fields = tuple(namespace["__annotations__"])
            defaults = [namespace.pop(field) for field in fields if field in namespace]
            base = namedtuple(name, fields, defaults=defaults, module=namespace["__module__"])
            return type(name, (base,), {"__slots__": (), **namespace})

    class Record(metaclass=_RecordType):
        """A class derived from this is an immutable tuple with named fields.

        >>> class Point(Record):
        ...     x: int
        ...     y: int = 0
        >>> Point(3)
        Point(x=3, y=0)
        """


__all__ = ["Record"]
