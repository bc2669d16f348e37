"""Quantities: expressions over the totals and the layers of one network, or of several.

    totals.params    layers["conv2_1"].weights    sum(layers["conv*"].macs)    receptive_field("pool5")
    vgg16.macs / alexnet.macs                     (with several networks, each has a name)

The text is parsed by Python's own parser and carried out by a small walk over the few kinds of expression that are
allowed: nothing is ever evaluated as code. Whole numbers and fractions are exact.
"""

from __future__ import annotations

import ast
import math
from fnmatch import fnmatchcase
from fractions import Fraction

from archcalc.analysis import MODULES
from archcalc.errors import ArchcalcError, did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from archcalc.report import Report

MAX_LENGTH = 500
MAX_POWER = 64
MAX_BITS = 256  # of what is raised to a power


class QuantityError(ArchcalcError):
    """A quantity that cannot be read or computed; `offset` is where in its text."""

    def __init__(self, message: str, offset: int, hint: str | None = None):
        super().__init__(message, None, hint)
        self.offset = offset


class Network:
    """What a quantity can say of one network."""

    def __init__(self, report: Report):
        self._report = report

    def total(self, name: str) -> Any:
        """The total of a column over the network."""
        if name not in MODULES:
            raise ArchcalcError(f"there is no column '{name}'", hint=did_you_mean(name, MODULES))
        value = self._report.analysis.total(name)
        if value is None:
            raise ArchcalcError(f"the column '{name}' has no total")
        return value

    def layers(self, pattern: str) -> Layers:
        """The layers of this path, of the block of this path, or whose paths match a pattern with `*`."""
        paths = [layer.path for layer in self._report.graph.layers]
        if pattern in paths:
            return Layers(self._report, [paths.index(pattern)], is_one=True)
        inside = [index for index, path in enumerate(paths) if path.startswith(f"{pattern}.")]
        if inside:
            return Layers(self._report, inside, is_one=True)
        matching = [index for index, path in enumerate(paths) if fnmatchcase(path, pattern)]
        if not matching:
            raise ArchcalcError(f"no layer '{pattern}' in {self._report.graph.name}", hint=did_you_mean(pattern, paths))
        return Layers(self._report, matching, is_one=False)


class Layers:
    """One layer, one block (its layers together), or all that match a pattern."""

    def __init__(self, report: Report, members: list[int], is_one: bool):
        self._report = report
        self._members = members
        self._is_one = is_one

    def column(self, name: str) -> Any:
        """The value of a column: of a block by the column's own rule, of a pattern a list of values."""
        analysis = self._report.analysis
        analysis.require((name,))
        values = [analysis.values[name][index] for index in self._members]
        if not self._is_one:
            return values
        return values[0] if len(values) == 1 else analysis.folded(name, self._members)


def evaluate(text: str, networks: Mapping[str, Report]) -> Any:
    """The value of a quantity; with one network its names stand by themselves. Raises QuantityError.

    >>> import archcalc
    >>> lenet = archcalc.analyze("lenet5")
    >>> evaluate('layers["c1"].params / totals.params', {"": lenet})
    Fraction(78, 30853)
    """
    if len(text) > MAX_LENGTH:
        raise QuantityError(f"a quantity of {len(text)} characters, expected at most {MAX_LENGTH}", 0)
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        offset = getattr(error, "offset", None) or 1
        raise QuantityError("this is no expression", offset - 1, 'write for example: layers["conv1"].params') from None
    try:
        value = _Walk({name: Network(report) for name, report in networks.items()}).value(tree)
    except RecursionError:
        raise QuantityError("nested too deeply", 0) from None
    if isinstance(value, (Network, Layers, dict)):
        hint = "name one of its columns, such as .params"
        raise QuantityError("a network or layer is no quantity", 0, hint)
    return value


