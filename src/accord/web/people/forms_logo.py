"""A field for a picture that becomes the firm's logo."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accord.people.actions.set_logo import FORMATS, MOST_BYTES, as_png


class LogoField(forms.FileField):
    """Cleans to the bytes of the upload, once they are known to be such a picture; to ``None`` without one."""

    def __init__(self, **kwargs: Any) -> None:
        types = ",".join(f"image/{name.lower()}" for name in FORMATS)
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": types}))
        kwargs.setdefault(
            "help_text",
            gettext("PNG, JPEG, WebP or GIF, up to 2 MB. Shown on quotes, invoices, emails and clients’ pages."),
        )
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> bytes | None:
        uploaded = super().clean(data, initial)
        if not uploaded:
            return None
        if uploaded.size > MOST_BYTES:
            raise ValidationError(gettext("Choose a picture of at most 2 MB."))
        content: bytes = uploaded.read()
        try:
            as_png(content)
        except ValidationError as error:
            raise ValidationError(error.messages) from error
        return content
