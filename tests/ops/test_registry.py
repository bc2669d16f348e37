"""What every op must say about itself, and that each of its formulas reads the same on every kind of number."""

import doctest
import importlib
import inspect
from dataclasses import fields, is_dataclass
from math import gcd

import pytest
import sympy

from archcalc import algebra
from archcalc.algebra.arrays import Array
from archcalc.algebra.symbols import symbol
from archcalc.algebra.worked import Worked, leaf
from archcalc.algebra.written import HWC, Writer
from archcalc.errors import ArchcalcError
from archcalc.graph.kinds import Kind, is_required, kind_of
from archcalc.graph.op import (
    ALL,
    BIAS,
    BUFFER,
    CHOSEN,
    EACH,
    FACTOR,
    FLAT,
    IN_PLACE,
    INPUT,
    NORM,
    OUTPUT,
    SAVED_BITS,
    STORED,
    TOKEN,
    VALUES,
    VIEW,
    WEIGHT,
    Window,
    Work,
)
from archcalc.graph.tensor import Tensor, checked
from archcalc.ops import OPS, WORDS, find

CLASSES = {name: find(name) for name in OPS}
CASES = [
    pytest.param(op_class, number, id=f"{name}-{number}")
    for name, op_class in CLASSES.items()
    for number in range(len(op_class.examples))
]
every_op = pytest.mark.parametrize("name", OPS)
every_example = pytest.mark.parametrize(("op_class", "number"), CASES)


@every_op
def test_the_file_of_an_op_is_its_name(name):
    module = importlib.import_module(f"archcalc.ops.{name}")
    assert CLASSES[name].__module__ == module.__name__
    assert CLASSES[name].__name__ == OPS[name]


@every_op
def test_docstring(name):
    doc = CLASSES[name].__doc__
    assert "Shapes:" in doc
    work = inspect.getsource(CLASSES[name].work)
    assert "Convention:" in doc or "NO_WORK" in work


@every_op
def test_docstring_has_an_example_that_runs(name):
    tests = doctest.DocTestFinder(recurse=False).find(CLASSES[name], name, globs=vars(inspect.getmodule(CLASSES[name])))
    assert sum(len(test.examples) for test in tests) >= 1
    for test in tests:
        assert doctest.DocTestRunner(verbose=False).run(test).failed == 0


@every_op
def test_fields_are_attributes_with_kind_and_doc(name):
    op_class = CLASSES[name]
    assert is_dataclass(op_class)
    for op_field in fields(op_class):
        assert isinstance(kind_of(op_field), Kind)
        assert op_field.metadata["doc"].strip()
        if not is_required(op_field) and op_field.default is not None:
            assert kind_of(op_field).read(op_field.default) == op_field.default


@every_op
def test_an_op_is_frozen(name):
    op_class = CLASSES[name]
    op = build(op_class, op_class.examples[0].arguments)
    with pytest.raises(AttributeError):
        op.anything = 1


@every_op
def test_every_member_of_the_protocol_is_there_and_the_cost_is_its_own(name):
    op_class = CLASSES[name]
    assert "work" in vars(op_class)
    assert "saves" in vars(op_class)
    assert "examples" in vars(op_class)
    for member in ("output", "weights", "window"):
        assert callable(getattr(op_class, member))
    least, most = op_class.arity
    assert least >= 1
    assert most is None or most >= least
    assert op_class.storage in (STORED, IN_PLACE, VIEW)
    assert len(op_class.examples) >= 1


@every_op
def test_examples_are_awkward(name):
    inputs = [shape for example in CLASSES[name].examples for shape in example.inputs]
    spatial = [shape[1:] for shape in inputs if len(shape) > 2]
    assert any(len(set(size)) > 1 for size in spatial) or all(len(shape) <= 2 for shape in inputs)


def test_words_are_those_of_the_ops():
    assert set(WORDS) == {
        word for op_class in CLASSES.values() for op_field in fields(op_class) for word in kind_of(op_field).words
    }
    assert len(WORDS) == len(set(WORDS))


@pytest.mark.parametrize(("word", "hint"), [("cnv", "conv"), ("maxpool", "max_pool"), ("Relu", "relu")])
def test_an_unknown_op_gets_a_hint(word, hint):
    with pytest.raises(ArchcalcError, match=f"unknown op '{word}'") as caught:
        find(word)
    assert caught.value.hint == f"did you mean '{hint}'?"


# ---------------------------------------------------------------------------------------------
# One formula, several kinds of number.


def build(op_class, arguments):
    """The op of an example, its arguments read by the kinds of its attributes, as a spec would."""
    kinds = {op_field.name: kind_of(op_field) for op_field in fields(op_class)}
    return op_class(**{name: kinds[name].read(value) for name, value in arguments.items()})


