"""The page of one record: its head, its facts, its panels, and what comes with every record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.web.shell.comments import talk_about
from accord.web.shell.parts import Action, Badge, Crumb, Empty, Fact, Link
from accord.web.shell.timeline import record_entries


@dataclass(frozen=True, slots=True)
class Panel:
    """A card. ``template`` writes what is below its title, from ``values`` and from all that the page has.

    Without a title the template writes the whole card. ``side`` puts it into the narrow column. The ``action`` in its
    head is a button; a ``link`` only leads on.
    """

    title: str
    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    count: int | None = None
    action: Action | None = None
    link: Link | None = None
    side: bool = False


def text_panel(title: str, text: str, *, missing: str) -> Panel:
    """A card with what somebody wrote, in paragraphs."""
    return Panel(title, "shell/parts/panels.html#text", {"text": text, "missing": missing})


def comments() -> Panel:
    """What is said about the record, with the box to say more; its readers can watch it."""
    return Panel("", COMMENTS)


def files(*, side: bool = False) -> Panel:
    """The files of the record, for who may see it; who may change it adds some."""
    return Panel("", FILES, side=side)


def history(title: str = gettext_lazy("Timeline"), *, link: Link | None = None, text: str = "") -> Panel:
    """What happened to the record; ``text`` says what belongs here while there is nothing."""
    return Panel(title, HISTORY, {"empty": Empty(gettext("No activity yet"), text)}, link=link)


COMMENTS, FILES, HISTORY, TABLE = (
    f"shell/parts/panels.html#{name}" for name in ("comments", "files", "history", "table")
)


@dataclass(frozen=True, slots=True)
class Mark:
    """The square before the title, in the colour of ``name``: an icon, or a record's key."""

    name: str
    icon: str = ""
    text: str = ""
    on_phone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """The page of ``record``, which the reader was found to see; ``of`` is what it belongs to, ``above`` the breadcrumb
    without this page, which is called ``crumb`` there or by its title.
    """

    record: Any
    title: str
    above: Sequence[Crumb]
    crumb: str = ""
    mark: Mark | None = None
    of: Link | None = None
    subtitle: str = ""
    badges: Sequence[Badge] = ()
    facts: Sequence[Fact] = ()
    actions: Sequence[Action] = ()
    panels: Sequence[Panel] = ()
    may_change: bool = False
    sees_money: bool = True

    def response(self, request: HttpRequest, template: str = "shell/record.html", **more: Any) -> HttpResponse:
        """``template`` arranges it otherwise than in panels and takes ``more``."""
        shown = {panel.template for panel in self.panels}
        context: dict[str, Any] = {
            "record": self.record,
            "record_title": self.title,
            "record_of": self.of,
            "record_subtitle": self.subtitle,
            "mark": self.mark,
            "badges": self.badges,
            "facts": self.facts,
            "actions": self.actions,
            "may_change": self.may_change,
            "crumbs": [*self.above, Crumb(self.crumb or self.title)],
            "panels": [panel for panel in self.panels if not panel.side],
            "side_panels": [panel for panel in self.panels if panel.side],
        }
        if COMMENTS in shown:
            context["talk"] = talk_about(self.record, request.user)
        if HISTORY in shown:
            context["entries"] = record_entries(self.record, request.user, money=self.sees_money)
        return render(request, template, context | more)
