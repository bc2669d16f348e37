"""The roofline bound: no layer is done faster than its arithmetic, nor than its bytes, at the device's peaks.

Source: Williams, Waterman and Patterson, "Roofline", CACM 52(4), 2009; the overhead of a layer is added to it.
"""

from __future__ import annotations

from archcalc import algebra
from archcalc.analysis.quantities import written_quantity
from archcalc.errors import ArchcalcError
from archcalc.graph.table import NONE, SAME, SUM, Column, fraction

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.algebra import Number
    from archcalc.analysis import Settings
    from archcalc.analysis.device import Device, Rate
    from archcalc.graph.graph import Graph

NEEDS = ("arithmetic", "bytes_moved")
MS = 1000  # milliseconds of a second
DIGITS = 3
COMPUTE, MEMORY, OVERHEAD = "compute", "memory", "overhead"


def columns(settings: Settings) -> tuple[Column, ...]:
    """The columns of this analysis."""
    doc = (
        "the larger of arithmetic / peak rate of the device at the dtype and bytes moved / bandwidth, and its overhead "
        "for each layer that does anything; a bound or estimate, never a measurement"
    )
    which = "what the bound of the layer is mostly made of: compute, memory or overhead; nothing where it does nothing"
    return (
        Column("bound_ms", "bound", doc, "ms", SUM, SUM, digits=DIGITS),
        Column("bound_by", "bound by", which, "", SAME, NONE),
    )


def compute(graph: Graph, settings: Settings, values: dict[str, list[Any]]) -> tuple[list[list[Any]], list[str]]:
    """One list of values a column, in the order of the layers; raises ArchcalcError without a device."""
    if settings.device is None:
        hint = "archcalc SPEC and archcalc time take --device, analyze(...) device=; 'archcalc devices' lists some"
        raise ArchcalcError("a bound of the time needs a device", hint=hint)
    rows = zip(*(values[name] for name in NEEDS), strict=True)
    bounds = [_bound(settings.device, settings.dtype, *row) for row in rows]
    return [[bound for bound, _ in bounds], [what for _, what in bounds]], _notes(settings.device, settings.dtype)


def _bound(device: Device, dtype: str, arithmetic: Number, bytes_moved: Number) -> tuple[Number, str | None]:
    """The milliseconds of one layer, and what they are mostly made of; None where symbols leave it open."""
    if all(type(count) is int and count == 0 for count in (arithmetic, bytes_moved)):
        return 0, None
    computing, moving = _ms(arithmetic, device.rate(dtype)), _ms(bytes_moved, device.bandwidth)
    bound = algebra.maximum(computing, moving)
    overhead = MS * (device.overhead or 0)
    try:
        if algebra.decide(bound < overhead):
            return bound + overhead, OVERHEAD
        return bound + overhead, COMPUTE if algebra.decide(computing >= moving) else MEMORY
    except algebra.Undecided:
        return bound + overhead, None


def _ms(count: Number, rate: Rate) -> Number:
    """How long so many take at a rate a second, exactly."""
    return fraction(count * (MS * rate.denominator), rate.numerator)


def _notes(device: Device, dtype: str) -> list[str]:
    """What the bound was computed with, and what it does not know."""
    overhead = "no overhead" if device.overhead is None else f"{written_quantity(device.overhead, 's')} overhead"
    return [
        f"device {device.name}: {written_quantity(device.rate(dtype), 'FLOP/s')} at {dtype}, "
        f"{written_quantity(device.bandwidth, 'B/s')}, {overhead} a layer ({device.source})",
        *device.notes,
        "bounds and estimates, no measurements: every layer runs alone at these rates, and every tensor moves once. "
        "Real runs take longer as a rule; fused layers, and tensors that stay in a cache, may take less",
    ]
