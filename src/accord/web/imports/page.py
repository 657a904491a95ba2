"""What the page of one import shows, by where the import stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from accord.core.access import Permission, can
from accord.core.texts import gettext_lazy, translated
from accord.engines.texts import gettext_noop
from accord.exchange.actions.choose_encoding import FROM
from accord.exchange.csv_table import CsvShape
from accord.exchange.csv_table.encodings import LABELS
from accord.exchange.importers.plan_dates import KEEPING, sentences
from accord.exchange.models import Import
from accord.exchange.progress import ProgressReport, stand_of
from accord.projects.models import Project
from accord.web.imports.counts import captions, counted
from accord.web.imports.forms import AccountPartForm, MappingForm
from accord.web.imports.views.lists import TONES
from accord.web.shell.list_parts import Cell, Column, Row
from accord.web.shell.numbers import Number
from accord.web.shell.parts import Action, Badge, Crumb, Fact, Link
from accord.web.shell.templatetags.shell import day, moment, number

Status = Import.Status
MAPPABLE = (Status.UPLOADED, Status.CHECKED, Status.FAILED, Status.UNDONE)
RESULTS = {
    "accounts": (gettext_lazy("Accounts"), "accounts"),
    "contacts": (gettext_lazy("Accounts"), "accounts"),
    "opportunities": (gettext_lazy("Accounts"), "accounts"),
    "invoices": (gettext_lazy("Invoices"), "invoices"),
    "exchange_rates": (gettext_lazy("Exchange rates"), "exchange-rates"),
    "plan": (gettext_lazy("Projects"), "projects"),
}
_DELIMITERS = {
    ",": gettext_lazy("comma"),
    ";": gettext_lazy("semicolon"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("bar"),
}
_SHOWN_COLUMNS = 12
_DAYS = (gettext_noop("Date"), gettext_noop("Start"), gettext_noop("Finish"))  # columns of a preview
_FIGURES = (gettext_noop("Lines"), gettext_noop("Total"))


def context(request: HttpRequest, run: Import, form: Any = None) -> dict[str, Any]:
    """All that ``imports/import.html`` needs."""
    report = run.report or {}
    may_change = can(request.user, Permission.CHANGE, run)
    shows_form = may_change and run.status in MAPPABLE and bool(run.shape)
    if form is None and shows_form:
        form = form_of(run, request.user)
    return {
        "run": run,
        "record_title": run.file_name,
        "record_subtitle": gettext("%(kind)s from %(source_name)s")
        % {"kind": run.get_kind_display(), "source_name": run.source_name},
        "badges": [Badge(run.get_status_display(), TONES.get(Status(run.status), "warn"))],
        "crumbs": [Crumb(gettext("Imports"), reverse("imports"))],
        "actions": _actions(run) if may_change else [],
        "facts": _facts(run),
        "numbers": _numbers(run, report),
        "report": report,
        "problems": problem_rows(report.get("problems", [])),
        "problem_columns": _labels(
            gettext("Line"), gettext("Field"), gettext("Problem"), gettext("Value"), gettext("How to fix")
        ),
        "warnings": problem_rows(report.get("warnings", [])),
        "more_warnings": max(0, report.get("warned", 0) - len(report.get("warnings", []))),
        "notes": [translated(note) for note in report.get("notes", [])],
        "preview": _preview(report),
        "reading": _reading(run) if may_change else None,
        "dates": _dates(run, report),
        "more_problems": max(0, report.get("errors", 0) - len(report.get("problems", []))),
        "form": form if shows_form else None,
        "sections": getattr(form, "sections", None) if shows_form else None,
        "form_url": reverse("import-check", args=[run.pk]),
        "submit_label": gettext("Check the file") if run.status != Status.CHECKED else gettext("Check again"),
        "opens_form": run.status != Status.CHECKED or bool(form and form.errors) or bool(report.get("unknown")),
        "may_confirm": may_change and run.status == Status.CHECKED and _can_be_written(run, report),
        "stand": stand(run) if run.is_busy else None,
        "made": [counted(count, nouns) for nouns, count in report.get("created", {}).items()],
        "result_links": _result_links(run),
    }


def form_of(run: Import, user: Any, data: Any = None) -> MappingForm | AccountPartForm:
    """The mapping of a table, or where a plan goes."""
    return AccountPartForm(run, data, user=user) if run.kind == Import.Kind.PLAN else MappingForm(run, data)


def stand(run: Import) -> ProgressReport | None:
    """How far the work on the import has got, its phase in the reader's language."""
    found = stand_of(run.path)
    return None if found is None else replace(found, label=translated(found.label))


