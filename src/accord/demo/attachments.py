"""Files that hang on the records of the demo firm: minutes, lists, a picture of a fault, in one or two versions."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from PIL import Image, ImageDraw

from accord.core.dates import day_text
from accord.core.files.actions import save_files
from accord.core.files.contents import store_bytes
from accord.core.models import Record
from accord.demo.world import World
from accord.projects.models import Project
from accord.support.models import Request

MINUTES = """# Kick-off with {account}

{day}

- The scope of {project} is as in the quote.
- Weekly call on Tuesdays at ten; the steering group meets once a month.
- {account} names one person who accepts deliverables.
- Open: access to the test system, holidays of the client's team.
"""
CHECKLIST = "Step,Who,Done\nDeliverable shown,Us,yes\nTest data provided,Client,yes\nAccepted in writing,Client,no\n"


def attach_files(world: World) -> None:
    """Minutes and checklists of running projects, a picture of each open fault."""
    running = Project.objects.filter(status=Project.Status.ACTIVE).select_related("account", "manager").order_by("pk")
    for project in running[:25]:
        day = day_text(project.start.date() + timedelta(days=1))
        text = MINUTES.format(account=project.account, project=project, day=day)
        _attach(project, f"Kick-off minutes {project.code or project.pk}.md", text.encode(), project.manager)
        _attach(
            project.account,
            f"Acceptance checklist {project.code or project.pk}.csv",
            CHECKLIST.encode(),
            project.manager,
        )
    for request in Request.objects.filter(kind=Request.Kind.INCIDENT).select_related("raised_by").order_by("-pk")[:8]:
        _attach(request, "Error message.png", _screen(request.title), request.raised_by)


def _attach(record: Record, name: str, data: bytes, by: object) -> None:
    save_files(subject=record, stored=[store_bytes(data, name)], by=by)


def _screen(words: str) -> bytes:
    """A window with an error message, as a client would send it."""
    picture = Image.new("RGB", (640, 360), "#eef1f4")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((60, 70, 580, 290), fill="white", outline="#9aa5b1")
    pen.rectangle((60, 70, 580, 104), fill="#b3261e")
    pen.text((76, 80), "Error", fill="white")
    pen.text((76, 150), words[:70], fill="#1f2933")
    pen.text((76, 180), "The operation could not be completed.", fill="#52606d")
    pen.rectangle((480, 240, 560, 270), outline="#9aa5b1")
    pen.text((505, 248), "OK", fill="#1f2933")
    kept = BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()
