"""What `archcalc.memory` gives: the terms, as a table and as JSON."""

from __future__ import annotations

from archcalc.analysis.dtypes import width_name
from archcalc.graph.table import Column, Table
from archcalc.render.shown import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.footprint.account import Account
    from archcalc.footprint.fitting import Fit

COLUMNS = (
    Column("term", "term", "what the memory is for"),
    Column("bytes", "memory", "how much it takes", "B", is_size=True),
    Column("at", "at", "the layer, or block, at which the most is reached"),
    Column("rule", "rule", "what is counted"),
)
LEFT_OUT = "not counted: workspaces of kernels, what an allocator adds, the framework's own memory (a CUDA context)"
LEFT_OUT_TRAINING = (
    "not counted: gradients of activations on their way back, workspaces of kernels, what an allocator adds, the "
    "framework's own memory (a CUDA context)"
)


class Memory(Shown):
    """The memory of a network, term by term; `str()` is its table, in a notebook it shows itself as HTML.

    `terms` maps the name of each term to its bytes, `at` to the layer where it is reached, if there is one; `layers`
    has a dict a layer. `largest_batch` is what fits in the limit that was given, 0 if nothing does, and None without a
    limit; `order` are the layers in the best order found.
    """

    def __init__(self, account: Account, batch: int, fit: Fit | None):
        self.batch = batch
        self.fit = fit
        self.plan = account.plan
        self._account = account
        self._graph = account.graph
        self._terms, self._order = account.terms(batch)

    @property
    def terms(self) -> dict[str, int]:
        """The bytes of every term by its name."""
        return {term.name: term.size_bytes for term in self._terms}

    @property
    def at(self) -> dict[str, str]:
        """Where terms are reached that some layer or block decides."""
        return {term.name: term.where for term in self._terms if term.where}

    @property
    def order(self) -> list[str]:
        """The layers in the best order found."""
        return [self._graph.layers[index].path for index in self._order.layers]

    @property
    def layers(self) -> list[dict[str, str | int]]:
        """One dict a layer: the bytes of its parameters and buffers, of what it stores and saves, of what is alive."""
        return self._account.layers(self.batch)

    @property
    def largest_batch(self) -> int | None:
        """The largest batch that fits; None if no limit was given."""
        return None if self.fit is None else self.fit.batch

    def table(self) -> Table:
        """A row a term."""
        rows = tuple((term.heading, term.size_bytes, term.where, term.rule) for term in self._terms)
        return Table(self._facts(), COLUMNS, rows, notes=tuple(self._notes()), units=self._planned(), rows_name="terms")

    def _facts(self) -> dict[str, Any]:
        graph, plan = self._graph, self.plan
        shapes = {layer.path: list(layer.output.shape) for layer in graph.inputs}
        return {
            "name": graph.name,
            "source": graph.source,
            "input": shapes["input"] if list(shapes) == ["input"] else shapes,
            "vars": dict(graph.vars),
            "batch": self.batch,
            "dtype": plan.dtype,
            "weights": plan.weights,
            "optimizer": plan.optimizer,
            "checkpoint": list(plan.checkpoint),
        }

    def _planned(self) -> str:
        """How it is stored and trained, in a line."""
        optimizer = self.plan.optimizer
        trained = "no optimizer: the terms of training are left out" if optimizer is None else f"optimizer {optimizer}"
        blocks = f"; checkpoints {', '.join(self.plan.checkpoint)}" if self.plan.checkpoint else ""
        return f"weights {width_name(self.plan.weights)}; {trained}{blocks}"

    def _notes(self) -> list[str]:
        order = self._order
        if not order.is_best:
            which = "the given one" if order.peak_bytes == self.terms["peak"] else "one of a beam search"
            best = f"the best order found is {which}; no order needs less than {order.bound_bytes:,} B"
        elif order.peak_bytes == self.terms["peak"]:
            best = "no order of the layers has a lower peak than the given one"
        else:
            best = "no order of the layers has a lower peak than the best one found"
        fits = [] if self.fit is None else [self.fit.sentence]
        return [*fits, best, LEFT_OUT if self.plan.optimizer is None else LEFT_OUT_TRAINING]

    def to_json(self) -> str:
        """One JSON object with everything: the terms by name, bytes exact."""
        from archcalc.render.json import render

        facts = self._facts() | {"order": self.order, "is_best_order": self._order.is_best}
        if self.fit is not None:
            facts["fits"] = self.fit._asdict()
        rows = tuple((term.name, term.size_bytes, term.where, term.rule) for term in self._terms)
        facts |= {"layers": self.layers, "notes": self._notes()}
        return render(Table(facts, COLUMNS, rows, rows_name="terms"))
