"""``accord einvoice``: read, check and convert files at the terminal."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal as D
from pathlib import Path

import pytest

from accord.cli.main import run
from accord.engines.invoices.xml_file import read_xml, write_xml
from tests.engines.invoices.cases import CASES, several_rates


@pytest.fixture
def invoice(tmp_path: Path) -> Path:
    path = tmp_path / "invoice.xml"
    path.write_bytes(write_xml(several_rates(), "ubl").xml)
    return path


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.xml"
    whole = several_rates()
    path.write_bytes(write_xml(replace(whole, totals=replace(whole.totals, gross=D("1.00"))), "cii").xml)
    return path


def test_an_invoice_is_shown(invoice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["einvoice", "read", str(invoice)]) == 0
    shown = capsys.readouterr().out
    for part in (
        "Invoice 2026-0042 (UBL Invoice",
        "Brandt AG, 20457 Hamburg, DE",
        "Work package 1",
        "S 19 %",
        "1,187.50",
    ):
        assert part in shown


def test_json_has_every_term(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "whole.xml"
    path.write_bytes(write_xml(CASES["everything"], "cii").xml)
    assert run(["einvoice", "read", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["syntax"], found["number"], found["issued_on"]) == ("CII", "2026-0042", "2026-12-01")
    assert found["totals"]["payable"] == 5645.06
    assert found["attachments"][0] == {
        "reference": "TS-11", "description": "Timesheet", "content": {"bytes": 11}, "mime_type": "application/pdf",
        "file_name": "t.pdf",
    }  # fmt: skip
    assert found["not_read"] == []


def test_what_is_not_read_is_named(invoice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = invoice.read_bytes()
    invoice.write_bytes(
        text.replace(b"<cbc:DocumentCurrencyCode>", b"<cbc:UUID>77</cbc:UUID><cbc:DocumentCurrencyCode>")
    )
    assert run(["einvoice", "read", str(invoice)]) == 0
    assert "Not read (no term of EN 16931): Invoice/UUID, '77'" in capsys.readouterr().out


def test_a_valid_invoice_passes(invoice: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["einvoice", "check", str(invoice), "--strict"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "2026-0042 is valid",
        "Rules applied: Accord, XML schema, EN 16931",
    ]


def test_a_broken_rule_is_exit_code_1(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["einvoice", "check", str(wrong)]) == 1
    shown = capsys.readouterr().out
    assert "2026-0042 is not valid" in shown and "BR-CO-15" in shown
    assert run(["einvoice", "check", str(wrong), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    sources = {each["source"] for each in found["findings"] if each["rule"] == "BR-CO-15"}
    assert (found["valid"], sources) == (False, {"Accord", "Factur-X"})


def test_an_invoice_is_converted_and_back(invoice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    there, back = tmp_path / "cii.xml", tmp_path / "ubl.xml"
    assert run(["einvoice", "convert", str(invoice), "--to", "cii", "-o", str(there)]) == 0
    assert run(["einvoice", "convert", str(there), "--to", "ubl", "-o", str(back)]) == 0
    assert capsys.readouterr().out.splitlines() == [f"{there} written (CII).", f"{back} written (UBL Invoice)."]
    assert back.read_bytes() == invoice.read_bytes()


def test_an_invoice_within_a_pdf_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import typst

    from accord.engines.invoices.hybrid import attach

    path = tmp_path / "invoice.pdf"
    page = typst.compile(b'#set document(title: "Invoice")\n= Invoice', pdf_standards="a-3b")
    path.write_bytes(attach(page, write_xml(several_rates()).xml))
    assert run(["einvoice", "read", str(path)]) == 0
    assert "Invoice 2026-0042 (CII" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "accord: bad.xml: The file is empty."),
        (b"<order/>", "accord: bad.xml: The file is no electronic invoice: its first element is order."),
        (b"%PDF-1.7", "accord: bad.xml: The PDF can't be read"),
    ],
)
def test_bad_input_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, message: str
) -> None:
    path = tmp_path / "bad.xml"
    path.write_bytes(content)
    for command in (["read"], ["check"], ["convert", "--to", "cii", "-o", str(tmp_path / "out.xml")]):
        assert run(["einvoice", command[0], str(path), *command[1:]]) == 2
        error = capsys.readouterr().err
        assert error.startswith(message) and error.count("\n") == 1
    assert not (tmp_path / "out.xml").exists()


def test_a_folder_without_rules_is_refused(invoice: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "none").mkdir()
    assert run(["einvoice", "check", str(invoice), "--rules", str(tmp_path / "none")]) == 2
    assert "holds no rules for UBL" in capsys.readouterr().err


def test_what_has_no_place_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = several_rates()
    first = replace(whole.lines[0], sub_lines=(whole.lines[1],))
    path = tmp_path / "sub.xml"
    path.write_bytes(write_xml(replace(whole, lines=(first, *whole.lines[1:])), "ubl").xml)
    assert run(["einvoice", "convert", str(path), "--to", "cii", "-o", str(tmp_path / "out.xml")]) == 0
    assert "Not written (no place for it): lines[1].sub_lines" in capsys.readouterr().err
    assert not read_xml((tmp_path / "out.xml").read_bytes()).invoice.lines[0].sub_lines
