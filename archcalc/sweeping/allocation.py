"""Memory that is asked for again and again: kept, where the C library can be told to."""

from __future__ import annotations

M_MMAP_THRESHOLD, M_TRIM_THRESHOLD = -3, -1  # of mallopt, in glibc's malloc.h
LARGEST_KEPT, MOST_KEPT = 32 << 20, 1 << 30  # bytes: of one piece (glibc allows no more), and of all together


def keep_freed_memory() -> None:
    """Let this process keep what it frees, for the next stretch, which asks for the same sizes.

    Otherwise every array of a stretch comes from the system anew, in pages that are cleared and mapped one by one: half
    the time of a large sweep. A process must want that for itself, so no function that others call does it. Nothing
    happens where the C library is not glibc.
    """
    import ctypes
    import sys

    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, LARGEST_KEPT)
        mallopt(M_TRIM_THRESHOLD, MOST_KEPT)
