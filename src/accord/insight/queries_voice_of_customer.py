"""The voice of the clients: what they ask for, weighted by what those who ask are worth."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accord.insight.queries import client_figures
from accord.support.models import Request, Topic


def voice_of_customer(user: Any) -> QuerySet[Topic]:
    """Topics with ``asked`` (requests), ``clients`` and ``worth``: the lifetime value of who asks, each once.

    Only requests that ``user`` may see are counted, and only clients valued whose money they may see; ``worth`` is None
    without an analysis, or where none is valued.
    """
    heard = Request.objects.visible_to(user).filter(topic=OuterRef("pk"), account__archived_at=None).order_by()
    asked = heard.values("topic").annotate(n=Count("pk")).values("n")
    clients = heard.values("topic").annotate(n=Count("account", distinct=True)).values("n")
    asks = Request.objects.visible_to(user).filter(topic=OuterRef(OuterRef("pk")), account=OuterRef("account"))
    valued = client_figures(user).filter(Exists(asks)).order_by()
    worth = valued.values("analysis").annotate(total=Sum("lifetime_value")).values("total")
    zero = Value(0, output_field=IntegerField())
    return Topic.objects.select_related("owner").annotate(
        asked=Coalesce(Subquery(asked, output_field=IntegerField()), zero),
        clients=Coalesce(Subquery(clients, output_field=IntegerField()), zero),
        worth=Subquery(worth),
    )
