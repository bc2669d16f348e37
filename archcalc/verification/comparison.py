"""What was computed beside what was observed, layer by layer."""

from __future__ import annotations

from archcalc.graph.op import Work
from archcalc.graph.table import SUM, Column, Table
from archcalc.record import Record
from archcalc.render.shown import Shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.verification.fields import Comparison
    from archcalc.verification.observe import Observation

COLUMNS = (
    Column("name", "layer", "dotted path of the layer"),
    Column("op", "op", "name of the op"),
    Column("output", "output", "shape of the output, as observed: channels, then spatial sizes; per example"),
    Column("macs", "computed", "multiply-accumulates by the formula", "MAC", SUM, SUM),
    Column("macs_executed", "executed", "multiply-accumulates that the kernel carried out", "MAC", SUM, SUM),
    Column("macs_on_padding", "on padding", "of those executed, the ones whose tap lay in padding", "MAC", SUM, SUM),
    Column(
        "weights", "weights", "values of all weights by the formula, buffers and shared ones included", "", SUM, SUM
    ),
    Column(
        "weights_read",
        "read",
        "distinct values of weights that the kernel read; of a table, the rows looked up",
        "",
        SUM,
        SUM,
    ),
    Column("stored", "activations", "values that the output stores, by the formula", "", SUM, SUM),
    Column("stored_observed", "stored", "values that lay in memory of their own", "", SUM, SUM),
    Column("receptive_field", "receptive field", "the analysis's field of one output position; or global", "px"),
    Column("field_observed", "observed", "largest extent of input positions that one output position saw", "px"),
    Column("equal", "equal", "whether everything observed is what was computed"),
    Column("gmacs_per_second", "GMAC/s", "billions of multiply-accumulates a second"),
)
OWNED = ("weights", "weights_read")


class Check(Record):
    """One layer: its row under `COLUMNS`, and every difference in words.

    Its weights are its own unless it shares those of another. Its field is exact if a position was compared that no
    padding had touched, so that all of it was seen.
    """

    row: tuple[Any, ...]
    differences: tuple[str, ...]
    seconds: float
    owns_weights: bool
    is_field_exact: bool


class Expected(Record):
    """What the formulas say of a layer, for the whole batch; `examples` are the tensors of its output."""

    path: str
    op_name: str
    shape: tuple[int, ...]
    examples: int
    work: dict[str, int]
    weights: dict[str, int]
    stored: int
    owns_weights: bool
    alive: int | None = None  # bytes of all tensors in memory while it runs, where the whole network does


class Verification(Shown):
    """The comparison of a whole network; `str()` is its table, in a notebook it shows itself as HTML.

    `is_equal` tells whether nothing differed, `differences` what did; `peak_bytes` is the most memory that the
    tensors took at one time, `seconds` the time of all kernels.
    """

    def __init__(self, facts: dict[str, Any], units: str, checks: tuple[Check, ...], peak_bytes: int):
        self._facts = facts
        self._units = units
        self.checks = checks
        self.peak_bytes = peak_bytes
        self.seconds = sum(check.seconds for check in checks)

    @property
    def differences(self) -> list[str]:
        """Everything that differed, a sentence each."""
        return [difference for check in self.checks for difference in check.differences]

    @property
    def is_equal(self) -> bool:
        """Whether nothing differed."""
        return not self.differences

    @property
    def layers(self) -> list[dict[str, Any]]:
        """One dict a layer."""
        return self.table().records()

    @property
    def totals(self) -> dict[str, int]:
        """The sums over the layers by column; weights that are shared count once."""
        return {
            column.name: sum(
                check.row[place] for check in self.checks if check.owns_weights or column.name not in OWNED
            )
            for place, column in enumerate(COLUMNS)
            if column.total == SUM
        }

    def table(self) -> Table:
        """Computed and observed, a row a layer."""
        sums = self.totals
        totals: list[Any] = [sums.get(column.name) for column in COLUMNS[:-2]]
        totals += [self.is_equal, gmacs_per_second(sums["macs_executed"], self.seconds)]
        equal = sum(not check.differences for check in self.checks)
        verdict = f"equal: {equal} of {len(self.checks)} layers"
        notes = [f"{self.seconds:.2f} s in kernels", verdict, *self.differences, *self._field_notes()]
        return Table(
            self._facts,
            COLUMNS,
            tuple(check.row for check in self.checks),
            tuple(totals),
            tuple(notes),
            self._units,
            {"most memory taken by tensors at one time": self.peak_bytes},
        )

    def _kept(self) -> Table:
        """The table without times, which no two runs share."""
        table = self.table()
        return table._replace(
            columns=table.columns[:-1],
            rows=tuple(row[:-1] for row in table.rows),
            totals=table.totals[:-1],
            notes=table.notes[1:],
        )

    def _field_notes(self) -> list[str]:
        """Of how many layers the receptive field was not seen, or not all of it."""
        place = [column.name for column in COLUMNS].index("field_observed")
        unseen = sum(check.row[place] is None for check in self.checks)
        partly = sum(check.row[place] is not None and not check.is_field_exact for check in self.checks)
        notes = []
        if partly:
            notes.append(f"receptive fields that reach into padding everywhere, compared inside the image: {partly}")
        if unseen:
            notes.append(f"receptive fields not observed, as the data decides them or they are too large: {unseen}")
        return notes

    def to_json(self) -> str:
        """One JSON object with everything."""
        from archcalc.render.json import render

        table = self.table()
        facts = {
            **table.facts,
            "is_equal": self.is_equal,
            "differences": self.differences,
            "peak_bytes": self.peak_bytes,
            "seconds": self.seconds,
            "totals": self.totals,
        }
        return render(table._replace(facts=facts))


