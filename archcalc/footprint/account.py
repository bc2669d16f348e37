"""The terms of a network's memory at a batch size: each with its bytes, where it is largest, and its rule."""

from __future__ import annotations

from functools import cached_property

from archcalc.analysis import Analysis, Settings
from archcalc.analysis.dtypes import packed_bytes, width_name, width_of
from archcalc.analysis.liveness import COPYING, FUSED, MODES, REUSING, alive_bytes
from archcalc.analysis.order import Order, best_order
from archcalc.analysis.saved import kept_bytes
from archcalc.errors import ArchcalcError
from archcalc.footprint.checkpoints import again_bytes, checkpointed
from archcalc.footprint.optimizers import state_bits, states_of
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from archcalc.footprint.checkpoints import Block
    from archcalc.graph.graph import Graph

PEAKS = {REUSING: "peak_memory", COPYING: "peak_copying", FUSED: "peak_fused"}  # the column of each mode


class Plan(Record):
    """How a network is stored, run and, if there is an optimizer, trained."""

    dtype: str
    weights: str | int | float | Fraction
    optimizer: str | None
    checkpoint: tuple[str, ...]


class Term(Record):
    """One amount of memory: its name, what people call it, its bytes, where it is reached, and its rule."""

    name: str
    heading: str
    size_bytes: int
    where: str
    rule: str


