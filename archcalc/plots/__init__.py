"""Pictures: one file = one picture; this is what they share: a figure, axes with units, colors, saving.

Every figure stands alone: nothing of pyplot, whose current figure all threads would share and which may want a screen.
"""

from __future__ import annotations

import io
import os
import threading

from archcalc.errors import ArchcalcError
from archcalc.writing import write_whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike
    from typing import Any

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.legend import Legend
    from matplotlib.ticker import Locator

# Ending of a file -> what it says about itself beside the picture: no date, so that equal pictures are equal files.
METADATA: dict[str, dict[str, None]] = {".png": {}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}

SIZE = (8, 5)  # inches: with the sizes of letters below, it can be read on a slide
DPI = 200  # of a PNG file, and of clouds of points in the others
TITLE, LABEL, TICK, NOTE = 15, 13, 12, 10  # points
INK, FAINT, GRID = "#222222", "#666666", "#e6e6e6"

# Okabe and Ito, "Color Universal Design" (2008): told apart by the color-blind too. Without its black, which is the
# ink; its grey comes last.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#e69f00", "#56b4e9", "#cc79a7", "#f0e442", "#999999")
OTHER = "other"  # what shares the last color
COLOR_MAP = "viridis"

EXACT_BELOW = 10_000
LONGEST = 40  # letters of a name along an axis
PREFIXES = ("", "k", "M", "G", "T", "P", "E")
TICKS = 6  # about so many on an axis
DECADES = 2  # an axis of more is logarithmic,
SHORT = 1.3  # a logarithmic one of so few has more of them,
LONG = 3  # and one of more than this has ticks at powers of ten only

_salting = threading.Lock()


def is_picture(file: str | PathLike[str]) -> bool:
    """Whether the ending of a file's name is that of a picture.

    >>> is_picture("sweep.SVG"), is_picture("sweep.csv")
    (True, False)
    """
    return _ending(file) in METADATA


def check_ready(file: str | PathLike[str]) -> None:
    """Raise an ArchcalcError if no picture can come of it: what can be said before a long computation."""
    if not is_picture(file):
        found = f"ends in {_ending(file)}" if _ending(file) else "has no ending"
        *others, last = METADATA
        raise ArchcalcError(f"'{file}' {found}, expected a picture: {', '.join(others)} or {last}")
    folder = os.path.dirname(os.fspath(file)) or "."
    if not os.path.isdir(folder):
        raise ArchcalcError(f"cannot write '{file}': there is no folder '{folder}'")
    need_matplotlib()


def _ending(file: str | PathLike[str]) -> str:
    return os.path.splitext(os.fspath(file))[1].lower()


def need_matplotlib() -> None:
    """Raise an ArchcalcError that says how to install it, if it is not there."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError:
        hint = "install it with: pip install 'archcalc[plot]'"
        raise ArchcalcError("a picture needs matplotlib, which is not installed", hint=hint) from None


def new_figure(title: str, note: str = "") -> tuple[Figure, Axes]:
    """An empty figure with one pair of axes, a title, and small print at its foot; raises ArchcalcError."""
    figure, (axes,) = new_panels(title, note, SIZE)
    return figure, axes


def new_panels(
    title: str, note: str, size: tuple[float, float], count: int = 1, **options: Any
) -> tuple[Figure, list[Axes]]:
    """The same with several axes side by side; the size is in inches, `options` are those of matplotlib's subplots."""
    need_matplotlib()
    import textwrap

    from archcalc.plots.figure import NewFigure

    figure = NewFigure(figsize=size, dpi=DPI, layout="constrained", facecolor="white")
    panels = list(figure.subplots(1, count, squeeze=False, **options)[0])
    wide = size[0] / SIZE[0]
    head = figure.suptitle(textwrap.fill(title, int(64 * wide)), x=0.012, ha="left", fontsize=TITLE, color=INK)
    head.set_parse_math(False)
    if note:  # the place of a common x label: the layout keeps it free
        text = "\n".join(textwrap.fill(line, int(100 * wide)) for line in note.splitlines())
        foot = figure.supxlabel(text, x=0.988, ha="right", fontsize=NOTE, color=FAINT)
        foot.set_parse_math(False)
    for axes in panels:
        axes.set_facecolor("white")
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(FAINT)
        axes.set_axisbelow(True)
        axes.grid(color=GRID, linewidth=0.8)
        axes.tick_params(labelsize=TICK, color=FAINT, labelcolor=INK)
        axes.tick_params(which="minor", color=FAINT)
    return figure, panels


def save(figure: Figure, file: str | PathLike[str]) -> None:
    """Write a figure to a .png, .svg or .pdf file: the whole of it or nothing; raises ArchcalcError.

    Equal figures become equal files.
    """
    check_ready(file)
    write_whole(file, content(figure, _ending(file)))


