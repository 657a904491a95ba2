"""Work split among threads, for compiled loops that release the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Done = TypeVar("Done")


def in_parts(work: Callable[[int, int], Done], count: int, threads: int | None) -> list[Done]:
    """``work(first, last)`` for the parts of ``count``; results in their order. ``threads``: as many as there are."""
    threads = min(threads or os.cpu_count() or 1, count)
    if threads <= 1:
        return [work(0, count)]
    # A few parts each, so that a thread that is held up does not hold up the whole.
    parts = min(count, 4 * threads)
    edges = [count * part // parts for part in range(parts + 1)]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, edges[:-1], edges[1:]))
