"""Product of two matrices that are both computed by the network."""

from __future__ import annotations

from dataclasses import dataclass

from archcalc.algebra import equal, fails
from archcalc.graph.kinds import FLAG, attribute
from archcalc.graph.op import ALL, INPUT, STORED, Saved, ShapeError, Weight, Work, example
from archcalc.graph.tensor import Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number


@dataclass(frozen=True)
class Matmul:
    """Product of two matrices, both computed by the network: nothing in it is trained.

    Shapes: [M, K] and [K, N] -> [M, N]; the channels are the rows. With `transpose_a` the first is [K, M],
    with `transpose_b` the second is [N, K].
    Convention: K multiply-accumulates an output value; transposing is free. For the receptive field every
    output position sees every input position: true of the rows and columns it uses, and no more is said.
    Source: Wang et al., Non-local Neural Networks, CVPR 2018, figure 2 (both of its products).

    >>> Matmul(transpose_a=True).work(Tensor(49, (48,)), Tensor(512, (49,)), Tensor(512, (48,))).mac
    1204224
    """

    transpose_a: bool = attribute(FLAG, "whether the first matrix is transposed", False)
    transpose_b: bool = attribute(FLAG, "whether the second matrix is transposed", False)

    arity = (2, 2)
    storage = STORED
    examples = (
        example((5, 7), (7, 4)),
        example((6, 9), (6, 4), transpose_a=True),
        example((5, 8), (3, 8), transpose_b=True),
        example((2, 5), (3, 2), transpose_a=True, transpose_b=True),
    )

    def _sizes(self, a: Tensor, b: Tensor) -> tuple[Number, Number, Number]:
        """M, K and N."""
        for matrix in (a, b):
            if not matrix.size or len(matrix.size) > 1:
                raise ShapeError(
                    f"matmul needs two matrices [rows, columns], found {a} and {b}",
                    hint="reshape what has more axes, or none, to [channels, positions] first",
                )
        m, k = reversed(a.shape) if self.transpose_a else a.shape
        rows, n = reversed(b.shape) if self.transpose_b else b.shape
        if fails(equal(k, rows)):
            raise ShapeError(
                f"matmul cannot multiply {_named(a, self.transpose_a)} by {_named(b, self.transpose_b)}: "
                f"{k} columns meet {rows} rows",
                hint="transpose_a and transpose_b turn a matrix round",
            )
        return m, k, n

    def output(self, a: Tensor, b: Tensor) -> Tensor:
        m, _, n = self._sizes(a, b)
        return Tensor(m, (n,), a.regions)

    def weights(self, a: Tensor, b: Tensor) -> tuple[Weight, ...]:
        return ()

    def work(self, output: Tensor, a: Tensor, b: Tensor) -> Work:
        _, k, _ = self._sizes(a, b)
        return Work(mac=output.elements * k)

    def saves(self, output: Tensor, a: Tensor, b: Tensor) -> tuple[Saved, ...]:
        return (Saved(INPUT, serves=(1,)), Saved(INPUT, source=1, serves=(0,)))

    def window(self, output: Tensor, a: Tensor, b: Tensor) -> str:
        return ALL


def _named(matrix: Tensor, is_transposed: bool) -> str:
    return f"{matrix} transposed" if is_transposed else f"{matrix}"
