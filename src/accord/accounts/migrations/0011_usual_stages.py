"""The stages that every firm begins with."""

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


def make(apps: Any, schema_editor: Any) -> None:
    model = apps.get_model("accounts", "OpportunityStage")
    for key, name, chance, order in STAGES:
        model.objects.get_or_create(key=key, defaults={"name": name, "chance": chance, "order": order})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0010_commerce")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