def facts(op, inputs):
    """Every number that the formulas of an op give, each under a name."""
    inputs = tuple(inputs)
    output = checked(op.output(*inputs))
    result = {f"output {axis}": value for axis, value in enumerate(output.shape)}
    for weight in op.weights(*inputs):
        assert weight.role in (WEIGHT, BIAS, NORM, FACTOR, TOKEN, BUFFER)
        result |= {f"{weight.name} {axis}": value for axis, value in enumerate(weight.shape)}
        result[f"{weight.name} elements"] = weight.elements
    work = op.work(output, *inputs)
    assert type(work) is Work
    result |= {kind: getattr(work, kind) for kind in ("mac", "add", "mul", "div", "compare", "exp")}
    for place, saved in enumerate(op.saves(output, *inputs)):
        assert saved.kind in (INPUT, OUTPUT, VALUES, *SAVED_BITS)
        assert saved.source in range(len(inputs))
        if saved.kind not in (INPUT, OUTPUT):
            result[f"saved {place}"] = saved.elements
    window = op.window(output, *inputs)
    if isinstance(window, str):
        assert window in (EACH, ALL, FLAT, CHOSEN)
        result["window"] = window
    else:
        assert type(window) is Window
        assert len(window.size) == len(window.stride) == len(window.before) == len(inputs[0].size) == len(output.size)
        for part in Window._fields:
            result |= {f"{part} {axis}": value for axis, value in enumerate(getattr(window, part))}
    return result


def tensors(shapes):
    return tuple(Tensor(channels, tuple(size)) for channels, *size in shapes)


def mapped(value, change):
    """An argument with every number in it changed; words and truths stay."""
    if isinstance(value, (list, tuple)):
        return [mapped(item, change) for item in value]
    return value if isinstance(value, (bool, str)) or value is None else change(value)


def dimension_names(op_class):
    return [op_field.name for op_field in fields(op_class) if kind_of(op_field).is_dimension]


def changed(op_class, example, change):
    """The arguments and input shapes of an example with every dimension changed."""
    dimensions = dimension_names(op_class)
    arguments = {
        name: mapped(value, change) if name in dimensions else value for name, value in example.arguments.items()
    }
    return arguments, [mapped(shape, change) for shape in example.inputs]


def are_channels(inputs, shape, axis):
    """Whether a dimension is a number of channels, or a size equal to those of another input (see `matmul`)."""
    return axis == 0 or any(shape[axis] == other[0] for other in inputs if other is not shape)


def grown(op_class, example, factor, power):
    """An example with every dimension larger by a factor, so that it still fits.

    Channels grow by this power of what groups and factors grow by. Sizes grow by its square, as a dilation and a
    kernel that both grow span the product. A 1 stays: it may be one that broadcasts.
    """
    arguments, _ = changed(op_class, example, lambda n: n * factor)
    inputs = example.inputs
    shapes = [
        [
            n if n == 1 else n * factor ** (power if are_channels(inputs, shape, axis) else 2)
            for axis, n in enumerate(shape)
        ]
        for shape in inputs
    ]
    return arguments, shapes


def zipped(first, *others):
    """Several arguments of one form as one argument of columns."""
    if isinstance(first, (list, tuple)):
        return [zipped(*items) for items in zip(first, *others, strict=True)]
    if isinstance(first, (bool, str, float)) or first is None:
        return first
    return Array([first, *others])


def in_columns(op_class, variants):
    """The arguments of several variants as one: every dimension is a column, anything else is the same in all."""
    dimensions = dimension_names(op_class)
    first = variants[0]
    return {
        name: zipped(*(arguments[name] for arguments in variants)) if name in dimensions else first[name]
        for name in first
    }


@every_example
def test_an_example_fits(op_class, number):
    example = op_class.examples[number]
    least, most = op_class.arity
    assert least <= len(example.inputs) <= (most or len(example.inputs))
    assert all(
        value >= 0
        for name, value in facts(build(op_class, example.arguments), tensors(example.inputs)).items()
        if name != "window" and not name.startswith("before")
    )


def fits(op, shapes):
    """Whether the op takes inputs of these shapes."""
    try:
        op.output(*tensors(shapes))
    except ArchcalcError:
        return False
    return True


@every_example
def test_columns_of_inputs_equal_ints(op_class, number):
    """Only the inputs vary: channels stay (groups must divide them), sizes grow."""
    inputs = op_class.examples[number].inputs
    variants = [
        [
            [n if n == 1 or are_channels(inputs, shape, axis) else n + more for axis, n in enumerate(shape)]
            for shape in inputs
        ]
        for more in (0, 1, 7)
    ]
    op = build(op_class, op_class.examples[number].arguments)
    if all(fits(op, shapes) for shapes in variants):
        assert_equal(op, op, variants)
    else:  # where a block must divide, or a total match, not every size will do: the column is refused as well
        assert not fits(op, zipped(*variants))


