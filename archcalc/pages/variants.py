"""The variants that a page offers: which vars have which choices, and the document of every combination."""

from __future__ import annotations

from itertools import product
from math import prod

from archcalc.algebra.plain import describe
from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.pages.document import document
from archcalc.render.numbers import as_in_spec
from archcalc.report import analyze
from archcalc.spec import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from os import PathLike
    from typing import Any

MAX_VARIANTS = 200
MAX_UNASKED = 16  # variants that a page offers although nobody named their values


def offered(
    spec: str | PathLike[str], vary: Mapping[str, Sequence[Any]] | None, values: Mapping[str, Any]
) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """The choices by var, and the choice of each that a page begins with. Raises ArchcalcError.

    Without `vary` these are the choices that the spec lists, and true and false: of as many vars as make no more
    than MAX_UNASKED variants, in the order of the spec.

    >>> offered("mobilenet_v1", {"alpha": [0.5, 1.0]}, {})
    ({'alpha': [0.5, 1.0]}, {'alpha': 1.0})
    """
    graph = load(spec, **values)
    if vary is None:
        choices = _unasked(graph.vars, graph.choices, values)
    else:
        if not hasattr(vary, "items") or not all(isinstance(name, str) for name in vary):
            raise ArchcalcError(f"found {vary!r} to vary, expected lists of values by the names of vars")
        choices = {name: _listed(name, given) for name, given in vary.items()}
        for name in choices:
            if name in values:
                raise ArchcalcError(f"'{name}' is given one value, and is to vary too")
            if name not in graph.vars:
                raise ArchcalcError(f"there is no var '{name}' to vary", hint=did_you_mean(name, graph.vars))
    count = prod(map(len, choices.values()))
    if count > MAX_VARIANTS:
        raise ArchcalcError(f"these are {count:,} variants, expected at most {MAX_VARIANTS} on a page")
    start = {name: _nearest(graph.vars[name], found) for name, found in choices.items()}
    return choices, start


def _unasked(
    knobs: Mapping[str, Any], choices: Mapping[str, Sequence[Any]], values: Mapping[str, Any]
) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    count = 1
    for name, value in knobs.items():
        listed = list(choices.get(name, [False, True] if isinstance(value, bool) else []))
        if len(listed) > 1 and name not in values and count * len(listed) <= MAX_UNASKED:
            found[name] = listed
            count *= len(listed)
    return found


def _listed(name: str, given: Any) -> list[Any]:
    """The values of a var, each once."""
    if isinstance(given, (str, bytes)) or not hasattr(given, "__iter__"):
        raise ArchcalcError(f"'{name}' varies over {describe(given)}, expected a list of values")
    found = {as_in_spec(value): value for value in given}
    if not found:
        raise ArchcalcError(f"'{name}' varies over an empty list, expected its values")
    return list(found.values())


def _nearest(value: Any, choices: list[Any]) -> Any:
    """The spec's own value, if it is offered, or else the first."""
    return next((choice for choice in choices if choice == value), choices[0])


def variants(
    spec: str | PathLike[str],
    choices: Mapping[str, Sequence[Any]],
    values: Mapping[str, Any],
    chosen: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    """The document of every combination, the last var fastest; one that makes no network says so under `error`.

    If no combination makes one, raises ArchcalcError.
    """
    problem: ArchcalcError | None = None
    works = False
    for combination in product(*choices.values()):
        try:
            yield document(analyze(load(spec, **values, **dict(zip(choices, combination, strict=True))), **chosen))
            works = True
        except ArchcalcError as error:
            problem = error
            yield {"error": str(error)}
    if problem is not None and not works:
        raise problem
