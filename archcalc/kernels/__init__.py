"""The kernels: one file an op, which executes it on real tensors and counts what it does.

They are witnesses of the formulas in `archcalc.ops`, and so they import nothing of archcalc but one another: a kernel
is written from the definition of its op. It is given the op for its attributes alone.

A kernel's file has the name of its op, and says

- `execute(op, run, *inputs)`: the output; it makes its weights with `run.weight` and counts in `run.counts`;
- `sees(op, *sizes)`: which positions of its inputs an output position depends on, see `archcalc.kernels.walk`;
- where it takes much, `scratch(op, *sizes)`: the values of one example that it needs beside inputs and output.

Tensors are float32 arrays [examples, *spatial sizes, channels], with channels last; a vector is [examples, channels].
An output that overwrites or views an input shares its memory; any other is an array of its own.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def find(op_name: str) -> Any:
    """The module with the kernel of an op.

    >>> find("relu").__name__
    'archcalc.kernels.relu'
    """
    return import_module(f"archcalc.kernels.{op_name}")