def content(figure: Figure, ending: str) -> bytes:
    """What a file with this ending holds of a figure; equal figures give equal files."""
    import matplotlib

    buffer = io.BytesIO()
    with _salting:  # the names inside an SVG are random unless this global setting has a value
        before = matplotlib.rcParams["svg.hashsalt"]
        matplotlib.rcParams["svg.hashsalt"] = "archcalc"
        try:
            figure.savefig(buffer, format=ending[1:], metadata=METADATA[ending])
        finally:
            matplotlib.rcParams["svg.hashsalt"] = before
    return buffer.getvalue()


# ---------------------------------------------------------------------------------------------
# Numbers and names, as they are written.


def engineering(value: float) -> str:
    """A number with the prefix of its thousands; small ones are written out, as in tables.

    >>> [engineering(value) for value in (600_000_000, 12_500, 2048, 0.25, 5e30)]
    ['600 M', '12.5 k', '2048', '0.25', '5e+30']
    """
    scaled, place = float(value), 0
    while abs(scaled) >= (1000 if place else EXACT_BELOW) and place < len(PREFIXES):
        scaled, place = scaled / 1000, place + 1
    if place == len(PREFIXES):
        return f"{value:.4g}"
    # Ticks are round numbers: more digits than that are the rounding of their sums.
    return f"{scaled:.10g} {PREFIXES[place]}".rstrip()


def rounded(value: float) -> str:
    """The same to three digits, beside a mark that shows it; small whole numbers are exact.

    >>> [rounded(value) for value in (37_752_832, 4096, 0.123456)]
    ['37.8 M', '4096', '0.123']
    """
    is_exact = value == int(value) and abs(value) < EXACT_BELOW
    return engineering(value if is_exact else float(f"{float(value):.3g}"))


def amount(value: float, unit: str) -> str:
    """The same with its unit.

    >>> amount(25_690_112, "B"), amount(512, "B")
    ('25.7 MB', '512 B')
    """
    number, _, prefix = rounded(value).partition(" ")
    return f"{number} {prefix}{unit}".rstrip()


def shortened(name: str, most: int = LONGEST) -> str:
    """A name for which there is room beside an axis: of a long one the middle is left out.

    >>> shortened("conv1"), shortened("the_first_of_all_the_stages.the_last_convolution")
    ('conv1', 'the_first_of_all_the…he_last_convolution')
    """
    if len(name) <= most:
        return name
    end = (most - 1) // 2
    return f"{name[: most - 1 - end]}…{name[-end:]}"


def label(name: str, units: Mapping[str, str]) -> str:
    """A column's name with its unit, as above a table.

    >>> label("macs", {"macs": "MAC"}), label("alpha", {})
    ('macs [MAC]', 'alpha')
    """
    unit = units.get(name, "")
    return f"{name} [{unit}]" if unit else name


def is_numeric(values: Any) -> bool:
    """Whether all values of a column are numbers, not words nor true and false."""
    from numbers import Real

    import numpy as np

    array = np.asarray(values)
    if array.dtype == object:
        return all(isinstance(one, Real) and not isinstance(one, bool) for one in array)
    return array.dtype.kind in "iuf"


def as_floats(name: str, values: Any) -> Any:
    """A column of numbers, near enough for a picture; raises ArchcalcError."""
    import numpy as np

    if not is_numeric(values):
        raise ArchcalcError(f"'{name}' cannot be drawn along an axis: its values are no numbers")
    try:
        return np.asarray(values).astype(float)
    except OverflowError:
        raise ArchcalcError(f"the numbers of '{name}' are too large to be drawn") from None


# ---------------------------------------------------------------------------------------------
# Axes and colors, from the values that they show.


def is_wide(values: Any) -> bool:
    """Whether positive values span more than two decades, as for a logarithmic axis."""
    least, most = values.min(), values.max()
    return bool(least > 0 and most > least * 10**DECADES)


