"""Multi-head attention."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import equal, fails
from archcalc.graph.kinds import FLAG, SIZE, attribute
from archcalc.graph.op import (
    ALL,
    BIAS,
    INPUT,
    STATISTICS,
    STORED,
    VALUES,
    WEIGHT,
    Saved,
    ShapeError,
    Weight,
    Work,
    example,
)
from archcalc.graph.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number


@dataclass(frozen=True)
class Attention:
    """Multi-head attention: every position gathers values from all positions, by how its query fits their keys.

    Shapes: [C, *size] -> [out, *size]: self-attention. With `from: [query, context]` keys and values are of the
    second input, [C', *size'], whose positions may be other ones: cross-attention. With `from: [query, keys,
    values]` the values are of a third, with as many positions as the keys.
    Convention: multiply-accumulates of the four projections at every position, of the products Q K^T and A V
    over all pairs of positions, and nothing else. Besides, a bias is one addition a value, and for each of the
    heads * query positions * context positions scores there is one multiplication (the scale), and its part of
    a softmax (exp, add, div, one add less a row). Memory is that of the output alone: queries, keys, values and
    scores are not kept. For the receptive field every output position sees every position of both inputs.
    Source: Vaswani et al., NIPS 2017, section 3.2.

    >>> Attention(heads=12).work(Tensor(768, (197,)), Tensor(768, (197,))).mac
    524391936
    """

    heads: Number = attribute(SIZE, "parts of queries, keys and values that attend on their own", 1)
    width: Number | None = attribute(
        SIZE, "length of queries and keys, all heads together; the query's channels if not given", None
    )
    value_width: Number | None = attribute(
        SIZE, "length of values, all heads together; that of the queries if not given", None
    )
    out: Number | None = attribute(SIZE, "number of output channels; the query's channels if not given", None)
    bias: bool = attribute(FLAG, "whether a value is added to each query, key and value, and to each output", True)
    out_bias: bool | None = attribute(
        FLAG, "whether a value is added to each output; as `bias` says if not given", None
    )

    arity = (1, 3)
    storage = STORED
    examples = (
        example((6, 4, 7), heads=2),
        example((6, 5, 4), (9, 7), heads=2, width=8, value_width=10, out=5, bias=False),
        example((4, 9), (3, 2, 5), out=7, out_bias=False),
        example((6, 8), heads=3, width=9, bias=False, out_bias=True),
        example((5, 2, 3, 4)),
        example((6, 5), (9, 7), (4, 7), heads=3),
    )

    def _widths(self, x: Tensor) -> tuple[Number, Number, Number]:
        """Of queries and keys, of values, of the output."""
        width = x.channels if self.width is None else self.width
        value_width = width if self.value_width is None else self.value_width
        return width, value_width, x.channels if self.out is None else self.out

    def _has_out_bias(self) -> bool:
        return self.bias if self.out_bias is None else self.out_bias

    def output(self, x: Tensor, *context: Tensor) -> Tensor:
        for tensor in (x, *context):
            if not tensor.size:
                raise ShapeError(
                    f"attention needs positions to attend to, the input {tensor} has none",
                    hint="it stands before what flattens or pools; a sequence of T vectors is [C, T]",
                )
        keys, values = _sources(x, context)
        if fails(equal(keys.positions, values.positions)):
            raise ShapeError(
                f"attention needs one value a key, but keys are made of {keys} and values of {values}",
                hint="their inputs may have other channels, but need as many positions",
            )
        width, value_width, out = self._widths(x)
        for what, number in (("queries", width), ("values", value_width)):
            if fails(equal(number % self.heads, 0)):
                raise ShapeError(
                    f"heads={self.heads} does not divide the width of the {what}, {number}",
                    "heads",
                    "each head takes an equal part",
                )
        return Tensor(out, x.size, x.regions)

    def weights(self, x: Tensor, *context: Tensor) -> tuple[Weight, ...]:
        keys, values = _sources(x, context)
        width, value_width, out = self._widths(x)
        inner = (
            Weight("query", (width, x.channels), WEIGHT),
            Weight("key", (width, keys.channels), WEIGHT),
            Weight("value", (value_width, values.channels), WEIGHT),
        )
        outer = Weight("output", (out, value_width), WEIGHT)
        inner_biases = tuple(Weight(f"{weight.name}_bias", weight.shape[:1], BIAS) for weight in inner)
        return (
            *inner,
            outer,
            *(inner_biases if self.bias else ()),
            *((Weight("output_bias", (out,), BIAS),) if self._has_out_bias() else ()),
        )

    def work(self, output: Tensor, x: Tensor, *context: Tensor) -> Work:
        source, _ = _sources(x, context)
        width, value_width, _ = self._widths(x)
        pairs = x.positions * source.positions
        scores = self.heads * pairs
        return Work(
            mac=self.projections(x, *context) + pairs * (width + value_width),
            add=self.projection_biases(x, *context) + scores - self.heads * x.positions,
            mul=scores,
            div=scores,
            exp=scores,
        )

    def saves(self, output: Tensor, x: Tensor, *context: Tensor) -> tuple[Saved, ...]:
        # What the projections read; queries, keys, values and what is gathered; of the scores one sum a row and head.
        source, _ = _sources(x, context)
        width, value_width, _ = self._widths(x)
        return (
            *(Saved(INPUT, source=index) for index in range(1 + len(context))),
            Saved(VALUES, (width + value_width) * (x.positions + source.positions)),
            Saved(STATISTICS, self.heads * x.positions),
        )

    def projections(self, x: Tensor, *context: Tensor) -> Number:
        """Multiply-accumulates of the weights alone, without the products of queries, keys and values."""
        return self._uses(WEIGHT, x, *context)

    def projection_biases(self, x: Tensor, *context: Tensor) -> Number:
        """Additions of biases."""
        return self._uses(BIAS, x, *context)

    def _uses(self, role: str, x: Tensor, *context: Tensor) -> Number:
        """Every weight and bias is used once at every position: of the query or of the context."""
        source, _ = _sources(x, context)
        uses = {"query": x.positions, "key": source.positions, "value": source.positions, "output": x.positions}
        owned = [weight for weight in self.weights(x, *context) if weight.role == role]
        return sum(weight.elements * uses[weight.name.removesuffix("_bias")] for weight in owned)

    def window(self, output: Tensor, x: Tensor, *context: Tensor) -> str:
        return ALL


def _sources(x: Tensor, context: tuple[Tensor, ...]) -> tuple[Tensor, Tensor]:
    """What keys and values are made of."""
    keys = context[0] if context else x
    return keys, context[-1] if context else x