class Account:
    """The memory of one network under one plan; what does not depend on the batch is counted once."""

    def __init__(self, graph: Graph, plan: Plan, blocks: Sequence[Block]):
        _require_numbers(graph)
        self.graph = graph
        self.plan = plan
        self.width = width_of(plan.weights)
        self._checkpointed = checkpointed(graph, blocks)
        analysis = Analysis(graph, Settings(1, plan.dtype))
        analysis.require(("params", "buffers"))
        self._params: list[int] = analysis.values["params"]
        self._buffers: list[int] = analysis.values["buffers"]

    @cached_property
    def fixed(self) -> list[Term]:
        """The terms that the batch does not change."""
        kind = width_name(self.plan.weights)
        params, buffers = self._stored(self._params), self._stored(self._buffers)
        return [
            Term("parameters", "parameters", params, "", f"trainable values, {kind} each; shared ones once"),
            Term("buffers", "buffers", buffers, "", f"values kept but not trained, {kind} each"),
            Term("file", "file size", params + buffers, "", "parameters and buffers; no header, no names"),
        ]

    @cached_property
    def training(self) -> list[Term]:
        """The terms of training that the batch does not change; none without an optimizer."""
        if self.plan.optimizer is None:
            return []
        states, bits = states_of(self.plan.optimizer), state_bits(str(self.plan.weights))
        kept = " and ".join(states) if states else "nothing"
        copy = self._stored(self._params, bits)
        has_master = self.width < bits
        return [
            Term("gradients", "gradients", self.fixed[0].size_bytes, "", "one a parameter, of its type"),
            Term(
                "optimizer_state",
                "optimizer state",
                len(states) * copy,
                "",
                f"{self.plan.optimizer} keeps {kept} for each parameter" + (f", in float{bits}" if states else ""),
            ),
            Term(
                "master_weights",
                "master weights",
                copy if has_master else 0,
                "",
                f"a float{bits} copy of parameters of fewer bits; none of others",
            ),
        ]

    def _stored(self, counts: Sequence[int], bits: int | None = None) -> int:
        """Bytes of so many values a layer; those of each layer are packed."""
        return sum(self._packed(counts, bits))

    def _packed(self, counts: Sequence[int], bits: int | None = None) -> list[int]:
        return [int(packed_bytes(count, self.width if bits is None else bits)) for count in counts]

    def layers(self, batch: int) -> list[dict[str, str | int]]:
        """What each layer adds to the terms, by the names of the columns; and what is alive while it runs."""
        graph, dtype = self.graph, self.plan.dtype
        analysis = Analysis(graph, Settings(batch, dtype))
        analysis.require(("activation_bytes",))
        columns = {
            "name": [layer.path for layer in graph.layers],
            "param_bytes": self._packed(self._params),
            "buffer_bytes": self._packed(self._buffers),
            "activation_bytes": analysis.values["activation_bytes"],
            "saved_bytes": kept_bytes(graph, self._checkpointed.kept, batch, dtype),
            "peak_memory": alive_bytes(graph, batch, dtype),
        }
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def peak(self, batch: int, mode: str = REUSING) -> tuple[int, str]:
        """The most bytes of activations alive at one time in the given order, and the layer that runs then."""
        alive = [int(count) for count in alive_bytes(self.graph, batch, self.plan.dtype, mode=mode)]
        most = max(alive)
        return most, self.graph.layers[alive.index(most)].path

    def best(self, batch: int) -> tuple[Order, str]:
        """The best order found, and the layer at its peak."""
        order = best_order(self.graph, batch, self.plan.dtype, REUSING)
        alive = alive_bytes(self.graph, batch, self.plan.dtype, order=order.layers)
        return order, self.graph.layers[alive.index(order.peak_bytes)].path

    def kept(self, batch: int) -> int:
        """The bytes that are kept for the backward pass."""
        return int(sum(kept_bytes(self.graph, self._checkpointed.kept, batch, self.plan.dtype)))

    def again(self, batch: int) -> tuple[int, str]:
        """The most bytes that one checkpointed block makes again, and its path."""
        return again_bytes(self.graph, self._checkpointed, batch, self.plan.dtype)

    def needed(self, batch: int) -> int:
        """What training takes, or without an optimizer running: the sum of its terms.

        The forward pass of training takes the peak, even where hardly anything is kept of it.
        """
        stored = sum(term.size_bytes for term in self.fixed[:2])
        if self.plan.optimizer is None:
            return stored + self.peak(batch)[0]
        fixed = stored + sum(term.size_bytes for term in self.training)
        return fixed + max(self.kept(batch) + self.again(batch)[0], self.peak(batch)[0])

    def terms(self, batch: int) -> tuple[list[Term], Order]:
        """All terms at a batch size, and the best order of the layers that was found."""
        analysis = Analysis(self.graph, Settings(batch, self.plan.dtype))
        analysis.require(("activation_bytes", *PEAKS.values()))
        peaks = {mode: self.peak(batch, mode) for mode in MODES}
        order, at_best = self.best(batch)
        docs = {mode: analysis.columns[name].doc for mode, name in PEAKS.items()}
        stored = sum(term.size_bytes for term in self.fixed[:2])
        stored_sum = analysis.total("activation_bytes")
        all_stored = "the memory column of lectures: what every layer's output stores, in-place ops and views nothing"
        found = "as the peak, the layers in the order that needs least" + ("" if order.is_best else " of those tried")
        running = stored + peaks[REUSING][0]
        terms = [
            *self.fixed,
            Term("activations", "activations, all stored", stored_sum, "", all_stored),
            Term("peak", "peak", *peaks[REUSING], docs[REUSING]),
            Term("peak_best_order", "peak, best order found", order.peak_bytes, at_best, found),
            Term("peak_copying", f"peak, {COPYING}", *peaks[COPYING], docs[COPYING]),
            Term("peak_fused", f"peak, {FUSED}", *peaks[FUSED], docs[FUSED]),
            Term("inference", "to run", running, peaks[REUSING][1], "parameters, buffers and the peak"),
        ]
        return [*terms, *self._trained(batch)], order

    def _trained(self, batch: int) -> list[Term]:
        """The terms of training at a batch size; none without an optimizer."""
        if self.plan.optimizer is None:
            return []
        saved = "what each op saves for its backward pass, every tensor once; of checkpointed blocks only the inputs"
        again = "what the largest checkpointed block saves when it is run again; one block at a time"
        total = (
            "all that is stored, gradients, state, master weights; and what is saved and made again, or a larger peak"
        )
        return [
            *self.training,
            Term("saved", "saved for backward", self.kept(batch), "", saved),
            Term("recomputed", "made again", *self.again(batch), again),
            Term("training", "to train", self.needed(batch), "", total),
        ]


def _require_numbers(graph: Graph) -> None:
    for layer in graph.layers:
        sizes = (*layer.output.shape, layer.output.regions, *(weight.elements for weight in layer.weights))
        if any(type(size) is not int for size in sizes):
            raise ArchcalcError(f"the size of {layer.path} is {layer.output}: memory is of one network, in numbers")