def set_axis(axes: Axes, which: str, text: str, values: Any, count: int = TICKS) -> None:
    """Name the "x" or the "y" axis, and give it the scale and the ticks (so many) that these values (floats) need."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_label_text(text, fontsize=LABEL, color=INK)
    axis.label.set_parse_math(False)
    least, most = values.min(), values.max()
    is_logarithmic = is_wide(values)
    if is_logarithmic:
        axes.set(**{f"{which}scale": "log"})
    elif least == most:  # nothing tells how much an axis should show
        margin = max(abs(least) / 10, 1 if _is_whole(values) else 0)
        axes.set(**{f"{which}lim": (least - margin, most + margin)})
    axis.set_major_locator(ticks(values, count))
    axis.set_major_formatter(_tick_text)
    axis.set_minor_locator(_small_ticks(is_logarithmic))


def set_log_axis(axes: Axes, which: str, text: str, low: float, high: float) -> None:
    """The same for an axis that is logarithmic however short it is, from end to end."""
    import numpy as np
    from matplotlib.ticker import LogLocator

    set_axis(axes, which, text, np.asarray([low, low * 10 ** (DECADES + 1)]))
    axes.set(**{f"{which}lim": (low, high)})
    axis = axes.xaxis if which == "x" else axes.yaxis
    subs = (1,) if high > low * 10**LONG else (1, 3) if high > low * 10**SHORT else (1, 2, 5)
    axis.set_major_locator(LogLocator(subs=subs))


def thickness(count: int) -> float:
    """How thick each of so many bars is, as a part of its row: few bars are no beams.

    >>> thickness(20), thickness(2)
    (0.72, 0.18)
    """
    return 0.72 * min(1, count / 8)


def settle(axes: Axes) -> None:
    """Lay the figure out, so that one can ask where on it something is."""
    axes.figure.canvas.figure.draw_without_rendering()


def ticks(values: Any, count: int = TICKS) -> Locator:
    """Where ticks for these values (floats) are: at round numbers; at whole ones where all values are whole."""
    from matplotlib.ticker import LogLocator, MaxNLocator

    if is_wide(values):
        is_long = values.max() > values.min() * 10**LONG
        return LogLocator(subs=(1,) if is_long else (1, 3))
    return MaxNLocator(nbins=count, steps=[1, 2, 2.5, 5, 10], integer=_is_whole(values))


def _is_whole(values: Any) -> bool:
    return bool((values == values.round()).all())


def _small_ticks(is_logarithmic: bool) -> Locator:
    """Where ticks without a number are: they show that an axis is logarithmic."""
    from matplotlib.ticker import LogLocator, NullLocator

    return LogLocator(subs=tuple(range(2, 10))) if is_logarithmic else NullLocator()


def _tick_text(value: float, _: float = 0) -> str:
    return engineering(value)


def colors_of(kinds: Sequence[str]) -> dict[str, str]:
    """A color for each kind, the most frequent first; where they are too many, the rarest share the last one.

    >>> colors_of(["input", "conv", "pool", "conv"])
    {'conv': '#0072b2', 'input': '#d55e00', 'pool': '#009e73'}
    """
    counts = {kind: list(kinds).count(kind) for kind in dict.fromkeys(kinds)}
    *own, last = PALETTE
    common = sorted(counts, key=lambda kind: -counts[kind])[: len(own)]
    colors = dict(zip(common, own, strict=False))
    return colors if len(common) == len(counts) else {**colors, OTHER: last}


def add_color_bar(axes: Axes, text: str, values: Any) -> Any:
    """The color of each of these values (floats); a bar to the right of the axes says which is which."""
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import LogNorm, Normalize

    scale = (LogNorm if is_wide(values) else Normalize)(values.min(), values.max())
    colors = ScalarMappable(scale, COLOR_MAP)
    bar = axes.figure.colorbar(colors, ax=axes, ticks=ticks(values), format=_tick_text, pad=0.02, aspect=30)
    bar.outline.set_visible(False)
    bar.ax.minorticks_off()
    bar.ax.tick_params(labelsize=TICK, color=FAINT, labelcolor=INK)
    bar.set_label(text, fontsize=LABEL, color=INK, parse_math=False)
    return colors.to_rgba(values)


def add_legend(axes: Axes, text: str, marks: Sequence[Artist], names: Sequence[str]) -> None:
    """What marks mean, to the right of the axes, where it hides nothing."""
    legend = _legend(
        axes, marks, names, loc="upper left", bbox_to_anchor=(1, 1), alignment="left", handlelength=1, title=text
    )
    legend.get_title().set(fontsize=LABEL, color=INK, parse_math=False)


def add_heading(axes: Axes, mark: Artist, name: str) -> None:
    """What one mark means, above the axes."""
    import textwrap

    _legend(axes, [mark], [textwrap.fill(name, 70)], loc="lower left", bbox_to_anchor=(0, 1), borderpad=0.2)


def _legend(axes: Axes, marks: Sequence[Artist], names: Sequence[str], **options: Any) -> Legend:
    from matplotlib.legend import Legend

    legend = Legend(
        axes,
        marks,
        names,
        frameon=False,
        fontsize=TICK,
        labelcolor=INK,
        borderaxespad=0.2,
        handletextpad=0.5,
        **options,
    )
    for name in legend.get_texts():
        name.set_parse_math(False)
    axes.add_artist(legend)  # beside the others that the axes have
    legend.set_clip_on(False)  # what is not clipped to the axes has its room in the layout
    return legend
