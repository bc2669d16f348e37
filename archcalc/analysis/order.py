"""An order of execution that needs less memory: the best one, where that can be proven, or the best one found.

What is alive between two layers depends on which of them have run, not on their order. So the search goes from one
set of layers that have run to the next, the set whose way has needed least first; the first to hold all layers was
reached in a best order. Layers whose running can only help run at once. A large network has too many such sets: after
MAX_SETS of them the search stops, and a beam search, which follows the WIDTH most promising orders, gives the order.
No order needs less than the least that the sets then open have needed on their way.
"""

from __future__ import annotations

from heapq import heappop, heappush, nsmallest

from archcalc.analysis.liveness import lives_of, walk
from archcalc.record import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from archcalc.analysis.liveness import Lives
    from archcalc.graph.graph import Graph

MAX_SETS = 5_000
WIDTH = 32


class Order(Record):
    """An order of the layers, by index, the bytes at its peak, and what no order needs less than."""

    layers: tuple[int, ...]
    peak_bytes: int
    bound_bytes: int

    @property
    def is_best(self) -> bool:
        """Whether no order is better."""
        return self.peak_bytes == self.bound_bytes


class _State(Record):
    """Layers that have run, as bits, and in which order: the last one, and the state before it."""

    peak: int  # the most that was alive on the way
    alive: int  # what is alive now
    done: int
    ready: int  # the layers that could run next, as bits
    last: int = -1
    before: _State | None = None


class _Search:
    """The moves from state to state."""

    def __init__(self, graph: Graph, lives: Lives):
        self.lives = lives
        self.sources = [sum(1 << source for source in set(layer.inputs)) for layer in graph.layers]
        self.users: list[list[int]] = [[] for _ in graph.layers]
        for index, layer in enumerate(graph.layers):
            for source in set(layer.inputs):
                self.users[source].append(index)
        self.all = (1 << len(graph.layers)) - 1

    def begin(self) -> _State:
        """All inputs of the network are there before anything runs."""
        state = _State(0, 0, 0, sum(1 << index for index, sources in enumerate(self.sources) if not sources))
        for index in _bits(state.ready):
            state = self.run(state, index)
        return self.helped(state._replace(peak=max(state.peak, self.least())))

    def least(self) -> int:
        """What every order needs: some layer with all that it reads and makes."""
        lives = self.lives
        alone = [sum(lives.sizes[tensor] for tensor in read) for read in lives.reads]
        for index, own in enumerate(lives.tensors):
            if own == index and index not in lives.overwriting:
                alone[index] = alone[index] + lives.sizes[own]
        return int(max(alone))

    def run(self, state: _State, index: int) -> _State:
        """The state after one more layer."""
        coming, going = self.lives.step(state.done, index)
        done = state.done | 1 << index
        ready = state.ready & ~(1 << index)
        for user in self.users[index]:
            if not self.sources[user] & ~done:
                ready |= 1 << user
        alive = int(state.alive + coming)
        return _State(max(state.peak, alive), alive - int(going), done, ready, index, state)

    def helped(self, state: _State) -> _State:
        """The state after all layers that can only help: they need no more than was needed, and leave no more."""
        is_going_on = True
        while is_going_on:
            is_going_on = False
            for index in _bits(state.ready):
                after = self.run(state, index)
                if after.peak == state.peak and after.alive <= state.alive:
                    state, is_going_on = after, True
                    break
        return state

    def next(self, state: _State) -> Iterator[_State]:
        """The states that one layer more, and what helps then, leads to."""
        for index in _bits(state.ready):
            yield self.helped(self.run(state, index))


def best_order(graph: Graph, batch: int, dtype: str, mode: str, max_sets: int = MAX_SETS) -> Order:
    """The order of the layers whose peak is the least that was found; never worse than the given order.

    >>> from archcalc.spec import load
    >>> order = best_order(load("lenet5"), 1, "float32", "in place")
    >>> order.peak_bytes, order.is_best
    (23520, True)
    """
    lives = lives_of(graph, batch, dtype, mode)
    given = tuple(range(len(graph.layers)))
    peak = max(int(alive) for _, alive in walk(lives, given))
    search = _Search(graph, lives)
    found, bound = _least_first(search, peak, max_sets)
    if found is None and bound < peak:
        found = _beam(search)
    if found is None or found.peak >= peak:
        return Order(given, peak, min(bound, peak))
    return Order(_order(found), found.peak, bound)


def _least_first(search: _Search, known: int, max_sets: int) -> tuple[_State | None, int]:
    """The state in which all layers have run, on a best way, if it was reached; and what every way needs at least.

    Ways that need as much as a `known` one are not followed.
    """
    begin = search.begin()
    heap = [(begin.peak, 0, begin.alive, 0, begin)]
    least = {begin.done: begin.peak}  # that each set is known to need
    count = 0
    while heap:
        peak, _, _, _, state = heappop(heap)
        if state.done == search.all:
            return state, peak
        if peak >= known:
            return None, known
        if len(least) > max_sets:
            return None, peak
        for after in search.next(state):
            if after.done not in least or after.peak < least[after.done]:
                least[after.done] = after.peak
                count += 1
                heappush(heap, (after.peak, -after.done.bit_count(), after.alive, count, after))
    return None, known


def _beam(search: _Search) -> _State:
    """A state in which all layers have run, on a way that looked good all along."""
    states = [search.begin()]
    while True:
        afters: dict[int, _State] = {}
        for state in states:
            if state.done == search.all:
                return state
            for after in search.next(state):
                known = afters.get(after.done)
                if known is None or after.peak < known.peak:
                    afters[after.done] = after
        states = nsmallest(WIDTH, afters.values(), key=lambda state: (state.peak, state.alive, -state.done.bit_count()))


def _order(state: _State) -> tuple[int, ...]:
    order: list[int] = []
    step: _State | None = state
    while step is not None and step.last >= 0:
        order.append(step.last)
        step = step.before
    return tuple(reversed(order))


def _bits(mask: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
