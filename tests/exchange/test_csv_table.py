"""The reader of CSV tables: what it takes, what it refuses, what it asks about."""

from __future__ import annotations

import gzip
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accord.core.limited_child import Limits
from accord.exchange.child import run_limited
from accord.exchange.csv_table import CsvShape, examine, rows
from accord.exchange.csv_table.values import BadValue, day, number
from accord.exchange.errors import ImportFileError

TABLE = "name;city\nMüller & Söhne;Kiel\n007;Łódź\n"


def read(data: bytes) -> list[list[str]]:
    return [cells for _, cells in rows(data, examine(data))]


@pytest.mark.parametrize(
    ("text", "mark", "amount"),
    [
        ("CHF 1'200.–", "point", "1200"), ("1'200.-- CHF", "point", "1200"), ("1.200,- €", "comma", "1200"),
        ("1200,- €", "comma", "1200"), ("(1’200.–)", "point", "-1200"), ("1200-", "point", "-1200"),
        ("1.234,50 €", "comma", "1234.50"), ("(1,200.00)", "point", "-1200.00"),
        ("₹12,34,567.89", "point", "1234567.89"),
        ("Rs. 1,23,456", "point", "123456"), ("１，２００円", "point", "1200"), ("￥1,200", "point", "1200"),
        ("1.200,50 TL", "comma", "1200.50"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text: str, mark: str, amount: str) -> None:
    """A dash in place of the cents is no minus."""
    assert number(text, mark) == Decimal(amount)


@pytest.mark.parametrize("text", ["1,23", "12,34,56", "1,2,345", "1200.-5", ".-"])
def test_other_groups_are_no_number(text: str) -> None:
    with pytest.raises(BadValue):
        number(text)


@pytest.mark.parametrize(
    "encoded",
    [
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("utf-16"),
        TABLE.encode("utf-16-le"),
        TABLE.encode("utf-16-be"),
        gzip.compress(TABLE.encode()),
        TABLE.replace("\n", "\r\n").encode(),
        ("sep=;\n" + TABLE).encode(),
    ],
    ids=["utf8", "mark", "utf16", "utf16le", "utf16be", "gzip", "crlf", "sep"],
)
def test_encodings_are_found(encoded: bytes) -> None:
    assert read(encoded) == [["Müller & Söhne", "Kiel"], ["007", "Łódź"]]


def test_windows_1252_is_read_and_said() -> None:
    shape = examine("name,city\nMüller,Köln\n".encode("cp1252"))
    assert shape.encoding == "cp1252"
    assert "Windows-1252" in shape.notes[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_are_found(delimiter: str) -> None:
    text = f'a{delimiter}b\n1{delimiter}"x{delimiter}y"\n'
    assert read(text.encode()) == [["1", f"x{delimiter}y"]]


def test_lines_are_those_of_the_file() -> None:
    data = b'a,b\n1,"two\nlines"\n\n3,4\n'
    assert [line for line, _ in rows(data, examine(data))] == [2, 5]


def test_nameless_empty_columns_are_no_columns() -> None:
    shape = examine(b"a,b,,\n1,2,,\n")
    assert shape.headers == ["a", "b"]


def test_shape_survives_json() -> None:
    shape = examine(TABLE.encode())
    assert CsvShape.from_json(shape.as_json()) == shape


REFUSED = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\n", "is empty"),
    "header only": (b"a,b\n", "no rows"),
    "png": (b"\x89PNG\r\n\x1a\n", "image"),
    "xlsx": (b"PK\x03\x04....", "spreadsheet"),
    "xml": (b"<?xml version='1.0'?><a/>", "XML"),
    "json": (b'{"a": 1}', "JSON"),
    "mixed encodings": ("a,b\nü,1\n".encode() + "ü,2\n".encode("cp1252"), "mixes UTF-8"),
    "bad UTF-8 with mark": (b"\xef\xbb\xbfa,b\n\xff,1\n", "not valid UTF-8"),
    "half a character": ("a,b\n1,ü".encode()[:-1], "middle of a character"),
    "half a UTF-16 character": ("a,b\n1,2\n".encode("utf-16")[:-1], "not valid"),
    "NUL": (b"a,b\n1,\x002\n", "NUL"),
    "open quote": (b'a,b\n1,"2\n3,4\n', "quote"),
    "text after quote": (b'a,b\n1,"2"x\n', "quote"),
    "duplicate header": (b"a,b,A\n1,2,3\n", "same name"),
    "nameless column": (b"a,,b\n1,2,3\n", "no column name"),
    "no header": (b"17850,2011-01-01\n17851,2011-01-02\n", "looks like a value"),
    "damaged gzip": (gzip.compress(TABLE.encode())[:12] + b"garbage!!", "gzip"),
    "cut gzip": (gzip.compress(TABLE.encode() * 50)[:-9], "gzip"),
    "packed twice": (gzip.compress(gzip.compress(TABLE.encode())), "twice"),
    "endless line": (b"a,b\n" + b"x" * 1_100_000, "line of more than"),
}


@pytest.mark.parametrize(("data", "message"), REFUSED.values(), ids=REFUSED)
def test_refusals_are_named(data: bytes, message: str) -> None:
    with pytest.raises(ImportFileError) as refused:
        examine(data, "clients.csv")
    first = refused.value.problems[0]
    assert message in first.message
    assert first.file == "clients.csv"
    assert first.remedy


@pytest.mark.parametrize("bomb", [b"\0", b"a,b\n", b'"'], ids=["zeros", "rows", "quotes"])
def test_bombs_are_refused_quickly(bomb: bytes) -> None:
    packed = gzip.compress(bomb * (1024 * 1024 // len(bomb))) * 300  # 300 MB, in members of one
    # Five seconds of processor time and 256 MB are all the child gets: reaching either is no answer of its own.
    with pytest.raises(ImportFileError, match=r"larger than|more than|NUL|quote"):
        run_limited("accord.exchange.csv_table:examine", packed, {"file": "bomb.csv.gz"}, Limits(cpu_seconds=5))


@pytest.mark.parametrize("tenth", range(1, 10))
def test_a_cut_file_is_refused_or_gives_whole_rows(tenth: int) -> None:
    whole = "id,name,city\n" + "".join(f'{n},"Company, {n}",Kiel\n' for n in range(40))
    data = whole[: len(whole) * tenth // 10].encode()
    try:
        shape = examine(data)
    except ImportFileError:
        return  # a quote stands open
    full = [cells for _, cells in rows(data, shape)]
    assert full[:-1] == [[str(n), f"Company, {n}", "Kiel"] for n in range(len(full) - 1)]
    assert data.endswith(b"\n") or any("no line break" in note for note in shape.notes)


@pytest.mark.parametrize(
    ("values", "dates"),
    [
        (["31/12/2026", "01/02/2026"], "dmy"),
        (["12/31/2026", "01/02/2026"], "mdy"),
        (["01/02/2026", "03/04/2026"], "ambiguous"),
        (["31/12/2026", "12/31/2026"], "conflict"),
        (["2026-12-31", "2026-01-02 08:00"], ""),
        (["02/02/2026"], ""),
        (["1.2.2026"], "dmy"),
    ],
)
def test_a_column_proves_its_date_order_or_does_not(values: list[str], dates: str) -> None:
    column = examine(("when,x\n" + "".join(f"{v},1\n" for v in values)).encode()).columns[0]
    assert column.dates == dates


@pytest.mark.parametrize(
    ("values", "decimals"),
    [
        (["1.50", "1,234.00"], "point"),
        (["1,50", "1.234,00"], "comma"),
        (["1.234", "7"], "ambiguous"),
        (["1,234", "7"], "ambiguous"),
        (["1.5", "1,5"], "conflict"),
        (["12", "7"], ""),
        (["1.234.567"], "comma"),
    ],
)
def test_a_column_proves_its_decimal_mark_or_does_not(values: list[str], decimals: str) -> None:
    column = examine(("amount;x\n" + "".join(f"{v};1\n" for v in values)).encode()).columns[0]
    assert column.decimals == decimals


@pytest.mark.parametrize("text", ["NaN", "inf", "1e400", "1E5", "", "-", "1,23,4", "1.2.3", "0x10", "١٢", "1" * 41])
def test_numbers_that_are_none(text: str) -> None:
    with pytest.raises(BadValue):
        number(text)


@pytest.mark.parametrize(
    "text", ["2026-13-01", "2026-02-30", "01/02/26", "soon", "0026-01-01", "2500-01-01", "Smarch 1 2026"]
)
def test_dates_that_are_none(text: str) -> None:
    with pytest.raises(BadValue):
        day(text, "dmy")


def test_a_doubtful_date_needs_an_order() -> None:
    with pytest.raises(BadValue, match="ambiguous"):
        day("01/02/2026")
    assert day("01/02/2026", "dmy") == date(2026, 2, 1)
    assert day("01/02/2026", "mdy") == date(2026, 1, 2)


@settings(max_examples=60, deadline=None)
@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_numbers_are_read_back_in_either_style(value: Decimal) -> None:
    english = f"{value:,.2f}"
    german = english.replace(",", "_").replace(".", ",").replace("_", ".")
    assert number(english, "point") == number(german, "comma") == value


@settings(max_examples=60, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_dates_are_read_back_in_every_style(value: date) -> None:
    assert day(value.isoformat()) == day(f"{value:%d/%m/%Y}", "dmy") == day(f"{value:%m/%d/%Y}", "mdy") == value
    assert day(f"{value:%d %b %Y}") == day(f"{value:%B} {value.day}, {value.year}") == value


TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=12).map(str.strip)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=8), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_any_text_comes_through(table: list[tuple[str, str]], encoding: str) -> None:
    import csv
    import io

    text = io.StringIO()
    csv.writer(text).writerows([("first", "second"), ("x", "y"), *table])
    kept = [[a.strip(), b.strip()] for a, b in [("x", "y"), *table] if a or b]
    assert read(text.getvalue().encode(encoding)) == kept
