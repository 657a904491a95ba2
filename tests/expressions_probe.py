"""Run in a process of its own: tries each expression on texts that are built to make it slow.

Standard input is a JSON list of ``[name, pattern, flags, methods]``; standard output one of the names that took longer
than linear expressions do, each with the text that showed it. Time is that of the processor, so a busy machine
accuses nobody.
"""

from __future__ import annotations

import json
import math
import re
import signal
import sys
import time
from collections.abc import Iterator
from itertools import product
from re import _constants as sre
from re import _parser as sre_parser
from typing import Any

LENGTH = 15_000
SUSPECT = 0.002  # seconds after which a text four times as long is tried: a linear expression takes four times as long
GROWTH = 8
SECONDS = 0.5  # no linear one takes so long
ENDS = ("\0", "@ \n!")  # what most expressions do not end with
USUAL = [" ", "a", "1", ".", "<", "\n", "@", "é"]
_CATEGORIES = {sre.CATEGORY_DIGIT: "1", sre.CATEGORY_WORD: "a", sre.CATEGORY_SPACE: " "}
_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)


class TooSlow(Exception):
    pass


def samples(op: Any, argument: Any) -> list[str]:
    """Letters and words that this piece of an expression matches."""
    if op in (sre.LITERAL, sre.RANGE):
        return [chr(argument if op == sre.LITERAL else argument[0])]
    if op in (sre.NOT_LITERAL, sre.ANY):
        return ["x"]
    if op == sre.CATEGORY:
        return [_CATEGORIES.get(argument, "-")]
    if op == sre.IN:
        if argument[0][0] == sre.NEGATE:
            refused = {sample for item in argument[1:] for sample in samples(*item)}
            return [letter for letter in ("a", "1", "-", ".", " ") if letter not in refused][:3]
        return [sample for item in argument for sample in samples(*item)]
    if op == sre.BRANCH:
        return [word for branch in argument[1] for word in words(branch)]
    if op == sre.SUBPATTERN:
        return words(argument[3])
    if op == sre.ATOMIC_GROUP:
        return words(argument)
    if op in _REPEATS:
        return [word * max(argument[0], 1) for word in words(argument[2])]
    return [""]


def words(pattern: Any) -> list[str]:
    """Beginnings of what a sequence matches, the longest last; each piece by its first sample, then its others."""
    found, begun = [], ""
    for op, argument in pattern:
        some = samples(op, argument) or [""]
        found += [begun + each for each in some[:6]]
        begun += some[0]
    return list(dict.fromkeys([*found, begun]))


def letters(pattern: Any) -> Iterator[str]:
    for op, argument in pattern:
        if op in _REPEATS:
            yield from letters(argument[2])
        elif op == sre.SUBPATTERN:
            yield from letters(argument[3])
        elif op == sre.ATOMIC_GROUP:
            yield from letters(argument)
        elif op == sre.BRANCH:
            for branch in argument[1]:
                yield from letters(branch)
        else:
            yield from (each for each in samples(op, argument) if len(each) == 1)


def texts(pattern: str, flags: int) -> Iterator[tuple[str, str]]:
    """What a text begins with, and what it goes on with."""
    parsed = sre_parser.parse(pattern, flags)
    begun = list(dict.fromkeys(["", *words(parsed)]))[:14]
    single = list(dict.fromkeys([*letters(parsed), *USUAL]))[:12]
    for start in begun:
        for pump in [*single, *begun]:
            if pump:
                yield start, pump
    for one in single:
        for other in single:
            yield "", one + other


def slow(pattern: Any, flags: int, methods: list[str]) -> str:
    is_bytes = isinstance(pattern, bytes)
    compiled = re.compile(pattern, flags)
    source = pattern.decode("latin-1") if is_bytes else pattern
    tries = ((parts, method) for parts in product(texts(source, flags), ENDS) for method in methods)
    for ((start, pump), end), method in tries:
        parts = (start, pump, end)
        first = seconds(compiled, method, parts, LENGTH, is_bytes=is_bytes)
        if first == math.inf:
            return f"{method} of {start[:20]!r}, then {pump[:20]!r} repeated"
        if first > SUSPECT:
            second = seconds(compiled, method, parts, LENGTH * 4, is_bytes=is_bytes)
            if second > first * GROWTH:
                return f"{method} of {start[:20]!r}, then {pump[:20]!r} repeated: {first:.3f} s, then {second:.3f} s"
    return ""


def seconds(compiled: Any, method: str, parts: tuple[str, str, str], length: int, *, is_bytes: bool) -> float:
    """Of processor time; endless where it takes too long."""
    start, pump, end = parts
    text = start + pump * (length // len(pump)) + end
    subject: Any = text.encode("latin-1", "replace") if is_bytes else text
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    began = time.process_time()
    try:
        _try(compiled, method, subject)
    except TooSlow:
        return math.inf
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return time.process_time() - began


def _try(compiled: Any, method: str, subject: Any) -> None:
    if method in ("sub", "subn"):
        compiled.sub(subject[:0], subject)
    elif method == "finditer":
        for _ in compiled.finditer(subject):
            pass
    else:
        getattr(compiled, method)(subject)


def _give_up(*_: Any) -> None:
    raise TooSlow


def main() -> None:
    signal.signal(signal.SIGVTALRM, _give_up)
    found = {}
    for name, pattern, flags, methods, is_bytes in json.load(sys.stdin):
        if told := slow(pattern.encode("latin-1") if is_bytes else pattern, flags, methods):
            found[name] = told
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
