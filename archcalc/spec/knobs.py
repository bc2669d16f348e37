"""The values of a spec's vars: defaults, overrides, and vars that are computed from other vars."""

from __future__ import annotations

from archcalc import algebra
from archcalc.algebra import Undecided
from archcalc.algebra.plain import describe
from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.spec.expressions import UNKNOWN, Unknown
from archcalc.spec.operators import MAX_RESULT_BITS
from archcalc.spec.values import MAX_LIST, MAX_LIST_DEPTH, evaluate

TYPE_CHECKING = False
if TYPE_CHECKING:
    import collections.abc
    from typing import Any

    from archcalc.spec.program import Program, Var


def evaluate_vars(
    program: Program, overrides: collections.abc.Mapping[str, Any], errors: list[ArchcalcError]
) -> dict[str, Any]:
    """The value of every var; one that is wrong is reported and left unknown."""
    vars_ = program.vars
    for name in overrides:
        if name not in vars_:
            hint = did_you_mean(name, vars_) if vars_ else "this spec has no vars"
            errors.append(ArchcalcError(f"there is no var '{name}' to set", None, hint))
    values = _Vars(program, overrides, errors)
    return {name: values[name] for name in vars_}


class _Vars(dict[str, "Any"]):
    """Vars that are evaluated when first read, so that they may stand in any order."""

    def __init__(self, program: Program, overrides: collections.abc.Mapping[str, Any], errors: list[ArchcalcError]):
        super().__init__(program.words)
        self.vars = program.vars
        self.overrides = overrides
        self.errors = errors
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
                value = _accept(self.overrides[name], name)
            elif var.default is not None:
                value = evaluate(var.default, self)
            else:
                return UNKNOWN
            if var.choices is not None:
                _require_choice(name, value, evaluate(var.choices, self), var)
        except Unknown:
            return UNKNOWN
        return value


def _accept(value: Any, name: str, depth: int = 0) -> Any:
    """A value from Python or the command line as the spec language knows it."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        if value.bit_length() > MAX_RESULT_BITS:
            raise ArchcalcError(f"the var '{name}' cannot be {describe(int(value))}, more than any network needs")
        return int(value)
    if isinstance(value, float):
        if not abs(value) < float("inf"):
            raise ArchcalcError(f"the var '{name}' cannot be {value}, expected a finite number")
        return float(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, (list, tuple, range)):
        if len(value[: MAX_LIST + 1]) > MAX_LIST or depth == MAX_LIST_DEPTH:
            limits = f"at most {MAX_LIST:,} values and {MAX_LIST_DEPTH} levels"
            raise ArchcalcError(f"the var '{name}' is too large a list, expected {limits}")
        return [_accept(item, name, depth + 1) for item in value]
    if getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
        return _accept(value.item(), name, depth + 1)  # one number of numpy
    if type(value).__module__.partition(".")[0] in ("numpy", "sympy", "archcalc"):
        return algebra.number(value)
    found = "None" if value is None else f"a {type(value).__name__}"
    raise ArchcalcError(f"the var '{name}' cannot be {found}, expected a number, text or a list")


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
