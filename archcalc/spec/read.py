"""YAML text -> plain nodes that know their line and column. Nothing is interpreted here.

YAML's own guessing of types is not used: a scalar stays text until the spec language reads it. Tags are
refused; anchors and aliases work, but what they unfold to is bounded.
"""

from __future__ import annotations

from archcalc.errors import ArchcalcError, Place
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TypeAlias

    Node: TypeAlias = "Scalar | Sequence | Mapping"

MAX_DEPTH = 100
MAX_WEIGHT = 500_000
MAX_TEXT = 2_000
NETWORK = "a network; begin with: input: [3, 224, 224]"

# What the YAML parser says in its own terms, and what usually is the matter.
_HINTS = {
    "found character that cannot start any token": "indent with spaces, not tabs; text with @, ` or % needs quotes",
    "mapping values are not allowed in this context": "is a line indented too far, or does ': ' stand in a value?",
    "did not find expected key": "is a line indented unlike those above it?",
    "did not find expected '-' indicator": "is a line indented unlike those above it?",
}


class Scalar(Record):
    """A single value, as text; `quoted` ones are never empty values.

    `is_verbatim` says whether the text stands in the file character by character: no escapes, no line breaks.
    """

    text: str
    quoted: bool
    where: Place
    weight: int = 1
    is_verbatim: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written here."""
        return not self.quoted and self.text in ("", "~", "null")


class Sequence(Record):
    """A list."""

    items: tuple[Node, ...]
    where: Place
    weight: int


class Mapping(Record):
    """A mapping, in the order of the text; no key stands twice."""

    pairs: tuple[tuple[Scalar, Node], ...]
    where: Place
    weight: int

    def get(self, key: str) -> Node | None:
        """The value of a key, or None."""
        for scalar, node in self.pairs:
            if scalar.text == key:
                return node
        return None


def kind_of(node: Node) -> str:
    """What a node is, as a message says it.

    >>> kind_of(read_text("[1, 2]"))
    'a list'
    """
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "a mapping"
    return "nothing" if node.is_empty else f"'{node.text}'"


def read_text(text: str, file: str = "<text>", expected: str = NETWORK) -> Node:
    """The one document of a YAML text; raises ArchcalcError with the place of the first mistake.

    `expected` is what an empty file lacks, and how it would begin.

    >>> read_text("a: [1, 2]").pairs[0][1].items[1].text
    '2'
    """
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    wrong = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if wrong is not None:
        message = f"found the control character U+{ord(wrong.group()):04X}, expected text"
        raise ArchcalcError(message, _place_of(text, wrong.start(), file))
    try:
        root = _compose(yaml.parse(text, Loader=loader), file)
    except yaml.MarkedYAMLError as error:
        problem = error.problem or error.context or ""
        start, mark = error.context_mark, error.problem_mark or error.context_mark
        hint = _HINTS.get(problem)
        if hint is None and start is not None and mark is not None and start.line != mark.line:
            hint = f"{error.context} that begins at {_place(start, file)}"
        where = file if mark is None else _place(mark, file)
        raise ArchcalcError(f"this is not YAML: {problem}", where, hint) from None
    except yaml.YAMLError as error:
        raise ArchcalcError(f"this is not YAML: {str(error).splitlines()[0]}", file) from None
    if root is None:
        raise ArchcalcError(f"the file is empty, expected {expected}", Place(file, 1, 1))
    return root


def _place(mark: Any, file: str) -> Place:
    return Place(file, mark.line + 1, mark.column + 1)


def _place_of(text: str, position: int, file: str) -> Place:
    before = text[:position]
    return Place(file, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1)


class _Open:
    """A list or mapping whose end has not been read yet."""

    __slots__ = ("anchor", "is_mapping", "items", "key", "keys", "pairs", "weight", "where")

    def __init__(self, is_mapping: bool, where: Place, anchor: str | None):
        self.is_mapping = is_mapping
        self.where = where
        self.anchor = anchor
        self.items: list[Node] = []
        self.pairs: list[tuple[Scalar, Node]] = []
        self.keys: dict[str, Place] = {}
        self.key: Scalar | None = None
        self.weight = 1

    def add(self, node: Node) -> None:
        self.weight += node.weight
        if self.weight > MAX_WEIGHT:
            raise ArchcalcError(f"this unfolds to more than {MAX_WEIGHT:,} values", self.where)
        if not self.is_mapping:
            self.items.append(node)
        elif self.key is not None:
            self.pairs.append((self.key, node))
            self.key = None
        elif not isinstance(node, Scalar):
            raise ArchcalcError(
                f"found {kind_of(node)} as a key, expected a word",
                node.where,
                "a value that begins with a brace or bracket needs quotes",
            )
        elif node.text in self.keys:
            raise ArchcalcError(
                f"the key '{node.text}' stands here twice", node.where, f"the first is at {self.keys[node.text]}"
            )
        else:
            self.keys[node.text] = node.where
            self.key = node

    def close(self) -> Node:
        if self.is_mapping:
            return Mapping(tuple(self.pairs), self.where, self.weight)
        return Sequence(tuple(self.items), self.where, self.weight)


def _compose(events: Iterator[Any], file: str) -> Node | None:
    import yaml

    stack: list[_Open] = []
    anchors: dict[str, Node | None] = {}
    root: Node | None = None
    for event in events:
        kind = type(event)
        node: Node
        anchor: str | None
        if kind is yaml.ScalarEvent:
            node, anchor = _scalar(event, file), event.anchor
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            stack.append(_opened(event, kind is yaml.MappingStartEvent, len(stack), file))
            if event.anchor is not None:
                anchors[event.anchor] = None
            continue
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            done = stack.pop()
            node, anchor = done.close(), done.anchor
        elif kind is yaml.AliasEvent:
            node, anchor = _aliased(event, anchors, file), None
        elif kind is yaml.DocumentStartEvent and root is not None:
            where = _place(event.start_mark, file)
            raise ArchcalcError("found a second document, expected one a file", where)
        else:
            continue
        if anchor is not None:
            anchors[anchor] = node
        if stack:
            stack[-1].add(node)
        else:
            root = node
    return root


def _opened(event: Any, is_mapping: bool, depth: int, file: str) -> _Open:
    _refuse_tag(event, file)
    where = _place(event.start_mark, file)
    if depth >= MAX_DEPTH:
        raise ArchcalcError(f"this is nested deeper than {MAX_DEPTH} levels", where)
    return _Open(is_mapping, where, event.anchor)


def _scalar(event: Any, file: str) -> Scalar:
    _refuse_tag(event, file)
    start, end = event.start_mark, event.end_mark
    text, quoted, where = event.value, not event.implicit[0], _place(start, file)
    if len(text) > MAX_TEXT:
        raise ArchcalcError(f"found a text of {len(text):,} characters, expected at most {MAX_TEXT:,}", where)
    width = len(text) + (2 if quoted else 0)
    return Scalar(text, quoted, where, 1, start.line == end.line and end.column - start.column == width)


def _aliased(event: Any, anchors: dict[str, Node | None], file: str) -> Node:
    where = _place(event.start_mark, file)
    if event.anchor not in anchors:
        raise ArchcalcError(f"the alias '*{event.anchor}' has no anchor '&{event.anchor}' before it", where)
    node = anchors[event.anchor]
    if node is None:
        raise ArchcalcError(f"the alias '*{event.anchor}' contains itself", where)
    return node


def _refuse_tag(event: Any, file: str) -> None:
    if event.tag is not None:
        where = _place(event.start_mark, file)
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        raise ArchcalcError(f"found the tag '{tag}'; the spec language has no tags", where, "leave it out")
