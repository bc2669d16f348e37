"""reports/verification.md: every network of the zoo, executed."""

from __future__ import annotations

import os
import platform
from typing import Any

from archcalc import ArchcalcError, verify
from archcalc.spec.locate import zoo_names


def page() -> str:
    """Every network of the zoo, executed: takes a while."""
    rows, refused = [], []
    for name in zoo_names():
        try:
            found = verify(name)
        except ArchcalcError as error:
            refused.append(f"- `{name}`: {error.message}")
            continue
        rows.append(_verified(name, found))
    head = [
        "# The zoo, executed",
        "Every network of `specs/` was run by its kernels (`archcalc verify NAME`, batch 1), which counted all along.",
        "`computed` is what the formulas say; `executed` are the multiply-accumulates (MAC) that were carried out, of "
        "which those `on padding` met a zero of the padding. `values read` are the distinct values of weights and "
        "buffers that a kernel read. The field is the largest that is not the whole image, of the layer named: as "
        "computed, and the extent of the pixels that an output was seen to depend on (no more than the image has).",
        f"Seconds are those in kernels on this machine: {platform.machine()}, {_cores()}.",
    ]
    table = [
        "| network | equal | MACs computed | MACs executed | on padding | values read | "
        "field [px] | computed | observed | seconds |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- | --- | --- | ---: |",
        *rows,
    ]
    missing = ["## Not executed", "\n".join(refused)] if refused else []
    return "\n\n".join([*head, "\n".join(table), *missing])


def _verified(name: str, found: Any) -> str:
    """A row of the table: one network."""
    totals, layers = found.totals, found.layers
    equal = sum(layer["equal"] for layer in layers)
    fields = [layer for layer in layers if isinstance(layer["receptive_field"], list) and layer["receptive_field"]]
    largest = max(fields, key=lambda layer: layer["receptive_field"], default=None)
    field = ["", "none", "none"]  # of a network of vectors alone
    if largest is not None:
        observed = largest["field_observed"] or ["not observed"]
        field = [f"`{largest['name']}`", *("x".join(map(str, size)) for size in (largest["receptive_field"], observed))]
    cells = [
        f"`{name}`",
        f"{equal} of {len(layers)} layers",
        *(f"{totals[column]:,}" for column in ("macs", "macs_executed", "macs_on_padding", "weights_read")),
        *field,
        f"{found.seconds:.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def _cores() -> str:
    count = os.cpu_count()
    return f"{count} cores" if count != 1 else "1 core"
