"""Convolution as products of matrices: tiles of 14 positions by 32 filters, their sums kept in registers.

The inputs of a block of positions are gathered into panels, one row a position, which hold the channels of one tap
after the other and zeros where a tap lies outside the image; every filter's weights then meet every row.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numba import prange

from archcalc.kernels.compiled import compiled
from archcalc.kernels.run import INSIDE, MAC
from archcalc.kernels.threads import aligned, parts, take, worker_counts
from archcalc.kernels.tile import (
    DEPTH,
    LANES,
    ROWS,
    STRIDE,
    VECTOR,
    add_products,
    copy_lanes,
    empty_tile,
    fetch_lanes,
    load_tile,
    mark_lanes,
    store_tile,
)
from archcalc.kernels.walk import five_axes, three_axes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.kernels.run import Array, Run

# What a thread works on at a time: its panels and its weights stay in the second-level cache.
_TILES = 28
_FILTERS = 512
_AHEAD = 8  # channels whose weights are on their way from memory while those of one are copied


def convolve(
    run: Run, x: Array, weight: Array, touched: Array, walks: tuple[Array, ...], groups: int, out: Array
) -> None:
    """The same as the plain loops of `archcalc.kernels.conv`, values, counts and all; `out` may hold anything."""
    filters = out.shape[-1] // groups  # of one group
    tiles, strips = -(-(out.size // out.shape[-1]) // ROWS), -(-filters // LANES)
    blocks = -(-tiles // _TILES)
    shares = max(parts(blocks * groups, strips), -(-filters // _FILTERS))
    _convolve(
        x.reshape(-1), np.array(five_axes(x).shape), weight.reshape(-1), touched.reshape(-1), three_axes(walks),
        groups, out.reshape(-1), out.shape[-1], -(-tiles // blocks) * ROWS, -(-strips // shares) * LANES,
        *worker_counts(), run.counts,
    )  # fmt: skip


@partial(compiled, parallel=True)
def _convolve(x, sizes, weight, touched, walks, groups, out, width, rows, share, counter, done, counts):  # type: ignore[no-untyped-def]
    """Every task is a block of positions, a group and a share of its filters; `width` is the filters of all groups."""
    positions, filters = out.size // width, width // groups
    blocks, shares = (positions + rows - 1) // rows, (filters + share - 1) // share
    for worker in prange(len(done)):
        panels, weights = aligned(rows * STRIDE), aligned(share * DEPTH)
        task = take(counter)
        while task < blocks * groups * shares:
            first, group = task // (groups * shares) * rows, task // shares % groups
            begin = group * filters + task % shares * share
            stop = min(begin + share, (group + 1) * filters)
            places = input_places(sizes, walks, first, min(first + rows, positions))
            macs, inside = _block(
                x, sizes[4], weight, touched, places, group, groups, out, width, first, positions, begin, stop,
                panels, weights,
            )  # fmt: skip
            done[worker, 0] += macs
            done[worker, 1] += inside
            task = take(counter)
    for worker in range(len(done)):
        counts[MAC] += done[worker, 0]
        counts[INSIDE] += done[worker, 1]


@compiled
def _block(  # type: ignore[no-untyped-def]
    x, channels, weight, touched, places, group, groups, out, width, first, positions, begin, stop, panels, weights
):
    """The output positions from `first` on whose inputs are given, for the filters from `begin` to `stop`."""
    taps, rows = places.shape
    inside_rows = count_inside(places)
    own = channels // groups
    tap_step, depth = _evenly(taps, max(DEPTH // own, 1)), _evenly(own, DEPTH)  # several taps, or a part of one
    macs = inside = 0
    for tap in range(0, taps, tap_step):
        tap_end = min(tap + tap_step, taps)
        for channel in range(0, own, depth):
            count = min(depth, own - channel)
            gather(x, channels, group * own + channel, count, places, tap, tap_end, panels)
            at = (tap * own + channel) * width + begin
            read_weights(weight, touched, at, width, stop - begin, (tap_end - tap) * count, weights)
            for f in range(begin, stop, LANES):
                for row in range(0, rows, ROWS):
                    done = _tile(
                        panels, row, inside_rows, tap, tap_end, count, weights, (f - begin) * DEPTH,
                        out, (first + row) * width + f, width, min(positions - first - row, ROWS), min(stop - f, LANES),
                        tap == 0 and channel == 0,
                    )  # fmt: skip
                    macs += done[0]
                    inside += done[1]
    return macs, inside


@compiled
def _evenly(count, most):  # type: ignore[no-untyped-def]
    """The size of equal parts, none larger than `most`."""
    number = (count + most - 1) // most
    return (count + number - 1) // number


@compiled
def input_places(sizes, walks, first, end):  # type: ignore[no-untyped-def]
    """The input position of every tap of the output positions from `first` to `end`: [taps, positions].

    It is -1 outside the image, and for the positions that the last tile lacks.
    """
    walk_d, walk_h, walk_w = walks
    rows = (end - first + ROWS - 1) // ROWS * ROWS
    places = np.full((walk_d.shape[1] * walk_h.shape[1] * walk_w.shape[1], rows), -1)
    row = 0
    rest, w = divmod(first, len(walk_w))
    rest, h = divmod(rest, len(walk_h))
    n, d = divmod(rest, len(walk_d))
    while row < end - first:
        count = min(len(walk_w) - w, end - first - row)  # up to the end of a line of the output
        tap = 0
        for at_d in walk_d[d]:
            for at_h in walk_h[h]:
                line = ((n * sizes[1] + at_d) * sizes[2] + at_h) * sizes[3]
                for c in range(walk_w.shape[1]):
                    if at_d >= 0 and at_h >= 0:
                        for i in range(count):
                            at_w = walk_w[w + i, c]
                            places[tap, row + i] = line + at_w if at_w >= 0 else -1
                    tap += 1
        row, w, h = row + count, 0, h + 1
        if h == len(walk_h):
            h, d = 0, d + 1
        if d == len(walk_d):
            d, n = 0, n + 1
    return places


@compiled
def count_inside(places):  # type: ignore[no-untyped-def]
    """How many positions of each tile have each tap inside the image: [taps, tiles]."""
    taps, rows = places.shape
    inside = np.zeros((taps, rows // ROWS), np.int64)
    for tap in range(taps):
        for tile in range(rows // ROWS):
            count = 0
            for row in range(ROWS):
                count += places[tap, tile * ROWS + row] >= 0
            inside[tap, tile] = count
    return inside


@compiled
def gather(x, width, first, count, places, tap, tap_end, panels):  # type: ignore[no-untyped-def]
    """Into the panels: for every position so many channels of each tap, zeros for the taps outside.

    Taps side by side are copied in one piece, as an image of three channels would otherwise come in very small ones.
    Whole vectors are written: what one writes too far, the next one overwrites.
    """
    for tile in range(0, places.shape[1], ROWS):
        t = tap
        while t < tap_end:
            end = t + 1
            while count == width and end < tap_end and _is_beside(places, end, tile):
                end += 1
            length = (end - t) * count
            for row in range(tile, tile + ROWS):
                place, at = places[t, row], row * STRIDE + (t - tap) * count
                source, found = (place * width + first, length) if place >= 0 else (0, 0)
                for i in range(0, length, VECTOR):
                    copy_lanes(x, source + i, panels, at + i, found - i)
            t = end


@compiled
def _is_beside(places, tap, tile):  # type: ignore[no-untyped-def]
    """Whether a tap lies right behind the one before it, at every position of a tile."""
    count = 0
    for row in range(tile, tile + ROWS):
        before = places[tap - 1, row]
        count += before >= 0 and places[tap, row] == before + 1
    return count == ROWS


@compiled
def read_weights(weight, touched, at, width, filters, steps, weights):  # type: ignore[no-untyped-def]
    """The weights of a panel's channels, cut into strips of 32 filters."""
    for step in range(steps):
        for f in range(0, filters, LANES):
            fetch_lanes(weight, at + f + _AHEAD * width)
            mark_lanes(touched, at + f, min(filters - f, LANES))
            for lane in range(0, LANES, VECTOR):
                to = f * DEPTH + step * LANES + lane
                copy_lanes(weight, at + f + lane, weights, to, filters - f - lane)
        at += width


@compiled
def _tile(  # type: ignore[no-untyped-def]
    panels, row, inside_rows, tap, tap_end, channels, weights, start, out, at, width, rows, lanes, is_first
):
    """The sums of one tile, added to those of the taps and channels before."""
    tile = empty_tile() if is_first else load_tile(out, at, width, rows, lanes)
    macs = inside = step = 0
    for t in range(tap, tap_end):
        rows_inside = inside_rows[t, row // ROWS]
        for _ in range(channels):
            tile = add_products(tile, panels, row * STRIDE + step, weights, start + step * LANES)
            macs += rows * lanes
            inside += rows_inside * lanes
            step += 1
    store_tile(tile, out, at, width, rows, lanes)
    return macs, inside
