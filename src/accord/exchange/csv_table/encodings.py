"""Which encoding bytes that are not UTF-8 are in: what speaks for each, and how words would read in it.

A decoder alone proves little: every byte is a letter in nearly every single-byte encoding. What tells them apart is
whether words look like words, that is letters of one script without signs, digits or capitals in their middle.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from accord.engines.texts import gettext_lazy

LABELS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": gettext_lazy("UTF-16, little-endian"),
    "utf-16-be": gettext_lazy("UTF-16, big-endian"),
    "cp1252": gettext_lazy("Windows-1252 (Western European)"),
    "cp1250": gettext_lazy("Windows-1250 (Central European)"),
    "cp1251": gettext_lazy("Windows-1251 (Cyrillic)"),
    "cp1253": gettext_lazy("Windows-1253 (Greek)"),
    "cp1254": gettext_lazy("Windows-1254 (Turkish)"),
    "cp1255": gettext_lazy("Windows-1255 (Hebrew)"),
    "cp1256": gettext_lazy("Windows-1256 (Arabic)"),
    "cp1257": gettext_lazy("Windows-1257 (Baltic)"),
    "cp932": gettext_lazy("Shift-JIS (Japanese)"),
    "euc-jp": gettext_lazy("EUC-JP (Japanese)"),
    "gb18030": gettext_lazy("GB 18030 (Simplified Chinese)"),
    "big5": gettext_lazy("Big5 (Traditional Chinese)"),
    "cp949": gettext_lazy("CP949 (Korean)"),
    "iso8859-2": gettext_lazy("ISO 8859-2 (Central European)"),
    "iso8859-15": gettext_lazy("ISO 8859-15 (Western European)"),
    "koi8-r": gettext_lazy("KOI8-R (Cyrillic)"),
    "cp850": gettext_lazy("DOS 850 (Western European)"),
    "cp852": gettext_lazy("DOS 852 (Central European)"),
    "cp866": gettext_lazy("DOS 866 (Cyrillic)"),
    "mac-roman": "Mac Roman",
}
# Those that are proposed unasked, the likelier first where two read equally well.
_GUESSED = (
    "cp1252",
    "cp1251",
    "cp1250",
    "cp932",
    "cp949",
    "gb18030",
    "big5",
    "cp1253",
    "cp1254",
    "mac-roman",
    "cp850",
    "koi8-r",
)
_OTHER_NAMES = {
    "windows1252": "cp1252", "latin1": "cp1252", "iso88591": "cp1252", "ansi": "cp1252", "windows1250": "cp1250",
    "windows1251": "cp1251", "windows1253": "cp1253", "windows1254": "cp1254", "windows1255": "cp1255",
    "windows1256": "cp1256", "windows1257": "cp1257", "shiftjis": "cp932", "sjis": "cp932", "windows31j": "cp932",
    "gbk": "gb18030", "gb2312": "gb18030", "euckr": "cp949", "latin2": "iso8859-2", "latin9": "iso8859-15",
    "utf8": "utf-8", "utf16": "utf-16", "macroman": "mac-roman", "macintosh": "mac-roman",
}  # fmt: skip
_COMMON = {  # first bytes of the characters in daily use, by encoding
    "cp932": ((0x81, 0x84), (0x88, 0x97)),
    "gb18030": ((0xA1, 0xA3), (0xB0, 0xD7)),
    "cp949": ((0xA1, 0xA3), (0xB0, 0xC8)),
    "big5": ((0xA1, 0xA3), (0xA4, 0xC6)),
}
# Turkish ş, ı, ğ and İ stand where Icelandic has þ, ý, ð and Ý; Icelandic has other vowels, too.
_TURKISH, _ICELANDIC = frozenset("þÞýÝðÐ"), frozenset("áÁíÍúÚæÆóÓ")
_IN_WORDS = frozenset("'’‘-–&./·@_,:;()\"“”„«»+#*|")
SAMPLED = 16 * 1024  # bytes that are compared
_READ = 2048  # of them, those that are shown in every encoding
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest encoding, the share of characters that read oddly in it, and words that show how it reads."""

    encoding: str
    doubt: float
    words: tuple[str, ...]


