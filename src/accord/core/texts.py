"""Texts declared outside functions (labels, help texts, columns), translated only where they are shown.

Django's ``gettext_lazy`` gives a stand-in that does what a ``str`` does, except joining, ``isinstance`` and ``json``.
Here it is typed as the ``str`` that forms, models and page parts take it for: what they declare is read, not computed.

`translated` gives what was marked where there is no Django, or kept (`engines.texts`), in the reader's language.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, ngettext

from accord.core.dates import day_text
from accord.engines.texts import Text

if TYPE_CHECKING:

    def gettext_lazy(message: str) -> str:
        """The text in the reader's language, looked up where it is shown."""
        ...

    def format_lazy(format_string: str, **values: object) -> str:
        """``format_string.format(**values)``, done where it is shown."""
        ...

else:
    from django.utils.text import format_lazy
    from django.utils.translation import gettext_lazy

__all__ = ["format_lazy", "gettext_lazy", "translated"]


def translated(text: str) -> str:
    """A `Text` (what an engine has found, ``error.text`` of what is refused, what is kept of an import) in the reader's
    language; any other text as it is."""
    return text.said(gettext, ngettext, _written) if isinstance(text, Text) else text


def _written(value: Any) -> Any:
    return day_text(value) if isinstance(value, date) else value
