"""Imports on the web, from the empty list to the undo, as a browser without scripts would do it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accord.accounts.models import Account
from accord.exchange import jobs
from accord.exchange.actions import check as check_action
from accord.exchange.actions import confirm as confirm_action
from accord.exchange.models import Import
from accord.exchange.progress import Cancelled, Progress, stand_of
from accord.people.models import Role, User
from accord.projects.models import Task
from tests.exchange.conftest import document, make_task
from tests.exchange.importing import administrator, bring, fingerprint, uploads, user
from tests.factories import browser_of

__all__ = ["administrator", "document", "make_task", "uploads"]

CSV = b"Company,City,Customer since\nAlpha,Kiel,01/02/2026\nBeta,Bonn,\n"


@pytest.fixture
def browser(administrator: User, settings: Any) -> Client:
    """Signed in as the administrator."""
    settings.SECURE_SSL_REDIRECT = False
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    return browser_of(administrator)


def send(browser: Client, data: bytes = CSV, kind: str = "accounts", name: str = "clients.csv") -> Import:
    fields = {"kind": kind, "source_name": "old  CRM", "file": SimpleUploadedFile(name, data)}
    response = browser.post("/imports/new", fields)
    assert response.status_code == 302, response.content.decode()
    run = Import.objects.latest("pk")
    assert response["Location"] == f"/imports/{run.pk}/"
    return run


def mapping(**options: str) -> dict[str, str]:
    columns = {"column_name": "Company", "column_city": "City", "column_client_since": "Customer since"}
    return {**columns, "option_currency": "EUR", "option_status": "client", **options}


def text(response: Any) -> str:
    return str(response.content.decode())


def test_the_list_offers_what_one_may_import(browser: Client, db: None) -> None:
    page = text(browser.get("/imports/"))
    for word in ("No imports yet", "Import accounts", "Import project plan", "/imports/samples/invoices.csv"):
        assert word in page
    sample = browser.get("/imports/samples/accounts.csv")
    assert sample["Content-Disposition"] == 'attachment; filename="accounts.csv"'
    assert sample.content.startswith(b"\xef\xbb\xbfAccount name,Account id")


def test_from_upload_to_undo(browser: Client) -> None:
    run = send(browser)
    assert run.source_name == "old CRM"
    page = text(browser.get(f"/imports/{run.pk}/"))
    assert "Customer since (01/02/2026)" in page

    asked = browser.post(f"/imports/{run.pk}/check", mapping())
    assert asked.status_code == 422
    assert "which can be read two ways" in text(asked)

    assert browser.post(f"/imports/{run.pk}/check", mapping(option_date_order="dmy")).status_code == 302
    page = text(browser.get(f"/imports/{run.pk}/"))
    assert "Ready to import" in page
    assert not Account.objects.exists()

    assert browser.post(f"/imports/{run.pk}/confirmation").status_code == 302
    assert Account.objects.count() == 2
    assert "2 accounts created" in text(browser.get(f"/imports/{run.pk}/"))

    assert "Undo the import of clients.csv?" in text(browser.get(f"/imports/{run.pk}/undo"))
    assert browser.post(f"/imports/{run.pk}/undo").status_code == 302
    assert not Account.objects.exists()

    path = run.path
    assert browser.get(f"/imports/{run.pk}/removal").status_code == 200
    assert browser.post(f"/imports/{run.pk}/removal").status_code == 302
    assert not Import.objects.exists()
    assert path.parent.exists()


def test_problems_are_listed_and_valid_rows_need_a_tick(browser: Client) -> None:
    run = send(browser, b"Company,City,Currency\nAlpha,Kiel,Euro\nBeta,Bonn,EUR\n")
    browser.post(f"/imports/{run.pk}/check", mapping(column_client_since="", column_currency="Currency"))
    page = text(browser.get(f"/imports/{run.pk}/"))
    for word in ("is not a currency code", "Euro", "Use the three-letter ISO", "Import the valid rows and skip 1"):
        assert word in page
    before = fingerprint()
    browser.post(f"/imports/{run.pk}/confirmation")
    assert fingerprint() == before
    browser.post(f"/imports/{run.pk}/confirmation", {"valid_rows_only": "on"})
    assert list(Account.objects.values_list("name", flat=True)) == ["Beta"]


def test_undo_tells_what_stands_in_its_way(browser: Client, administrator: User) -> None:
    run = bring("accounts", CSV, administrator, date_order="dmy")
    Account.objects.filter(name="Alpha").update(version=2)
    for response, status in (
        (browser.get(f"/imports/{run.pk}/undo"), 200),
        (browser.post(f"/imports/{run.pk}/undo"), 409),
    ):
        assert response.status_code == status
        assert "The account “Alpha” has been changed since." in text(response)


def test_a_plan_asks_for_its_client(browser: Client, document: Any, make_task: Any) -> None:
    run = send(browser, document([make_task(1), make_task(2)]), "plan", "plan.xml")
    refused = browser.post(f"/imports/{run.pk}/check", {"status": "active"})
    assert refused.status_code == 422
    assert "Choose the client" in text(refused)
    browser.post(f"/imports/{run.pk}/check", {"status": "active", "new_account": "Alpha"})
    assert "Ready to import" in text(browser.get(f"/imports/{run.pk}/"))
    browser.post(f"/imports/{run.pk}/confirmation")
    assert "Open Sample" in text(browser.get(f"/imports/{run.pk}/"))


def test_the_page_offers_to_keep_the_dates_of_the_file(browser: Client, document: Any, make_task: Any) -> None:
    task = make_task(1, Name="drifts", Start="2026-01-12T08:00:00", Finish="2026-01-12T17:00:00")
    run = send(browser, document([task, make_task(2)]), "plan", "plan.xml")
    browser.post(f"/imports/{run.pk}/check", {"status": "active", "new_account": "Alpha"})
    page = text(browser.get(f"/imports/{run.pk}/")).replace("\xa0", " ")
    assert "1 of 1 task will have other dates than in the file" in page
    assert "12 Jan 2026 → 5 Jan 2026" in page and "Keep the file" in page
    browser.post(f"/imports/{run.pk}/confirmation", {"dates": "file"})
    assert f"{Task.objects.get(name='drifts').start:%d}" == "12"
    page = text(browser.get(f"/imports/{run.pk}/"))
    assert "Dates kept from the file" in page and "The file&#x27;s dates are kept: 1 start no earlier" in page


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n", b"a,a\n1,2\n"])
def test_a_bad_upload_is_refused_on_the_page(browser: Client, data: bytes) -> None:
    if not data:
        response = browser.post(
            "/imports/new", {"kind": "accounts", "source_name": "x", "file": SimpleUploadedFile("a.csv", data)}
        )
        assert response.status_code == 422
        return
    run = send(browser, data)
    assert run.status == Import.Status.REFUSED
    assert "Upload another file" in text(browser.get(f"/imports/{run.pk}/"))


def test_an_upload_that_is_too_large_is_refused(browser: Client, settings: Any) -> None:
    settings.ACCORD_MAX_UPLOAD = 10
    fields = {"kind": "accounts", "source_name": "x", "file": SimpleUploadedFile("a.csv", CSV)}
    assert browser.post("/imports/new", fields).status_code == 422
    assert not Import.objects.exists()


def test_a_column_can_hold_only_one_field(browser: Client) -> None:
    run = send(browser)
    response = browser.post(f"/imports/{run.pk}/check", mapping(column_country="City"))
    assert response.status_code == 422
    assert "This column is already mapped to “City”." in text(response)


def test_markup_in_a_file_stays_text(browser: Client, administrator: User) -> None:
    run = bring("accounts", 'name,tier\n"<script>alert(1)</script>",<b>x\n', administrator)
    page = text(browser.get(f"/imports/{run.pk}/"))
    assert "<b>" not in page.replace("<body", "")
    assert "&lt;b&gt;" in page


def test_other_peoples_imports_do_not_exist(browser: Client, administrator: User) -> None:
    run = bring("accounts", CSV, administrator, write=False, date_order="dmy")
    other = user(Role.ACCOUNT_MANAGER, name="Olaf")
    browser.force_login(other)
    before = fingerprint()
    for address in ("", "progress", "undo", "removal"):
        foreign, missing = (browser.get(f"/imports/{pk}/{address}") for pk in (run.pk, 10**6))
        assert foreign.status_code == missing.status_code == 404
        assert run.file_name.encode() not in foreign.content
        assert len(foreign.content) == len(missing.content)
    for address in ("check", "confirmation", "cancellation", "undo", "removal"):
        assert browser.post(f"/imports/{run.pk}/{address}").status_code == 404
    assert fingerprint() == before
    browser.force_login(user(Role.MEMBER, name="Mo"))
    assert browser.get("/imports/").status_code == browser.get("/imports/new").status_code == 403


def test_large_files_go_to_the_worker(browser: Client, administrator: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_action, "AT_ONCE_ROWS", 1)
    run = send(browser)
    browser.post(f"/imports/{run.pk}/check", mapping(option_date_order="dmy"))
    run.refresh_from_db()
    assert run.status == Import.Status.CHECKING
    page = text(browser.get(f"/imports/{run.pk}/"))
    assert "Queued" in page
    assert f'hx-get="/imports/{run.pk}/progress"' in page
    jobs.check_import.func(run.pk)
    assert browser.get(f"/imports/{run.pk}/progress").status_code == 302
    browser.post(f"/imports/{run.pk}/confirmation")
    run.refresh_from_db()
    assert run.status == Import.Status.WRITING
    assert not Account.objects.exists()
    for _ in range(2):  # a job may run again after a crash
        jobs.write_import.func(run.pk)
    assert Account.objects.count() == 2


def test_a_cancelled_import_leaves_nothing(
    browser: Client, administrator: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bring("accounts", CSV, administrator, write=False, date_order="dmy")
    monkeypatch.setattr(confirm_action, "is_small", lambda run: False)
    monkeypatch.setattr("accord.exchange.importers.run._STEP", 1)
    browser.post(f"/imports/{run.pk}/confirmation")
    browser.post(f"/imports/{run.pk}/cancellation")
    before = fingerprint()
    jobs.write_import.func(run.pk)
    run.refresh_from_db()
    assert run.status == Import.Status.CHECKED
    assert fingerprint() == before


def test_progress_is_told_and_forgotten(tmp_path: Any) -> None:
    upload = tmp_path / "upload"
    progress = Progress(upload)
    assert stand_of(upload) is None
    progress.report("Writing", 50, 200)
    stand = stand_of(upload)
    assert stand is not None
    assert (stand.label, stand.percent) == ("Writing", 25)
    from accord.exchange.progress import ask_to_stop

    ask_to_stop(upload)
    progress.due = 0
    with pytest.raises(Cancelled):
        progress.report("Writing", 60, 200)
    progress.clear()
    assert list(tmp_path.iterdir()) == []


def test_an_encoding_is_shown_with_the_first_rows_and_confirmed(browser: Client, db: None) -> None:
    run = send(browser, "Company,City,Customer since\nSpółka <b>Łódź</b>,Gdańsk,2026-02-01\n".encode("cp1250"))
    page = text(browser.get(f"/imports/{run.pk}/"))
    assert "reads best as Windows-1250 (Central European)" in page
    assert "Spółka &lt;b&gt;Łódź&lt;/b&gt;" in page
    assert '<option value="cp1250" selected>' in page
    refused = browser.post(f"/imports/{run.pk}/check", mapping())
    assert refused.status_code == 422
    assert "Confirm this encoding" in text(refused)
    assert browser.post(f"/imports/{run.pk}/encoding", {"encoding": "cp1250"}).status_code == 302
    assert browser.post(f"/imports/{run.pk}/check", mapping()).status_code == 302
    run.refresh_from_db()
    assert (run.status, run.options["encoding"]) == ("checked", "cp1250")
    browser.post(f"/imports/{run.pk}/encoding", {"encoding": "rot13"})
    assert "Choose one of the encodings in the list." in text(browser.get(f"/imports/{run.pk}/"))
    browser.post(f"/imports/{run.pk}/encoding", {"encoding": "utf-8"})
    page = text(browser.get(f"/imports/{run.pk}/"))
    assert "is not valid UTF-8" in page
    assert "Use this encoding" in page  # the way back
    browser.post(f"/imports/{run.pk}/encoding", {"encoding": "cp1250"})
    run.refresh_from_db()
    assert run.status == "uploaded"


def test_unknown_words_are_mapped_on_the_page(browser: Client, db: None) -> None:
    run = send(browser, b"Company,City,Status\nAlpha,Kiel,Kunde\nBeta,Bonn,<i>Partner\nGamma,,Kunde\n")
    form = mapping(column_client_since="", column_status="Status")
    browser.post(f"/imports/{run.pk}/check", form)
    page = text(browser.get(f"/imports/{run.pk}/"))
    assert "Values to map" in page
    assert "Status: Kunde" in page and "2 rows" in page
    assert "Status: &lt;i&gt;Partner" in page
    assert "is an unknown status" in page and "Their fields are left empty" in page
    kunde, partner = re.findall(r'name="(word_status_[0-9a-f]+)"', page)
    bad = browser.post(f"/imports/{run.pk}/check", {**form, kunde: "friend"})
    assert bad.status_code == 422
    browser.post(f"/imports/{run.pk}/check", {**form, kunde: "prospect", partner: "-"})
    run.refresh_from_db()
    assert run.options["values"] == {"status": {"Kunde": "prospect", "<i>Partner": ""}}
    assert run.report["warned"] == 0
    browser.post(f"/imports/{run.pk}/confirmation", {})
    assert dict(Account.objects.values_list("name", "status")) == {
        "Alpha": "prospect",
        "Beta": "client",
        "Gamma": "prospect",
    }
    again = send(browser, b"Company,City,Status\nDelta,Kiel,KUNDE\n")
    assert again.options["values"] == run.options["values"]
    page = text(browser.get(f"/imports/{again.pk}/"))
    assert kunde in page  # and can be mapped otherwise


def test_dates_and_signs_are_asked_about_on_the_page(browser: Client, db: None) -> None:
    run = send(browser, b"Company,City,Customer since\nAlpha,Kiel,2/24/26\n")
    asked = browser.post(f"/imports/{run.pk}/check", mapping())
    assert asked.status_code == 422
    assert "Choose the century of two-digit years." in text(asked)
    browser.post(f"/imports/{run.pk}/check", mapping(option_century="1950"))
    browser.post(f"/imports/{run.pk}/confirmation", {})
    assert str(Account.objects.get().client_since) == "2026-02-24"


def test_a_kept_report_is_shown_in_the_readers_language(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    run = send(browser, b"Company,City\nAlpha,Kiel,1\n")
    browser.post(f"/imports/{run.pk}/check", {**mapping(), "column_client_since": ""})
    german = {
        "has the wrong number of cells": "hat die falsche Zahl von Zellen",
        "The header has %(width)s. Put text that contains “%(delimiter)s” in quotes.": "Der Kopf hat %(width)s.",
        "Account name": "Name des Accounts",
    }
    monkeypatch.setattr("accord.core.texts.gettext", lambda text: german.get(text, text))
    page = text(browser.get(f"/imports/{run.pk}/"))
    for shown in ("hat die falsche Zahl von Zellen", "Der Kopf hat 2.", "Name des Accounts", "3 cells"):
        assert shown in page
