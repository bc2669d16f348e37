"""One page for one network: an HTML file that holds all it shows, and fetches nothing.

document (report -> the data of one variant) -> variants (the choices offered for vars -> a document each) -> packed
(what several have in common stands once) -> html (the data, the scripts and the styles in one file). The front end in
`web/` draws a document and computes nothing of the network: every number in it comes from here.
"""

from __future__ import annotations

from archcalc.pages.document import document
from archcalc.pages.html import html
from archcalc.pages.packed import packed
from archcalc.pages.variants import offered, variants

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from os import PathLike
    from typing import Any

    from archcalc.analysis.device import Device

__all__ = ["document", "page"]


def page(
    spec: str | PathLike[str],
    /,
    vary: Mapping[str, Sequence[Any]] | None = None,
    *,
    batch: int = 1,
    dtype: str = "float32",
    convention: str = "macs",
    device: Device | str | PathLike[str] | None = None,
    **values: Any,
) -> str:
    """The HTML of a page on a network: its graph, table, arithmetic, receptive fields and memory.

    `vary` says which values of which vars the page offers, every combination of them; without it, those that the
    spec itself lists. `values` are of other vars, as for `load`, and the rest is that of `analyze`. Raises
    ArchcalcError, also if there are more than MAX_VARIANTS combinations.

    >>> page("lenet5").splitlines()[0]
    '<!doctype html>'
    """
    chosen = {"batch": batch, "dtype": dtype, "convention": convention, "device": device}
    choices, start = offered(spec, vary, values)
    return html(packed(choices, start, variants(spec, choices, values, chosen)))
