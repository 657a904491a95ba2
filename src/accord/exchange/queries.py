"""What can be asked about imports."""

from __future__ import annotations

from typing import Any

from accord.core.access import may_create
from accord.exchange.models import Import

_LOOKED_BACK = 50  # imports of a source


def remembered(run: Import) -> Import | None:
    """The last import of this kind and source that was tried: its mapping is offered again."""
    earlier = Import.objects.filter(kind=run.kind, source_name=run.source_name).exclude(pk=run.pk).exclude(mapping={})
    return (
        earlier.filter(status__in=[Import.Status.DONE, Import.Status.CHECKED, Import.Status.UNDONE])
        .order_by("-pk")
        .first()
    )


def remembered_encoding(run: Import) -> str:
    """The encoding that was last chosen for this kind and source; files that show their own do not end the memory."""
    earlier = Import.objects.filter(kind=run.kind, source_name=run.source_name).exclude(pk=run.pk).order_by("-pk")
    chosen = (options.get("encoding") for options in earlier.values_list("options", flat=True)[:_LOOKED_BACK])
    return next((str(encoding) for encoding in chosen if encoding), "")


def kinds_for(user: Any) -> list[Import.Kind]:
    """The kinds of file that ``user`` may import."""

    return [kind for kind in Import.Kind if may_create(user, Import, kind=kind, by=user)]


def sources(user: Any) -> list[str]:
    """Names of sources that ``user`` has used, the latest first."""
    names = Import.objects.visible_to(user).order_by("-pk").values_list("source_name", flat=True)[:200]
    return list(dict.fromkeys(names))
