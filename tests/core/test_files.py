"""Files on records: what is taken in, versions, who may, and what is left when their record is gone."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone

from accord.accounts.actions.merge_records import merge_records, undo_merge
from accord.accounts.models import Account, AccountMember, Contact, Interaction
from accord.config.file_storage import file_storage, refused_types
from accord.core.files.actions import attach_file, remove_file, replace_file, share_files, versions_of
from accord.core.files.contents import storage, store_bytes
from accord.core.files.orphans import UNDER_WAY, remove_orphans, sweep
from accord.core.files.queries import files_of
from accord.core.files.rules import clean_name, media_type_of
from accord.core.models import Event, File
from accord.people.models import Role, User
from accord.projects.models import Project, Task
from tests.world import PNG

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(db: Any) -> User:
    return User.objects.create_user("m@firm.test", "x", name="Mara Manager", roles=[Role.ACCOUNT_MANAGER])


@pytest.fixture
def account(manager: User) -> Account:
    return Account.objects.create(name="Brewery", owner=manager)


def attach(subject: Any, by: Any, name: str = "plan.txt", data: bytes = b"hops") -> File:
    return attach_file(subject=subject, content=ContentFile(data), name=name, by=by)


def content(file: File) -> bytes:
    with storage().open(file.stored_as) as stream:
        return bytes(stream.read())


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        ("a\0b\n\x1b.txt", "ab.txt"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("  many   blanks .txt . ", "many blanks .txt"),
        ("<img src=x onerror=alert(1)>.png", "<img src=x onerror=alert(1)>.png"),  # data, and shown as such
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_the_last_part_of_a_path(given: str, kept: str) -> None:
    assert clean_name(given) == kept


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (PNG, "x.txt", "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "x", "image/jpeg"),
        (b"%PDF-1.7\n", "x.png", "application/pdf"),
        (b"<html><script>alert(1)</script>", "x.png", "text/plain"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "x.svg", "text/plain"),
        (b"a;b\n1;2\n", "x.csv", "text/csv"),
        ("grün".encode("utf-16"), "x.txt", "text/plain"),
        (b"\0\1\2\3", "x.txt", "application/octet-stream"),
        (b"a" * 8191 + "ü".encode()[:1], "x.txt", "text/plain"),
    ],
)
def test_the_type_is_told_by_the_content(head: bytes, name: str, kind: str) -> None:
    assert media_type_of(head, name) == kind


def test_what_is_empty_too_large_or_of_a_refused_type_is_not_stored(
    account: Account, manager: User, settings: Any, tmp_path: Any
) -> None:
    settings.ACCORD_MAX_FILE = 1024
    before = count_contents()
    for name, data, words in (
        ("a.txt", b"", "is empty"),
        ("a.txt", b"x" * 1025, "is larger than 1 KB"),
        ("setup.exe", b"harmless", "files of type exe are not allowed"),
        ("picture.png", b"MZ" + b"\0" * 60, "files of type exe are not allowed"),
        ("run.Bat ", b"harmless", "files of type bat are not allowed"),
    ):
        with pytest.raises(ValidationError, match=words):
            attach(account, manager, name, data)
    assert not File.objects.exists()
    assert count_contents() == before
    assert attach(account, manager, "a.txt", b"x" * 1024).size == 1024


def count_contents() -> int:
    try:
        folders, _ = storage().listdir("")
    except FileNotFoundError:
        return 0
    return sum(len(storage().listdir(folder)[1]) for folder in folders)


@pytest.mark.parametrize(("code", "words"), [(1, "virus scanner found something"), (2, "couldn't be checked")])
def test_an_infected_file_and_one_that_cannot_be_checked_are_refused(
    account: Account, manager: User, settings: Any, code: int, words: str
) -> None:
    before = count_contents()
    settings.ACCORD_VIRUS_SCAN = f'{sys.executable} -c "import sys; sys.stdin.buffer.read(); sys.exit({code})"'
    with pytest.raises(ValidationError, match=words):
        attach(account, manager)
    assert (File.objects.count(), count_contents()) == (0, before)


def test_the_scanner_reads_all_of_the_file_and_has_no_secrets(
    account: Account, manager: User, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACCORD_SECRET_KEY", "top-secret")
    seen = tmp_path / "seen"
    program = tmp_path / "scanner.py"
    program.write_text(
        f"import os, sys\ndata = sys.stdin.buffer.read()\nopen({str(seen)!r}, 'w').write("
        "f'{len(data)} ' + str('ACCORD_SECRET_KEY' in os.environ))\n"
    )
    settings.ACCORD_VIRUS_SCAN = f"{sys.executable} {program}"
    file = attach(account, manager, "a.txt", b"x" * 700_000)
    assert seen.read_text() == "700000 False"
    assert file.scan == File.Scan.CLEAN


def test_a_scanner_that_hangs_or_is_missing_refuses(account: Account, manager: User, settings: Any) -> None:
    settings.ACCORD_VIRUS_SCAN_SECONDS = 0.5
    for command in (f'{sys.executable} -c "import time; time.sleep(60)"', "/no/such/scanner -"):
        settings.ACCORD_VIRUS_SCAN = command
        with pytest.raises(ValidationError, match="couldn't be checked"):
            attach(account, manager, "a.txt", b"x" * 300_000)


def test_versions_follow_each_other_and_go_together(
    account: Account, manager: User, django_capture_on_commit_callbacks: Any
) -> None:
    first = attach(account, manager)
    second = replace_file(file=first, content=ContentFile(b"malt"), name="plan 2.txt", by=manager)
    assert (second.number, second.replaces, content(first), content(second)) == (2, first, b"hops", b"malt")
    with pytest.raises(ValidationError, match="Someone else uploaded a newer version"):
        replace_file(file=first, content=ContentFile(b"late"), name="plan.txt", by=manager)
    (held,) = files_of(account)
    assert (held.file, held.earlier) == (second, [first])
    assert versions_of(first) == [second, first]
    with django_capture_on_commit_callbacks() as later:
        remove_file(file=first, by=manager)
    assert not File.objects.exists()
    assert storage().exists(first.stored_as), "nothing is deleted before the commit"
    for action in later:
        action()
    assert not storage().exists(first.stored_as)
    assert not storage().exists(second.stored_as)
    events = Event.objects.filter(subject_type="accounts.account", subject_id=account.pk).order_by("pk")
    assert list(events.values_list("kind", flat=True)) == ["file.attached", "file.replaced", "file.deleted"]


def test_a_content_that_another_file_uses_stays(
    account: Account, manager: User, django_capture_on_commit_callbacks: Any
) -> None:
    file = attach(account, manager)
    contact = Contact.objects.create(name="Conny")
    (shared,) = share_files(files=[file], subject=contact, by=manager)
    with django_capture_on_commit_callbacks(execute=True):
        remove_file(file=file, by=manager)
    assert content(shared) == b"hops"


def test_who_may_change_the_record_attaches_and_a_member_to_their_own_note(account: Account, manager: User) -> None:
    member = User.objects.create_user("w@firm.test", "x", name="Wim Worker", roles=[Role.MEMBER])
    AccountMember.objects.create(account=account, user=member)
    own = Interaction.objects.create(account=account, subject="Call", by=member)
    other = Interaction.objects.create(account=account, subject="Call", by=manager)
    attach(own, member)
    for refused in (account, other):
        with pytest.raises(PermissionDenied):
            attach(refused, member)
    theirs = attach(account, manager)
    with pytest.raises(PermissionDenied):
        remove_file(file=theirs, by=member)
    with pytest.raises(PermissionDenied):
        replace_file(file=theirs, content=ContentFile(b"x"), name="x.txt", by=member)
    assert set(File.objects.visible_to(member)) == set(File.objects.all())
    stranger = User.objects.create_user("s@firm.test", "x", name="Sam Stranger", roles=[Role.MEMBER])
    assert not File.objects.visible_to(stranger).exists()


def test_an_archived_record_takes_no_files(account: Account, manager: User) -> None:
    account.archived_at = timezone.now()
    account.save()
    with pytest.raises(PermissionDenied, match="archived"):
        attach(account, manager)


def test_files_go_after_their_record_however_it_was_deleted(
    account: Account, manager: User, django_capture_on_commit_callbacks: Any
) -> None:
    note = Interaction.objects.create(account=account, subject="Call", by=manager)
    kept, gone = attach(account, manager), attach(note, manager)
    Interaction.objects.filter(pk=note.pk).delete()  # in bulk: no event names it
    assert content(gone) == b"hops"
    assert not File.objects.visible_to(manager).filter(pk=gone.pk).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_orphans() == 1
    assert not storage().exists(gone.stored_as)
    assert content(kept) == b"hops"
    assert list(File.objects.all()) == [kept]


def test_what_an_interrupted_upload_left_is_swept_up_after_a_day(account: Account, manager: User) -> None:
    kept, left = attach(account, manager), store_bytes(b"half", "half.txt")
    sweep(timezone.now())
    assert storage().exists(left.stored_as), "it may be an upload under way"
    sweep(timezone.now() + UNDER_WAY + timedelta(minutes=1))
    assert not storage().exists(left.stored_as)
    assert storage().exists(kept.stored_as)


def test_a_deleted_task_that_comes_back_has_its_files(account: Account, manager: User) -> None:
    """Undoing brings a task back: until it is gone for good, its files are kept."""
    project = Project.objects.create(account=account, name="Shop", start=datetime(2026, 1, 5, 8))
    task = Task.objects.create(project=project, uid=1, order=1024, name="Build")
    administrator = User.objects.create_user("a@firm.test", "x", name="Ada", roles=[Role.ADMINISTRATOR])
    file = attach(task, administrator)
    Task.all_objects.filter(pk=task.pk).update(deleted_at=timezone.now())
    assert remove_orphans() == 0
    assert not File.objects.visible_to(administrator).exists()
    Task.all_objects.filter(pk=task.pk).update(deleted_at=None)
    assert list(File.objects.visible_to(administrator)) == [file]


def test_files_move_with_a_merge_and_back(account: Account, manager: User) -> None:
    other = Account.objects.create(name="Brewery Ltd", owner=manager)
    note = Interaction.objects.create(account=other, subject="Call", by=manager)
    on_account, on_note, own = attach(other, manager), attach(note, manager), attach(account, manager)
    merge = merge_records(kept=account, gone=other, take=set(), by=manager)
    for file in (on_account, on_note):
        file.refresh_from_db()
        assert file.root_id == account.pk
    assert {held.file.pk for held in files_of(account)} == {on_account.pk, own.pk}
    assert remove_orphans() == 0
    undo_merge(merge=merge, by=manager)
    for file in (on_account, on_note):
        file.refresh_from_db()
        assert file.root_id == other.pk
    assert [held.file.pk for held in files_of(account)] == [own.pk]


@pytest.mark.one_database
def test_a_bucket_without_its_library_is_told_of(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert file_storage({}, tmp_path)["BACKEND"].endswith("FileSystemStorage")
    bucket = {"ACCORD_FILES_S3_BUCKET": "files", "ACCORD_FILES_S3_ENDPOINT": "https://s3.test"}
    monkeypatch.setattr("accord.config.file_storage.find_spec", lambda name: None)
    with pytest.raises(ImproperlyConfigured, match=r"accord\[s3\]"):
        file_storage(bucket, tmp_path)
    monkeypatch.setattr("accord.config.file_storage.find_spec", lambda name: name)
    made = file_storage(bucket, tmp_path)
    assert made["OPTIONS"]["bucket_name"] == "files"
    assert made["OPTIONS"]["endpoint_url"] == "https://s3.test"
    assert "access_key" not in made["OPTIONS"]  # then the machine's own identity counts


@pytest.mark.one_database
def test_refused_types_are_a_setting() -> None:
    assert "exe" in refused_types(None)
    assert refused_types("") == frozenset()
    assert refused_types(".Zip, iso") == {"zip", "iso"}


def test_only_the_owner_of_the_process_reads_what_lies_in_the_folder(account: Account, manager: User) -> None:
    from pathlib import Path

    path = Path(storage().path(attach(account, manager).stored_as))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert "plan" not in str(path)
