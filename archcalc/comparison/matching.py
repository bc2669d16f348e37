"""Which layer of one network corresponds to which of another.

Names come first: layers whose names are alike and stand once in each network are anchors, as far as they are in one
order. Between two anchors, layers of the same ops in the same order correspond one to one. What is left is aligned
by ever less: name, op, attributes and shapes; without the shapes; without the branches in the name; without the name,
for layers that were renamed; by name and op. The rest was added or removed. A number that the language itself adds to
a name (relu_2) says nothing: it counts what is before.
"""

from __future__ import annotations

from bisect import bisect_left

from archcalc.graph.op import attributes
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

    from archcalc.graph.graph import Graph

    Pair = tuple[int | None, int | None]

# What is compared in a gap, one after the other: the weaker, the later.
KEYS = (
    ("names", "ops", "attributes", "shapes"),
    ("names", "ops", "attributes"),
    ("bare_names", "ops", "attributes"),
    ("ops", "attributes", "shapes"),
    ("ops", "attributes"),
    ("names", "ops"),
)
NO_ATTRIBUTES = repr({})
MAX_ALIKE = 200_000  # pairs of like layers, of any place, in a gap that is aligned; of more only its ends are


class _Keys(Record):
    """What the layers of a network, or of a part of it, are recognised by; `start` is the first of them."""

    start: int
    names: Sequence[str]
    bare_names: Sequence[str]
    ops: Sequence[str]
    attributes: Sequence[str]
    shapes: Sequence[str]

    def part(self, start: int, end: int) -> _Keys:
        lists = (values[start:end] for values in self[1:])
        return _Keys(self.start + start, *lists)


def match(a: Graph, b: Graph) -> list[Pair]:
    r"""The layers of both networks, by index, in pairs; None stands opposite a layer that only one of them has.

    >>> from archcalc.spec import loads
    >>> match(loads("input: [1, 8]\nlayers: [relu, tanh]"), loads("input: [1, 8]\nlayers: [relu, dropout, tanh]"))
    [(0, 0), (1, 1), (None, 2), (2, 3)]
    """
    mine, other = _keys(a), _keys(b)
    return list(_between(mine, other, _anchors(mine, other), 0))


def _keys(graph: Graph) -> _Keys:
    words = {path: word.partition(" ")[0] for path, word in graph.groups.items()}
    words |= {layer.path: layer.op_name for layer in graph.layers}
    layers = {layer.path for layer in graph.layers}
    return _Keys(
        0,
        [_name(layer.path, words) for layer in graph.layers],
        [_name(_unbranched(layer.path, layers), words) for layer in graph.layers],
        [layer.op_name for layer in graph.layers],
        [repr(attributes(layer.op)) for layer in graph.layers],
        [repr((layer.output, [weight.shape for weight in layer.weights])) for layer in graph.layers],
    )


def _unbranched(path: str, layers: Set[str]) -> str:
    """A path without the branches that it is in: a residual network has add.0 where a plain one has nothing."""
    parts, kept = path.split("."), []
    place = 0
    while place < len(parts):
        is_joined = place + 2 < len(parts) and ".".join(parts[: place + 1]) in layers
        kept += [] if is_joined else [parts[place]]
        place += 2 if is_joined else 1
    return ".".join(kept)


def _name(path: str, words: dict[str, str]) -> str:
    """A path without the numbers that tell layers of one op, or blocks of one kind, apart."""
    parts = path.split(".")
    for place, part in enumerate(parts):
        word, _, number = part.rpartition("_")
        if word and number.isdecimal() and words.get(".".join(path.split(".")[: place + 1])) == word:
            parts[place] = word
    return ".".join(parts)


def _anchors(a: _Keys, b: _Keys) -> list[tuple[int, int]]:
    """Pairs of the same name and op, of which there is one in each; the most that are in the same order in both."""
    places = [_unique(list(zip(keys.names, keys.ops, strict=True))) for keys in (a, b)]
    pairs = [(place, places[1][key]) for key, place in places[0].items() if key in places[1]]
    tails: list[int] = []  # of the rising sequences of each length, the least place in b that one ends with
    ends: list[int] = []  # which pair that is
    before: list[int] = []
    for number, (_, place) in enumerate(pairs):
        length = bisect_left(tails, place)
        tails[length : length + 1] = [place]
        ends[length : length + 1] = [number]
        before.append(ends[length - 1] if length else -1)
    chain = []
    number = ends[-1] if ends else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _unique(keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The keys that stand once, with their places."""
    counts: dict[tuple[str, str], int] = {}
    for key in keys:
        counts[key] = counts.get(key, 0) + 1
    return {key: place for place, key in enumerate(keys) if counts[key] == 1}


def _between(a: _Keys, b: _Keys, pairs: Sequence[tuple[int, int]], stage: int) -> Iterator[Pair]:
    """These pairs, and whatever corresponds in the gaps between them."""
    i = j = 0
    for next_i, next_j in (*pairs, (len(a.ops), len(b.ops))):
        yield from _gap(a.part(i, next_i), b.part(j, next_j), stage)
        if next_i < len(a.ops):
            yield a.start + next_i, b.start + next_j
        i, j = next_i + 1, next_j + 1


def _gap(a: _Keys, b: _Keys, stage: int) -> Iterator[Pair]:
    if a.ops == b.ops or (stage == len(KEYS) and len(a.ops) == len(b.ops) == 1):
        yield from zip(range(a.start, a.start + len(a.ops)), range(b.start, b.start + len(b.ops)), strict=True)
    elif stage == len(KEYS) or not a.ops or not b.ops:
        yield from ((a.start + i, None) for i in range(len(a.ops)))
        yield from ((None, b.start + j) for j in range(len(b.ops)))
    else:
        yield from _between(a, b, _aligned(a, b, KEYS[stage]), stage + 1)


def _aligned(a: _Keys, b: _Keys, kinds: Sequence[str]) -> list[tuple[int, int]]:
    from difflib import SequenceMatcher

    mine, other = (list(zip(*(getattr(side, kind) for kind in kinds), strict=True)) for side in (a, b))
    if _count_alike(mine, other) > MAX_ALIKE:
        return _ends(mine, other)
    # Without autojunk, which takes what is frequent in a long sequence, a relu, for noise.
    blocks = SequenceMatcher(None, mine, other, autojunk=False).get_matching_blocks()
    # A layer is recognised by its attributes: a relu, which has none, only beside one that has some, or at the last.
    return [
        (block.a + i, block.b + i)
        for block in blocks
        if kinds == KEYS[-1] or any(text != NO_ATTRIBUTES for text in a.attributes[block.a : block.a + block.size])
        for i in range(block.size)
    ]


def _count_alike(a: Sequence[object], b: Sequence[object]) -> int:
    from collections import Counter

    other = Counter(b)
    return sum(count * other[key] for key, count in Counter(a).items())


def _ends(a: Sequence[object], b: Sequence[object]) -> list[tuple[int, int]]:
    """What is the same from the start on, and before the end."""
    shorter = min(len(a), len(b))
    start = next((place for place in range(shorter) if a[place] != b[place]), shorter)
    rest = shorter - start
    end = next((count for count in range(rest) if a[-1 - count] != b[-1 - count]), rest)
    first = [(place, place) for place in range(start)]
    return first + [(len(a) - count, len(b) - count) for count in range(end, 0, -1)]
