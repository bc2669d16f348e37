"""Whether a layer that sees all positions of its inputs has thereby seen every position of the network's input.

From that layer back to the input goes, along every axis, what is seen: the first and the last position, and the
largest step between neighbours that are seen (1 where none is left out). A window of size k and stride s that begins
p before its input turns first, last, step into first*s - p, last*s - p + k - 1 and step*s - k + 1, cut to the
positions that are really there: what lies in padding sees nothing. Taps that are d apart (a dilation) leave steps
of up to d, unless at least d windows lie side by side, one apart. Where that is not enough to be sure of every
position, it is not said to be seen.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from archcalc.algebra import Undecided, ceil_div, decide, equal, maximum, minimum, modulo
from archcalc.graph.op import CHOSEN, EACH
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeAlias

    from archcalc.algebra import Number
    from archcalc.graph.graph import Graph
    from archcalc.graph.op import Window
    from archcalc.graph.tensor import Tensor

    Seen: TypeAlias = "tuple[Span, ...]"

BUDGET = 200_000  # steps from a layer to one of its inputs, all walks of one analysis together


class Span(Record):
    """Positions along one axis: from the first to the last, neighbours at most `step` apart."""

    first: Number
    last: Number
    step: Number


class Coverage:
    """Answers for one network which layers see everything, in bounded time.

    `windows` are those of the layers so far; it grows while the network is followed. Answers are kept: a walk that
    narrows to a single layer goes on as any other walk did that came by there with the same positions.
    """

    def __init__(self, graph: Graph, windows: Sequence[Window | str], budget: int = BUDGET):
        self._graph = graph
        self._windows = windows
        self._budget = budget
        self._known: dict[tuple[int, int, Seen], bool] = {}

    @property
    def is_spent(self) -> bool:
        """Whether the steps that all walks together may take are used up; the answer is then always no."""
        return self._budget < 0

    def sees_everything(self, index: int, source: int) -> bool:
        """Whether a layer with all positions of its inputs is known to see every position of an input."""
        trail: list[tuple[int, int, Seen]] = []
        try:
            answer = self._walk(index, source, trail)
        except Undecided:
            answer = False
        if not self.is_spent:
            self._known.update(dict.fromkeys(trail, answer))
        return answer

    def _walk(self, index: int, source: int, trail: list[tuple[int, int, Seen]]) -> bool:
        layers = self._graph.layers
        seen: dict[int, Seen] = {user: _all(layers[user].output) for user in layers[index].inputs}
        waiting = [-user for user in seen]  # a heap; the last layer first
        heapify(waiting)
        while waiting and -waiting[0] > source:
            place = -heappop(waiting)
            if not waiting and all(type(end) is int for span in seen[place] for end in span):
                key = (source, place, seen[place])
                if key in self._known:
                    return self._known[key]
                trail.append(key)
            for below in layers[place].inputs:
                self._budget -= 1
                if self.is_spent:
                    return False
                found = _below(seen[place], self._windows[place], layers[below].output)
                if found is None:
                    continue
                if below not in seen:
                    heappush(waiting, -below)
                seen[below] = _union(seen[below], found) if below in seen else found
        return source in seen and _is_whole(seen[source], layers[source].output)


def _is(a: Number, b: Number) -> bool:
    """Whether two numbers are known to be the same; raises Undecided if that depends on the variant."""
    return a == b if type(a) is int and type(b) is int else decide(equal(a, b))


def _all(tensor: Tensor) -> Seen:
    return tuple(Span(0, n - 1, 1) for n in tensor.size)


def _is_whole(seen: Seen, tensor: Tensor) -> bool:
    return all(
        _is(span.step, 1) and decide(span.first <= 0) and decide(span.last >= n - 1)
        for span, n in zip(seen, tensor.size, strict=True)
    )


def _below(seen: Seen, window: Window | str, tensor: Tensor) -> Seen | None:
    """What is seen of an input, from what is seen of the output; None if that is nothing for certain."""
    if window == CHOSEN:
        return None
    if isinstance(window, str):
        is_spread = window == EACH and len(seen) == len(tensor.size)
        return seen if is_spread else _all(tensor)
    if not tensor.size:
        return ()
    spans = [_slid(*axis) for axis in zip(seen, *window, tensor.size, strict=True)]
    return tuple(span for span in spans if span is not None) if None not in spans else None


def _slid(
    span: Span, size: Number, stride: Number, before: Number, spacing: Number, upscale: Number, count: Number
) -> Span | None:
    first, last = span.first, span.last
    refined = (count - 1) * upscale + 1  # positions of the grid on which the window slides, see `Window`
    if _is(span.step, 1):
        # Windows that lie in the padding altogether see nothing.
        first = maximum(first, ceil_div(before - size + 1, stride))
        last = minimum(last, (refined - 1 + before) // stride)
    begin, end = first * stride - before, last * stride - before + size - 1
    if decide(first > last) or decide(begin + size <= 0) or decide(end - size + 1 >= refined):
        return None
    step = 1 if _is(first, last) else maximum(span.step * stride - size + 1, 1)
    side_by_side = _is(span.step * stride, 1) and decide(last - first + 1 >= spacing)
    if not side_by_side:
        step = maximum(step, spacing)
    if not _is(step, 1) and not _is(upscale, 1):
        return None  # which of the real positions the holes hit is not followed
    # Where padding cuts a window, its first tap inside need not be the first position: taps are `apart` steps apart.
    apart, top = 1 if side_by_side else spacing, refined - 1
    begin, end = maximum(begin, modulo(begin, apart)), minimum(end, top - modulo(top - end, apart))
    if not _is(apart, 1) and decide(begin > end):
        return None
    return Span(ceil_div(begin, upscale), end // upscale, step)


def _union(a: Seen, b: Seen) -> Seen:
    return tuple(_joined(one, other) for one, other in zip(a, b, strict=True))


def _joined(one: Span, other: Span) -> Span:
    for wide, narrow in ((one, other), (other, one)):
        holds = decide(wide.first <= narrow.first) and decide(wide.last >= narrow.last)
        if holds and decide(wide.step <= narrow.step):
            return wide
    apart = maximum(one.first, other.first) - minimum(one.last, other.last)
    step = maximum(maximum(one.step, other.step), apart)
    return Span(minimum(one.first, other.first), maximum(one.last, other.last), step)
