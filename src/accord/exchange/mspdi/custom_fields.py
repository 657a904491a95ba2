"""What people wrote into fields of their own: kept with the task's notes, under the names they gave the fields.

A field named like one that a task has here (``custom`` in `projects.fields`) becomes that field.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from accord.engines.planning.plan import Task
from accord.engines.texts import gettext_lazy, listed, ngettext_lazy
from accord.exchange.mspdi.document import Node
from accord.projects.fields import FIELDS

HEADING = "Custom fields"
MOST_VALUES = 50  # of one task
MOST_TEXT = 2_000  # characters of one value
_NAMED = 12
_NO_VALUE = {"NA", "1900-01-01T00:00:00", "1984-01-01T00:00:00"}
_PLAIN_FLAG = re.compile(r"Flag\d{1,2}")
_OWN_TEXTS = ("Contact",)  # not a custom field, but text of one's own that a plan has no place for

_KNOWN = {each.custom.casefold(): each.engine for each in FIELDS if each.custom}

Values = list[tuple[str, str]]


def values_of(node: Node) -> Values:
    """Pairs of field number (or name) and value of a task, in the order of the file."""
    found = [(tag, value) for tag in _OWN_TEXTS if (value := node.value(tag))]
    for part in node.all("ExtendedAttribute"):
        field, value = part.value("FieldID"), part.value("Value")
        if field and value and value not in _NO_VALUE:
            found.append((field, value[:MOST_TEXT]))
    return list(dict.fromkeys(found))


def names_of(project: Node) -> dict[str, str]:
    """The project's custom fields by number: the name people gave a field, or the one it came with."""
    names: dict[str, str] = {}
    for part in project.all("ExtendedAttributes"):
        for node in part.all("ExtendedAttribute"):
            field, name = node.value("FieldID"), node.value("Alias") or node.value("FieldName")
            if field and name:
                names[field] = " ".join(name.split())[:100]
    return names


def with_notes(tasks: Iterable[Task], values: dict[int, Values], names: dict[str, str]) -> tuple[list[Task], list[str]]:
    """Tasks with their custom fields below their own notes, and what to say about it."""
    kept: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    found: list[Task] = []
    for task in tasks:
        lines: list[str] = []
        known: dict[str, str] = {}
        for field, value in values.get(task.uid, ()):
            name = names.get(field, f"Field {field}" if field.isdigit() else field)
            engine = _KNOWN.get(name.casefold())
            if engine is not None and engine not in known:
                known[engine] = " ".join(value.split())
                continue
            # A flag that nobody gave a name says nothing outside the program that set it.
            if len(lines) == MOST_VALUES or _PLAIN_FLAG.fullmatch(name):
                skipped[name] += 1
            else:
                kept[name] += 1
                lines.append(f"{name}: {value}")
        if known:
            task = replace(task, **known)  # type: ignore[arg-type]
        if lines:
            text = "\n".join([f"{HEADING}:", *lines])
            task = replace(task, notes=f"{task.notes}\n\n{text}" if task.notes else text)
        found.append(task)
    remarks: list[str] = []
    if kept:
        remark = gettext_lazy("Custom fields are kept in the notes of their tasks: %(fields)s.")
        remarks.append(remark.with_values(fields=_listed(kept)))
    if skipped:
        remarks.append(gettext_lazy("These custom fields are skipped: %(fields)s.", fields=_listed(skipped)))
    return found, remarks


def _listed(names: Counter[str]) -> str:
    named = [
        ngettext_lazy(
            "%(field)s (%(count)s task)", "%(field)s (%(count)s tasks)", count, field=name, count=f"{count:,}"
        )
        for name, count in names.most_common(_NAMED)
    ]
    return listed(named, more=len(names) - len(named))
