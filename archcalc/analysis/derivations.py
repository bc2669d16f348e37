"""The analyses of a network on numbers that remember how they were made."""

from __future__ import annotations

from archcalc.algebra.worked import leaf
from archcalc.analysis import Analysis, Settings
from archcalc.errors import ArchcalcError
from archcalc.graph.worked import worked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.graph import Graph


def derivations(graph: Graph, settings: Settings) -> Analysis:
    """Every column of a network, each number with its arithmetic; raises ArchcalcError if its numbers are not plain.

    >>> from archcalc.spec import load
    >>> found = derivations(load("lenet5"), Settings())
    >>> found.require(("weights",))
    >>> found.values["weights"][1].written("hwc")
    '(5*5)*6'
    """
    if type(settings.batch) is not int:
        raise ArchcalcError("the batch is no plain number, so there is no arithmetic to show")
    batch = leaf(settings.batch, "batch") if settings.batch != 1 else 1
    return Analysis(worked(graph), Settings(batch, settings.dtype, settings.convention))
