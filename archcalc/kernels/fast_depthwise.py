"""Convolution with small groups, down to one channel: lane by lane, where a tile of matrices would stand mostly empty.

For every channel of a group its values are spread over the filters that read them, 32 filters at a time, with a row of
zeros behind them for the taps outside the image; each tap then multiplies values by weights lane by lane.
"""

from __future__ import annotations

from functools import partial
from math import gcd

import numpy as np
from numba import get_num_threads, prange

from archcalc.kernels.compiled import compiled
from archcalc.kernels.fast_conv import input_places
from archcalc.kernels.run import INSIDE, MAC
from archcalc.kernels.tile import (
    LANES,
    ROWS,
    VECTOR,
    add_lanes,
    copy_lanes,
    empty_tile,
    fill_lanes,
    mark_lanes,
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
    """The same as the plain loops of `archcalc.kernels.conv`, values, counts and all."""
    sizes = np.array(five_axes(x).shape, np.int64)
    tiles = -(-(out.size // out.shape[-1]) // ROWS)
    blocks = -(-tiles // max(_TILES // weight.shape[-2], 1))
    strips = -(-weight.shape[-1] // LANES)
    threads = get_num_threads()
    shares = min(threads // gcd(blocks, threads), strips)
    _convolve(
        x.reshape(-1), sizes, weight.reshape(-1), touched.reshape(-1), *three_axes(walks), groups,
        out.reshape(-1), out.shape[-1], -(-tiles // blocks), -(-strips // shares) * LANES, run.counts,
    )  # fmt: skip


@partial(compiled, parallel=True)
def _convolve(x, sizes, weight, touched, walk_d, walk_h, walk_w, groups, out, filters, tiles, share, counts):  # type: ignore[no-untyped-def]
    positions = out.size // filters
    blocks = (positions + tiles * ROWS - 1) // (tiles * ROWS)
    shares = (filters + share - 1) // share
    done = np.zeros((blocks * shares, 2), np.int64)
    for task in prange(blocks * shares):
        first, begin = task // shares * tiles * ROWS, task % shares * share
        places = input_places(sizes, walk_d, walk_h, walk_w, first, min(first + tiles * ROWS, positions))
        done[task] = _block(
            x, sizes[4], weight, touched, places, groups, out, filters, first, begin, min(begin + share, filters)
        )
    for task in range(len(done)):
        counts[MAC] += done[task, 0]
        counts[INSIDE] += done[task, 1]


@compiled
def _block(x, width, weight, touched, places, groups, out, filters, first, begin, stop):  # type: ignore[no-untyped-def]
    """The output positions from `first` on whose inputs are given, for the filters from `begin` to `stop`."""
    rows, taps = places.shape
    channels = width // groups
    low, high = _bounds(places)
    span = high - low + 1
    offsets, inside_rows = _offsets(places, low, span)
    spread = np.empty(channels * (span + 1) * LANES + VECTOR, np.float32)
    weights = np.empty(taps * channels * LANES, np.float32)
    macs = inside = 0
    for f in range(begin, stop, LANES):
        lanes = min(stop - f, LANES)
        for i in range(channels):
            _spread(x, width, low, span, i, channels, filters // groups, f, lanes, spread)
        _read(weight, touched, f, filters, taps * channels, lanes, weights)
        for row in range(0, rows, ROWS):
            count = min(rows - row, ROWS)
            tile = empty_tile()
            step = 0
            for t in range(taps):
                here = inside_rows[row // ROWS, t]
                at = row * taps + t * ROWS
                for i in range(channels):
                    tile = add_lanes(tile, spread, i * (span + 1) * LANES, offsets, at, weights, step * LANES)
                    macs += count * lanes
                    inside += here * lanes
                    step += 1
            store_tile(tile, out, (first + row) * filters + f, filters, count, lanes)
    return macs, inside


@compiled
def _bounds(places):  # type: ignore[no-untyped-def]
    """The first and the last input position that is read."""
    low, high = np.int64(1) << 62, np.int64(0)
    for place in places.flat:
        if place >= 0:
            low, high = min(low, place), max(high, place)
    return min(low, high), high


@compiled
def _offsets(places, low, span):  # type: ignore[no-untyped-def]
    """Where each row's values begin, 14 rows of one tap side by side; how many of them lie in the image."""
    rows, taps = places.shape
    tiles = (rows + ROWS - 1) // ROWS
    offsets = np.full(tiles * ROWS * taps, span * LANES, np.int64)
    inside = np.zeros((tiles, taps), np.int64)
    for row in range(rows):
        for t in range(taps):
            if places[row, t] >= 0:
                offsets[(row // ROWS * taps + t) * ROWS + row % ROWS] = (places[row, t] - low) * LANES
                inside[row // ROWS, t] += 1
    return offsets, inside


@compiled
def _spread(x, width, low, span, i, channels, filters, f, lanes, spread):  # type: ignore[no-untyped-def]
    """The values of channel i of each group, once for each of the group's filters, zeros behind the last position.

    Whole vectors are written: what one writes too far, the next one overwrites.
    """
    for position in range(span):
        to = (i * (span + 1) + position) * LANES
        at = (low + position) * width
        if channels == 1 and filters == 1:
            for lane in range(0, LANES, VECTOR):
                copy_lanes(x, at + f + lane, spread, to + lane, min(max(lanes - lane, 0), VECTOR))
        else:
            for group in range(f // filters, (f + lanes - 1) // filters + 1):
                fill_lanes(x, at + group * channels + i, spread, to + max(group * filters - f, 0))
    zeros = (i * (span + 1) + span) * LANES
    spread[zeros : zeros + LANES] = 0


@compiled
def _read(weight, touched, at, filters, steps, lanes, weights):  # type: ignore[no-untyped-def]
    """The weights of up to 32 filters, side by side."""
    for step in range(steps):
        mark_lanes(touched, at, lanes)
        for lane in range(0, LANES, VECTOR):
            copy_lanes(weight, at + lane, weights, step * LANES + lane, min(max(lanes - lane, 0), VECTOR))
        at += filters
