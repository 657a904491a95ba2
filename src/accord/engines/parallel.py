"""Work split among threads, for compiled loops that release the interpreter's lock."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Done = TypeVar("Done")
Progress = Callable[[int, int], None]


def in_parts(
    work: Callable[[int, int], Done], count: int, threads: int | None, progress: Progress | None = None
) -> list[Done]:
    """``work(first, last)`` for the parts of ``count``; results in their order. ``threads``: as many as there are.

    ``progress`` is told, in the caller's thread, how many parts of how many are done; what it raises ends the work.
    """
    threads = min(threads or os.cpu_count() or 1, count)
    if threads <= 1 and progress is None:
        return [work(0, count)]
    # A few parts each, so that a thread that is held up does not hold up the whole; more for who watches.
    parts = min(count, 4 * threads if progress is None else max(100, 4 * threads))
    edges = [count * part // parts for part in range(parts + 1)]
    results = []
    with ThreadPoolExecutor(threads) as pool:
        try:
            for result in pool.map(work, edges[:-1], edges[1:]):
                results.append(result)
                if progress is not None:
                    progress(len(results), parts)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return results
