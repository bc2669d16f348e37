"""An op from its call: what is written there, and what is given for it from outside."""

from __future__ import annotations

from archcalc.errors import ArchcalcError, raise_all
from archcalc.graph.kinds import kind_of
from archcalc.ops import find
from archcalc.spec.values import evaluate_as

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from archcalc.graph.op import Op
    from archcalc.spec.calls import Call


def attribute_names(call: Call) -> Collection[str]:
    """The attributes of the op that is called."""
    names: Collection[str] = find(call.target).__dataclass_fields__
    return names


def make(call: Call, env: Mapping[str, Any], given: Mapping[str, Any]) -> Op:
    """The op of a call in an environment, with attributes that are given; raises ArchcalcError, or Unknown."""
    op_class = find(call.target)
    attributes = dict(call.constants)
    kinds = {name: kind_of(op_field) for name, op_field in op_class.__dataclass_fields__.items()}
    wrong: list[ArchcalcError] = []
    for name, value in call.arguments.items():
        try:
            if name not in given:
                attributes[name] = evaluate_as(kinds[name], value, env)
        except ArchcalcError as error:
            wrong.append(error)
    for name, found in given.items():
        try:
            attributes[name] = kinds[name].read(found)
        except ArchcalcError as error:
            place = call.places.get(name, call.where)
            wrong.append(ArchcalcError(f"'{name}' is given: {error.message}", place, error.hint))
    raise_all(wrong)
    op: Op = op_class(**attributes)
    return op
