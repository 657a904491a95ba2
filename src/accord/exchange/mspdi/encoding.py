"""The bytes of a file as UTF-8, whatever its encoding, with what had to be mended before a parser takes it."""

from __future__ import annotations

import codecs
import re

from accord.engines.texts import gettext_lazy

_DECLARATION = re.compile(rb"<\?xml\b[^>]{0,500}?\?>")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_BLANK = b" \t\r\n"
_BOM = codecs.BOM_UTF8
# Characters that XML forbids, as bytes of UTF-8 and as references to them.
_FORBIDDEN = bytes(set(range(32)) - set(b"\t\n\r"))
_TO_SPACE = bytes.maketrans(_FORBIDDEN, b" " * len(_FORBIDDEN))
_REFERENCE = re.compile(rb"&#(?:x0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));")
_BUT_LINES = bytes(byte if byte in b"\r\n" else 32 for byte in range(256))
_WIDE = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_FALLBACK = "cp1252"  # what Windows wrote before UTF-8


def readable(data: bytes) -> tuple[bytes, list[str]]:
    """The document in UTF-8, and remarks on what was assumed.

    A whole UTF-8 document comes back as it is, as does what is no XML at all; else the XML declaration is blanked out,
    so that lines keep their numbers.

    The declared encoding is believed where the bytes agree with it, then UTF-8, then Windows-1252. Blank lines before
    the declaration are allowed, and control characters, which XML forbids, become spaces.
    """
    wide = _WIDE.get(data[:2])
    if wide is not None:
        decoded = _decoded(data, wide)
        if decoded is None:
            return data, []
        data = decoded
    start = len(data) - len(data.lstrip(_BOM + _BLANK))
    match = _DECLARATION.match(data, start)
    named = _ENCODING.search(match[0]) if match else None
    written = named[1].decode().lower() if named else "utf-8"
    # What starts with "<" in one byte is not written in two.
    declared = "utf-8" if wide is not None or written.startswith(("utf-16", "utf16", "ucs-2", "utf-32")) else written
    end = match.end() if match else start
    is_plain = not start and written == declared and declared in ("utf-8", "us-ascii")
    body = data if is_plain else data[end:]
    for encoding in dict.fromkeys((declared, "utf-8", _FALLBACK)):
        decoded = _decoded(body, encoding)
        if decoded is not None:
            break
    else:
        return data, []
    remarks: list[str] = []
    if encoding != declared:
        remark = gettext_lazy("The file isn't in the encoding it declares (%(declared)s); it is read as %(encoding)s.")
        remarks.append(remark.with_values(declared=declared, encoding=encoding))
    if any(byte in decoded for byte in _FORBIDDEN) or (b"&#" in decoded and _REFERENCE.search(decoded)):
        decoded = _REFERENCE.sub(b" ", decoded.translate(_TO_SPACE))
        remarks.append(gettext_lazy("Control characters in texts of the file are replaced by spaces."))
    if is_plain and encoding == declared:
        return decoded, remarks
    return data[:end].translate(_BUT_LINES) + (decoded[end:] if is_plain else decoded), remarks


def _decoded(data: bytes, encoding: str) -> bytes | None:
    """``data`` in UTF-8, or nothing where it is not in that encoding."""
    try:
        info = codecs.lookup(encoding)
        if not getattr(info, "_is_text_encoding", True):
            return None
        if info.name in ("utf-8", "ascii"):
            # Only checked, piece by piece: no second copy of a large file.
            decoder = info.incrementaldecoder("strict")
            for start in range(0, len(data), 1 << 20):
                decoder.decode(data[start : start + (1 << 20)])
            decoder.decode(b"", True)
            return data
        return data.decode(encoding).encode()
    except (LookupError, UnicodeError):
        return None
