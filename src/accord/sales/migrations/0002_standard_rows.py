"""The opportunity stages of a new firm, which it can edit or delete."""

from typing import Any

from django.db import migrations

STAGES = (
    ("prospecting", "Prospecting", 10, 10),
    ("engaging", "Engaging", 25, 20),
    ("proposal", "Proposal", 50, 30),
    ("negotiation", "Negotiation", 75, 40),
    ("won", "Won", 100, 90),
    ("lost", "Lost", 0, 91),
)


def create_stages(apps: Any, schema_editor: Any) -> None:
    model = apps.get_model("sales", "OpportunityStage")
    for key, name, chance, order in STAGES:
        model.objects.get_or_create(key=key, defaults={"name": name, "chance": chance, "order": order})


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial")]
    operations = [migrations.RunPython(create_stages, migrations.RunPython.noop)]
