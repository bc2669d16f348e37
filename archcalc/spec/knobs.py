"""The values of a spec's vars: defaults, overrides, and vars that are computed from other vars."""

from __future__ import annotations

from archcalc import algebra
from archcalc.algebra import Undecided
from archcalc.algebra.plain import describe
from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.spec.expressions import UNKNOWN, Unknown
from archcalc.spec.places import is_place
from archcalc.spec.values import accepted, evaluate

TYPE_CHECKING = False
if TYPE_CHECKING:
    import collections.abc
    from typing import Any

    from archcalc.spec.program import Program, Var


def evaluate_vars(
    program: Program, overrides: collections.abc.Mapping[str, Any], errors: list[ArchcalcError]
) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """The value of every var (one that is wrong is reported and left unknown), and what vars with choices may be."""
    vars_ = program.vars
    for name in overrides:
        if name not in vars_ and not is_place(name):
            hint = did_you_mean(name, vars_) if vars_ else "this spec has no vars"
            errors.append(ArchcalcError(f"there is no var '{name}' to set", None, hint))
    values = _Vars(program, overrides, errors)
    return {name: values[name] for name in vars_}, values.choices


class _Vars(dict[str, "Any"]):
    """Vars that are evaluated when first read, so that they may stand in any order."""

    def __init__(self, program: Program, overrides: collections.abc.Mapping[str, Any], errors: list[ArchcalcError]):
        super().__init__(program.words)
        self.vars = program.vars
        self.overrides = overrides
        self.errors = errors
        self.choices: dict[str, list[Any]] = {}
        self.open: list[str] = []

    def __missing__(self, name: str) -> Any:
        if name not in self.vars:
            raise KeyError(name)
        if name in self.open:
            cycle = " -> ".join([*self.open[self.open.index(name) :], name])
            raise ArchcalcError(f"the var '{name}' depends on itself: {cycle}", self.vars[name].where)
        var = self.vars[name]
        self.open.append(name)
        try:
            self[name] = self._evaluate(name, var)
        except ArchcalcError as error:
            self.errors.extend(error.errors)
            self[name] = UNKNOWN
        except RecursionError:
            raise ArchcalcError(f"the var '{name}' depends on too long a chain of vars", var.where) from None
        finally:
            self.open.pop()
        return self[name]

    def _evaluate(self, name: str, var: Var) -> Any:
        try:
            if name in self.overrides:
                value = accepted(self.overrides[name], f"the var '{name}'")
            elif var.default is not None:
                value = evaluate(var.default, self)
            else:
                return UNKNOWN
            if var.choices is not None:
                self.choices[name] = evaluate(var.choices, self)
                _require_choice(name, value, self.choices[name], var)
        except Unknown:
            return UNKNOWN
        return value


def _require_choice(name: str, value: Any, choices: Any, var: Var) -> None:
    for choice in choices:
        try:
            if algebra.decide(algebra.equal(value, choice)):
                return
        except Undecided:
            raise ArchcalcError(
                f"the var '{name}' must have one of its choices, not many values or a symbol", var.where
            ) from None
    shown = ", ".join(str(choice) for choice in choices)
    raise ArchcalcError(f"the var '{name}' is {describe(value)}, expected one of: {shown}", var.where)
