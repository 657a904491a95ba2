"""Random numbers by counter: each is a function of (seed, iteration, stream), whoever asks and in whatever order.

Philox 4x32 with 10 rounds turns a counter of four words and a key of two into four random words (J. K. Salmon,
M. A. Moraes, R. O. Dror and D. E. Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011). It has no state: any
number of threads draw the same numbers, and what is drawn for one activity does not depend on the others.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.engines.compiled import compiled

LANES = 64  # iterations drawn and swept together: a block
_QUARTER = LANES // 4

Words = NDArray[np.uint32]


@compiled
def draw_words(seed: Words, block: int, stream: int, kind: int, words: Words) -> None:
    """Fill ``words`` [`LANES`] with those of one block of iterations: a random word for each.

    ``seed`` is the key's two words; ``stream`` and ``kind`` (each a word) tell apart what is drawn for.
    """
    for lane in range(_QUARTER):
        c0, c1 = np.uint32(block * _QUARTER + lane), np.uint32(stream)
        c2, c3 = np.uint32(kind), np.uint32(0)
        k0, k1 = np.uint32(seed[0]), np.uint32(seed[1])
        for _ in range(10):
            one = np.uint64(c0) * np.uint64(0xD2511F53)
            two = np.uint64(c2) * np.uint64(0xCD9E8D57)
            c0 = np.uint32(np.uint32(two >> np.uint64(32)) ^ c1 ^ k0)
            c2 = np.uint32(np.uint32(one >> np.uint64(32)) ^ c3 ^ k1)
            c1, c3 = np.uint32(two), np.uint32(one)
            k0 = np.uint32(k0 + np.uint32(0x9E3779B9))
            k1 = np.uint32(k1 + np.uint32(0xBB67AE85))
        # A word apart each, so that neighbouring lanes lie side by side and the loop runs eight lanes at a time.
        words[lane] = c0
        words[lane + _QUARTER] = c1
        words[lane + 2 * _QUARTER] = c2
        words[lane + 3 * _QUARTER] = c3


def seed_words(seed: int) -> Words:
    """A whole number of up to 64 bits as the key's words."""
    if not 0 <= seed < 1 << 64:
        raise ValueError(f"the seed {seed} is not a whole number from 0 to 2^64 - 1")
    return np.array([seed & 0xFFFFFFFF, seed >> 32], np.uint32)
