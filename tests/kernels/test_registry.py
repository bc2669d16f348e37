"""Every op's awkward examples, executed by its kernel: what is observed equals what the formulas say."""

import numpy as np
import pytest

from archcalc.graph.kinds import kind_of
from archcalc.graph.op import STORED, Work
from archcalc.graph.tensor import Tensor
from archcalc.kernels import find as find_kernel
from archcalc.kernels.run import LARGEST_INPUT, Run, whole_numbers
from archcalc.kernels.walk import ALL, CHOSEN, EACH, FLAT
from archcalc.ops import OPS, find
from archcalc.verification.observe import observe

CASES = [(name, number) for name in OPS for number in range(len(find(name).examples))]


def built(name, number):
    """The op of an example and its inputs, [batch, *sizes, channels]."""
    op_class = find(name)
    example = op_class.examples[number]
    op = op_class(**{key: kind_of(op_class.__dataclass_fields__[key]).read(v) for key, v in example.arguments.items()})
    return op, [Tensor(channels, tuple(size)) for channels, *size in example.inputs]


def arrays(tensors, batch):
    return [whole_numbers((batch, *x.size, x.channels), LARGEST_INPUT, seed) for seed, x in enumerate(tensors)]


@pytest.mark.parametrize(("name", "number"), CASES)
@pytest.mark.parametrize("batch", [1, 3])
@pytest.mark.parametrize("is_exhaustive", [True, False], ids=["plain", "fast"])
def test_what_is_observed_is_what_is_computed(name, number, batch, is_exhaustive):
    op, tensors = built(name, number)
    made, seen = observe(name, op, Run(is_exhaustive=is_exhaustive), arrays(tensors, batch))
    output = op.output(*tensors)
    times = batch * output.regions
    assert seen.shape == output.shape
    assert seen.examples == times
    work = op.work(output, *tensors)
    assert seen.work == {kind: times * getattr(work, kind) for kind in Work._fields}
    assert seen.inside <= seen.work["mac"]
    assert seen.weights == {weight.name: weight.elements for weight in op.weights(*tensors)}
    assert all(seen.read[name] == size for name, size in seen.weights.items() if name not in seen.lookups)
    assert all(0 < seen.read[name] <= seen.weights[name] for name in seen.lookups)
    assert seen.stored == (times * output.elements if op.storage == STORED else 0)
    assert made.dtype == np.float32
    assert np.isfinite(made).all()


@pytest.mark.parametrize(("name", "number"), CASES)
def test_what_an_output_position_sees(name, number):
    """The walk of the kernel has the output's size; where the formulas say a word, the kernel says the same."""
    op, tensors = built(name, number)
    window = op.window(op.output(*tensors), *tensors)
    sees = find_kernel(name).sees(op, *(x.size for x in tensors))
    if isinstance(window, str):
        assert sees == window
        assert sees in (EACH, ALL, FLAT, CHOSEN)
        return
    output = op.output(*tensors)
    assert tuple(walk.shape[0] for walk in sees) == output.size
    for axis, walk in enumerate(sees):
        for position, taps in enumerate(walk):
            first = position * window.stride[axis] - window.before[axis]
            low = -(-first // window.upscale[axis])
            high = (first + window.size[axis] - 1) // window.upscale[axis]
            count = tensors[0].size[axis]
            assert all(low <= tap <= high for tap in taps if tap >= 0)
            if window.spacing[axis] == 1 and window.upscale[axis] == 1:
                assert sorted(set(taps[taps >= 0])) == list(range(max(low, 0), min(high, count - 1) + 1))
