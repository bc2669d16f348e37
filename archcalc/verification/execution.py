"""A whole network executed, layer after layer; memory is let go as soon as no later layer needs it."""

from __future__ import annotations

import numpy as np

from archcalc.analysis.liveness import alive_bytes
from archcalc.errors import ArchcalcError
from archcalc.graph.graph import Input
from archcalc.graph.op import IN_PLACE
from archcalc.kernels import find
from archcalc.kernels.run import LARGEST_INPUT, Run, whole_numbers
from archcalc.kernels.settle import settle
from archcalc.verification.observe import Observation, observe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from archcalc.graph.graph import Graph, Layer
    from archcalc.kernels.run import Array

DTYPE = "float32"
VALUE_BYTES = 4  # of it


class Execution:
    """One run of a network; `peak_bytes` is the most memory that its tensors took at one time so far.

    Only the layers with these indices are executed; the inputs of others are drawn, as the network's own are.
    """

    def __init__(self, graph: Graph, batch: int, is_exhaustive: bool, chosen: Collection[int]):
        self.graph = graph
        self.batch = batch
        self.is_exhaustive = is_exhaustive
        self.chosen = chosen
        self.peak_bytes = 0
        self._last_use = {
            source: user for user, layer in enumerate(graph.layers) if user in chosen for source in layer.inputs
        }
        self._last_share = {
            layer.owner: user for user, layer in enumerate(graph.layers) if user in chosen and layer.owner is not None
        }
        self._outputs = set(graph.outputs) if len(chosen) == len(graph.layers) else set()  # these stay to the end
        self._live: dict[int, Array] = {}
        self._weights: dict[int, dict[str, Array]] = {}

    def __iter__(self) -> Iterator[tuple[int, Observation]]:
        """The layers executed, by index, each with what was observed."""
        for index, layer in enumerate(self.graph.layers):
            if index not in self.chosen:
                continue
            yield index, self._given(index, layer) if type(layer.op) is Input else self._observed(index, layer)

    def _observed(self, index: int, layer: Layer) -> Observation:
        alive, inputs = self._inputs(index, layer)
        if layer.op.storage == IN_PLACE:
            inputs = [self._own(array) for array in inputs]
        run = Run(index, self.is_exhaustive, self._weights.get(-1 if layer.owner is None else layer.owner))
        output, seen = observe(layer.op_name, layer.op, run, inputs)
        self._keep(index, layer, run, inputs, output)
        alive.setdefault(id(_base(output)), (output, output.nbytes))
        return seen._replace(alive=sum(count for _, count in alive.values()))

    def _given(self, index: int, layer: Layer) -> Observation:
        """An input of the network: drawn, not executed."""
        array = self._drawn(index)
        self._live[index] = array
        self._measure(())
        shape = tuple(map(int, layer.output.shape))
        seen = Observation(shape, self.batch, {}, 0, {}, {}, frozenset(), array.size, 0.0, self._alive())
        if index not in self._last_use and index not in self._outputs:
            del self._live[index]  # nobody reads it
        return seen

    def _drawn(self, index: int) -> Array:
        tensor = self.graph.layers[index].output
        shape = (self.batch * tensor.regions, *tensor.size, tensor.channels)
        return whole_numbers(shape, LARGEST_INPUT, index)

    def _inputs(self, index: int, layer: Layer) -> tuple[dict[int, tuple[Array, int]], list[Array]]:
        """All memory that is alive when a layer begins, with its bytes, and what the layer reads.

        What nobody reads later is let go. A kernel wants its input in one piece: a copy that this takes is not the
        network's, and has 0 bytes. The arrays are given too, as memory that is let go could come back as another.
        """
        for source in layer.inputs:
            if source not in self._live:
                self._live[source] = self._drawn(source)
        alive = {id(base): (base, base.nbytes) for base in map(_base, self._live.values())}
        inputs = [np.ascontiguousarray(self._live[source]) for source in layer.inputs]
        alive |= {id(base): (base, 0) for base in map(_base, inputs) if id(base) not in alive}
        for source in set(layer.inputs):
            if self._last_use[source] == index and source not in self._outputs:
                del self._live[source]
        return alive, inputs

    def _alive(self) -> int:
        """The bytes of all tensors that are alive, each memory once."""
        return sum({id(base): base.nbytes for base in map(_base, self._live.values())}.values())

    def _own(self, array: Array) -> Array:
        """The input of an op that overwrites it: a copy, if another layer still reads it."""
        return array.copy() if any(np.may_share_memory(array, other) for other in self._live.values()) else array

    def _keep(self, index: int, layer: Layer, run: Run, inputs: list[Array], output: Array) -> None:
        self._measure((output, *inputs, *run.weights.values()))
        if index in self._last_use or index in self._outputs:
            settle(output if output.flags.c_contiguous else _base(output))
            self._live[index] = output
        if layer.owner is None and index in self._last_share:
            self._weights[index] = run.weights
        for owner, user in list(self._last_share.items()):
            if user == index:
                self._weights.pop(owner, None)

    def _measure(self, others: tuple[Array, ...]) -> None:
        kept = [array for weights in self._weights.values() for array in weights.values()]
        bases = {id(base): base.nbytes for base in map(_base, (*self._live.values(), *kept, *others))}
        self.peak_bytes = max(self.peak_bytes, sum(bases.values()))


def _base(array: Array) -> Array:
    """The array that owns the memory of a view."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def needed_bytes(graph: Graph, batch: int, chosen: Collection[int]) -> int:
    """The memory that an execution is bound to need: what is alive while a layer runs, and the layer's weights.

    A mask of a byte a value lies beside every weight.
    """
    alive = alive_bytes(graph, batch, DTYPE, chosen)
    most = 0
    for index in chosen:
        layer = graph.layers[index]
        weights = sum(weight.elements for weight in layer.weights) * (VALUE_BYTES + 1)
        most = max(most, int(alive[index] + weights + batch * _scratch_bytes(graph, layer)))
    return most


def _scratch_bytes(graph: Graph, layer: Layer) -> int:
    """What the kernel says that it needs beside inputs and output, for one example."""
    scratch = None if type(layer.op) is Input else getattr(find(layer.op_name), "scratch", None)
    if scratch is None:
        return 0
    tensors = graph.input_tensors(layer)
    values: int = scratch(layer.op, *(x.size for x in tensors))
    return VALUE_BYTES * int(tensors[0].regions) * values


def require_memory(needed: int, available: int) -> None:
    """Raise ArchcalcError if an execution would need more bytes than there are."""
    if needed > available:
        raise ArchcalcError(
            f"executing this network takes {needed:,} B of memory, {available:,} B are available",
            hint="a smaller --batch, a smaller input, or --layers PATTERN takes less",
        )
