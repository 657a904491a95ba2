"""What stands in the way of undoing an import."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count
from django.utils.translation import gettext, ngettext

from accord.conversations.models import Comment
from accord.core.models import File, Record
from accord.exchange import snapshots
from accord.exchange.models import Import
from accord.insight.models import ClientFigure, ProjectMeasure
from accord.money.models import InvoiceLine
from accord.projects.models import Plan, Project
from accord.projects.models.part import PlanRow, ProjectPart

LISTED = 20
_CHUNK = 500
# Computed from the records, or a part of them: they go along.
_COMPUTED = (ClientFigure, ProjectMeasure, InvoiceLine, Plan, PlanRow, ProjectPart)


def obstacles(run: Import) -> list[str]:
    """Sentences on what was changed since or is used by others; the first twenty, and how many more."""
    found: list[str] = []
    labels = list(run.records.values_list("type", flat=True).distinct().order_by("type"))
    for label in labels:
        model = apps.get_model(label)
        found += _changed(run, label, model)
        found += _used(run, label, model)
    more = len(found) - LISTED
    return found if more <= 0 else [*found[:LISTED], gettext("And %(count)s more.") % {"count": f"{more:,}"}]


def _changed(run: Import, label: str, model: type[Record]) -> list[str]:
    found = []
    pending = _latest(run, label)
    for start in range(0, len(pending), _CHUNK):
        part = pending[start : start + _CHUNK]
        stored = model._base_manager.in_bulk([record for record, _, _ in part])
        for record, version, created in part:
            row = stored.get(record)
            if row is None:
                if not created:
                    sentence = gettext("The %(type)s with number %(number)s has been deleted since.")
                    found.append(sentence % {"type": model._meta.verbose_name, "number": record})
            elif isinstance(row, Project):
                if _state_then(run, record) != snapshots.state(row):
                    found.append(gettext("The plan of %(project)s has been changed since.") % {"project": row})
            elif row.version != version:
                sentence = gettext("The %(type)s “%(record)s” has been changed since.")
                found.append(sentence % {"type": model._meta.verbose_name, "record": row})
    return found


def _latest(run: Import, label: str) -> list[tuple[int, int, bool]]:
    """Each record once, with its version after the import's last word on it."""
    latest: dict[int, tuple[int, int, bool]] = {}
    rows = run.records.filter(type=label).order_by("pk").values_list("record_id", "version", "created")
    for record, version, created in rows.iterator(2000):
        latest[record] = (record, version, created or latest.get(record, (0, 0, False))[2])
    return list(latest.values())


def _state_then(run: Import, project: int) -> Any:
    kept = run.records.filter(type=Project._meta.label_lower, record_id=project).order_by("-pk").first()
    return (kept.before or {}).get("state") if kept else None


def _used(run: Import, label: str, model: type[Record]) -> list[str]:
    """Records of others that hang on what the import made."""
    made = run.records.filter(type=label, created=True).values("record_id")
    found = []
    for relation in model._meta.related_objects:
        other = relation.related_model
        if issubclass(other, _COMPUTED) or other is Import:
            continue
        name = relation.field.name
        rows = other._base_manager.filter(**{f"{name}__in": made})
        own = run.records.filter(type=other._meta.label_lower, created=True).values("record_id")
        found += _sentences(model, rows.exclude(pk__in=own), name, other._meta)
    for named in (Comment, File):  # these name it by type and number
        rows = named._base_manager.filter(subject_type=label, subject_id__in=made)
        found += _sentences(model, rows, "subject_id", named._meta)
    return found


def _sentences(model: type[Record], rows: models.QuerySet[Any], name: str, other: Any) -> list[str]:
    counts = {row[name]: row["n"] for row in rows.order_by(name).values(name).annotate(n=Count("pk"))}
    if not counts:
        return []
    named = model._base_manager.in_bulk(list(counts)[:_CHUNK])
    sentences = []
    for pk, record in named.items():
        count = counts[pk]
        sentence = ngettext(
            "The %(type)s “%(record)s” has %(count)s %(other)s added later.",
            "The %(type)s “%(record)s” has %(count)s %(others)s added later.",
            count,
        )
        names = {"other": other.verbose_name, "others": other.verbose_name_plural}
        sentences.append(sentence % {"type": model._meta.verbose_name, "record": record, "count": count, **names})
    return sentences
