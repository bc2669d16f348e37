"""Shared weights: the layers of one call use those of another, layer by layer."""

from __future__ import annotations

from archcalc.algebra import equal, fails
from archcalc.errors import ArchcalcError
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.errors import Place
    from archcalc.graph.graph import Layer
    from archcalc.graph.op import Weight


class Made(Record):
    """What a named call has made: its path, and the layers from index `first` up to `end`, which lie under it.

    It is whole if no mistake has kept any of its layers from being made.
    """

    path: str
    first: int
    end: int
    is_whole: bool = True


def one_of(made: Made | dict[int, Made], name: str, number: int | None, where: Place) -> Made:
    """What was made under a name; of what was repeated, the repetition of this number. Raises ArchcalcError."""
    if isinstance(made, Made):
        return made
    if number is None:
        hint = "only what is repeated as well can share with it, one repetition with the other"
        raise ArchcalcError(f"'{name}' is repeated: it is not one layer or block", where, hint)
    if number not in made:
        raise ArchcalcError(f"'{name}' has no repetition {number}", where, "repeat both as often")
    return made[number]


def share(layers: list[Layer], made: Made, owner: Made, where: Place) -> None:
    """Let the layers of a call use the weights of another's; raises ArchcalcError if they do not correspond.

    Layers correspond if their paths are the same from the two calls on. Each owner is one that shares with none.
    """
    theirs = _weighted(layers, owner)
    mine = _weighted(layers, made)
    for inner, index in mine.items():
        if inner not in theirs:
            raise _unmatched(made, owner, inner, where)
        layer, other = layers[index], layers[theirs[inner]]
        _require_equal(layer, other, where)
        root = theirs[inner] if other.owner is None else other.owner
        _require_one_owner(layers, layer, root, where)
        layers[index] = layer._replace(owner=root)
    for inner in theirs:
        if inner not in mine:
            raise _unmatched(owner, made, inner, where)
    if not mine:
        raise ArchcalcError(f"'{owner.path}' has no weights to share", where)


def _weighted(layers: list[Layer], made: Made) -> dict[str, int]:
    """The layers with weights that a call has made, by their paths from the call on."""
    start = len(made.path)
    return {layers[index].path[start:]: index for index in range(made.first, made.end) if layers[index].weights}


def _unmatched(made: Made, other: Made, inner: str, where: Place) -> ArchcalcError:
    found = f"{other.path} has no layer '{inner[1:]}' with weights" if inner else f"{other.path} has none"
    hint = "what shares weights needs the same layers under the same names"
    return ArchcalcError(f"{made.path}{inner} has weights, but {found}", where, hint)


def _require_equal(layer: Layer, other: Layer, where: Place) -> None:
    pairs = list(zip(layer.weights, other.weights, strict=False))
    if len(layer.weights) == len(other.weights) and not any(_differ(*pair) for pair in pairs):
        return
    raise ArchcalcError(
        f"{layer.path} cannot share the weights of {other.path}: {_listed(layer)} here, {_listed(other)} there",
        where,
        "shared weights need the same shapes: the same channels coming in, and the same attributes",
    )


def _require_one_owner(layers: list[Layer], layer: Layer, root: int, where: Place) -> None:
    """Raise ArchcalcError if a layer shares already, and not in the end with the same layer."""
    if layer.owner is None:
        return
    owner = layers[layer.owner]  # of an earlier layer of the same call, the owner is a new one by now
    if root not in (layer.owner, owner.owner):
        raise ArchcalcError(
            f"{layer.path} shares the weights of {owner.path}, and cannot share those of {layers[root].path}, too",
            where,
            "what shares as a whole must share inside as the other does",
        )


def _differ(a: Weight, b: Weight) -> bool:
    if a.role != b.role or len(a.shape) != len(b.shape):
        return True
    return any(fails(equal(one, other)) for one, other in zip(a.shape, b.shape, strict=True))


def _listed(layer: Layer) -> str:
    return ", ".join(f"{weight.name} {'x'.join(map(str, weight.shape))}" for weight in layer.weights)