class _Walk:
    def __init__(self, networks: dict[str, Network]):
        self.networks = networks

    def value(self, node: ast.expr) -> Any:
        """The value of one node, whatever its kind."""
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None:
            raise QuantityError("this is not allowed in a quantity", node.col_offset)
        try:
            return method(node)
        except QuantityError:
            raise
        except ArchcalcError as error:
            raise QuantityError(error.message, node.col_offset, error.hint) from None
        except ZeroDivisionError:
            raise QuantityError("division by zero", node.col_offset) from None
        except KeyError as error:
            raise QuantityError(f"there is no {error} here", node.col_offset) from None
        except (TypeError, ValueError, IndexError, OverflowError) as error:
            raise QuantityError(f"this cannot be computed: {error}", node.col_offset) from None

    def _constant(self, node: ast.Constant) -> Any:
        if isinstance(node.value, float):
            return Fraction(str(node.value))
        if type(node.value) in (int, str, bool):
            return node.value
        raise QuantityError("expected a number or a text", node.col_offset)

    def _name(self, node: ast.Name) -> Any:
        if node.id in TRUTHS:
            return TRUTHS[node.id]
        if node.id in self.networks:
            return self.networks[node.id]
        known = [*FUNCTIONS, *(name for name in self.networks if name), *(_OWN if "" in self.networks else ())]
        raise QuantityError(f"unknown name '{node.id}'", node.col_offset, did_you_mean(node.id, known))

    def _attribute(self, node: ast.Attribute) -> Any:
        if isinstance(node.value, ast.Name) and node.value.id == "totals" and "" in self.networks:
            return self.networks[""].total(node.attr)
        owner = self.value(node.value)
        if isinstance(owner, Network):
            return owner.total(node.attr)
        if isinstance(owner, Layers):
            return owner.column(node.attr)
        if isinstance(owner, dict) and node.attr in owner:
            return owner[node.attr]
        if isinstance(owner, list) and owner and all(isinstance(one, dict) and node.attr in one for one in owner):
            return [one[node.attr] for one in owner]
        raise QuantityError(f"nothing here has '{node.attr}'", node.col_offset)

    def _subscript(self, node: ast.Subscript) -> Any:
        index = self.value(node.slice)
        network = self._network_of(node.value, "layers")
        if network is not None:
            return network.layers(str(index))
        return self.value(node.value)[index]

    def _network_of(self, node: ast.expr, member: str) -> Network | None:
        """The network whose member this is: `layers` of the only one, `vgg16.layers` of one of several."""
        if isinstance(node, ast.Name) and node.id == member:
            return self.networks.get("")
        if isinstance(node, ast.Attribute) and node.attr == member:
            owner = self.value(node.value)
            return owner if isinstance(owner, Network) else None
        return None

    def _call(self, node: ast.Call) -> Any:
        if node.keywords:
            raise QuantityError("arguments have no names here", node.col_offset)
        arguments = [self.value(argument) for argument in node.args]
        for member in FIELDS:
            network = self._network_of(node.func, member)
            if network is not None and len(arguments) == 1:
                return network.layers(str(arguments[0])).column(member)
        if isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
            return FUNCTIONS[node.func.id](*arguments)
        name = getattr(node.func, "id", getattr(node.func, "attr", "this"))
        raise QuantityError(f"'{name}' is no function", node.col_offset, did_you_mean(str(name), (*FUNCTIONS, *FIELDS)))

    def _list(self, node: ast.List) -> Any:
        return [self.value(item) for item in node.elts]

    def _unaryop(self, node: ast.UnaryOp) -> Any:
        value = self.value(node.operand)
        if isinstance(node.op, ast.Not):
            return not value
        if isinstance(node.op, ast.USub):
            return -value
        raise QuantityError("this sign is not allowed", node.col_offset)

    def _binop(self, node: ast.BinOp) -> Any:
        left, right = self.value(node.left), self.value(node.right)
        if isinstance(node.op, ast.Pow):
            if abs(right) > MAX_POWER or right != int(right):
                raise QuantityError(f"a power other than a whole number up to {MAX_POWER}", node.col_offset)
            if max(Fraction(left).numerator.bit_length(), Fraction(left).denominator.bit_length()) > MAX_BITS:
                raise QuantityError("a power of too large a number", node.col_offset)
        if isinstance(node.op, ast.Mult) and (isinstance(left, (str, list)) or isinstance(right, (str, list))):
            raise QuantityError("only numbers can be multiplied", node.col_offset)
        operation = OPERATIONS.get(type(node.op))
        if operation is None:
            raise QuantityError("this operation is not allowed", node.col_offset)
        return _whole(operation(left, right))

    def _boolop(self, node: ast.BoolOp) -> Any:
        values = (bool(self.value(value)) for value in node.values)
        return all(values) if isinstance(node.op, ast.And) else any(values)

    def _ifexp(self, node: ast.IfExp) -> Any:
        return self.value(node.body if self.value(node.test) else node.orelse)

    def _compare(self, node: ast.Compare) -> Any:
        values = [self.value(node.left), *map(self.value, node.comparators)]
        for kind, left, right in zip(node.ops, values, values[1:], strict=False):
            comparison = COMPARISONS.get(type(kind))
            if comparison is None:
                raise QuantityError("this comparison is not allowed", node.col_offset)
            if not comparison(left, right):
                return False
        return True


def _whole(value: Any) -> Any:
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


def _divide(a: Any, b: Any) -> Any:
    return Fraction(a) / Fraction(b)


def _hwc(shape: list[int]) -> list[int]:
    """A shape as lectures print it: channels last."""
    return [*shape[1:], shape[0]]


_OWN = ("totals", "layers")
TRUTHS = {"true": True, "false": False}
# Columns that may be asked for like a function of the layer: receptive_field("pool5").
FIELDS = ("receptive_field", "jump", "start", "output")
OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: _divide,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.Pow: lambda a, b: Fraction(a) ** int(b),
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: lambda a, b: a == b,
    ast.NotEq: lambda a, b: a != b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "sum": lambda *values: sum(values[0] if len(values) == 1 else values),
    "min": min,
    "max": max,
    "len": len,
    "abs": abs,
    "all": all,
    "any": any,
    "round": lambda value: math.floor(Fraction(value) + Fraction(1, 2)),
    "floor": math.floor,
    "ceil": math.ceil,
    "sqrt": math.sqrt,
    "log2": math.log2,
    "hwc": _hwc,
    "hw": lambda shape: shape[1:],
}
