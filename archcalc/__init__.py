"""archcalc: what a neural network costs, exactly, from a small YAML spec.

>>> import archcalc
>>> report = archcalc.analyze(archcalc.load("vgg16"))
>>> report.totals["params"], report.totals["macs"]
(138357544, 15470264320)
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.calibration import calibrate as calibrate
    from archcalc.catalogue import zoo as zoo
    from archcalc.checking import check as check
    from archcalc.closed_forms import Formulas as Formulas
    from archcalc.closed_forms import formulas as formulas
    from archcalc.closed_forms.savings import savings as savings
    from archcalc.closed_forms.solving import solve as solve
    from archcalc.comparison.difference import Difference as Difference
    from archcalc.comparison.difference import diff as diff
    from archcalc.comparison.side_by_side import Comparison as Comparison
    from archcalc.comparison.side_by_side import compare as compare
    from archcalc.errors import ArchcalcError as ArchcalcError
    from archcalc.footprint import memory as memory
    from archcalc.footprint.result import Memory as Memory
    from archcalc.graph.graph import Graph as Graph
    from archcalc.pages import page as page
    from archcalc.report import Report as Report
    from archcalc.report import analyze as analyze
    from archcalc.scaling import scale as scale
    from archcalc.spec import load as load
    from archcalc.spec import loads as loads
    from archcalc.sweeping import sweep as sweep
    from archcalc.verification import verify as verify
    from archcalc.version import __version__ as __version__

# Name -> the module that holds it; imported when first used, so that `import archcalc` costs nothing.
_PUBLIC = {
    "__version__": "archcalc.version",
    "load": "archcalc.spec",
    "loads": "archcalc.spec",
    "analyze": "archcalc.report",
    "verify": "archcalc.verification",
    "zoo": "archcalc.catalogue",
    "calibrate": "archcalc.calibration",
    "check": "archcalc.checking",
    "compare": "archcalc.comparison.side_by_side",
    "Comparison": "archcalc.comparison.side_by_side",
    "diff": "archcalc.comparison.difference",
    "Difference": "archcalc.comparison.difference",
    "formulas": "archcalc.closed_forms",
    "Formulas": "archcalc.closed_forms",
    "savings": "archcalc.closed_forms.savings",
    "scale": "archcalc.scaling",
    "solve": "archcalc.closed_forms.solving",
    "sweep": "archcalc.sweeping",
    "memory": "archcalc.footprint",
    "Memory": "archcalc.footprint.result",
    "page": "archcalc.pages",
    "Report": "archcalc.report",
    "Graph": "archcalc.graph.graph",
    "ArchcalcError": "archcalc.errors",
}

__all__ = [
    "ArchcalcError",
    "Comparison",
    "Difference",
    "Formulas",
    "Graph",
    "Memory",
    "Report",
    "__version__",
    "analyze",
    "calibrate",
    "check",
    "compare",
    "diff",
    "formulas",
    "load",
    "loads",
    "memory",
    "page",
    "savings",
    "scale",
    "solve",
    "sweep",
    "verify",
    "zoo",
]


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'archcalc' has no attribute '{name}'")
    return getattr(import_module(_PUBLIC[name]), name)


def __dir__() -> list[str]:
    return __all__
