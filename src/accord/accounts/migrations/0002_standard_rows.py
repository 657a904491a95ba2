"""The note templates of a new firm, which it can edit or delete."""

from typing import Any

from django.db import migrations

TEMPLATES = (
    (
        "Kick-off", "meeting", "Kick-off",
        "**Client goals**\n\n- \n\n**In scope and out of scope**\n\n- \n\n**Decision makers**\n\n- \n\n"
        "**Key dates**\n\n- \n\n**Ways of working**\n\n- \n\n**Agreed next steps**\n\n- ",
    ),
    (
        "Review", "meeting", "Business review",
        "**Progress since the last review**\n\n- \n\n**Satisfaction and reasons**\n\n- \n\n"
        "**Status of goals**\n\n- \n\n**Changes at the client**\n\n- \n\n**Upcoming needs**\n\n- \n\n"
        "**Agreed next steps**\n\n- ",
    ),
    (
        "Escalation", "call", "Escalation",
        "**What happened, in the client's words**\n\n- \n\n**Impact on the client**\n\n- \n\n**Known causes**\n\n- \n\n"
        "**Commitments and due dates**\n\n- \n\n**People to inform**\n\n- ",
    ),
    (
        "Negotiation", "meeting", "Negotiation",
        "**Client requests**\n\n- \n\n**Concessions and what we get in return**\n\n- \n\n**Open points**\n\n- \n\n"
        "**Our limit and our fallback without an agreement**\n\n- \n\n**Next round**\n\n- ",
    ),
)  # fmt: skip

def create_note_templates(apps: Any, schema_editor: Any) -> None:
    model = apps.get_model("accounts", "NoteTemplate")
    for name, kind, subject, body in TEMPLATES:
        model.objects.get_or_create(name=name, defaults={"kind": kind, "subject": subject, "body": body})


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.RunPython(create_note_templates, migrations.RunPython.noop),
    ]
