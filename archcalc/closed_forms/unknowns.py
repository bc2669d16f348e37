"""Symbols for what a spec leaves open: vars, dimensions of inputs, and arguments of layers and blocks."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping

from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.spec.document import name_problem
from archcalc.spec.places import is_place, value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.graph.graph import Graph


def wanted(symbols: Iterable[str] | Mapping[str, str]) -> dict[str, str]:
    """The name of each symbol, by what it stands for; raises ArchcalcError.

    A var's symbol has its name; that of a place is given as `H=input[1]`, or as a mapping of names to places.

    >>> wanted(["alpha", "H=input[1]"]), wanted({"F": "conv1.filters"})
    ({'alpha': 'alpha', 'input[1]': 'H'}, {'conv1.filters': 'F'})
    """
    if isinstance(symbols, Mapping):
        pairs = [(name, knob) for name, knob in symbols.items()]
    else:
        given = [symbols] if isinstance(symbols, str) or not isinstance(symbols, Iterable) else list(symbols)
        texts = [str(one) if getattr(one, "is_Symbol", False) else one for one in given]
        if not all(isinstance(text, str) for text in texts):
            raise ArchcalcError(f"found the symbols {given!r}, expected names")
        pairs = [(name, knob if equals else name) for name, equals, knob in (text.partition("=") for text in texts)]
    result: dict[str, str] = {}
    for name, knob in pairs:
        if knob in result or name in result.values():
            raise ArchcalcError(f"the symbol '{name}' is given twice")
        if name == knob and is_place(knob):
            raise ArchcalcError(f"'{knob}' needs a name", hint=f"write for example: N={knob}")
        result[knob] = name
    return result


def symbols_of(graph: Graph, names: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    """A symbol for each of these knobs of a network, by knob; `names` are the symbols' names; raises ArchcalcError.

    A symbol is a positive whole number, or any positive number if the network has one there that is not whole.

    >>> from archcalc.spec import load
    >>> symbols_of(load("mobilenet_v1"), {"alpha": "alpha"}, {})["alpha"].is_integer is None
    True
    """
    import sympy

    from archcalc.algebra.symbols import symbol

    made: dict[str, Any] = {}
    for knob, name in names.items():
        problem = name_problem(name, "symbol")
        if problem is None and keyword.iskeyword(name):
            problem = f"'{name}' is a word of Python and cannot name a symbol"
        if problem is None and name != knob and name in graph.vars:
            problem = f"'{name}' is a var of this network and cannot name another symbol"
        if problem is not None:
            raise ArchcalcError(problem)
        default = knob_value(graph, knob)
        if knob in values:
            raise ArchcalcError(f"'{knob}' cannot be a symbol and have a value")
        if type(default) not in (int, float):
            kind = "a list" if isinstance(default, (list, tuple)) else "no number"
            what = f"the var '{knob}'" if knob in graph.vars else f"'{knob}'"
            raise ArchcalcError(f"{what} is {kind}, so it cannot be a symbol")
        if default <= 0:
            what = f"the var '{knob}'" if knob in graph.vars else f"'{knob}'"
            message = f"{what} is {default}, and a symbol is above 0: it could change which layers there are"
            raise ArchcalcError(message, hint=f"give it a value above 0 if that is meant: {knob}=...")
        if name in map(str, made.values()):
            raise ArchcalcError(f"the symbol '{name}' is given twice")
        made[knob] = symbol(name) if type(default) is int else sympy.Symbol(name, positive=True)
    return made


def knob_value(graph: Graph, knob: str) -> Any:
    """What a network has for a var or at a place; raises ArchcalcError if it has no such knob."""
    if knob in graph.vars:
        return graph.vars[knob]
    if is_place(knob):
        return value_at(graph, knob)
    places = "this spec has none; dimensions and arguments are written input[1] and conv1.filters"
    raise ArchcalcError(f"there is no var '{knob}'", hint=did_you_mean(knob, graph.vars) if graph.vars else places)


def plain_name(knob: str) -> str:
    """A knob as the name of a symbol.

    >>> plain_name("alpha"), plain_name("conv2.0.conv1.filters"), plain_name("input[1]")
    ('alpha', 'conv2_0_conv1_filters', 'input_1')
    """
    return re.sub(r"\W+", "_", knob).strip("_")
