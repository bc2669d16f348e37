"""Design spaces: the same formulas for millions of variants of a network."""

from __future__ import annotations

import os

from archcalc.analysis import Settings, whole_batch
from archcalc.closed_forms.condition import condition
from archcalc.errors import ArchcalcError
from archcalc.sweeping.engine import Engine, Stretch, count_problem
from archcalc.sweeping.parts import Parts
from archcalc.sweeping.space import Space as Space
from archcalc.sweeping.space import space_of as space_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from os import PathLike
    from typing import Any

    from archcalc.sweeping.result import Found

DEFAULT_COLUMNS = ("params", "macs")
STRETCH = 1 << 20  # variants that are held at once


def engine_of(
    spec: str | PathLike[str],
    space: Space,
    columns: Sequence[str] = DEFAULT_COLUMNS,
    where: Sequence[str] = (),
    settings: Settings | None = None,
    fixed: Mapping[str, Any] | None = None,
) -> Engine:
    """What a sweep needs, checked; raises ArchcalcError for unknown vars and columns, and for conditions.

    `fixed` are values of vars that are the same for all variants.
    """
    from archcalc.closed_forms.unknowns import knob_value
    from archcalc.spec import load

    fixed = dict(fixed or {})
    for name in space.values:
        if name in fixed:
            raise ArchcalcError(f"'{name}' cannot have a value and be swept")
        if name in columns:
            raise ArchcalcError(f"the var '{name}' and the column '{name}' have one name", hint="leave the column out")
    graph = load(spec, **fixed)
    for name in space.values:
        knob_value(graph, name)
    conditions = [condition(part) for text in where for part in text.split(" and ")]
    engine = Engine(spec, space, columns, settings or Settings(), conditions, fixed)
    engine.outputs(graph)  # a column or condition that cannot be read is said before the work
    return engine


def record(engine: Engine, found: Found, file: str | None, resume: bool, progress: Callable[[int], object]) -> bool:
    """Carry out a sweep: its summary into `found`, and every variant that is kept into a file; False if interrupted.

    An interrupted sweep leaves a file of what is done, and its parts beside it, from which `resume` goes on.
    """
    if file is None:
        if resume:
            raise ArchcalcError("--resume needs the file that was being written", hint="name it with -o")
        for _, stretch in stretches(engine):
            found.add(stretch)
            progress(stretch.size)
        return True
    parts = Parts(file, engine.which(), resume)
    is_whole = True
    try:
        for start, stretch in stretches(engine, known=parts.known):
            if not parts.has(start):
                parts.add(start, stretch)
            found.add(stretch)
            progress(stretch.size)
    except KeyboardInterrupt:
        is_whole = False
    if found.tried:
        parts.join()
    if is_whole:
        parts.remove()
    return is_whole


def stretches(
    engine: Engine, size: int | None = None, known: Callable[[int, int], Stretch | None] | None = None
) -> Iterator[tuple[int, Stretch]]:
    """The whole sweep, a stretch after the other with the number of its first variant, in the order of the variants.

    `known` gives, by its first variant and its size, a stretch that need not be computed; or None.
    """
    from collections import deque
    from concurrent.futures import Future, ThreadPoolExecutor

    count = engine.space.size
    size = max(1, (size or STRETCH) // engine.space.width) * engine.space.width
    starts = iter(range(0, count, size))

    def stretch(start: int) -> tuple[int, Stretch]:
        end = min(start + size, count)
        found = None if known is None else known(start, end - start)
        return start, engine.stretch(start, end) if found is None else found

    yield stretch(next(starts))  # it finds, and compiles, what most of the others need
    workers = os.cpu_count() or 1
    waiting: deque[Future[tuple[int, Stretch]]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for start in starts:
                waiting.append(pool.submit(stretch, start))
                if len(waiting) > 2 * workers:  # no more than that are held
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def sweep(
    spec: str | PathLike[str],
    /,
    columns: Sequence[str] = DEFAULT_COLUMNS,
    *,
    where: str | Sequence[str] = (),
    zipped: bool = False,
    sample: int | float | None = None,
    seed: int = 0,
    batch: int = 1,
    dtype: str = "float32",
    convention: str = "macs",
    **values: Any,
) -> Any:
    """A DataFrame of variants of a network: a row each, its vars and the totals of these columns.

    `values` are lists, ranges or arrays by var; every combination is a variant, or with `zipped` the values side by
    side, or with `sample` so many random combinations. Only those are kept for which `where` holds ("macs <= 600M and
    params <= 5M"). Variants that make no network are left out; `attrs["problems"]` says why, and how many. Every
    number is that of `analyze` for the same variant, exactly. Raises ArchcalcError.

    >>> sweep("mobilenet_v1", alpha=[0.25, 1.0], resolution=[128, 224])["macs"].tolist()
    [13570048, 41030272, 186400768, 568740352]
    """
    try:
        import pandas as pd
    except ImportError:
        hint = "install it with: pip install 'archcalc[frame]'"
        raise ArchcalcError("a sweep needs pandas, which is not installed", hint=hint) from None
    space = space_of(values, zipped, sample, seed)
    conditions = [where] if isinstance(where, str) else list(where)
    engine = engine_of(spec, space, columns, conditions, Settings(whole_batch(batch), dtype, convention))
    parts = [stretch for _, stretch in stretches(engine)]
    problems: dict[str, int] = {}
    for part in parts:
        for problem, count in part.problems.items():
            count_problem(problems, problem, count)
    import numpy as np

    names = parts[0].columns
    frame = pd.DataFrame({name: np.concatenate([part.columns[name] for part in parts]) for name in names}, copy=False)
    frame.attrs.update({"spec": str(spec), "variants": space.size, "problems": problems})
    return frame
