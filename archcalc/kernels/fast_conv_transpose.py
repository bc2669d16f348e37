"""Transposed convolution: products of matrices, tap by tap, each added to the output where the tap falls.

Threads share the filters, so that no two of them add to the same value.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numba import prange

from archcalc.kernels.compiled import compiled
from archcalc.kernels.fast_conv import count_inside, gather, input_places, read_weights
from archcalc.kernels.run import INSIDE, MAC
from archcalc.kernels.threads import aligned, take, worker_counts
from archcalc.kernels.tile import DEPTH, LANES, ROWS, STRIDE, add_products, empty_tile, store_tile
from archcalc.kernels.walk import five_axes, three_axes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.kernels.run import Array, Run


def convolve(
    run: Run, x: Array, weight: Array, touched: Array, walks: tuple[Array, ...], groups: int, out: Array
) -> None:
    """The same as the plain loops of `archcalc.kernels.conv_transpose`, values, counts and all; `out` is of zeros."""
    _convolve(
        x.reshape(-1), x.shape[-1], weight.reshape(-1), touched.reshape(-1), three_axes(walks), groups,
        out.reshape(-1), np.array(five_axes(out).shape), *worker_counts(), run.counts,
    )  # fmt: skip


@partial(compiled, parallel=True)
def _convolve(x, width, weight, touched, walks, groups, out, sizes, counter, done, counts):  # type: ignore[no-untyped-def]
    """Every task is a group and up to 32 of its filters."""
    filters = sizes[4] // groups
    strips = (filters + LANES - 1) // LANES
    places = input_places(sizes, walks, 0, x.size // width)  # of the output, for every input
    for worker in prange(len(done)):
        task = take(counter)
        while task < groups * strips:
            group, f = task // strips, task % strips * LANES
            macs, inside = _strip(x, width, weight, touched, places, group, width // groups, out, sizes[4], filters, f)
            done[worker, 0] += macs
            done[worker, 1] += inside
            task = take(counter)
    for worker in range(len(done)):
        counts[MAC] += done[worker, 0]
        counts[INSIDE] += done[worker, 1]


@compiled
def _strip(x, width, weight, touched, places, group, channels, out, all_filters, filters, f):  # type: ignore[no-untyped-def]
    """What every input position adds to up to 32 filters of a group."""
    taps, rows = places.shape
    inside_rows, lanes = count_inside(places), min(filters - f, LANES)
    positions = x.size // width
    own = np.full((1, rows), -1)  # an input is gathered from its own place
    own[0, :positions] = np.arange(positions)
    panels = aligned(rows * STRIDE)
    weights, sums = aligned(DEPTH * LANES), aligned(ROWS * LANES)
    macs = inside = 0
    for channel in range(0, channels, DEPTH):
        depth = min(channels - channel, DEPTH)
        gather(x, width, group * channels + channel, depth, own, 0, 1, panels)
        for t in range(taps):
            at = (t * width + group * channels + channel) * filters + f
            read_weights(weight, touched, at, filters, lanes, depth, weights)
            for row in range(0, positions, ROWS):
                count = min(positions - row, ROWS)
                tile = empty_tile()
                for step in range(depth):
                    tile = add_products(tile, panels, row * STRIDE + step, weights, step * LANES)
                    macs += count * lanes
                    inside += inside_rows[t, row // ROWS] * lanes
                store_tile(tile, sums, 0, LANES, ROWS, LANES)
                _add(sums, places, row, t, out, all_filters, group * filters + f, lanes)
    return macs, inside


@compiled
def _add(sums, places, row, t, out, filters, f, lanes):  # type: ignore[no-untyped-def]
    """One tile to where it belongs in the output."""
    for r in range(ROWS):
        place = places[t, row + r]
        if place >= 0:
            for lane in range(lanes):
                out[place * filters + f + lane] += sums[r * LANES + lane]
