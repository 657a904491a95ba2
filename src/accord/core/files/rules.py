"""Which files are taken in, and what they are: by their content, whatever their name says."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

import filetype
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

HEAD = 8192  # bytes at the beginning that tell what a file is
LONGEST_NAME = 200
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
TEXTS = frozenset({"text/plain", "text/csv"})
UNKNOWN = "application/octet-stream"
# Characters that make a name look like another: invoice‮fdp.exe.
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_name(name: str) -> str:
    """The last part of a path, without control characters, turns of direction and the blanks around it.

    >>> clean_name("../../etc/passwd"), clean_name("C:\\\\Temp\\\\plan .pdf"), clean_name("..")
    ('passwd', 'plan .pdf', 'file')
    """
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    last = unicodedata.normalize("NFC", last)
    kept = "".join(c for c in last if c not in _TURNS and unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    kept = " ".join(kept.split()).rstrip(". ")
    if len(kept) > LONGEST_NAME:
        end = PurePosixPath(kept).suffix[:20]
        kept = kept[: LONGEST_NAME - len(end)] + end
    return kept or "file"


def media_type_of(head: bytes, name: str) -> str:
    """What the first bytes of a file say it is; text of any kind, HTML and SVG among it, is plain text or CSV."""
    found = filetype.guess(head)
    if found is not None:
        return str(found.mime)
    if _is_text(head):
        return "text/csv" if _suffix(name) == "csv" else "text/plain"
    return UNKNOWN


def check(name: str, size: int, head: bytes) -> None:
    """Raises ``ValidationError``, in words, for a file that is empty, too large or of a refused type."""
    if size == 0:
        raise ValidationError(gettext("“%(name)s” is empty. Choose another file.") % {"name": name})
    if size > settings.ACCORD_MAX_FILE:
        raise ValidationError(
            gettext("“%(name)s” is larger than %(largest)s. Compress it, or share it by a link.")
            % {"name": name, "largest": largest()}
        )
    found = filetype.guess(head)
    kinds = {_suffix(name), *([found.extension] if found is not None else [])} & settings.ACCORD_REFUSED_FILES
    if kinds:
        kind = sorted(kinds)[0]
        raise ValidationError(
            gettext("“%(name)s” can't be attached: files of type %(kind)s are not allowed here.")
            % {"name": name, "kind": kind}
        )


def largest() -> str:
    """The largest file that may be attached, in words."""
    most = settings.ACCORD_MAX_FILE
    return (
        gettext("%(most)s MB") % {"most": f"{most / 1024**2:,.0f}"}
        if most >= 1024**2
        else gettext("%(most)s KB") % {"most": f"{most / 1024:,.0f}"}
    )


def _suffix(name: str) -> str:
    return PurePosixPath(name.lower()).suffix.removeprefix(".").strip()


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            head[: len(head) // 2 * 2].decode("utf-16")
        except UnicodeDecodeError as error:
            return error.end >= len(head) - 4
        return True
    if b"\0" in head:
        return False
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # A character that the cut went through is no fault of the file.
        return error.reason == "unexpected end of data" or (error.start >= len(head) - 3 and len(head) >= HEAD)
    return True