def _can_be_written(run: Import, report: dict[str, Any]) -> bool:
    if run.kind == Import.Kind.PLAN:
        return not report.get("errors")
    return bool(report.get("create") or report.get("update") or not report.get("errors"))


def _labels(*labels: str) -> list[Column]:
    return [Column(label) for label in labels]


def _actions(run: Import) -> list[Action]:
    actions = []
    if run.status == Status.DONE:
        actions.append(
            Action(gettext("Undo"), reverse("import-undo", args=[run.pk]), icon="arrow-back-up", drawer=True)
        )
    if not run.is_busy:
        actions.append(
            Action(
                gettext("Delete"),
                reverse("import-removal", args=[run.pk]),
                icon="trash",
                danger=True,
                drawer=True,
                more=True,
            )
        )
    return actions


def _status_date(shape: dict[str, Any]) -> str:
    """The plan's status date; where it has none, the current date of the file, which then takes its place."""
    if shape["status_date"] or not shape.get("current_date"):
        return _date(shape["status_date"])
    return gettext("%(current_date)s (current date of the file)") % {"current_date": _date(shape["current_date"])}


def _facts(run: Import) -> list[Fact]:
    facts: list[Fact] = [
        Fact(gettext("Type"), run.get_kind_display()),
        Fact(gettext("Source"), run.source_name),
        Fact(gettext("Uploaded"), moment(run.created_at)),
        Fact(gettext("By"), str(run.by or "Accord")),
    ]
    shape = run.shape
    if run.kind == Import.Kind.PLAN and shape:
        facts += [
            Fact(gettext("Project"), shape["name"]),
            Fact(gettext("Start"), _date(shape["start"])),
            Fact(gettext("Finish"), _date(shape["finish"])),
            Fact(gettext("Status date"), _status_date(shape), missing=gettext("Not in file")),
            Fact(gettext("Tasks"), number(shape["tasks"])),
            Fact(gettext("Milestones"), number(shape["milestones"])),
            Fact(gettext("Summaries"), number(shape["summaries"])),
            Fact(gettext("Links"), number(shape["links"])),
            Fact(gettext("Resources"), number(shape["resources"])),
            Fact(gettext("Assignments"), number(shape["assignments"])),
            Fact(gettext("Baselines"), ", ".join(map(str, shape["baselines"])), missing=gettext("None")),
        ]
    elif shape:
        written = CsvShape.from_json(shape)
        facts += [
            Fact(gettext("Rows"), number(written.rows)),
            Fact(gettext("Columns"), number(len(written.columns))),
            Fact(gettext("Separated by"), str(_DELIMITERS.get(written.delimiter, written.delimiter))),
            Fact(gettext("Encoding"), _encoding_label(written.encoding)),
        ]
    facts += [Fact(translated(label), translated(value)) for label, value in (run.report or {}).get("facts", [])]
    if run.done_at and run.status == Status.DONE:
        facts.append(Fact(gettext("Imported"), moment(run.done_at)))
    if run.undone_at and run.status == Status.UNDONE:
        facts.append(Fact(gettext("Undone"), moment(run.undone_at)))
    return facts


def _date(text: str | None) -> str:
    return day(datetime.fromisoformat(text)) if text else ""


def _numbers(run: Import, report: dict[str, Any]) -> list[Number]:
    if run.status not in (Status.CHECKED, Status.DONE, Status.FAILED) or "create" not in report:
        return []
    new, changed = captions(run.kind, is_done=run.status == Status.DONE)
    errors = report["errors"]
    return [
        Number(
            gettext("New"),
            number(report["create"]),
            new,
            "good" if report["create"] else "neutral",
        ),
        Number(
            gettext("Changed"),
            number(report["update"]),
            changed,
            "info" if report["update"] else "neutral",
        ),
        Number(gettext("Unchanged"), number(report["skip"]), gettext("identical")),
        Number(
            gettext("Problems"),
            number(errors),
            gettext("%(left_out)s of %(rows)s rows skipped")
            % {"left_out": number(report["left_out"]), "rows": number(report["rows"])},
            "bad" if errors else "good",
        ),
    ]


def problem_rows(problems: list[dict[str, Any]]) -> list[Row]:
    """Problems as a table's rows."""
    rows = []
    for problem in problems:
        place = (
            number(problem["line"])
            if problem.get("line")
            else gettext("UID %(uid)s") % {"uid": problem["uid"]}
            if problem.get("uid") is not None
            else "–"
        )
        cells = [translated(problem[name]) or "–" for name in ("field", "message", "value", "remedy")]
        rows.append(Row(0, "", [Cell(place), *map(Cell, cells)]))
    return rows


