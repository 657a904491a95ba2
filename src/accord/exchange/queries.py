"""What can be asked about imports."""

from __future__ import annotations

from typing import Any

from accord.exchange.models import Import


def remembered(run: Import) -> Import | None:
    """The last import of this kind and source that was tried: its mapping is offered again."""
    earlier = Import.objects.filter(kind=run.kind, source_name=run.source_name).exclude(pk=run.pk).exclude(mapping={})
    return (
        earlier.filter(status__in=[Import.Status.DONE, Import.Status.CHECKED, Import.Status.UNDONE])
        .order_by("-pk")
        .first()
    )


def kinds_for(user: Any) -> list[Import.Kind]:
    """The kinds of file that ``user`` may import."""
    from accord.core.access import Deed, can

    return [kind for kind in Import.Kind if can(user, Deed.CREATE, Import(kind=kind, by=user))]


def sources(user: Any) -> list[str]:
    """Names of sources that ``user`` has used, the latest first."""
    names = Import.objects.visible_to(user).order_by("-pk").values_list("source_name", flat=True)[:200]
    return list(dict.fromkeys(names))
