"""The blocks of a network as a tree that folds: what the spec named, and runs where too many stand in a row."""

from __future__ import annotations

from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.graph.graph import Graph

MOST_CHILDREN = 60  # more than these in a row are put into runs
RUN = 32


class Block(Record):
    """A part of the network that folds: its path, the word for it, and its layers, from first up to last.

    `parent` is the place of the block around it in the list of all, None at the outermost.
    """

    path: str
    word: str
    members: tuple[int, ...]
    parent: int | None


class Tree(Record):
    """All blocks, each after the one around it; `homes` says of each layer in which it is, None in no one."""

    blocks: list[Block]
    homes: list[int | None]


def tree_of(graph: Graph) -> Tree:
    """The blocks of a network; one that holds a single layer, or the same layers as another, is left out.

    >>> from archcalc.spec import load
    >>> [block.path for block in tree_of(load("resnet18")).blocks[:3]]
    ['conv1', 'conv2', 'conv2.0']
    """
    blocks: list[Block] = []
    homes: list[int | None] = [None] * len(graph.layers)
    _fill(graph, range(len(graph.layers)), None, "", blocks, homes)
    return Tree(blocks, homes)


def _fill(
    graph: Graph,
    members: range | list[int],
    parent: int | None,
    path: str,
    blocks: list[Block],
    homes: list[int | None],
) -> None:
    """Sort the layers of one block into the blocks directly inside it."""
    children: dict[str | int, list[int]] = {}
    for index in members:
        inside = _inside(graph, graph.layers[index].path, path)
        children.setdefault(index if inside is None else inside, []).append(index)
    if len(children) == 1 and len(members) > 1:  # a block that is all there is of another
        (only,) = children
        _fill(graph, members, parent, str(only), blocks, homes)
        return
    for run in _runs(list(children)):
        home = parent
        if len(run) > 1:
            home = len(blocks)
            places = [index for child in run for index in children[child]]
            blocks.append(Block(f"{_name(graph, run[0])} to {_name(graph, run[-1])}", "run", tuple(places), parent))
        for child in run:
            found = children[child]
            if isinstance(child, int) or len(found) == 1:
                for index in found:
                    homes[index] = home
            else:
                blocks.append(Block(child, graph.groups[child], tuple(found), home))
                _fill(graph, found, len(blocks) - 1, child, blocks, homes)


def _inside(graph: Graph, layer: str, path: str) -> str | None:
    """The outermost block within a path that holds a layer."""
    end = layer.find(".", len(path) + 1)
    while end >= 0:
        if layer[:end] in graph.groups:
            return layer[:end]
        end = layer.find(".", end + 1)
    return None


def _runs(children: list[str | int]) -> list[list[str | int]]:
    """Each by itself; if they are too many, a few dozen together."""
    if len(children) <= MOST_CHILDREN:
        return [[child] for child in children]
    size = max(RUN, -(-len(children) // MOST_CHILDREN))
    return [children[start : start + size] for start in range(0, len(children), size)]


def _name(graph: Graph, child: str | int) -> str:
    return graph.layers[child].path if isinstance(child, int) else child
