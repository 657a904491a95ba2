"""Random numbers by counter: each is a function of (seed, iteration, stream), whoever asks and in whatever order.

Philox 4x32 turns a counter of four words and a key of two into four random words (J. K. Salmon, M. A. Moraes,
R. O. Dror and D. E. Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011); with the 7 rounds taken here it
passes all of BigCrush. It has no state: any number of threads draw the same numbers, and what is drawn for one activity
does not depend on the others.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from accord.engines.compiled import compiled

LANES = 64  # iterations drawn and swept together: a block
ROUNDS = 7
_QUARTER = LANES // 4

Words = NDArray[np.uint32]


@compiled
def draw_words(seed: Words, block: int, streams: Words, kind: int, first: int, last: int, words: Words) -> None:
    """Fill ``words`` [stream - first, `LANES`] with those of one block of iterations, for each stream from ``first`` up
    to ``last``: a random word for each iteration.

    ``seed`` is the key's two words; stream and ``kind`` (each a word) tell apart what is drawn for.
    """
    for stream in range(first, last):
        row = np.uint32(stream - first)
        own = streams[stream]
        for lane in range(_QUARTER):
            c0, c1 = np.uint32(block * _QUARTER + lane), np.uint32(own)
            c2, c3 = np.uint32(kind), np.uint32(0)
            k0, k1 = np.uint32(seed[0]), np.uint32(seed[1])
            for _ in range(ROUNDS):
                one = np.uint64(c0) * np.uint64(0xD2511F53)
                two = np.uint64(c2) * np.uint64(0xCD9E8D57)
                c0 = np.uint32(np.uint32(two >> np.uint64(32)) ^ c1 ^ k0)
                c2 = np.uint32(np.uint32(one >> np.uint64(32)) ^ c3 ^ k1)
                c1, c3 = np.uint32(two), np.uint32(one)
                k0 = np.uint32(k0 + np.uint32(0x9E3779B9))
                k1 = np.uint32(k1 + np.uint32(0xBB67AE85))
            # A quarter apart, so that neighbouring lanes lie side by side and the loop runs eight lanes at a time.
            words[row, lane] = c0
            words[row, lane + _QUARTER] = c1
            words[row, lane + 2 * _QUARTER] = c2
            words[row, lane + 3 * _QUARTER] = c3


def seed_words(seed: int) -> Words:
    """A whole number of up to 64 bits as the key's words."""
    if not 0 <= seed < 1 << 64:
        raise ValueError(f"the seed {seed} is not a whole number from 0 to 2^64 - 1")
    return np.array([seed & 0xFFFFFFFF, seed >> 32], np.uint32)
