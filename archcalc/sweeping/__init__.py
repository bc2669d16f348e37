"""Design spaces: the same formulas for millions of variants of a network."""

from __future__ import annotations

import os

from archcalc.analysis import Settings, whole_batch
from archcalc.errors import ArchcalcError
from archcalc.sweeping.engine import count_problems
from archcalc.sweeping.parts import Parts
from archcalc.sweeping.plan import DEFAULT_COLUMNS, Plan
from archcalc.sweeping.space import space_of
from archcalc.sweeping.work import Work, in_order, summaries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from os import PathLike
    from typing import Any

    from archcalc.sweeping.summary import Summary


def record(
    work: Work,
    found: Summary,
    file: str | None,
    resume: bool,
    progress: Callable[[int], object],
    engine: Callable[[Work, Parts | None], Iterator[Summary]] = summaries,
) -> bool:
    """Carry out a sweep: its summary into `found`, and every variant that is kept into a file; False if interrupted.

    The `engine` does the work: threads of this process, or what `cluster.on_cluster` gives. An interrupted sweep
    leaves a file of what is done, and its parts beside it, from which `resume` goes on. Where nothing is kept, no file
    is written.
    """
    if file is None and resume:
        raise ArchcalcError("--resume needs the file that was being written", hint="name it with -o")
    parts = None if file is None else Parts.of(file, work.identity(), resume)
    is_whole = True
    try:
        for summary in engine(work, parts):
            found.add(summary)
            progress(summary.tried)
    except KeyboardInterrupt:
        is_whole = False
    if parts is not None:
        if found.kept:
            parts.write(found.tried)
        if is_whole:
            parts.remove()
    return is_whole


def sweep(
    spec: str | PathLike[str] | Sequence[str | PathLike[str]],
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
    """A DataFrame of variants of a network, or of several: a row each, its vars and the totals of these columns.

    `values` are lists, ranges or arrays by var; every combination is a variant, or with `zipped` the values side by
    side, or with `sample` so many random combinations. Only those are kept for which `where` holds ("macs <= 600M and
    params <= 5M"). A list of specs is swept one after the other, with a column `spec`. Variants that make no network
    are left out; `attrs["problems"]` says why, and how many; `attrs["units"]` are the units by column.
    Every number is that of `analyze` for the same variant, exactly. Raises ArchcalcError.

    >>> sweep("mobilenet_v1", alpha=[0.25, 1.0], resolution=[128, 224])["macs"].tolist()
    [13570048, 41030272, 186400768, 568740352]
    """
    try:
        import pandas as pd
    except ImportError:
        hint = "install it with: pip install 'archcalc[frame]'"
        raise ArchcalcError("a sweep needs pandas, which is not installed", hint=hint) from None
    import numpy as np

    specs = [spec] if isinstance(spec, (str, os.PathLike)) else list(spec)
    if not specs:
        raise ArchcalcError("a sweep needs a spec")
    settings = Settings(whole_batch(batch), dtype, convention)
    for what, given in (("columns", columns), ("conditions", where)):
        if not isinstance(given, (list, tuple)) and not (given is where and isinstance(where, str)):
            raise ArchcalcError(f"found the {what} {given!r}, expected a list of names")
    conditions = (where,) if isinstance(where, str) else tuple(where)
    space = space_of(values, zipped, sample, seed)
    plan = Plan(tuple(os.fspath(one) for one in specs), space, tuple(columns), conditions, settings)
    work = Work(plan)
    parts = list(in_order(work.stretch, work.stretches()))
    problems: dict[str, int] = {}
    for part in parts:
        count_problems(problems, part.problems)
    names = parts[0].columns
    frame = pd.DataFrame({name: np.concatenate([part.columns[name] for part in parts]) for name in names}, copy=False)
    frame.attrs.update(spec=", ".join(plan.specs), variants=plan.size, problems=problems, units=work.units)
    return frame
