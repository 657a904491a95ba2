"""The files that a page shows: those of its record, of the comments on it and of its conversations, in one query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from accord.core.models import File, Record
from accord.core.models.file import holder_named

_KEPT_AS = "_files_of_page"


class PageFiles:
    """What is asked for while a page is put together is read together, when the first of it is shown.

    Whoever asks has fetched the record or comment for the reader; where more is needed to read the files than to see
    the row, as of emails, the query asks for it.
    """

    def __init__(self, record: Record, user: Any) -> None:
        self.user = user
        self._wanted: dict[str, set[int]] = defaultdict(set)
        self._found: dict[tuple[str, int], list[File]] | None = None
        self._want(record)

    def of(self, *records: Record) -> Files:
        """The newest versions of the files of ``records``, once they are looked at."""
        for record in records:
            self._want(record)
        return Files(self, records)

    def all_of(self, record: Record) -> list[File]:
        """Every version of the files of one record."""
        self._want(record)
        if self._found is None:
            self._found = self._read()
        return self._found.get((record._meta.label_lower, record.pk), [])

    def _want(self, record: Record) -> None:
        keys = self._wanted[record._meta.label_lower]
        if record.holds_files and record.pk not in keys:
            keys.add(record.pk)
            self._found = None

    def _read(self) -> dict[tuple[str, int], list[File]]:
        found: dict[tuple[str, int], list[File]] = defaultdict(list)
        wanted = Q()
        for label, keys in self._wanted.items():
            if keys:
                wanted |= Q(subject_type=label, subject_id__in=self._readable(label, keys))
        for file in File.objects.filter(wanted) if wanted else ():
            found[file.subject_type, file.subject_id].append(file)
        return found

    def _readable(self, label: str, keys: set[int]) -> Any:
        model: Any = holder_named(label)
        if model.files_are_guarded:
            return model.with_readable_files(self.user).filter(pk__in=keys).values("pk")
        return sorted(keys)


class Files:
    """The files of one line of a page, in their newest versions."""

    __slots__ = ("_page", "_records")

    def __init__(self, page: PageFiles | None, records: tuple[Record, ...]) -> None:
        self._page, self._records = page, records

    def __iter__(self) -> Iterator[File]:
        for record in self._records if self._page is not None else ():
            rows = self._page.all_of(record)
            replaced = {row.replaces_id for row in rows}
            yield from (row for row in rows if row.pk not in replaced)

    def __bool__(self) -> bool:
        return any(True for _ in self)


NO_FILES = Files(None, ())


def page_files(record: Record, user: Any) -> PageFiles:
    """Those of the page of ``record``: the same for all parts of the page that were given the same object."""
    found: PageFiles | None = record.__dict__.get(_KEPT_AS)
    if found is None or found.user != user:
        found = record.__dict__[_KEPT_AS] = PageFiles(record, user)
    return found
