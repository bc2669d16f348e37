"""Products of matrices, which ops have in common: with trained weights (linear, attention, lstm, gru) and without."""

from __future__ import annotations

import numpy as np

from archcalc.kernels.compiled import compiled
from archcalc.kernels.conv import add_bias
from archcalc.kernels.run import INSIDE, MAC

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.kernels.run import Array, Run


def project(run: Run, x: Array, units: int, kernel: str, bias: str | None = None) -> Array:
    """[..., C] -> [..., units]: every unit weighs all channels, at every position, with weights of these names."""
    weight = run.weight(kernel, (x.shape[-1], units))
    rows = np.ascontiguousarray(x).reshape(-1, x.shape[-1])
    out = np.zeros((*x.shape[:-1], units), np.float32)
    weigh(rows, weight, run.touched[kernel], out.reshape(-1, units), run.counts)
    if bias is not None:
        values = run.weight(bias, (units,))
        add_bias(out.reshape(-1, units), values, run.touched[bias], run.counts)
    return out


@compiled
def weigh(x, weight, touched, out, counts):  # type: ignore[no-untyped-def]
    """Add to out [rows, units] the product of x [rows, channels] and the weights [channels, units]."""
    macs = 0
    for row in range(x.shape[0]):
        for channel in range(weight.shape[0]):
            value = x[row, channel]
            for unit in range(weight.shape[1]):
                out[row, unit] += value * weight[channel, unit]
                touched[channel, unit] = 1
                macs += 1
    counts[MAC] += macs
    counts[INSIDE] += macs  # there is no padding


@compiled
def multiply_matrices(left, right, out, counts):  # type: ignore[no-untyped-def]
    """Add to out [n, rows, columns] the products of left [n, rows, terms] and right [n, terms, columns]."""
    macs = 0
    for n in range(left.shape[0]):
        for row in range(left.shape[1]):
            for term in range(right.shape[1]):
                value = left[n, row, term]
                for column in range(right.shape[2]):
                    out[n, row, column] += value * right[n, term, column]
                    macs += 1
    counts[MAC] += macs
    counts[INSIDE] += macs  # there is no padding
