"""Why clients leave: one list for accounts and agreements."""

from __future__ import annotations

from django.db import models

from accord.core.texts import gettext_lazy


class LeavingReason(models.TextChoices):
    """The main reason, in the terms of customer success; what else there is to say goes into the note."""

    PRICE = "price", gettext_lazy("Price or budget")
    SERVICE_QUALITY = "service_quality", gettext_lazy("Service quality")
    SPONSOR_LEFT = "sponsor_left", gettext_lazy("Sponsor left")
    INSOURCED = "insourced", gettext_lazy("Insourced")
    COMPETITOR = "competitor", gettext_lazy("Competitor")
    PROJECT_ENDED = "project_ended", gettext_lazy("Project ended, no further need")
    INSOLVENCY_MERGER = "insolvency_merger", gettext_lazy("Insolvency or merger")
    OTHER = "other", gettext_lazy("Other")