def gmacs_per_second(macs: int, seconds: float) -> float | None:
    """The rate, or None where nothing was multiplied."""
    return macs / seconds / 1e9 if macs and seconds else None


def check(expected: Expected, seen: Observation, field: Comparison) -> Check:
    """One layer's row, and what differs."""
    pairs: list[tuple[str, Any, Any]] = [
        ("output shape", list(expected.shape), list(seen.shape)),
        ("tensors of the output", expected.examples, seen.examples),
        *((f"{kind} operations", expected.work[kind], seen.work.get(kind, 0)) for kind in Work._fields),
        *_weight_pairs(expected.weights, seen),
        ("stored values", expected.stored, seen.stored),
        ("bytes alive", seen.alive if expected.alive is None else expected.alive, seen.alive),
    ]
    differences = [
        f"{expected.path}: {what}: computed {_written(computed)}, observed {_written(observed)}"
        for what, computed, observed in pairs
        if computed != observed
    ]
    if field.is_equal is False:
        both = f"computed {_written(field.computed)}, observed {_written(field.observed)}"
        differences.append(f"{expected.path}: receptive field: {both}")
    macs = seen.work.get("mac", 0)
    if field.differing is not None:
        differences.append("{}: own window: computed {}, observed {}".format(expected.path, *field.differing))
    row = (
        expected.path,
        expected.op_name,
        list(seen.shape),
        expected.work["mac"],
        macs,
        macs - seen.inside,
        sum(expected.weights.values()),
        sum(seen.read.values()),
        expected.stored,
        seen.stored,
        list(field.computed) if isinstance(field.computed, tuple) else field.computed,
        None if field.observed is None else list(field.observed),
        not differences,
        gmacs_per_second(macs, seen.seconds),
    )
    return Check(row, tuple(differences), seen.seconds, expected.owns_weights, field.is_exact)


def _weight_pairs(computed: dict[str, int], seen: Observation) -> list[tuple[str, Any, Any]]:
    """Every weight has the values that it should, and each was read; of a table, those that the data asked for."""
    names = dict.fromkeys((*computed, *seen.weights))
    pairs: list[tuple[str, Any, Any]] = [
        (f"values of '{name}'", computed.get(name, 0), seen.weights.get(name, 0)) for name in names
    ]
    return pairs + [
        (f"values of '{name}' that were read", size, seen.read[name])
        for name, size in seen.weights.items()
        if name not in seen.lookups
    ]


def _written(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "x".join(map(str, value))
    return f"{value:,}" if type(value) is int else str(value)
