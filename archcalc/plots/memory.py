"""The memory that is in use while a network runs, step after step, with the peak marked."""

from __future__ import annotations

from archcalc import plots
from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SIZE = (10, 5.6)  # inches
FEW = 45  # steps that each have their name below; of more, the stages have
LONGEST = 64  # letters of the name of the peak
ROOM = 1.18  # times the peak: above it is what is said of it


def memory(names: Sequence[str], alive: Sequence[Any], *, title: str = "", note: str = "") -> Figure:
    """A figure of the bytes that are alive while each layer runs, in the order of execution.

    Raises ArchcalcError.

    >>> figure = memory(["input", "conv", "fc"], [400, 2_400, 2_010])
    >>> figure.axes[0].texts[0].get_text()
    'peak 2400 B: conv'
    """
    if not names:
        raise ArchcalcError("there is nothing to draw: no layer runs")
    figure, (axes,) = plots.new_panels(title, note, SIZE)
    import numpy as np

    levels = plots.as_floats("memory", alive)
    peak = int(levels.argmax())
    plots.set_axis(axes, "y", "memory alive [B]", np.append(levels, 0))
    axes.stairs(levels, np.arange(len(levels) + 1) - 0.5, fill=True, color=plots.PALETTE[4])
    marked = np.arange(2) + peak - 0.5
    axes.stairs(levels[peak : peak + 1], marked, fill=True, color=plots.PALETTE[1])
    axes.set(xlim=(-0.5, len(levels) - 0.5), ylim=(0, (levels.max() or 1) * ROOM))
    name = plots.shortened(names[peak], LONGEST)
    text = axes.annotate(
        f"peak {plots.amount(levels[peak], 'B')}: {name}", (peak, levels[peak]), (0, 6),
        textcoords="offset points", va="bottom", ha="left" if peak < len(levels) / 2 else "right",
        fontsize=plots.LABEL, color=plots.INK,
    )  # fmt: skip
    text.set_parse_math(False)
    _name_steps(axes, names)
    return figure


def _name_steps(axes: Axes, names: Sequence[str]) -> None:
    """Every step by its name or, of many, every stage at its first step, as far as there is room: long stages first."""
    text = "layer, in the order of execution"
    shown = dict(enumerate(names))
    if len(names) > FEW:
        text = f"{len(names):,} layers, in the order of execution"
        stages = [name.split(".")[0] for name in names]
        begins = [step for step in shown if not step or stages[step] != stages[step - 1]]
        lengths = {step: end - step for step, end in zip(begins, [*begins[1:], len(names)], strict=True)}
        kept: list[int] = []
        for step in sorted(begins, key=lambda step: -lengths[step]):
            if all(abs(step - other) >= len(names) / FEW for other in kept):
                kept.append(step)
        shown = {step: stages[step] for step in sorted(kept)}
    texts = [plots.shortened(name) for name in shown.values()]
    axes.set_xticks(list(shown), texts, rotation=90, fontsize=plots.NOTE, parse_math=False)
    axes.grid(visible=False, axis="x")
    axes.set_xlabel(text, fontsize=plots.LABEL, color=plots.INK)
