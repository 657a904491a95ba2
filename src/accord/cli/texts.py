"""What the terminal says, in its language: the standard library's gettext over the catalogues of the pages.

The language is that of ``LANGUAGE``, ``LC_ALL``, ``LC_MESSAGES`` or ``LANG``, known before anything is said: texts may
be marked at module level. Without a catalogue for it they stay English. What ``--json`` prints is for programs and
stays English too, so a document holds the texts of engines (`accord.engines.texts`), which `said` translates where a
table shows them.
"""

from __future__ import annotations

from gettext import translation
from pathlib import Path

from accord.engines.texts import Text, TextError

_CATALOGUE = translation("django", Path(__file__).parents[1] / "locale", fallback=True)
LANGUAGE = _CATALOGUE.info().get("language", "en")
gettext = _CATALOGUE.gettext
ngettext = _CATALOGUE.ngettext


def said(found: object) -> str:
    """What an engine has found or refused, in the terminal's language; anything else as it is."""
    text = found.text if isinstance(found, TextError) else found
    return text.said(gettext, ngettext) if isinstance(text, Text) else str(found)
