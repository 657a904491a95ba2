"""Looking for signals: playbooks begin where one is seen, and runs are noted as cleared where it is gone soon."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accord.insight.queries_signals import signals
from accord.success.actions.run_playbook import start_run
from accord.success.models import Playbook, PlaybookRun

# A signal that goes later went for another reason; an agreement is renewed when its end has come.
WATCHED = timedelta(days=90)


@transaction.atomic
def watch_playbooks(*, now: datetime) -> int:
    """Begin what is to begin, each once for its signal; returns how many runs began.

    A playbook that is switched off begins nothing, but of its runs one still learns whether the signal went.
    """
    today, began = timezone.localdate(now), 0
    for playbook in Playbook.objects.exclude(signal=Playbook.Signal.HAND):
        seen = {(found.account.pk, found.key): found for found in signals(playbook, now)}
        if playbook.active and playbook.steps.exists():
            for found in (found for found in seen.values() if found.fresh):
                run = start_run(
                    playbook=playbook, account=found.account, key=found.key, about=found.about, today=today, by=None,
                )  # fmt: skip
                began += run is not None
        ahead = playbook.threshold or 0 if playbook.signal == Playbook.Signal.RENEWAL else 0
        watched_since = today - WATCHED - timedelta(days=ahead)
        standing = PlaybookRun.objects.filter(playbook=playbook, cleared_on=None, started_on__gte=watched_since)
        gone = [run.pk for run in standing.exclude(key__startswith="hand:") if (run.account_id, run.key) not in seen]
        PlaybookRun.objects.filter(pk__in=gone).update(cleared_on=today)
    return began
