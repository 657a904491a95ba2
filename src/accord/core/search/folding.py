"""Text as it is compared in a search: without case, accents and punctuation.

The database folds what is stored and Python what is asked for, by the same rule; on PostgreSQL the rule is written in
SQL (:mod:`accord.core.search.schema`), and a test compares the two.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 100_000  # characters of a text that are searched
# Letters that no decomposition takes apart.
LETTERS = dict(zip("ßøłđħæœþðıς", ("ss", "o", "l", "d", "h", "ae", "oe", "th", "d", "i", "σ"), strict=True))
_LETTERS = str.maketrans(LETTERS)
_MARKS = re.compile("[\u0300-\u036f]+")
_BETWEEN = re.compile(r"[\W_]+")
# Chinese, Japanese and Korean put no blanks between words: each character is a word of its own.
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
_CJK = re.compile("([\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3])")
_NO_DIGITS = re.compile("[^0-9]+")


def fold(text: str | None) -> str:
    """``text`` by its bare letters and digits, in words.

    >>> fold("Rössler & Söhne, Łódź"), fold("MÄRKISCHE Straße"), fold("東京 AG")
    ('rossler sohne lodz', 'markische strasse', '東 京 ag')
    """
    if not text:
        return ""
    text = text[:LONGEST].lower()
    if not text.isascii():
        text = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFKD", text)).lower())
        text = _CJK.sub(r" \1 ", text.translate(_LETTERS))
    return _BETWEEN.sub(" ", text).strip()


def digits_of(text: str | None) -> str:
    """The digits of a telephone number.

    >>> digits_of("+49 (0)30 515-192")
    '49030515192'
    """
    return _NO_DIGITS.sub("", text or "")
