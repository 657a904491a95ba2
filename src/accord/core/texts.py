"""Texts declared outside functions (labels, help texts, columns), translated only where they are shown.

Django's ``gettext_lazy`` gives a stand-in that does what a ``str`` does, except joining, ``isinstance`` and ``json``.
Here it is typed as the ``str`` that forms, models and page parts take it for: what they declare is read, not computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from accord.core.messages import Message, filled

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
    """A :class:`~accord.core.messages.Message` in the reader's language; any other text as it is."""
    from django.utils.translation import gettext, ngettext

    if not isinstance(text, Message) or not text:
        return text
    found = ngettext(text.marked, text.plural, text.number) if text.plural else gettext(text.marked)
    return filled(found, {name: translated(value) for name, value in text.values.items()})
