"""Values for single places of a spec: dimensions of an input, `input[1]`, and arguments of a layer, `conv1.filters`.

They are given as vars are, and take the place of what the spec says there, be it a number or an expression.
"""

from __future__ import annotations

import re

from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.spec.values import accepted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from archcalc.errors import Place
    from archcalc.graph.graph import Graph

_PLACE = re.compile(r"([A-Za-z_][\w-]*)\[(\d{1,3})\]|([\w-][\w.-]*)\.([A-Za-z_]\w*)", re.ASCII)
FIRST = ".0"  # behind the name of what is repeated


def is_place(name: str) -> bool:
    """Whether a name speaks of a place of a spec, not of a var.

    >>> is_place("input[1]"), is_place("conv2.0.conv1.filters"), is_place("width")
    (True, True, False)
    """
    return _PLACE.fullmatch(name) is not None


class Places:
    """What is given for places: `values` by key, and of which keys nothing has been `met` yet in the network."""

    def __init__(self, overrides: Mapping[str, Any], errors: list[ArchcalcError]):
        self.values: dict[str, Any] = {}
        self._keys: dict[str, dict[str | int, str]] = {}  # of the inputs and paths that they speak of
        self._met: set[str] = set()
        for key, value in overrides.items():
            match = _PLACE.fullmatch(key)
            if match is None:
                continue
            owner, name = (match[1], int(match[2])) if match[1] else (match[3], match[4])
            try:
                self.values[key] = accepted(value, f"'{key}'")
                self._keys.setdefault(owner, {})[name] = key
            except ArchcalcError as error:
                errors.extend(error.errors)

    def __bool__(self) -> bool:
        return bool(self.values)

    def sizes(self, name: str, sizes: list[Any], where: Place) -> list[Any]:
        """The dimensions of an input, with those that are given; raises ArchcalcError for one that it lacks."""
        result = list(sizes)
        for axis, key in self._keys.get(name, {}).items():
            self._met.add(key)
            if not isinstance(axis, int) or axis >= len(sizes):
                hint = f"its dimensions are {name}[0] to {name}[{len(sizes) - 1}]"
                raise ArchcalcError(f"there is no '{key}'", where, hint)
            result[axis] = self.values[key]
        return result

    def arguments(self, path: str, group: str | None, names: Collection[str], where: Place) -> dict[str, Any]:
        """What is given for a layer or block, or for all repetitions of it; raises ArchcalcError for what it lacks."""
        result = {}
        for owner in (group, path):
            for name, key in self._keys.get(owner or "", {}).items():
                self._met.add(key)
                if name not in names:
                    hint = did_you_mean(str(name), names) if names else "it takes none"
                    raise ArchcalcError(f"'{owner}' has no argument '{name}'", where, hint)
                result[str(name)] = self.values[key]
        return result

    def refuse_unmet(self, inputs: Collection[str], paths: Collection[str], errors: list[ArchcalcError]) -> None:
        """A mistake for every key that speaks of nothing in the network, which has these inputs and paths."""
        for owner, keys in self._keys.items():
            for name, key in keys.items():
                if key not in self._met:
                    hint = did_you_mean(owner, inputs if isinstance(name, int) else paths)
                    errors.append(ArchcalcError(f"'{key}' cannot be set: there is no '{owner}'", None, hint))


def value_at(graph: Graph, key: str) -> Any:
    """What a network has at a place; raises ArchcalcError if there is no such place.

    >>> from archcalc.spec import load
    >>> vgg16 = load("vgg16")
    >>> value_at(vgg16, "input[1]"), value_at(vgg16, "conv1_1.filters")
    (224, 64)
    """
    match = _PLACE.fullmatch(key)
    assert match is not None, key  # noqa: S101 - it was asked before
    if match[1]:
        shapes = {layer.path: layer.output.shape for layer in graph.inputs}
        shape = shapes.get(match[1], ())
        if int(match[2]) < len(shape):
            return shape[int(match[2])]
        hint = did_you_mean(key, [f"{path}[{axis}]" for path in shapes for axis in range(len(shapes[path]))])
        raise ArchcalcError(f"there is no '{key}'", hint=hint)
    by_path: dict[str, Mapping[str, Any]] = {**{layer.path: vars(layer.op) for layer in graph.layers}}
    by_path |= graph.arguments
    found = by_path.get(match[3], by_path.get(match[3] + FIRST))
    if found is None:
        raise ArchcalcError(f"there is no layer or block '{match[3]}'", hint=did_you_mean(match[3], by_path))
    if match[4] not in found:
        raise ArchcalcError(f"'{match[3]}' has no argument '{match[4]}'", hint=did_you_mean(match[4], found))
    return found[match[4]]
