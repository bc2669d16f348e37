"""Whether a layer that sees all positions of its inputs has thereby seen every position of the network's input.

From that layer back to the input goes, along every axis, what is seen: the first and the last position, and the
largest step between neighbours that are seen (1 where none is left out). A window of size k and stride s that begins
p before its input turns first, last, step into first*s - p, last*s - p + k - 1 and step*s - k + 1, cut to the
positions that are really there: what lies in padding sees nothing. Taps that are d apart (a dilation) leave steps
of up to d, unless at least d windows lie side by side, one apart. Where that is not enough to be sure of every
position, it is not said to be seen.
"""

from __future__ import annotations

from archcalc.algebra import Undecided, ceil_div, decide, equal, maximum, minimum
from archcalc.graph.op import EACH
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


class Span(Record):
    """Positions along one axis: from the first to the last, neighbours at most `step` apart."""

    first: Number
    last: Number
    step: Number


def sees_everything(graph: Graph, windows: Sequence[Window | str], index: int, source: int) -> bool:
    """Whether a layer with all positions of its inputs is known to see every position of a source.

    `windows` are those of the layers up to this one; `index` is the layer, `source` an input of the network.
    """
    tensors = [layer.output for layer in graph.layers[: index + 1]]
    seen: dict[int, Seen] = {user: _all(tensors[user]) for user in graph.layers[index].inputs}
    try:
        for place in range(index - 1, source, -1):
            if place not in seen:
                continue
            for below in graph.layers[place].inputs:
                found = _below(seen[place], windows[place], tensors[below])
                if found is not None:
                    seen[below] = _union(seen[below], found) if below in seen else found
        return source in seen and _is_whole(seen[source], tensors[source])
    except Undecided:
        return False


def _all(tensor: Tensor) -> Seen:
    return tuple(Span(0, n - 1, 1) for n in tensor.size)


def _is_whole(seen: Seen, tensor: Tensor) -> bool:
    return all(
        decide(equal(span.step, 1)) and decide(span.first <= 0) and decide(span.last >= n - 1)
        for span, n in zip(seen, tensor.size, strict=True)
    )


def _below(seen: Seen, window: Window | str, tensor: Tensor) -> Seen | None:
    """What is seen of an input, from what is seen of the output; None if that is nothing for certain."""
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
    if decide(equal(span.step, 1)):
        # Windows that lie in the padding altogether see nothing.
        first = maximum(first, ceil_div(before - size + 1, stride))
        last = minimum(last, (refined - 1 + before) // stride)
    begin, end = first * stride - before, last * stride - before + size - 1
    if decide(first > last) or decide(begin + size <= 0) or decide(end - size + 1 >= refined):
        return None
    step = 1 if decide(equal(first, last)) else maximum(span.step * stride - size + 1, 1)
    side_by_side = decide(equal(span.step * stride, 1)) and decide(last - first + 1 >= spacing)
    if not side_by_side:
        step = maximum(step, spacing)
    if not decide(equal(step, 1)) and not decide(equal(upscale, 1)):
        step = count  # which of the real positions the holes hit is not followed
    return Span(maximum(ceil_div(begin, upscale), 0), minimum(end // upscale, count - 1), step)


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
