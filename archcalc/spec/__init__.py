"""From YAML text to a `Graph`: the spec language of archcalc.

read (text -> nodes with line and column) -> document (keys, `extends`, `import`) -> program (vars, blocks
and layers, checked against ops and names) -> expand (repetitions and branches -> layers with shapes).
"""

from __future__ import annotations

import os

from archcalc.collector import collector_paused
from archcalc.errors import ArchcalcError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.graph.graph import Graph
    from archcalc.spec.read import Mapping

TYPED = "<text>"  # the file that places in a text without one name


def load(spec: str | os.PathLike[str], /, **overrides: Any) -> Graph:
    """The network of a spec file or of the zoo (a path wins), with vars as keywords.

    Raises ArchcalcError with every mistake of the spec, each with its place.

    >>> load("mobilenet_v1", alpha=0.5).layer("conv1.conv").output.shape
    (16, 112, 112)
    """
    from archcalc.spec.document import read_document
    from archcalc.spec.expand import expand
    from archcalc.spec.locate import locate

    path = os.fspath(spec) if isinstance(spec, (str, os.PathLike)) else None
    if not isinstance(path, str):
        raise ArchcalcError(f"found {type(spec).__name__}, expected the path or name of a spec as text")
    with collector_paused():
        return expand(read_document(locate(path)), overrides)


def loads(text: str, /, **overrides: Any) -> Graph:
    r"""The network of a spec that is given as text, with vars as keywords; it may use the zoo.

    >>> loads("input: [3, 32, 32]\nlayers: [{conv: [8, 3]}]").layers[-1].output.shape
    (8, 30, 30)
    """
    from archcalc.spec.document import parse_document
    from archcalc.spec.expand import expand

    if not isinstance(text, str):
        raise ArchcalcError(f"found {type(text).__name__}, expected a spec as text")
    with collector_paused():
        return expand(parse_document(text, TYPED), overrides)


def load_typed(text: str, /) -> Graph:
    """The network of a spec that somebody has typed: of all files it may name those of the zoo only.

    >>> load_typed("extends: /etc/passwd")
    Traceback (most recent call last):
    archcalc.errors.ArchcalcError: <text>:1:10: found '/etc/passwd', expected a file of the zoo: no other is read here
    """
    from archcalc.spec.document import parse_document
    from archcalc.spec.expand import expand
    from archcalc.spec.locate import locate_in_zoo

    with collector_paused():
        return expand(parse_document(text, TYPED, locate_in_zoo), {})


def load_node(node: Mapping, /, **overrides: Any) -> Graph:
    """The network of a spec that stands inside another YAML file; its mistakes have their places there."""
    from archcalc.spec.document import document_of
    from archcalc.spec.expand import expand

    with collector_paused():
        return expand(document_of(node), overrides)
