"""Convolution as products of matrices: tiles of 14 positions by 32 filters, their sums kept in registers.

The inputs of a block of positions are gathered into panels, one row a position, which hold the channels of one tap
after the other and zeros where a tap lies outside the image; every filter's weights then meet every row.
"""

from __future__ import annotations

from functools import partial
from math import gcd

import numpy as np
from numba import get_num_threads, prange

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import INSIDE, MAC
from archcalc.kernels.tile import (
    DEPTH,
    LANES,
    ROWS,
    STRIDE,
    VECTOR,
    add_products,
    copy_lanes,
    empty_tile,
    load_tile,
    mark_lanes,
    store_tile,
)
from archcalc.kernels.walk import five_axes, three_axes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.kernels.run import Array, Run

_FILTERS = 512
_TILES = 28  # tiles of a block at most: their panels stay in the second-level cache


def convolve(
    run: Run, x: Array, weight: Array, touched: Array, walks: tuple[Array, ...], groups: int, out: Array
) -> None:
    """The same as the plain loops of `archcalc.kernels.conv`, values, counts and all."""
    walk_d, walk_h, walk_w = three_axes(walks)
    sizes = np.array(five_axes(x).shape, np.int64)
    tiles = -(-(out.size // out.shape[-1]) // ROWS)
    blocks = -(-tiles // _TILES)
    filter_blocks = -(-(weight.shape[-1] // groups) // LANES)
    threads = get_num_threads()
    # Threads share the filters too where blocks of positions alone would not keep them all busy.
    shares = min(threads // gcd(blocks * groups, threads), filter_blocks)
    shares = max(shares, -(-filter_blocks * LANES // _FILTERS))
    _convolve(
        x.reshape(-1), sizes, weight.reshape(-1), touched.reshape(-1), walk_d, walk_h, walk_w,
        groups, out.reshape(-1), out.shape[-1], -(-tiles // blocks), -(-filter_blocks // shares) * LANES, run.counts,
    )


@partial(compiled, parallel=True)
def _convolve(x, sizes, weight, touched, walk_d, walk_h, walk_w, groups, out, filters, tiles, share, counts):  # type: ignore[no-untyped-def]
    positions = out.size // filters
    blocks = (positions + tiles * ROWS - 1) // (tiles * ROWS)
    shares = (filters // groups + share - 1) // share
    done = np.zeros((blocks * groups * shares, 2), np.int64)
    for task in prange(blocks * groups * shares):
        block, group, part = task // (groups * shares), task // shares % groups, task % shares
        first = block * tiles * ROWS
        end = min(first + tiles * ROWS, positions)
        begin = group * (filters // groups) + part * share
        stop = min(begin + share, (group + 1) * (filters // groups))
        done[task] = _block(
            x, sizes, weight, touched, walk_d, walk_h, walk_w, group, groups, out, filters, first, end, begin, stop
        )
    for task in range(len(done)):
        counts[MAC] += done[task, 0]
        counts[INSIDE] += done[task, 1]


@compiled
def _block(x, sizes, weight, touched, walk_d, walk_h, walk_w, group, groups, out, filters, first, end, begin, stop):  # type: ignore[no-untyped-def]
    """The output positions from `first` to `end`, for the filters from `begin` to `stop`."""
    channels = sizes[4] // groups
    taps = walk_d.shape[1] * walk_h.shape[1] * walk_w.shape[1]
    places = input_places(sizes, walk_d, walk_h, walk_w, first, end)
    tiles = (end - first + ROWS - 1) // ROWS
    panels = np.empty(tiles * ROWS * STRIDE, np.float32)
    panels[(end - first) * STRIDE :] = 0
    # A panel holds several taps, or a part of one.
    depth = (channels + (channels + DEPTH - 1) // DEPTH - 1) // ((channels + DEPTH - 1) // DEPTH)
    tap_count = max(DEPTH // channels, 1)
    tap_count = (taps + (taps + tap_count - 1) // tap_count - 1) // ((taps + tap_count - 1) // tap_count)
    weights = np.empty((stop - begin + LANES - 1) // LANES * LANES * DEPTH, np.float32)
    macs = inside = 0
    for tap in range(0, taps, tap_count):
        tap_end = min(tap + tap_count, taps)
        for channel in range(0, channels, depth):
            channel_end = min(channel + depth, channels)
            gather(x, sizes[4], group * channels, places, tap, tap_end, channel, channel_end, panels)
            steps = (tap_end - tap) * (channel_end - channel)
            read_weights(weight, touched, (tap * channels + channel) * filters, filters, begin, stop, steps, weights)
            for f in range(begin, stop, LANES):
                lanes = min(stop - f, LANES)
                for tile in range(tiles):
                    rows = min(end - first - tile * ROWS, ROWS)
                    a, b = _tile(
                        panels, tile * ROWS, rows, places, tap, tap_end, channel_end - channel,
                        weights, (f - begin) * DEPTH, filters, f, lanes, out, first,
                    )
                    macs += a
                    inside += b
    return macs, inside


@compiled
def input_places(sizes, walk_d, walk_h, walk_w, first, end):  # type: ignore[no-untyped-def]
    """The input position of every tap of every output position, in the order of rows and taps; -1 outside."""
    size_d, size_h, size_w = len(walk_d), len(walk_h), len(walk_w)
    places = np.empty((end - first, walk_d.shape[1] * walk_h.shape[1] * walk_w.shape[1]), np.int64)
    for row in range(end - first):
        position = first + row
        n, d = position // (size_d * size_h * size_w), position // (size_h * size_w) % size_d
        h, w = position // size_w % size_h, position % size_w
        tap = 0
        for a in range(walk_d.shape[1]):
            at_d = walk_d[d, a]
            for b in range(walk_h.shape[1]):
                at_h = walk_h[h, b]
                base = ((n * sizes[1] + at_d) * sizes[2] + at_h) * sizes[3]
                for c in range(walk_w.shape[1]):
                    at_w = walk_w[w, c]
                    places[row, tap] = base + at_w if at_d >= 0 and at_h >= 0 and at_w >= 0 else -1
                    tap += 1
    return places


@compiled
def gather(x, width, offset, places, tap, tap_end, channel, channel_end, panels):  # type: ignore[no-untyped-def]
    """Into the panels: for every position the channels of each tap, zeros for those outside."""
    for row in range(len(places)):
        at = row * STRIDE
        for t in range(tap, tap_end):
            place = places[row, t]
            is_inside = place >= 0
            source = place * width + offset if is_inside else 0
            for i in range(channel, channel_end, VECTOR):
                count = min(channel_end - i, VECTOR)
                copy_lanes(x, source + i, panels, at + i - channel, count if is_inside else 0)
            at += channel_end - channel


@compiled
def read_weights(weight, touched, at, filters, begin, stop, steps, weights):  # type: ignore[no-untyped-def]
    """The weights of one panel's channels, cut into strips of 32 filters."""
    for step in range(steps):
        for f in range(begin, stop, LANES):
            mark_lanes(touched, at + f, min(stop - f, LANES))
            to = (f - begin) * DEPTH + step * LANES
            for lane in range(0, LANES, VECTOR):
                copy_lanes(weight, at + f + lane, weights, to + lane, min(max(stop - f - lane, 0), VECTOR))
        at += filters


@compiled
def _tile(  # type: ignore[no-untyped-def]
    panels, row, rows, places, tap, tap_end, channels, weights, weight_at, filters, f, lanes, out, first,
):
    """The sums of one tile."""
    at = (first + row) * filters + f
    tile = load_tile(out, at, filters, rows, lanes)
    macs = inside = step = 0
    for t in range(tap, tap_end):
        rows_inside = 0
        for r in range(row, row + rows):
            rows_inside += places[r, t] >= 0
        for _ in range(channels):
            tile = add_products(tile, panels, row * STRIDE + step, weights, weight_at + step * LANES)
            macs += rows * lanes
            inside += rows_inside * lanes
            step += 1
    store_tile(tile, out, at, filters, rows, lanes)
    return macs, inside
