"""What forms share by which something that was submitted is returned."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from accord.core.texts import gettext_lazy


class AsksReason:
    """Comes before ``RecordForm``: the reason must be given, and is that of now, not of an earlier return."""

    class Meta:
        fields: ClassVar[list[str]] = ["reason"]
        widgets: ClassVar[dict[str, forms.Widget]] = {"reason": forms.Textarea(attrs={"rows": 3})}
        help_texts: ClassVar[dict[str, Any]] = {"reason": gettext_lazy("The person is notified of it.")}

    fields: dict[str, forms.Field]
    initial: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
        self.initial["reason"] = ""
