"""Secrets of our own in text from outside, whatever a mail filter has made of the address around them.

An address that nobody altered is known by its path (:mod:`accord.core.secret_links`). Filters rewrite it in ways of
their own, and break or decorate the secret itself. So whatever may be a secret is compared with those that were issued:
the models that name the path of their secret addresses in ``secret_link``, and keep the hashes in ``hash``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape

from django.apps import apps
from django.db import models

from accord.core.secret_links import LABELS, without_links
from accord.core.tokens import digest

LENGTH = 43  # of a secret
MOST = 20_000  # places of one text that are compared; those in short runs first, as no address is longer
_AT_ONCE = 500  # digests in one query

_INVISIBLE = (
    "\x00-\x08\x0e-\x1f\x7f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff"
)
_NOTHING = rf"[{_INVISIBLE}]+|[ \t]{{0,3}}=?(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029])[>| \t]{{0,20}}"
_ESCAPE = r"%(?:25){0,3}[0-9A-Fa-f]{2}|=[0-9A-F]{2}|&#?[0-9A-Za-z]{1,20};"
# Each way to read a text: as it is, with its escapes undone, and with those of Proofpoint (-2D, and _ for a slash).
_READINGS = tuple(
    re.compile(rf"(?P<nothing>{_NOTHING})|(?P<escape>{escape})|(?P<plain>{plain})")
    for escape, plain in (
        (r"(?!)", r"[A-Za-z0-9_-]+"),
        (_ESCAPE, r"[A-Za-z0-9_-]+"),
        (rf"{_ESCAPE}|-[0-9A-F]{{2}}", r"[A-Za-z0-9]+|-"),
    )
)
_LETTER = re.compile(r"[A-Za-z0-9_-]")
_INVISIBLE_LETTER = re.compile(rf"[{_INVISIBLE}]")


@dataclass(slots=True)
class _Run:
    """Letters that a secret may have, one after the other, and where in the text each begins and ends."""

    letters: list[str] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def add(self, letters: str, begin: int, end: int) -> None:
        self.letters.append(letters)
        if len(letters) == 1:
            self.begins.append(begin)
            self.ends.append(end)
        else:
            self.begins.extend(range(begin, end))
            self.ends.extend(range(begin + 1, end + 1))


def without_issued_secrets(texts: Sequence[str]) -> list[str]:
    """``texts`` with a label in place of every secret address, and of every secret of ours, however it is written.

    One query for each kind of secret, and only if one of the texts has what may be one.
    """
    labels: dict[str, str] = {}
    waiting: set[str] = set()
    for text in texts:
        waiting.update(digest(word) for word, _, _ in _candidates(text))
        if len(waiting) > MOST:
            labels |= _labels(waiting)
            waiting = set()
    labels |= _labels(waiting)
    return [_labelled(text, labels) if labels else without_links(text) for text in texts]


def issuers() -> list[tuple[type[models.Model], str]]:
    """The models that issue secrets, each with the path at which its secrets open something."""
    return [(model, model.secret_link) for model in apps.get_models() if hasattr(model, "secret_link")]


def _labels(digests: set[str]) -> dict[str, str]:
    """The labels of those that belong to a secret that was issued, also if it opens nothing any more."""
    found: dict[str, str] = {}
    wanted = sorted(digests)
    if not wanted:
        return found
    for model, kind in issuers():
        rows = model._base_manager.exclude(hash="").values_list("hash", flat=True)
        if len(digests) > _AT_ONCE * 10:
            hashes = [each for each in rows.iterator() if each in digests]
        else:
            parts = [wanted[at : at + _AT_ONCE] for at in range(0, len(wanted), _AT_ONCE)]
            hashes = [each for part in parts for each in rows.filter(hash__in=part)]
        found |= dict.fromkeys(hashes, LABELS[kind])
    return found


def _labelled(text: str, labels: dict[str, str]) -> str:
    """First each secret in one piece, as its address may then be known as a whole; then a label for what is left."""
    spans = {(begin, end): word for word, begin, end in _candidates(text) if digest(word) in labels}
    pieces, done = [], 0
    for (begin, end), word in sorted(spans.items()):
        if begin >= done:  # else the same secret in another reading
            pieces += [text[done:begin], word]
            done = end
    clean = without_links("".join([*pieces, text[done:]]))
    for word in set(spans.values()):
        clean = clean.replace(word, labels[digest(word)])
    return clean


def _candidates(text: str) -> Iterator[tuple[str, int, int]]:
    """Whatever in ``text`` may be a secret, and where it begins and ends."""
    runs = [run for reading in _READINGS for run in _runs(reading, text)]
    left = MOST
    for letters, run in sorted(((("".join(run.letters)), run) for run in runs), key=lambda each: len(each[0])):
        if len(set(letters)) < 12:  # a line of dashes; no random secret has so few
            continue
        for at in range(min(left, len(letters) - LENGTH + 1)):
            yield letters[at : at + LENGTH], run.begins[at], run.ends[at + LENGTH - 1]
        left -= len(letters) - LENGTH + 1
        if left <= 0:
            return


def _runs(reading: re.Pattern[str], text: str) -> Iterator[_Run]:
    run, end = _Run(), 0
    for piece in reading.finditer(text):
        letters = _letters(piece)
        if piece.start() != end or letters is None:
            if len(run.begins) >= LENGTH:
                yield run
            run = _Run()
        if letters:
            run.add(letters, *piece.span())
        end = piece.end()
    if len(run.begins) >= LENGTH:
        yield run


def _letters(piece: re.Match[str]) -> str | None:
    """What it stands for: nothing in between two letters, or ``None`` where no secret goes on."""
    if piece["nothing"]:
        return ""
    if piece["plain"]:
        return piece["plain"]
    written = piece["escape"]
    letter = unescape(written) if written[0] == "&" else chr(int(written[-2:], 16))
    if _INVISIBLE_LETTER.fullmatch(letter):
        return ""
    return letter if _LETTER.fullmatch(letter) else None
