"""From YAML text to a `Graph`: the spec language of archcalc.

read (text -> nodes with line and column) -> document (keys, `extends`, `import`) -> program (vars, blocks
and layers, checked against ops and names) -> expand (repetitions and branches -> layers with shapes).
"""

from __future__ import annotations

import gc
import os

from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from archcalc.graph.graph import Graph
    from archcalc.spec.document import Document


def load(spec: str | os.PathLike[str], /, **overrides: Any) -> Graph:
    """The network of a spec file or of the zoo (a path wins), with vars as keywords.

    Raises ArchcalcError with every mistake of the spec, each with its place.

    >>> load("mobilenet_v1", alpha=0.5).layer("conv1.conv").output.shape
    (16, 112, 112)
    """
    from archcalc.spec.document import read_document
    from archcalc.spec.locate import locate

    path = os.fspath(spec) if isinstance(spec, (str, os.PathLike)) else None
    if not isinstance(path, str):
        raise ArchcalcError(f"found {type(spec).__name__}, expected the path or name of a spec as text")
    return _built(lambda: read_document(locate(path)), overrides)


def loads(text: str, /, **overrides: Any) -> Graph:
    r"""The network of a spec that is given as text, with vars as keywords; it may use the zoo.

    >>> loads("input: [3, 32, 32]\nlayers: [{conv: [8, 3]}]").layers[-1].output.shape
    (8, 30, 30)
    """
    from archcalc.spec.document import parse_document

    if not isinstance(text, str):
        raise ArchcalcError(f"found {type(text).__name__}, expected a spec as text")
    return _built(lambda: parse_document(text, "<text>"), overrides)


def _built(read: Callable[[], Document], overrides: dict[str, Any]) -> Graph:
    """The graph of a document, read and unfolded with the garbage collector paused.

    A large spec makes a million small objects, none of them garbage; walking all of them again and again
    would double the time.
    """
    from archcalc.spec.expand import expand

    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return expand(read(), overrides)
    finally:
        if was_enabled:
            gc.enable()
