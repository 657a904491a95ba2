"""The European Central Bank's file becomes exchange rates of the currencies in use: once, however often it comes."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from accord.cli.main import run as run_command
from accord.core.money import Money
from accord.exchange.actions.check import check
from accord.exchange.actions.confirm import confirm
from accord.exchange.actions.undo import undo
from accord.exchange.actions.upload import upload
from accord.exchange.ecb import rate_table
from accord.exchange.errors import ImportFileError
from accord.exchange.models import Import
from accord.people.models import Firm, Role, User
from accord.rates.models import ExchangeRate
from accord.rates.queries import converter_to
from tests.factories import create_account, create_user

# The first lines of eurofxref-hist.csv in its form, with a day on which a currency was not quoted.
CSV = b"""Date,USD,JPY,GBP,CHF,ISK,
2026-03-03,1.1630,163.52,0.86800,0.9380,N/A,
2026-03-02,1.1704,164.10,0.86650,0.9391,143.2,
1999-01-04,1.1789,133.73,0.71110,1.6168,N/A,
"""
XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
 xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates</gesmes:subject>
<Cube><Cube time='2026-03-03'><Cube currency='USD' rate='1.1630'/><Cube currency='GBP' rate='0.86800'/></Cube>
<Cube time='2026-03-02'><Cube currency='USD' rate='1.1704'/><Cube currency='GBP' rate='0.86650'/></Cube></Cube>
</gesmes:Envelope>"""


def zipped(content: bytes, name: str = "eurofxref-hist.csv") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def table(content: bytes, base: str = "EUR", since: str = "2026-01-01") -> list[str]:
    made = rate_table(content, file="rates", base=base, currencies=["EUR", "USD", "GBP"], since=since)
    return made.decode().split()


def test_every_form_of_the_file_says_the_same() -> None:
    expected = [
        "Date,Currency,Rate",
        "2026-03-02,GBP,1.154068090017",
        "2026-03-02,USD,0.854408749146",
        "2026-03-03,GBP,1.152073732719",
        "2026-03-03,USD,0.859845227859",
    ]
    assert (
        table(CSV)
        == table(XML)
        == table(zipped(CSV))
        == table(zipped(XML, "rates.xml"))
        == table(gzip.compress(CSV))
        == expected
    )


def test_a_firm_with_another_currency_gets_cross_rates() -> None:
    assert table(CSV, base="GBP")[1:] == [
        "2026-03-02,EUR,0.866500000000",
        "2026-03-02,USD,0.740345181135",
        "2026-03-03,EUR,0.868000000000",
        "2026-03-03,USD,0.746345657782",
    ]
    assert len(table(CSV, base="ISK")) == 4  # one day on which it was quoted: EUR, GBP, USD


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (CSV.replace(b"1.1630", b"-1"), "line 2, field USD: isn't a positive number"),
        (CSV.replace(b"1.1630", b"1e99"), "isn't a positive number"),
        (CSV.replace(b"2026-03-02", b"2 March"), "line 3, field Date: isn't a date"),
        (XML.replace(b"0.86650", b"zero"), "field GBP: isn't a positive number"),
        (XML.replace(b"time=", b"day="), "isn't a file of exchange rates"),
        (XML[:-20], "isn't well-formed XML"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "isn't well-formed XML"),
        (zipped(CSV)[:-30], "is a damaged archive"),
        (zipped(CSV, "readme.txt"), "isn't an archive with one CSV or XML file"),
    ],
)
def test_damaged_files_are_refused_with_the_place(content: bytes, said: str) -> None:
    with pytest.raises(ImportFileError, match=said):
        table(content)


def test_a_table_of_another_kind_is_left_as_it_is() -> None:
    own = b"Datum;Kurs\n1.3.2026;1,5\n"
    assert rate_table(own, file="x", base="EUR", currencies=[], since="2026-01-01") == own


@pytest.fixture
def finance(db: None) -> User:
    create_account("Isle", currency="GBP")
    create_account("Union", currency="USD")
    return create_user("Fay Finance", Role.FINANCE)


def bring(by: User, content: bytes = CSV, name: str = "eurofxref-hist.csv") -> Import:
    run = upload(kind="exchange_rates", file=SimpleUploadedFile(name, content), file_name=name, source_name="ECB",
                 by=by, now=True)  # fmt: skip
    assert run.status == Import.Status.UPLOADED, run.report
    check(run=run, mapping=run.mapping, options=run.options, by=by, now=True)
    return run


def rates() -> list[tuple[str, date, Decimal]]:
    return list(ExchangeRate.objects.order_by("starts_on", "currency").values_list("currency", "starts_on", "rate"))


def test_the_file_is_tried_written_written_again_and_undone(finance: User) -> None:
    ExchangeRate.objects.create(currency="GBP", starts_on=date(2026, 3, 2), rate=Decimal("1.2"))
    run = bring(finance, zipped(CSV), "eurofxref-hist.zip")
    assert (run.report["create"], run.report["update"], run.report["errors"]) == (3, 1, 0)
    assert len(rates()) == 1
    confirm(run=run, by=finance, now=True)
    assert run.status == Import.Status.DONE, run.error
    assert [row[:2] for row in rates()] == [(c, date(2026, 3, d)) for d in (2, 3) for c in ("GBP", "USD")]
    assert rates()[0][2] == Decimal("1.154068090017")
    stored = rates()
    again = bring(finance)
    assert (again.report["create"], again.report["update"], again.report["skip"]) == (0, 0, 4)
    confirm(run=again, by=finance, now=True)
    assert rates() == stored
    undo(run=again, by=finance, now=True)
    undo(run=run, by=finance, now=True)
    assert rates() == [("GBP", date(2026, 3, 2), Decimal("1.2"))]


def test_the_rates_of_the_file_convert_amounts(finance: User) -> None:
    Firm.objects.filter(pk=Firm.current().pk).update(currency="USD")
    create_account("Firma", currency="EUR")
    confirm(run=bring(finance), by=finance, now=True)
    converter = converter_to("EUR", "USD")
    assert converter.convert(Money(Decimal("117.04"), "USD"), date(2026, 3, 2)) == Money(Decimal(100), "EUR")
    # The rate of 2 March holds on the days after it.
    ExchangeRate.objects.filter(starts_on=date(2026, 3, 3)).delete()
    assert converter_to("USD", "USD").convert(Money(Decimal(100), "EUR"), date(2026, 3, 9)) == Money(
        Decimal("117.04"), "USD"
    )


def test_rows_of_ones_own_table_are_checked(finance: User) -> None:
    own = "Date,Currency,Rate\n2026-03-02,GBP,1.1500\n2026-03-02,GBP,1.1600\n2026-03-02,EUR,1.0000\n2026-03-03,GBP,0\n"
    run = bring(finance, own.encode(), "own.csv")
    assert run.report["errors"] == 3
    assert [p["message"] for p in run.report["problems"]] == [
        "is the same record as line 2", "is the firm's own currency", "isn't a positive number",
    ]  # fmt: skip


def test_members_bring_no_rates(finance: User) -> None:
    with pytest.raises(PermissionDenied):
        bring(create_user("Ann Account", Role.ACCOUNT_MANAGER))


def test_the_command_imports_the_file(
    finance: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("open_installation", "reach_database", "refuse_unmigrated"):
        monkeypatch.setattr(f"accord.cli.import_file.{name}", lambda: None)
    file = tmp_path / "eurofxref.xml"
    file.write_bytes(XML)
    assert run_command(["import", "exchange_rates", str(file), "--source", "ECB", "--yes"]) in (0, None)
    assert "Imported: 4 new, 0 changed" in capfd.readouterr().out