def known_encoding(name: str) -> str | None:
    """The encoding of this name, however it is spelt; ``None`` for one that is not offered.

    >>> known_encoding("Windows-1250"), known_encoding("shift_jis"), known_encoding("rot13")
    ('cp1250', 'cp932', None)
    """
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    by_key = {re.sub(r"[^a-z0-9]", "", code): code for code in LABELS}
    return by_key.get(plain) or _OTHER_NAMES.get(plain)


def guess(sample: bytes) -> Guess | None:
    """How ``sample``, some lines that are no UTF-8, most likely reads; ``None`` when in no encoding it can.

    >>> guess("Müller, Köln".encode("cp1252")).encoding, guess("Spółka Łódź".encode("cp1250")).encoding
    ('cp1252', 'cp1250')
    """
    best: tuple[float, Guess] | None = None
    for each in _GUESSED:
        encoding = each
        text = decoded(sample, encoding)
        if text is None:
            continue
        if encoding == "cp1252" and not _TURKISH.isdisjoint(text) and _ICELANDIC.isdisjoint(text):
            encoding, text = "cp1254", sample.decode("cp1254", "replace")
        doubt = _doubt(text, encoding)
        if best is None or doubt < best[0]:
            best = doubt, Guess(encoding, doubt, foreign_words(text))
    return best[1] if best else None


def readings(sample: bytes) -> dict[str, str]:
    """Each encoding in which ``sample`` can be read, with the words that depend on it."""
    sample = sample if len(sample) <= _READ else sample[: sample.rfind(b"\n", 0, _READ) + 1] or sample
    found = {encoding: decoded(sample, encoding) for encoding in LABELS if not encoding.startswith("utf-16")}
    return {encoding: " ".join(foreign_words(text))[:80] for encoding, text in found.items() if text is not None}


def decoded(sample: bytes, encoding: str) -> str | None:
    """``sample`` in ``encoding``, or ``None`` when it has bytes that mean nothing there."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if any(unicodedata.category(c) in ("Cc", "Cn", "Co") and c not in "\r\n\t" for c in text) else text


def foreign_words(text: str) -> tuple[str, ...]:
    """The first words with a letter beyond ASCII."""
    found = (word.strip(";,|\t\"'") for word in re.split(r"[\s;,|]+", text) if not word.isascii())
    return tuple(list(dict.fromkeys(found))[:_SHOWN])


def _doubt(text: str, encoding: str) -> float:
    """The share of characters beyond ASCII that no word would have there."""
    beyond = doubtful = 0.0
    for word in re.split(r"[\s;,|]+", text):
        if word.isascii():
            continue
        here = [c for c in word if not c.isascii()]
        beyond += len(here)
        if encoding in _COMMON:
            doubtful += sum(not _is_common(c, encoding) for c in here)
        else:
            doubtful += min(len(here), _oddities(word))
    return doubtful / beyond if beyond else 0.0


def _oddities(word: str) -> float:
    odd = 0.0
    letters = [c for c in word if c.isalpha() and c not in "ªº"]
    scripts = {_script(c) for c in letters}
    if len(scripts) > 1:
        odd += sum(not c.isascii() for c in letters)
    if scripts == {"LATIN"} and len(letters) > 2 and not any(c.isascii() for c in letters):
        odd += len(letters)
    for before, here, after in zip(" " + word, word, word[1:] + " ", strict=False):
        if not here.isascii() and not here.isalpha() and here not in _IN_WORDS:
            beside = before.isalpha() or after.isalpha()
            odd += 1 if beside or unicodedata.category(here) not in ("Sc", "Pd", "Po", "So", "Zs") else 0
        if not here.isascii() and here.isupper() and (before.islower() or (before.isalpha() and after.islower())):
            odd += 1
        if not here.isascii() and here in "“”„‘«»" and before.isalpha() and after.isalpha():
            odd += 1
    return odd


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]


def _is_common(letter: str, encoding: str) -> bool:
    raw = letter.encode(encoding)
    return len(raw) == 2 and any(low <= raw[0] <= high for low, high in _COMMON[encoding])
