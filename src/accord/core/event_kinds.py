"""What can happen to records: each kind by its code, with its words, and where it is told.

Actions record a kind, never a sentence; the sentence is made where the event is shown. Kinds that belong to one app
stand in its ``events.py``. Whether an event shows amounts, and to whom, follows from the fields of its record
(:mod:`accord.core.money_fields`), whatever its kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Self

from django.apps import apps
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy


@dataclass(frozen=True, slots=True)
class Told:
    """How timelines tell an event about a record of the type ``subject``: actor first, past tense, no full stop.

    ``sentence`` may hold ``{actor}``, ``{object}``, the values after the event by their names, and ``{before}`` and
    ``{after}`` of ``field``, without which the event is not told. ``quoted`` is the field whose text stands under the
    sentence. ``on_account`` says that the account's timeline tells it too, beside the record's own.
    """

    subject: str
    sentence: str
    icon: str = "history"
    tone: str = "neutral"
    field: str = ""
    quoted: str = ""
    on_account: bool = True


class EventKind(StrEnum):
    """A kind's code, its label in the audit log, and how timelines tell it; without the last, only the log has it."""

    label: str
    told: tuple[Told, ...]

    def __new__(cls, code: str, label: str, *told: Told) -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        member.told = told
        return member


class RecordEvent(EventKind):
    """What happens to records of every type. Which of them a timeline tells, and how, the apps' ``TOLD`` say."""

    CREATED = "record.created", gettext_lazy("Created")
    CHANGED = "record.changed", gettext_lazy("Updated")
    DELETED = "record.deleted", gettext_lazy("Deleted")
    ARCHIVED = "record.archived", gettext_lazy("Archived")
    RESTORED = "record.restored", gettext_lazy("Restored")
    IMPORTED = "record.imported", gettext_lazy("Imported")
    UPDATED_BY_IMPORT = "record.updated_by_import", gettext_lazy("Updated by import")
    IMPORT_UNDONE = "record.import_undone", gettext_lazy("Undid import")
    MERGED = "record.merged", gettext_lazy("Merged")
    UNMERGED = "record.unmerged", gettext_lazy("Undid merge")


class FileEvent(EventKind):
    """What happens to the files of a record; the event is the record's."""

    ATTACHED = "file.attached", gettext_lazy("Attached file")
    REPLACED = "file.replaced", gettext_lazy("Uploaded new version")
    DELETED = "file.deleted", gettext_lazy("Deleted file")


def told_of_files(*subjects: str) -> tuple[tuple[EventKind, Told], ...]:
    """How timelines tell of the files of records of these types: for the ``TOLD`` of their app."""
    sentences: dict[EventKind, str] = {
        FileEvent.ATTACHED: gettext("{actor} attached “{file}” to {object}"),
        FileEvent.REPLACED: gettext("{actor} uploaded a new version of “{file}” to {object}"),
        FileEvent.DELETED: gettext("{actor} deleted “{file}” from {object}"),
    }
    return tuple((kind, Told(about, text, "paperclip")) for about in subjects for kind, text in sentences.items())


STATUS_CHANGED = gettext_lazy("{actor} changed the status of {object} from {before} to {after}")


@cache
def all_kinds() -> dict[str, EventKind]:
    """Every kind of the installed apps by its code. Raises ``ValueError`` for a code that is taken twice."""
    for app in apps.get_app_configs():
        if app.name.startswith("accord.") and find_spec(f"{app.name}.events"):
            import_module(f"{app.name}.events")
    found: dict[str, EventKind] = {}
    for kind in _members(EventKind):
        if kind.value in found:
            raise ValueError(f"two kinds of events have the code {kind.value}")
        found[kind.value] = kind
    return found


def _members(cls: type[EventKind]) -> Iterator[EventKind]:
    for each in cls.__subclasses__():
        yield from each
        yield from _members(each)


def label_of(code: str) -> str:
    """What the audit log calls the kind with this code; one that no version has any more is shown as it is."""
    kind = all_kinds().get(code)
    return kind.label if kind is not None else code


def labelled(label: str) -> list[str]:
    """The codes of all kinds that the audit log calls ``label``: they are filtered together."""
    return [code for code, kind in all_kinds().items() if kind.label == label] or [label]


@cache
def all_told() -> tuple[tuple[EventKind, Told], ...]:
    """Everything that timelines tell: by each kind itself, and by the apps' ``TOLD`` for the kinds of all records."""
    found = [(kind, told) for kind in all_kinds().values() for told in kind.told]
    for app in apps.get_app_configs():
        if app.name.startswith("accord.") and find_spec(f"{app.name}.events"):
            extra: Iterable[tuple[EventKind, Told]] = getattr(import_module(f"{app.name}.events"), "TOLD", ())
            found += extra
    return tuple(found)
