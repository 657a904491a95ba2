"""``accord import``: what it prints, what it leaves, how it fails."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from accord.accounts.models import Account
from accord.cli.main import run
from accord.exchange.importers import plan_dates
from accord.exchange.models import Import
from accord.projects.models import Task
from tests.exchange.conftest import document, make_task
from tests.exchange.importing import administrator, uploads

__all__ = ["administrator", "document", "make_task", "uploads"]


@pytest.fixture(autouse=True)
def here(administrator: Any, uploads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test's own database is the installation."""
    for name in ("open_installation", "reach_database", "refuse_unmigrated"):
        monkeypatch.setattr(f"accord.cli.import_file.{name}", lambda: None)


def table(tmp_path: Path, text: str) -> str:
    file = tmp_path / "clients.csv"
    file.write_text(text)
    return str(file)


def test_a_file_is_imported_after_a_yes(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = table(tmp_path, "company;since\nAlpha;01/02/2026\n")
    command = [
        "import",
        "accounts",
        file,
        "--source",
        "old",
        "--option",
        "date_order=dmy",
        "--as",
        "ada.admin@firm.test",
    ]
    assert run([*command, "--yes"]) == 0
    assert "Imported: 1 new, 0 changed, 0 unchanged." in capfd.readouterr().out
    assert Account.objects.get().client_since.isoformat() == "2026-02-01"  # type: ignore[union-attr]
    assert Import.objects.get().by.name == "Ada Admin"  # type: ignore[union-attr]
    assert run([*command, "--yes"]) == 0
    assert "0 new, 0 changed, 1 unchanged" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("", [], "is empty"),
        ("company\n", [], "no rows"),
        ("x,y\n1,2\n", [], "looks like a value|Account name"),
        (
            "company,currency\nAlpha,Z\n",
            [],
            "1 problem; nothing was imported. clients.csv, line 2, field currency: is not a currency code",
        ),
        ("company;since\nAlpha;01/02/2026\n", [], "the day or the month. (--option date_order=dmy|mdy|ymd)"),
        ("company;since\nAlpha;2/24/26\n", [], "the century of two-digit years. (--option century=1950|2000|1900)"),
        ("company;since\nAlpha;45292\n", [], "how such numbers count. (--option day_numbers=1900|1904|none)"),
        ("company,revenue\nAlpha,kr 5\n", [], "for example SEK. (--option sign_currency=…)"),
        ("company\nAlpha\n", ["--option", "encoding=rot13"], "--option encoding: unknown encoding; use utf-8"),
        ("company\nAlpha\n", ["--option", "sign_currency=ABC"], "three-letter ISO code"),
        ("company,status\nAlpha,Kunde\n", ["--value", "status=client"], "use the form FIELD:WORD=VALUE"),
        (
            "company,status\nAlpha,Kunde\n",
            ["--value", "status:Kunde=friend"],
            "unknown value; use prospect, client, former",
        ),
        ("company,status\nAlpha,Kunde\n", ["--value", "city:Kunde=client"], "the fields are status, tier"),
        ("company\nAlpha\n", ["--map", "name=Nope"], "The file has no column"),
        ("company\nAlpha\n", ["--map", "name"], "NAME=VALUE"),
        ("company\nAlpha\n", ["--option", "strange=1"], "unknown option; use date_order"),
        ("company\nAlpha\n", ["--option", "status=maybe"], "unknown value; use client"),
        ("company\nAlpha\n", ["--as", "nobody@firm.test"], "no active user"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], text: str, options: list[str], message: str
) -> None:
    code = run(["import", "accounts", table(tmp_path, text), "--source", "old", "--yes", *options])
    errors = capfd.readouterr().err
    lines = [line for line in errors.splitlines() if line.startswith("accord: ")]
    assert code == 2
    assert len(lines) == 1
    assert any(part in lines[0] for part in message.split("|"))
    assert not Account.objects.exists()
    assert not Import.objects.exists()


def test_the_valid_rows_may_be_taken(tmp_path: Path) -> None:
    file = table(tmp_path, "company,currency\nAlpha,Z\nBeta,EUR\n")
    assert run(["import", "accounts", file, "--source", "old", "--yes", "--valid-rows"]) == 0
    assert Account.objects.get().name == "Beta"


def test_encoding_words_and_warnings_are_said_and_remembered(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "clients.csv"
    file.write_bytes("Firma;Status;Mitarbeiter\nSpółka Łódź;Kunde;many\nŻabka;Partner;3\n".encode("cp1250"))
    command = ["import", "accounts", str(file), "--source", "old", "--yes"]
    assert run(command) == 2
    asked = " ".join(capfd.readouterr().err.split())
    assert "reads best as Windows-1250 (Central European): “Spółka”" in asked
    assert "--option encoding=…" in asked
    command += ["--option", "encoding=windows-1250"]
    assert run([*command, "--value", "status:Kunde=Former client", "--value", "status:Partner="]) == 0
    told = " ".join(capfd.readouterr().out.split())
    assert "Left empty (the first 100)" in told
    assert "Unknown words" not in told
    assert dict(Account.objects.values_list("name", "status")) == {"Spółka Łódź": "former", "Żabka": "client"}
    assert run(command[:-2]) == 0  # the same source again: encoding and words are known
    assert "0 new, 0 changed, 2 unchanged" in capfd.readouterr().out
    assert run([*command[:3], "--source", "other", *command[-2:], "--yes"]) == 0
    told = " ".join(capfd.readouterr().out.split())
    assert "Unknown words" in told and '--value "status:Kunde=…"' in told


DRIFT = {"Start": "2026-01-12T08:00:00", "Finish": "2026-01-12T17:00:00"}


def test_dates_that_are_not_listed_are_counted_and_the_reasons_told_all_the_same(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    document: Any,
    make_task: Any,
) -> None:
    monkeypatch.setattr(plan_dates, "LISTED", 2)
    file = tmp_path / "plan.xml"
    file.write_bytes(document([make_task(uid, Name=f"drifts {uid}", **DRIFT) for uid in (1, 2, 3)]))
    assert run(["import", "plan", str(file), "--source", "old", "--option", "account=Alpha", "--yes"]) == 0
    told = " ".join(capfd.readouterr().out.split())
    assert "1 more task has other dates." in told
    assert "3 of 3 tasks will have other dates than in the file" in told


def test_a_plan_tells_which_dates_differ_and_keeps_them_on_wish(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], document: Any, make_task: Any
) -> None:
    file = tmp_path / "plan.xml"
    file.write_bytes(document([make_task(1, Name="drifts", **DRIFT)]))
    command = ["import", "plan", str(file), "--source", "old", "--option", "account=Alpha", "--yes"]
    assert run(command) == 0
    told = " ".join(capfd.readouterr().out.split())
    assert "1 of 1 task will have other dates than in the file" in told
    assert "drifts" in told and "add --keep-dates" in told
    assert f"{Task.objects.get().start:%d}" == "05"
    assert run([*command, "--keep-dates"]) == 0
    told = " ".join(capfd.readouterr().out.split())
    assert "The file's dates are kept: 1 start no earlier than their date" in told
    assert f"{Task.objects.get().start:%d}" == "12"
    assert run(["import", "accounts", str(file), "--source", "x", "--keep-dates"]) == 2
    assert "--keep-dates is for plans" in capfd.readouterr().err
