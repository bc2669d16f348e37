"""What the tests of the ops share."""

from dataclasses import fields

import pytest

from archcalc.graph.kinds import kind_of
from archcalc.graph.tensor import Tensor
from archcalc.ops import find


class Made:
    """An op on its inputs: `made.shape`, `made.weights`, `made.work`, `made.window`."""

    def __init__(self, name, shapes, arguments):
        op_class = find(name)
        kinds = {op_field.name: kind_of(op_field) for op_field in fields(op_class)}
        op = op_class(**{key: kinds[key].read(value) for key, value in arguments.items()})
        inputs = [Tensor(shape[0], tuple(shape[1:])) for shape in shapes]
        self.output = op.output(*inputs)
        self.shape = self.output.shape
        self.weights = {weight.name: weight.shape for weight in op.weights(*inputs)}
        self.params = sum(weight.elements for weight in op.weights(*inputs) if weight.role != "buffer")
        # Only the kinds of work that are there.
        self.work = {kind: count for kind, count in op.work(self.output, *inputs)._asdict().items() if count}
        self.window = op.window(self.output, *inputs)


@pytest.fixture
def make():
    """make(name, *input shapes, **attributes as in a spec) -> the op on its inputs."""
    return lambda name, *shapes, **arguments: Made(name, shapes, arguments)
