"""Bring stored plans to the rules of now: forecast finishes, and progress that names no actual start."""

from django.db import migrations
from django.db.models import F, Max, Q


def bring_up_to_date(apps, schema_editor):
    Project = apps.get_model("projects", "Project")
    Task = apps.get_model("projects", "Task")
    living = Task._base_manager.filter(deleted_at=None)
    # Begun work stays where it was planned when its progress was entered.
    begun = living.filter(percent_complete__gt=0, actual_start=None).exclude(kind="summary").exclude(start=None)
    begun.filter(percent_complete=100, actual_finish=None).update(actual_start=F("start"), actual_finish=F("finish"))
    begun.update(actual_start=F("start"))
    promised = living.filter(active=True).filter(
        Q(deliverable__isnull=False) | Q(kind="milestone", deadline__isnull=False)
    )
    finishes = promised.order_by().values("project").annotate(last=Max("finish")).values_list("project", "last")
    for project, finish in finishes.iterator():
        if finish is not None:
            Project.objects.filter(pk=project).update(finish=finish)


class Migration(migrations.Migration):
    dependencies = [("projects", "0016_planimport_own_codes_and_links")]

    operations = [migrations.RunPython(bring_up_to_date, migrations.RunPython.noop)]
