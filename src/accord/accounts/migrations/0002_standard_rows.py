"""The note templates and opportunity stages of a new firm, which it edits or removes as it likes."""

from typing import Any

from django.db import migrations

TEMPLATES = (
    (
        "Kick-off", "meeting", "Kick-off",
        "**What the client wants to reach**\n\n- \n\n**Scope, and what is not in it**\n\n- \n\n**Who decides what**\n\n- \n\n"
        "**Dates that count**\n\n- \n\n**How we work together**\n\n- \n\n**Agreed**\n\n- ",
    ),
    (
        "Review", "meeting", "Business review",
        "**What was reached since the last review**\n\n- \n\n**How content they are, and why**\n\n- \n\n"
        "**Goals: where they stand**\n\n- \n\n**What changes at the client**\n\n- \n\n**What they need next**\n\n- \n\n"
        "**Agreed**\n\n- ",
    ),
    (
        "Escalation", "call", "Escalation",
        "**What happened, in their words**\n\n- \n\n**What it means for them**\n\n- \n\n**What we know of the cause**\n\n- \n\n"
        "**What we promised, by when**\n\n- \n\n**Who must know**\n\n- ",
    ),
    (
        "Negotiation", "meeting", "Negotiation",
        "**What they ask**\n\n- \n\n**What we give, and in return for what**\n\n- \n\n**What is still open**\n\n- \n\n"
        "**Our limit, and what we do without an agreement**\n\n- \n\n**Next round**\n\n- ",
    ),
)  # fmt: skip

STAGES = (
    ("prospecting", "Prospecting", 10, 10),
    ("engaging", "Engaging", 25, 20),
    ("proposal", "Proposal", 50, 30),
    ("negotiation", "Negotiation", 75, 40),
    ("won", "Won", 100, 90),
    ("lost", "Lost", 0, 91),
)


def create_note_templates(apps: Any, schema_editor: Any) -> None:
    model = apps.get_model("accounts", "NoteTemplate")
    for name, kind, subject, body in TEMPLATES:
        model.objects.get_or_create(name=name, defaults={"kind": kind, "subject": subject, "body": body})


def create_stages(apps: Any, schema_editor: Any) -> None:
    model = apps.get_model("accounts", "OpportunityStage")
    for key, name, chance, order in STAGES:
        model.objects.get_or_create(key=key, defaults={"name": name, "chance": chance, "order": order})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RunPython(create_note_templates, migrations.RunPython.noop),
        migrations.RunPython(create_stages, migrations.RunPython.noop),
    ]