@every_example
@pytest.mark.parametrize("factors", [(1, 2, 5), (1, 2**40), (1, 3**50)])
def test_columns_of_inputs_and_attributes_equal_ints(op_class, number, factors):
    """With factors of 2**40 and more, columns go beyond 64 bits."""
    tried = 0
    # A group must divide the channels, a block of three axes the cube of what it was: one of these will fit.
    for power in (1, 3):
        variants = [grown(op_class, op_class.examples[number], factor, power) for factor in factors]
        columns = in_columns(op_class, [arguments for arguments, _ in variants])
        ops = [build(op_class, arguments) for arguments, _ in variants]
        if all(fits(op, shapes) for op, (_, shapes) in zip(ops, variants, strict=True)):
            assert_equal(build(op_class, columns), ops, [shapes for _, shapes in variants])
            tried += 1
        else:
            assert not fits(build(op_class, columns), zipped(*(shapes for _, shapes in variants)))
    assert tried


def assert_equal(column_op, ops, variants):
    """The formulas on columns give what they give on the ints of every variant."""
    ops = ops if isinstance(ops, list) else [ops] * len(variants)
    expected = [facts(op, tensors(shapes)) for op, shapes in zip(ops, variants, strict=True)]
    found = facts(column_op, tensors(zipped(*variants)))
    assert found.keys() == expected[0].keys()
    for name, value in found.items():
        values = value.tolist() if isinstance(value, Array) else [value] * len(variants)
        assert values == [row[name] for row in expected], name
        assert all(type(v) in (int, str) for v in values), name


@every_example
def test_symbols_with_numbers_put_in_equal_ints(op_class, number):
    """Every dimension larger than 1 becomes a symbol, equal dimensions the same one."""
    example = op_class.examples[number]
    numbers: dict[object, int] = {}

    def as_symbol(value):
        if value <= 1:
            return value
        numbers[symbol(f"n{value}")] = value
        return symbol(f"n{value}")

    arguments, shapes = changed(op_class, example, as_symbol)
    expected = facts(build(op_class, example.arguments), tensors(example.inputs))
    found = facts(build(op_class, arguments), tensors(shapes))
    assert found.keys() == expected.keys()
    for name, value in found.items():
        if isinstance(value, str):
            assert value == expected[name]
        else:
            got = sympy.sympify(value).subs(numbers)
            assert got == sympy.Rational(str(expected[name])), f"{name}: {value}"


@every_example
def test_worked_numbers_equal_ints_and_what_is_written_gives_them(op_class, number):
    """Every dimension is given as a worked number, and the arithmetic that is written down gives the result."""
    example = op_class.examples[number]
    arguments, shapes = changed(op_class, example, leaf)
    expected = facts(build(op_class, example.arguments), tensors(example.inputs))
    found = facts(build(op_class, arguments), tensors(shapes))
    assert found == expected
    python = {"max": max, "min": min, "gcd": gcd, "ceil_div": algebra.ceil_div, "__builtins__": {}}
    worked = {name: value for name, value in found.items() if isinstance(value, Worked)}
    assert worked
    for name, value in worked.items():
        for layout in ("", HWC):
            assert eval(Writer(layout).text(value), python) == expected[name], name  # noqa: S307


@every_example
def test_attributes_take_numbers_of_numpy(op_class, number):
    import numpy as np

    example = op_class.examples[number]
    arguments, shapes = changed(op_class, example, np.int32)
    expected = facts(build(op_class, example.arguments), tensors(example.inputs))
    assert facts(build(op_class, arguments), tensors(shapes)) == expected


@every_op
def test_a_column_that_does_not_fit_in_one_variant_is_an_error(name):
    """Where a size of 1 does not fit an example, a column that holds it does not fit either."""
    op_class = CLASSES[name]
    for example in op_class.examples:
        op = build(op_class, example.arguments)
        small = [[shape[0], *(1 for _ in shape[1:])] for shape in example.inputs]
        try:
            checked(op.output(*tensors(small)))
        except ArchcalcError:
            with pytest.raises(ArchcalcError):
                checked(op.output(*tensors(zipped(example.inputs, small))))


def test_regions_pass_through():
    """What follows a region op keeps the number of regions."""
    for op_class in CLASSES.values():
        example = op_class.examples[0]
        inputs = [Tensor(shape[0], tuple(shape[1:]), 7) for shape in example.inputs]
        output = build(op_class, example.arguments).output(*inputs)
        assert algebra.equal(output.regions, 7) or op_class.__name__.startswith("Roi"), op_class
