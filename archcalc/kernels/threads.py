"""How threads share the work: each takes the next task when it is done with one, so that none waits for a slow one."""

from __future__ import annotations

from math import gcd

import numpy as np
from llvmlite import ir
from numba import get_num_threads, types
from numba.extending import lower_builtin, type_callable

from archcalc.kernels.compiled import compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.kernels.run import Array

_MANY = 4  # tasks a thread: with so many it hardly matters that one thread has one more


def parts(tasks: int, strips: int) -> int:
    """Into how many parts the filters of every task are cut: as few as give every thread the same number of parts.

    Each part gathers its inputs anew, and reads its weights in shorter pieces.
    """
    threads = get_num_threads()
    return 1 if tasks >= _MANY * threads else min(threads // gcd(tasks, threads), strips)


def worker_counts() -> tuple[Array, Array]:
    """For a parallel loop over workers: the number of the next task, and multiply-accumulates, those inside as well."""
    return np.zeros(1, np.int64), np.zeros((get_num_threads(), 2), np.int64)


def take(counter: Array) -> int:
    """The number of the next task, for one thread alone."""
    counter[0] += 1
    return int(counter[0] - 1)


@type_callable(take)
def _type_take(context: Any) -> Any:
    return lambda counter: types.int64


@lower_builtin(take, types.Array)
def _lower_take(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
    return builder.atomic_rmw("add", data, ir.IntType(64)(1), "monotonic")


@compiled
def aligned(floats):  # type: ignore[no-untyped-def]
    """An array that begins with a cache line, so that no vector of it lies across two; its values are arbitrary."""
    array = np.empty(floats + 32, np.float32)
    begin = (-array.ctypes.data % 64) // 4
    return array[begin : begin + floats + 16]  # room for a last vector of which only a part is wanted
