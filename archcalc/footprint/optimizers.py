"""The optimizers: how many values each keeps for every parameter."""

from __future__ import annotations

from archcalc.analysis.dtypes import BITS, bits_of, width_name, width_of
from archcalc.errors import ArchcalcError, did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction

# Optimizer -> what it keeps for each parameter, in at least 32 bits.
OPTIMIZERS: dict[str, tuple[str, ...]] = {
    "sgd": (),
    "momentum": ("velocity",),  # Polyak 1964; `momentum` of PyTorch's SGD
    "adam": ("first moment", "second moment"),  # Kingma and Ba, ICLR 2015, algorithm 1
    "adamw": ("first moment", "second moment"),  # Loshchilov and Hutter, ICLR 2019, algorithm 2
}
STATE_BITS = 32  # of the optimizer's values and of the master copy: mixed precision keeps these in float32


def states_of(optimizer: str) -> tuple[str, ...]:
    """What an optimizer keeps for each parameter; raises ArchcalcError for one that is not known.

    >>> states_of("adam")
    ('first moment', 'second moment')
    """
    if not isinstance(optimizer, str) or optimizer not in OPTIMIZERS:
        raise ArchcalcError(f"there is no optimizer '{optimizer}'", hint=did_you_mean(str(optimizer), OPTIMIZERS))
    return OPTIMIZERS[optimizer]


def state_bits(weights: str) -> int:
    """Bits of a value of state, for parameters of this type: never fewer than they have themselves.

    >>> state_bits("bfloat16"), state_bits("float64")
    (32, 64)
    """
    return max(STATE_BITS, bits_of(weights))


def require_trainable(optimizer: str | None, dtype: str, weights: str | int | float | Fraction) -> None:
    """Raise ArchcalcError where there is an optimizer, but types that nothing can be trained in."""
    if optimizer is None:
        return
    states_of(optimizer)
    width_of(weights)
    for what, kind in (("activations", dtype), ("weights", weights)):
        if not isinstance(kind, str) or kind not in BITS or kind.startswith("int"):
            named = f"of {width_name(kind)}"
            raise ArchcalcError(
                f"{what} {named} are not trained: they have no gradients",
                hint="without an optimizer, storing and running the network is counted",
            )
