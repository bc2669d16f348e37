"""Convolution with small groups, down to one channel: lane by lane, where a tile of matrices would stand mostly empty.

For every channel of a group its values are spread over the filters that read them, 32 filters at a time, with a row of
zeros behind them for the taps outside the image; each tap then multiplies values by weights lane by lane.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numba import prange

from archcalc.kernels.compiled import compiled
from archcalc.kernels.fast_conv import count_inside, input_places, read_weights
from archcalc.kernels.run import INSIDE, MAC
from archcalc.kernels.threads import aligned, parts, take, worker_counts
from archcalc.kernels.tile import (
    LANES,
    ROWS,
    SPREADABLE,
    VECTOR,
    add_lanes,
    empty_tile,
    fill_lanes,
    spread_lanes,
    store_tile,
)
from archcalc.kernels.walk import five_axes, three_axes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.kernels.run import Array, Run

_TILES = 72  # tiles of a block where groups have one channel: about a thousand positions, for the second-level cache


def suits(weight: Array, groups: int) -> bool:
    """Whether this is the faster way: groups of at most half a tile's width, on either side."""
    return weight.shape[-2] <= VECTOR and weight.shape[-1] // groups <= VECTOR and groups > 1


def convolve(
    run: Run, x: Array, weight: Array, touched: Array, walks: tuple[Array, ...], groups: int, out: Array
) -> None:
    """The same as the plain loops of `archcalc.kernels.conv`, values, counts and all; `out` may hold anything."""
    tiles, strips = -(-(out.size // out.shape[-1]) // ROWS), -(-out.shape[-1] // LANES)
    blocks = -(-tiles // max(_TILES // weight.shape[-2], 1))
    shares = parts(blocks, strips)
    _convolve(
        x.reshape(-1), np.array(five_axes(x).shape), weight.reshape(-1), touched.reshape(-1), three_axes(walks),
        groups, out.reshape(-1), out.shape[-1], -(-tiles // blocks) * ROWS, -(-strips // shares) * LANES,
        *worker_counts(), run.counts,
    )  # fmt: skip


@partial(compiled, parallel=True)
def _convolve(x, sizes, weight, touched, walks, groups, out, filters, rows, share, counter, done, counts):  # type: ignore[no-untyped-def]
    """Every task is a block of positions and a share of the filters."""
    positions = out.size // filters
    blocks, shares = (positions + rows - 1) // rows, (filters + share - 1) // share
    for worker in prange(len(done)):
        task = take(counter)
        while task < blocks * shares:
            first, begin = task // shares * rows, task % shares * share
            places = input_places(sizes, walks, first, min(first + rows, positions))
            stop = min(begin + share, filters)
            macs, inside = _block(
                x, sizes[4], weight, touched, places, groups, out, filters, first, positions, begin, stop
            )
            done[worker, 0] += macs
            done[worker, 1] += inside
            task = take(counter)
    for worker in range(len(done)):
        counts[MAC] += done[worker, 0]
        counts[INSIDE] += done[worker, 1]


@compiled
def _block(x, width, weight, touched, places, groups, out, filters, first, positions, begin, stop):  # type: ignore[no-untyped-def]
    """The output positions from `first` on whose inputs are given, for the filters from `begin` to `stop`."""
    taps, rows = places.shape
    channels = width // groups
    low, span = _range(places)
    offsets, inside_rows = _offsets(places, low, span), count_inside(places)
    spread, weights = aligned(channels * (span + 1) * LANES), aligned(taps * channels * LANES)
    macs = inside = 0
    for f in range(begin, stop, LANES):
        lanes = min(stop - f, LANES)
        if lanes < LANES:
            spread[:] = 0
        _spread(x, width, low, span, channels, filters // groups, f, lanes, spread)
        read_weights(weight, touched, f, filters, lanes, taps * channels, weights)
        for row in range(0, rows, ROWS):
            count = min(positions - first - row, ROWS)
            tile = empty_tile()
            for i in range(channels):  # the taps read much the same values, which stay in the first-level cache
                for t in range(taps):
                    offset, at = i * (span + 1) * LANES, t * rows + row
                    tile = add_lanes(tile, spread, offset, offsets, at, weights, (t * channels + i) * LANES)
                    macs += count * lanes
                    inside += inside_rows[t, row // ROWS] * lanes
            store_tile(tile, out, (first + row) * filters + f, filters, count, lanes)
    return macs, inside


@compiled
def _range(places):  # type: ignore[no-untyped-def]
    """The first input position that is read, and how many there are from it to the last one."""
    high = max(places.max(), 0)
    low = high
    for place in places.reshape(-1):
        low = min(low, place if place >= 0 else high)
    return low, high - low + 1


@compiled
def _offsets(places, low, span):  # type: ignore[no-untyped-def]
    """Where the values of each place begin, or the zeros behind all of them."""
    offsets = np.empty(places.size, np.int64)
    for index, place in enumerate(places.reshape(-1)):
        offsets[index] = (place - low if place >= 0 else span) * LANES
    return offsets


@compiled
def _spread(x, width, low, span, channels, filters, f, lanes, spread):  # type: ignore[no-untyped-def]
    """For each channel of a group its value at every position, once for each of the group's filters; then zeros.

    Whole vectors are written: what one writes too far, the next one overwrites.
    """
    stride = (span + 1) * LANES  # from channel to channel
    is_even = channels == filters and channels in SPREADABLE
    for position in range(span):
        at, to = (low + position) * width, position * LANES
        if is_even:
            for lane in range(0, LANES, VECTOR):
                spread_lanes(x, at + f + lane, spread, to + lane, stride, channels, lanes - lane)
        else:
            for i in range(channels):
                for group in range(f // filters, (f + lanes - 1) // filters + 1):
                    fill_lanes(x, at + group * channels + i, spread, to + i * stride + max(group * filters - f, 0))
    for i in range(channels):
        spread[i * stride + span * LANES : (i + 1) * stride] = 0
