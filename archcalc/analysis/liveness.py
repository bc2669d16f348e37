"""Which tensors are alive together while a network runs, in any order of its layers.

A tensor lives from the layer that makes it to the last one that reads it, an output of the network to the end. A
view is part of the tensor that it reads. An op that works in place takes over the memory of its input, if nobody
reads that later; otherwise it makes a tensor of its own.
"""

from __future__ import annotations

from archcalc.analysis.dtypes import size_bytes
from archcalc.graph.op import IN_PLACE, NO_WORK, VIEW
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from archcalc.algebra import Number
    from archcalc.graph.graph import Graph, Layer

REUSING = "in place"  # ops that can do so overwrite their input
COPYING = "not in place"  # each of them has an output of its own, but for what does nothing at inference
FUSED = "fused"  # as in place; and a normalisation by constants lies in the output of the product before it
MODES = (REUSING, COPYING, FUSED)
# What a batch normalisation, whose constants are known at inference, is fused with.
_PRODUCTS = ("conv", "depthwise_conv", "conv_transpose", "ws_conv", "linear")
_NORMS = ("batch_norm",)


class Lives(Record):
    """What every order of execution has to do with: the tensors, and who reads them.

    `tensors` says of each layer which tensor its output is part of: that of the layer with this index. `reads` are
    the tensors that each layer reads. `readers` has, for each tensor, a bit for every layer that reads it; `kept`
    are those that stay to the end. Layers in `overwriting` may use the memory of their first input.
    """

    tensors: list[int]
    reads: list[tuple[int, ...]]
    readers: list[int]
    kept: frozenset[int]
    overwriting: frozenset[int]
    sizes: dict[int, Number]

    def step(self, done: int, index: int) -> tuple[Number, Number]:
        """The bytes that come when a layer runs, and those that go when it has run; `done` has a bit for each before.

        >>> from archcalc.spec import load
        >>> lives_of(load("lenet5"), 1, "float32").step(1, 1)  # 6x28x28 come; the input of 1x32x32 goes
        (18816, 4096)
        """
        after = done | 1 << index
        ending = [
            tensor for tensor in self.reads[index] if not self.readers[tensor] & ~after and tensor not in self.kept
        ]
        going: Number = sum(self.sizes[tensor] for tensor in ending)
        own = self.tensors[index]
        if own != index:
            return 0, going
        coming = self.sizes[own]
        if index in self.overwriting and self.reads[index][0] in ending:
            going = going - self.sizes[self.reads[index][0]]
            coming = 0
        if not self.readers[own] and own not in self.kept:
            going = going + self.sizes[own]  # nobody reads it
        return coming, going


def lives_of(
    graph: Graph, batch: Number, dtype: str, mode: str = REUSING, chosen: Collection[int] | None = None
) -> Lives:
    """The tensors of a network for a whole batch with all its regions, in one of MODES.

    If layers are `chosen`, by index, only these run, and nothing is kept to the end.
    """
    layers = graph.layers
    tensors = tensors_of(graph, mode)
    reads = [tuple(dict.fromkeys(tensors[source] for source in layer.inputs)) for layer in layers]
    readers = [0] * len(layers)
    for index in range(len(layers)) if chosen is None else chosen:
        for tensor in reads[index]:
            readers[tensor] |= 1 << index
    kept = frozenset(tensors[index] for index in graph.outputs) if chosen is None else frozenset()
    overwriting = frozenset(index for index in range(len(layers)) if _overwrites(graph, index, mode))
    counts = {home: batch * layers[home].output.regions * layers[home].output.elements for home in set(tensors)}
    sizes = {home: size_bytes(elements, dtype) for home, elements in counts.items()}
    return Lives(tensors, reads, readers, kept, overwriting, sizes)


def tensors_of(graph: Graph, mode: str = REUSING) -> list[int]:
    """Of each layer, the layer that made the tensor which its output is part of: itself, but for views."""
    tensors: list[int] = []
    for index, layer in enumerate(graph.layers):
        is_view = layer.op.storage == VIEW or (mode == COPYING and _does_nothing(graph, layer))
        tensors.append(tensors[layer.inputs[0]] if is_view else index)
    return tensors


def _does_nothing(graph: Graph, layer: Layer) -> bool:
    """Whether a layer hands its input on as it is at inference, such as dropout."""
    if layer.op.storage != IN_PLACE:
        return False
    return layer.op.work(layer.output, *graph.input_tensors(layer)) == NO_WORK


def _overwrites(graph: Graph, index: int, mode: str) -> bool:
    """Whether a layer may put its output where its first input is."""
    layer = graph.layers[index]
    if mode == FUSED and layer.op_name in _NORMS:
        return graph.layers[layer.inputs[0]].op_name in _PRODUCTS
    return mode != COPYING and layer.op.storage == IN_PLACE


def walk(lives: Lives, order: Iterable[int]) -> Iterable[tuple[int, Number]]:
    """The layers in this order, each with the bytes alive while it runs.

    A tensor of a layer that does not run comes into being when it is read.
    """
    alive: Number = 0
    done = 0
    present: set[int] = set()
    for index in order:
        for tensor in lives.reads[index]:
            if tensor not in present:
                present.add(tensor)
                alive = alive + lives.sizes[tensor]
        coming, going = lives.step(done, index)
        present.add(lives.tensors[index])
        done |= 1 << index
        alive = alive + coming
        yield index, alive
        alive = alive - going


def alive_bytes(
    graph: Graph,
    batch: Number,
    dtype: str,
    chosen: Collection[int] | None = None,
    mode: str = REUSING,
    order: Sequence[int] | None = None,
) -> list[Number]:
    """The bytes alive while each layer runs, by its index; in the given order if no other is asked for.

    If layers are `chosen`, by index, only these run, and others have 0.
    """
    lives = lives_of(graph, batch, dtype, mode, chosen)
    running = range(len(graph.layers)) if chosen is None else sorted(chosen)
    result: list[Number] = [0] * len(graph.layers)
    for index, alive in walk(lives, running if order is None else order):
        result[index] = alive
    return result
