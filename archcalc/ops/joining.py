"""What the ops that join branches ask of their shapes."""

from __future__ import annotations

from archcalc.algebra import equal, fails

TYPE_CHECKING = False
if TYPE_CHECKING:
    from archcalc.algebra import Number


def differ(a: tuple[Number, ...], b: tuple[Number, ...]) -> bool:
    """Whether two shapes are known to differ, in the number of axes or in a size.

    >>> differ((64, 7, 7), (64, 7, 7)), differ((64, 7, 7), (64, 49))
    (False, True)
    """
    return len(a) != len(b) or any(fails(equal(one, other)) for one, other in zip(a, b, strict=True))
