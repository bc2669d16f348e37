"""What an op must say about itself: the protocol that every file of `archcalc/ops/` fulfils."""

from __future__ import annotations

from dataclasses import fields

from archcalc import algebra
from archcalc.errors import ArchcalcError
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from dataclasses import Field
    from typing import Any, ClassVar, Protocol, TypeAlias

    from archcalc.algebra import Number
    from archcalc.graph.tensor import Tensor

    class Op(Protocol):
        """One op with its attributes; a frozen dataclass whose fields are the attributes of the YAML.

        `inputs` below stands for as many tensors as the op takes: `arity` is (least, most), most being
        None where there is no limit. Every member is stated by the op itself, a cost of zero too.
        """

        __dataclass_fields__: ClassVar[dict[str, Field[Any]]]

        @property
        def arity(self) -> tuple[int, int | None]: ...

        @property
        def storage(self) -> str:
            """STORED, IN_PLACE or VIEW: what the op's output costs in memory."""

        @property
        def examples(self) -> tuple[Example, ...]: ...

        @property
        def output(self) -> Callable[..., Tensor]:
            """output(*inputs): the shape rule; raises ShapeError."""

        @property
        def weights(self) -> Callable[..., tuple[Weight, ...]]:
            """weights(*inputs): the named tensors that the op owns."""

        @property
        def work(self) -> Callable[..., Work]:
            """work(output, *inputs): what is computed for one example."""

        @property
        def saves(self) -> Callable[..., tuple[Saved, ...]]:
            """saves(output, *inputs): which tensors training keeps for the op's backward pass."""

        @property
        def window(self) -> Callable[..., Window | str]:
            """window(output, *inputs): which input positions one output position sees."""

    Anything: TypeAlias = Any

STORED = "stored"  # the output is a tensor of its own in memory
IN_PLACE = "in place"  # the output overwrites the input
VIEW = "view"  # the output is the input, read in another way

EACH = "each"  # an output position sees its own input position, whatever the channel
ALL = "all"  # every output position sees every input position
FLAT = "flat"  # positions have become channels; each sees its own old position
CHOSEN = "chosen"  # the data decides which positions it sees

ONE_INPUT: tuple[int, int | None] = (1, 1)
TWO_OR_MORE: tuple[int, int | None] = (2, None)


class Work(Record):
    """Operations by kind; a kind that is not named is stated to be zero by whoever builds this.

    A `mac` is one multiplication and the addition of its product; `exp` is any transcendental function.

    >>> Work(mac=3) == Work(mac=3, add=0), NO_WORK == Work()
    (True, True)
    """

    mac: Number = 0
    add: Number = 0
    mul: Number = 0
    div: Number = 0
    compare: Number = 0
    exp: Number = 0


NO_WORK = Work()

# What is kept for the backward pass. The first two are tensors that the network has anyway; the others the op makes.
INPUT = "input"
OUTPUT = "output"
MASK = "mask"  # which values went through, a byte each
INDEX = "index"  # positions in 64 bits: where a maximum was, which row was looked up
SHORT_INDEX = "short index"  # positions in 32 bits
STATISTICS = "statistics"  # means, deviations, sums: in float32, whatever the type of the values
VALUES = "values"  # intermediate results, of the type of the values
SAVED_BITS = {MASK: 8, INDEX: 64, SHORT_INDEX: 32, STATISTICS: 32}


class Saved(Record):
    """A tensor that is kept for an op's backward pass, beside its weights: its kind, and how many values it has.

    Of kind INPUT it is the input number `source`, of kind OUTPUT the op's output: these are counted as the tensors
    that they are, once, however many ops keep them. Any other is the op's own; its `elements` are those for one
    tensor of the output, or with `is_per_batch` for all of a batch together. It `serves` the gradients of the inputs of
    these numbers; of all, and of the weights, if none is named. What is kept is what PyTorch keeps
    (2.13, eager, by op): of what works in place, what its form in place keeps.
    Source: torch.autograd.graph.saved_tensors_hooks, and derivatives.yaml of PyTorch.

    >>> Saved(INDEX, 12).bits, Saved(VALUES, 12).bits
    (64, None)
    """

    kind: str
    elements: Number = 0
    source: int = 0
    is_per_batch: bool = False
    serves: tuple[int, ...] = ()

    @property
    def bits(self) -> int | None:
        """Bits of one value; None where they are those of the network's values."""
        return SAVED_BITS.get(self.kind)


SAVES_NOTHING: tuple[Saved, ...] = ()
SAVES_INPUT = (Saved(INPUT),)
SAVES_OUTPUT = (Saved(OUTPUT),)

WEIGHT = "weight"  # multiplies the input: what "weights" counts
BIAS = "bias"  # is added
NORM = "norm"  # trainable, of a normalisation (gamma, beta)
FACTOR = "factor"  # trainable, rescales values without making a layer of its own (slope of prelu, gain of scale)
TOKEN = "token"  # trainable, becomes a part of the output as it is (class token)
BUFFER = "buffer"  # kept with the model, not trained (running statistics)


class Weight(Record):
    """A named tensor that an op owns, and its role: WEIGHT, BIAS, NORM, FACTOR, TOKEN or BUFFER.

    >>> Weight("kernel", (64, 3, 3, 3), WEIGHT).elements
    1728
    """

    name: str
    shape: tuple[Number, ...]
    role: str

    @property
    def elements(self) -> Number:
        """How many values it holds."""
        return algebra.prod(self.shape)


class Window(Record):
    """What one output position sees, per axis.

    The input is thought refined: each of its positions becomes `upscale` of them, the first of which is the
    real one (1 but for ops that enlarge). On that grid the window has this size, holes of a dilation
    included; it steps by `stride` from one output position to the next, begins `before` positions before
    position 0, and its taps are `spacing` apart. So output position u sees the input positions from
    ceil((u*stride - before) / upscale) up to floor((u*stride - before + size - 1) / upscale).
    """

    size: tuple[Number, ...]
    stride: tuple[Number, ...]
    before: tuple[Number, ...]
    spacing: tuple[Number, ...]
    upscale: tuple[Number, ...]


class Example(Record):
    """Arguments as a spec would write them and the input shapes, channels first; tests run every one."""

    arguments: dict[str, Any]
    inputs: tuple[tuple[int, ...], ...]


def example(*inputs: tuple[int, ...], **arguments: Anything) -> Example:
    """An `Example`: input shapes first, then the attributes by name."""
    return Example(arguments, inputs)


class ShapeError(ArchcalcError):
    """An op that does not fit its input; `attribute` names the attribute to blame, where one is."""

    def __init__(self, message: str, attribute: str | None = None, hint: str | None = None):
        super().__init__(message, None, hint)
        self.attribute = attribute


def require_equal_regions(what: str, tensors: Sequence[Tensor]) -> None:
    """Raise ShapeError if an image has more of one of these tensors than of another."""
    first = tensors[0].regions
    for other in tensors[1:]:
        if other.regions is not first and algebra.fails(algebra.equal(other.regions, first)):
            raise ShapeError(
                f"{what} joins what an image has {first} of with what it has {other.regions} of",
                hint="behind a region op there is one tensor a region: only such can be joined with it",
            )


def attributes(op: Op) -> dict[str, Any]:
    """The attributes of an op by name, in the order of its fields."""
    return {field.name: getattr(op, field.name) for field in fields(op) if field.metadata}
