"""What is known at one place of a network that unfolds: values and named results."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from archcalc.spec.sharing import Made


class Scope:
    """What is known inside one block that is being carried out: values, named results and what made them.

    A name is None if a mistake leaves its result unknown; `is_partial` if a name may be missing for that reason.
    """

    __slots__ = ("env", "is_block", "is_partial", "made", "names")

    def __init__(self, env: dict[str, Any], is_block: bool):
        self.env = env
        self.is_block = is_block
        self.names: dict[str, int | None] = {}
        self.made: dict[str, Made | dict[int, Made]] = {}  # of what is repeated, each repetition by its number
        self.is_partial = False
