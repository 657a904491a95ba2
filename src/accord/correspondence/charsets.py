"""Letters out of bytes, as browsers read them: what a mail or a calendar says of its character set is often wrong.

Labels mean what the WHATWG Encoding Standard says (``iso-8859-1`` is windows-1252, ``gb2312`` is gb18030). Where bytes
do not fit their label, UTF-8 is tried, then windows-1252, so that no letter is lost.
"""

from __future__ import annotations

import codecs

import webencodings

# Python's codecs of these names know fewer letters than the standard's.
_WIDER = {"gbk": "gb18030", "gb18030": "gb18030", "euc-kr": "cp949", "shift_jis": "cp932", "big5": "big5hkscs"}
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_REPLACED = "\N{REPLACEMENT CHARACTER}"


def decoded(raw: bytes, label: str = "") -> str:
    """``raw`` as text.

    >>> decoded(b"\\x80 450", "iso-8859-1"), decoded("Köln".encode(), "us-ascii"), decoded(b"K\\xf6ln")
    ('€ 450', 'Köln', 'Köln')
    """
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(codec, "replace")
    named = _codec(label)
    if named == "iso2022_jp" and b"\x1b" in raw:
        return _japanese(raw)
    for codec in dict.fromkeys(filter(None, (named, "utf-8"))):
        try:
            return raw.decode(codec)
        except (UnicodeError, ValueError, LookupError):
            continue
    return _damaged(raw, named)


def _japanese(raw: bytes) -> str:
    """ISO-2022-JP with the letters that Windows adds to it (①, 髙), which Python's codec does not know."""
    first, *pieces = raw.split(b"\x1b")
    found = [first.decode("ascii", "replace")]
    for piece in pieces:
        shift, body = piece[:2], piece[2:]
        if shift in (b"$B", b"$@"):
            pairs = zip(body[::2], body[1::2], strict=False)
            found.append(b"".join(_shifted(row, cell) for row, cell in pairs).decode("cp932", "replace"))
        elif shift == b"(I":
            found.append(bytes(byte | 0x80 for byte in body).decode("cp932", "replace"))
        elif shift in (b"(B", b"(J"):
            found.append(body.decode("ascii", "replace"))
        else:
            found.append(piece.decode("ascii", "replace"))
    return "".join(found)


def _shifted(row: int, cell: int) -> bytes:
    """The two bytes of JIS X 0208 as Shift_JIS has them."""
    if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
        return bytes(byte for byte in (row, cell) if byte < 0x80)
    lead = (row + 1) // 2 + (0x70 if row <= 0x5E else 0xB0)
    trail = cell + (0x1F if cell <= 0x5F else 0x20) if row % 2 else cell + 0x7E
    return bytes((lead, trail))


def _codec(label: str) -> str:
    """Python's name of what ``label`` means; nothing where it means nothing."""
    label = label.strip().strip("\"'").lower()
    if label in ("us-ascii", "ascii"):  # the standard takes it for windows-1252; UTF-8 comes under this label, too
        return "ascii"
    found = webencodings.lookup(label)
    if found is not None and found.name not in ("x-user-defined", "replacement"):
        return _WIDER.get(found.name, found.codec_info.name)
    return label if label in ("utf-7", "cp437", "cp850", "cp858", "macroman", "hp-roman8", "iso-2022-kr") else ""


def _damaged(raw: bytes, named: str) -> str:
    """Text of several bytes a letter that is broken in a place or two stays what it is; all else is windows-1252."""
    if named not in ("", "ascii") and len("\u4e00".encode(named, "ignore")) > 1:
        found = raw.decode(named, "replace")
        if found.count(_REPLACED) * 4 <= sum(letter > "\x7f" for letter in found):
            return found
    return webencodings.decode(raw, "windows-1252", errors="replace")[0]
