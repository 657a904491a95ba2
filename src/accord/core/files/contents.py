"""The contents of files: where they lie, and how they get there and away.

The storage is ``STORAGES["files"]``: a folder or an S3 bucket. A content's name there is random and says nothing. It
is written before its row and deleted after it, so that a row never lacks its content; what an interrupted upload leaves
behind is swept up (:mod:`accord.core.files.orphans`).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.core.files import File as Content
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext

from accord.core.files.rules import HEAD, check, clean_name, media_type_of
from accord.core.files.scanning import scan
from accord.core.models import File

CHUNK = 256 * 1024
PORTION = 500  # contents that are asked for in one query


@dataclass(frozen=True, slots=True)
class Stored:
    """A content in the storage, checked, with all that its row needs to know."""

    stored_as: str
    name: str
    size: int
    media_type: str
    sha256: str
    scan: str


def storage() -> Any:
    return storages["files"]


def store(content: Content[bytes], name: str) -> Stored:
    """Check and scan ``content`` and put it into the storage; nothing is stored where ``ValidationError`` is raised.

    Call it outside a transaction: it may take as long as the scanner does.
    """
    name = clean_name(name)
    content.seek(0)
    head = content.read(HEAD)
    check(name, content.size, head)
    is_scanned = scan(_chunks(content), name)
    digest = hashlib.sha256()
    for chunk in _chunks(content):
        digest.update(chunk)
    content.seek(0)
    random = secrets.token_hex(16)
    stored_as = storage().save(f"{random[:2]}/{random}", content)
    return Stored(
        stored_as, name, content.size, media_type_of(head, name), digest.hexdigest(),
        File.Scan.CLEAN if is_scanned else File.Scan.NONE,
    )  # fmt: skip


def store_bytes(data: bytes, name: str) -> Stored:
    return store(ContentFile(data), name)


def _chunks(content: Content[bytes]) -> Iterator[bytes]:
    content.seek(0)
    while chunk := content.read(CHUNK):
        yield chunk


def opened(file: File) -> IO[bytes]:
    """The content, to be read; a 404 where it is missing, as after a restore without the files."""
    try:
        found: IO[bytes] = storage().open(file.stored_as)
    except FileNotFoundError as error:
        raise Http404(gettext("The content of this file is missing from the storage.")) from error
    return found


def discard(stored: Iterable[Stored]) -> None:
    """Take back what was stored and got no row."""
    for each in stored:
        storage().delete(each.stored_as)


def forget_later(names: Iterable[str]) -> None:
    """Delete contents when the transaction that deleted their rows is committed, but for those still in use."""
    wanted = sorted(set(names))
    if wanted:
        transaction.on_commit(lambda: forget(wanted))


def forget(names: Iterable[str]) -> int:
    """Delete the contents that no row names; returns how many."""
    forgotten = 0
    wanted = list(names)
    for first in range(0, len(wanted), PORTION):
        some = wanted[first : first + PORTION]
        used = set(File.objects.filter(stored_as__in=some).values_list("stored_as", flat=True))
        for name in some:
            if name not in used:
                storage().delete(name)
                forgotten += 1
    return forgotten