def _dates(run: Import, report: dict[str, Any]) -> dict[str, Any] | None:
    """The dates that a plan would change: the sentence, the list, and the choice to keep those of the file."""
    dates = report.get("dates")
    if not dates or not dates["different"] or run.status == Status.UNDONE:
        return None
    rows = []
    for wbs, name, start, new_start, finish, new_finish, reason in dates["rows"]:
        moves = [_moved(start, new_start), _moved(finish, new_finish)]
        rows.append(Row(0, "", [Cell(name, sub=wbs), *(Cell(move) for move in moves), Cell(translated(reason))]))
    return {
        "text": " ".join(map(translated, sentences(dates, is_done=run.status == Status.DONE))),
        "keeping": translated(KEEPING),
        "is_kept": bool(run.options.get("keep_dates")),
        "columns": _labels(gettext("Task"), gettext("Start"), gettext("Finish"), gettext("Reason")),
        "rows": rows,
        "more": dates["different"] - len(rows),
    }


def _moved(old: str, new: str) -> str:
    """From the file's date to Accord's, with the time of day where that alone differs."""
    before, after = datetime.fromisoformat(old), datetime.fromisoformat(new)
    if before == after:
        return day(before)
    if before.date() == after.date():
        return f"{day(before)}, {before:%H:%M} → {after:%H:%M}"
    return f"{day(before)} → {day(after)}"


def _encoding_label(encoding: str) -> str:
    return translated(LABELS.get(encoding.removesuffix("-sig"), encoding))


def _reading(run: Import) -> dict[str, Any] | None:
    """In which encoding the table is read and why, its first rows so, and the others that it may be in."""
    if run.kind == Import.Kind.PLAN or run.status not in FROM:
        return None
    shape = CsvShape.from_json(run.shape) if run.shape else None
    is_refused = run.status == Status.REFUSED or shape is None
    samples = {} if is_refused or shape is None else shape.readings
    current = "" if is_refused or shape is None else shape.encoding.removesuffix("-sig")
    offered = [code for code in LABELS if not samples or code in samples or code == current or code == "utf-16"]
    head = [] if is_refused or shape is None else shape.head
    columns = [] if shape is None else shape.columns[:_SHOWN_COLUMNS]
    return {
        "evidence": translated(shape.evidence) if shape and not is_refused else "",
        "is_sure": shape.is_encoding_sure if shape and not is_refused else False,
        "choices": [
            {
                "value": code,
                "label": _with_text(_encoding_label(code), samples.get(code, "")),
                "selected": code == current,
            }
            for code in offered
        ],
        "columns": _labels(*(column.header for column in columns)),
        "rows": [Row(0, "", [Cell(row[c.index] if c.index < len(row) else "–") for c in columns]) for row in head],
        "more": 0 if shape is None else max(0, len(shape.columns) - _SHOWN_COLUMNS),
        "url": reverse("import-encoding", args=[run.pk]),
    }


def _with_text(label: str, words: str) -> str:
    return f"{label}: {words}" if words else label


def _preview(report: dict[str, Any]) -> dict[str, Any]:
    """The first rows as they were read, in the product's way of writing; without columns of which there is nothing."""
    shown = report.get("preview") or {}
    labels, found = shown.get("columns", []), shown.get("rows", [])
    used = [i for i in range(len(labels)) if any(row[i] for row in found)]
    rows = [Row(0, "", [_shown(labels[i], row[i]) for i in used]) for row in found]
    return {"columns": [Column(translated(labels[i]), numeric=labels[i] in _FIGURES) for i in used], "rows": rows}


def _shown(label: str, text: str) -> Cell:
    if label in _DAYS:
        text = " → ".join(_when(part) for part in text.split(" → "))
    elif label in _FIGURES and text:
        text = number(Decimal(text), len(text.partition(".")[2]))
    return Cell(translated(text) or "–", numeric=label in _FIGURES)


def _when(text: str) -> str:
    """A day, with its time where there is one, of its ISO form."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:  # as "–", where there was none
        return text
    return day(found) if len(text) == len("2026-01-15") else f"{day(found)}, {found:%H:%M}"


def _result_links(run: Import) -> list[Link]:
    if run.status != Status.DONE:
        return []
    label, name = RESULTS[run.kind]
    links = [Link(gettext("All %(label)s") % {"label": label.lower()}, reverse(name))]
    if run.kind == Import.Kind.PLAN:
        kept = run.records.filter(type=Project._meta.label_lower).first()
        project = Project.objects.visible_to(run.by).filter(pk=kept.record_id).first() if kept and run.by else None
        if project:
            links.insert(
                0, Link(gettext("Open %(project)s") % {"project": project}, reverse("project", args=[project.pk]))
            )
    return links
