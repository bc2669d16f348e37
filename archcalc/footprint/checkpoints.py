"""Gradient checkpointing: of a block only the inputs are kept; its backward pass first runs it again.

Source: Chen et al., "Training deep nets with sublinear memory cost", arXiv:1604.06174, 2016.
"""

from __future__ import annotations

import re

from archcalc.analysis.liveness import tensors_of
from archcalc.analysis.saved import Keeping, keeping_of, kept_bytes
from archcalc.errors import ArchcalcError, did_you_mean
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from archcalc.graph.graph import Graph


class Block(Record):
    """A block that is checkpointed: its path, and its layers by index."""

    path: str
    members: frozenset[int]


class Checkpointed(Record):
    """What is kept from the forward pass, and what each block makes again for its own backward pass."""

    kept: Keeping
    again: tuple[tuple[str, Keeping], ...]


def blocks_of(graph: Graph, names: Sequence[str]) -> tuple[Block, ...]:
    """The blocks with these paths, in which * stands for one name or a part of it.

    Raises ArchcalcError for a name that no block has, and for a block within another one.
    """
    found: dict[str, Block] = {}
    for name in names:
        pattern = re.compile(re.escape(name).replace(r"\*", "[^.]*"))
        paths = [path for path in graph.groups if pattern.fullmatch(path)]
        if not paths:
            hint = did_you_mean(name, graph.groups) if graph.groups else "this network has none"
            raise ArchcalcError(f"there is no block '{name}'", hint=hint)
        for path in paths:
            found[path] = Block(path, _members(graph, path))
    owner: dict[int, str] = {}
    for block in found.values():
        for index in sorted(block.members):
            if owner.setdefault(index, block.path) != block.path:
                raise ArchcalcError(f"the blocks '{owner[index]}' and '{block.path}' have layers in common")
    return tuple(found.values())


def _members(graph: Graph, path: str) -> frozenset[int]:
    within = f"{path}."
    return frozenset(
        index for index, layer in enumerate(graph.layers) if layer.path == path or layer.path.startswith(within)
    )


def checkpointed(graph: Graph, blocks: Sequence[Block]) -> Checkpointed:
    """What is kept when these blocks are checkpointed; with none, everything that is saved."""
    tensors = tensors_of(graph)
    inside = frozenset().union(*(block.members for block in blocks))
    outside = keeping_of(graph, frozenset(range(len(graph.layers))) - inside)
    inputs = {
        tensors[source]
        for block in blocks
        for index in block.members
        for source in graph.layers[index].inputs
        if tensors[source] not in block.members
    }
    kept = Keeping(outside.outputs | inputs, outside.made)
    again = []
    for block in blocks:
        saved = keeping_of(graph, block.members)
        again.append((block.path, Keeping(saved.outputs - kept.outputs, saved.made)))
    return Checkpointed(kept, tuple(again))


def again_bytes(graph: Graph, each: Checkpointed, batch: int, dtype: str) -> tuple[int, str]:
    """The most bytes that one block makes again, and its path; 0 and no path if there are no blocks."""
    most, where = 0, ""
    for path, keeping in each.again:
        count = int(sum(kept_bytes(graph, keeping, batch, dtype)))
        if count > most:
            most, where = count, path
    return most, where
