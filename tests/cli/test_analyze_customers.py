"""``accord analyze`` over customer files: every way a file is written, every refusal in one line, every report."""

import gzip
import json
import os
import random
from datetime import date, timedelta
from pathlib import Path

import pytest

from accord.cli.main import run

SHARED = Path(os.environ.get("ACCORD_SHARED_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
CUSTOMERS = SHARED / "02_customers"
needs_data = pytest.mark.skipif(not CUSTOMERS.is_dir(), reason="the shared data are not on this machine")

SURVIVAL = "year,regular,high end\n" + "\n".join(
    f"{year},{a},{b}"
    for year, (a, b) in enumerate(
        zip([1000, 631, 468, 382, 326, 289, 262, 241], [1000, 869, 743, 653, 593, 551, 517, 491], strict=True)
    )
)


def invoices():
    """Sixty clients over two years: (client, day, amount), with accents, and dates that prove their order.

    Each client has its own level of spending, as the Gamma-Gamma model wants it.
    """
    source = random.Random(8)
    rows = []
    for number in range(60):
        day = date(2024, 1, 1) + timedelta(source.randrange(200))
        pause = source.choice([20, 60, 120])
        level = source.gammavariate(2, 200)
        while day < date(2026, 1, 1) and source.random() > 0.12:
            rows.append((f"Café {number:02}", day, round(source.gammavariate(5, level / 5), 2)))
            day += timedelta(1 + int(source.expovariate(1 / pause)))
    return rows


def table(form="{:%Y-%m-%d}", delimiter=",", header=("Customer", "Invoice date", "Amount"), decimal="."):
    lines = [delimiter.join(header)] if header else []
    for client, day, amount in invoices():
        lines.append(delimiter.join([client, form.format(day), f"{amount:.2f}".replace(".", decimal)]))
    return "\n".join(lines) + "\n"


@pytest.fixture
def analyze(tmp_path, capsys):
    """Run ``accord analyze`` over some content; returns the exit code, standard output and standard error."""

    def call(command, content, *options, name="file.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        code = run(["analyze", command, str(path), *options])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def document(analyze):
    def call(command, content, *options, name="file.csv"):
        code, out, err = analyze(command, content, *options, "--json", name=name)
        assert code == 0, err
        return json.loads(out)

    return call


def refused(result, *words):
    code, out, err = result
    assert code == 2 and out == ""
    assert err.count("\n") == 1 and err.startswith("accord: ") and "Traceback" not in err
    for word in words:
        assert word in err
    return True


# Lifetime value


def test_the_document_of_lifetime_value(document):
    options = ["--rows", "--horizon-months", "24", "--discount-rate", "0.08", "--model", "bg-nbd"]
    found = document("lifetime-value", table(), *options)
    assert found["model"] == "BG/NBD + Gamma-Gamma"
    assert set(found["params"]) == {"r", "alpha", "a", "b"} and found["log_likelihood"] < 0
    assert found["customers"] == len(found["rows"]) == len({row[0] for row in invoices()})
    assert found["time_unit"] == "week" and found["calibration_end"] == str(max(row[1] for row in invoices()))
    assert found["columns"] == {"customer": "Customer", "date": "Invoice date", "amount": "Amount"}
    assert set(found["gamma_gamma"]["params"]) == {"p", "q", "gamma"}
    assert (found["horizon_months"], found["discount_rate"]) == (24, 0.08)
    assert found["total_value"] == pytest.approx(sum(row["value"] for row in found["rows"]))
    assert found["expected_purchases"] == pytest.approx(sum(row["expected_purchases"] for row in found["rows"]))
    assert [row["value"] for row in found["rows"]] == sorted((row["value"] for row in found["rows"]), reverse=True)


@pytest.mark.parametrize(
    ("content", "options"),
    [
        (table().encode("utf-8-sig"), []),
        (table().encode("utf-16"), []),
        (table().encode("cp1252"), []),
        (table(delimiter=";", decimal=","), []),
        (table(delimiter="\t"), []),
        (table("{:%d.%m.%Y}", ";", decimal=","), []),
        (table("{:%d/%m/%Y}"), []),
        (table("{:%m/%d/%Y}"), []),
        (table("{:%Y-%m-%d} 08:26:00"), []),
        (table("{:%Y%m%d}"), []),
        (table().replace("\n", "\r\n"), []),
        (gzip.compress(table().encode()), []),
        (table(header=None), ["--no-header", "--customer", "1", "--date", "2", "--amount", "3"]),
        (table(header=None, delimiter="|"), ["--no-header", "--customer", "1", "--date", "2", "--amount", "3"]),
        (
            table("{:%Y%m%d}", " ", None).replace("é ", ""),
            ["--no-header", "--customer", "1", "--date", "2", "--amount", "3"],
        ),
        (table(header=("who", "when", "how much")), ["--customer", "who", "--date", "2", "--amount", "How_Much"]),
        (table(header=("client_id", "OrderDate", "net amount")), []),
    ],
)
def test_every_way_to_write_the_file_gives_the_same_answer(document, content, options):
    expected = document("lifetime-value", table(), name="expected.csv")
    found = document("lifetime-value", content, *options)
    assert found["params"] == pytest.approx(expected["params"])
    assert found["total_value"] == pytest.approx(expected["total_value"])


def test_quantity_times_price_and_nameless_rows_and_whole_floats(document):
    lines = ["InvoiceNo,Quantity,InvoiceDate,UnitPrice,CustomerID"]
    for client, day, amount in invoices():
        lines += [f"1,2,{day} 10:00:00,{amount / 4:.4f},{client[-2:]}.0"] * 2
    lines.append("1,9,2025-01-01 10:00:00,1.25,")
    found = document("lifetime-value", "\n".join(lines), "--rows")
    assert found["columns"]["amount"] == "Quantity × UnitPrice"
    assert found["rows_without_customer"] == 1
    assert {row["customer"] for row in found["rows"]} == {client[-2:] for client, _, _ in invoices()}
    assert found["params"] == pytest.approx(document("lifetime-value", table())["params"])


def test_a_summary_gives_what_its_transactions_give(document):
    expected = document("lifetime-value", table(), "--rows", "--model", "bg-nbd")
    lines = ["ID,x,t_x,T,zbar"]
    keys = ("customer", "frequency", "recency", "age", "mean_spend")
    lines += [",".join(str(row[key]) for key in keys) for row in expected["rows"]]
    found = document("lifetime-value", "\n".join(lines), "--decimal", "point", "--model", "bg-nbd")
    assert found["params"] == pytest.approx(expected["params"], rel=1e-6)
    assert found["total_value"] == pytest.approx(expected["total_value"], rel=1e-6)
    assert found["calibration_end"] is None


def test_the_end_of_observation_cuts_the_data(document):
    found = document("lifetime-value", table(), "--ends", "2025-06-30")
    assert found["calibration_end"] == "2025-06-30"
    assert found["log_likelihood"] > document("lifetime-value", table())["log_likelihood"]


def test_the_unit_of_time_scales_alpha_and_nothing_else(document):
    weeks = document("lifetime-value", table(), "--model", "bg-nbd")
    days = document("lifetime-value", table(), "--model", "bg-nbd", "--unit", "day")
    assert days["params"]["alpha"] == pytest.approx(7 * weeks["params"]["alpha"], rel=1e-4)
    assert days["total_value"] == pytest.approx(weeks["total_value"], rel=1e-4)


def test_without_amounts_there_are_purchases_but_no_value(document, analyze):
    content = "\n".join(line.rpartition(",")[0] for line in table().splitlines())
    found = document("lifetime-value", content, "--model", "bg-nbd")
    assert found["model"] == "BG/NBD" and found["total_value"] is None and found["expected_purchases"] > 0
    code, out, _ = analyze("lifetime-value", content)
    assert code == 0 and "Value is unknown: the data have no amounts." in out


def test_the_table_for_people(analyze):
    code, out, err = analyze("lifetime-value", table())
    assert code == 0 and err == ""
    for words in (
        "customer = Customer",
        "repeat customers",
        "log-likelihood",
        "Lifetime value",
        "--rows shows all",
        "Café",
    ):
        assert words in out


# Retention


def test_survival_table(document):
    found = document("retention", SURVIVAL)
    regular, high_end = found["cohorts"]
    assert regular["sbg"]["params"] == pytest.approx({"alpha": 0.7041, "beta": 1.1820}, abs=5e-5)
    assert high_end["sbg"]["log_likelihood"] == pytest.approx(-1611.158, abs=5e-4)
    assert [round(100 * s, 1) for s in regular["sbg"]["survival"].values()] == [22.0, 20.4, 19.1, 18.0, 17.0]
    assert high_end["sbg"]["discounted_residual_lifetime"] == pytest.approx(7.530, abs=5e-4)
    assert regular["logo_churn"] == pytest.approx(0.759)


def test_percentages_stand_for_a_cohort(document):
    shares = "year;alive\n0;100\n1;86,9\n2;74,3\n3;65,3\n4;59,3\n5;55,1\n6;51,7\n7;49,1\n"
    assert document("retention", shares)["cohorts"][0]["sbg"]["log_likelihood"] == pytest.approx(-1611.158, abs=5e-4)
    half = document("retention", shares, "--cohort-size", "500")["cohorts"][0]["sbg"]
    assert half["log_likelihood"] == pytest.approx(-1611.158 / 2, abs=5e-4)


def test_revenue_at_start_and_end(document):
    content = "client,start_mrr,end_mrr\nAsh,100,100\nBirch,100,60\nCedar,100,\nDogwood,100,150\nElm,,80\n"
    found = document("retention", content, "--rows")
    assert (found["logo_churn"], found["gross_revenue_retention"], found["net_revenue_retention"]) == (
        0.25,
        0.65,
        0.775,
    )
    assert found["movements"] == {"kept": 1, "expanded": 1, "contracted": 1, "lost": 1, "new": 1, "won back": 0}
    assert found["bridge"]["churned"] == 100 and found["bridge"]["end_revenue"] == 390
    assert found["rows"][0] == {"customer": "Cedar", "start": 100, "end": 0, "change": -100, "movement": "lost"}
    assert "rows" not in document("retention", content)


def test_subscriptions(document):
    lines = ["account_id,start_date,end_date,mrr"]
    lines += [f"A{n},2024-{n % 12 + 1:02}-15,,{100 + n}" for n in range(30)]
    lines += [f"B{n},2024-03-01,2025-{n + 1:02}-20,50" for n in range(10)]
    found = document("retention", "\n".join(lines), "--from", "2025-01-01", "--to", "2025-12-31")
    assert (found["clients_at_start"], found["clients_lost"], found["logo_churn"]) == (40, 10, 0.25)
    start = sum(100 + n for n in range(30)) + 500
    assert found["gross_revenue_retention"] == pytest.approx(1 - 500 / start)
    assert found["sbg"]["clients"] == 40 and found["sbg"]["period"] == "month"
    assert found["period"] == {"start": "2025-01-01", "end": "2025-12-31"}


def test_transactions_compare_two_windows(document):
    content = (
        "customer,date,amount\nAsh,2024-01-05,50\nAsh,2025-12-31,70\nBirch,2024-06-01,30\nCedar,2025-05-01,10\n"
        "Birch,2024-06-09,-5\n"
    )
    found = document("retention", content, "--window-months", "12", "--rows")
    assert found["period"] == {"start": "2024-01-01", "boundary": "2025-01-01", "end": "2026-01-01"}
    assert {row["customer"]: row["movement"] for row in found["rows"]} == {
        "Ash": "expanded",
        "Birch": "lost",
        "Cedar": "new",
    }
    assert found["net_revenue_retention"] == pytest.approx((75 - 25 + 20) / 75)
    assert "unknown_because" in found["sbg"]


def test_tenures(document):
    content = "customerID,tenure,Churn\n" + "\n".join(f"{n},{n % 24 + 1},{'Yes' if n % 3 else 'No'}" for n in range(90))
    found = document("retention", content)
    assert (found["clients"], found["clients_lost"], found["kind"]) == (90, 60, "tenures")
    assert found["sbg"]["params"]["alpha"] > 0


@pytest.mark.parametrize("content", [SURVIVAL, table(), "client,start mrr,end mrr\nAsh,100,90\nBirch,5,0\n"])
def test_the_tables_of_retention(analyze, content):
    code, out, err = analyze("retention", content)
    assert code == 0 and err == ""
    assert "churn" in out.lower() or "Lost in all" in out


# Refusals: exit 2, one line, no traceback


@pytest.mark.parametrize("command", ["lifetime-value", "retention", "cohorts", "segments"])
@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n....", "image"),
        (b'{"a": 1}', "JSON"),
        (b"PK\x03\x04....", "spreadsheet"),
        (b"customer,date,amount\nA,2026-01-01,\x001\n", "NUL"),
        (b"customer,date,date\nA,2026-01-01,1\n", "same name"),
        (b"customer,,amount\nA,2026-01-01,1\n", "no column name"),
        (b"customer,date,amount\nA,2026-01-01\n", "line 2: has 2 cells instead of 3"),
        (b'customer,date,amount\n"A,2026-01-01,1\n', "quote"),
        (b"customer,date,amount\nA,2026-01-01,NaN\n", "not a number"),
        (b"customer,date,amount\nA,2026-01-01,1e400\n", "not a number"),
        (b"customer,date,amount\nA,2026-01-01,\n", "is empty"),
        (b"customer,date,amount\nA,soon,1\n", "not a date"),
        (b"customer,date,amount\nA,2026-02-30,1\n", "not a valid date"),
        (b"customer,date,amount\nA,01/02/2026,1\nB,03/04/2026,2\n", "--date-format"),
        (b"customer,date,amount\nA,31/12/2026,1\nB,12/31/2026,2\n", "mixes day/month"),
        (b"customer;date;amount\nA;2026-01-01;1.234\n", "--decimal"),
        (b"customer;date;amount\nA;2026-01-01;1.234,56\nB;2026-01-01;1,234.56\n", "mixes decimal"),
        (b"customer,date,amount\nCaf\xc3\xa9,2026-01-01,1\nCaf\xe9,2026-01-01,2\n", "UTF-8"),
        (b"customer,name,amount\nA,2026-01-01,1\n", "set it with --date. It has the columns customer, name, amount"),
        (b"who,date,amount\nA,2026-01-01,1\n", "--customer"),
        (b"\x1f\x8b\x08\x00broken", "gzip"),
    ],
)
def test_bad_files_are_refused(analyze, command, content, word):
    assert refused(analyze(command, content), word)


def test_an_ambiguous_date_is_settled_by_the_option(document):
    lines = [f"{n % 12},0{n % 5 + 1}/0{n // 5 % 9 + 1}/2025,{n + 1}" for n in range(90)]
    content = "\n".join(["customer,date,amount", *lines])
    dmy = document("retention", content, "--date-format", "dmy")
    mdy = document("retention", content, "--date-format", "mdy")
    assert (dmy["period"]["end"], mdy["period"]["end"]) == ("2025-09-06", "2025-05-10")


@pytest.mark.parametrize(
    ("command", "options", "word"),
    [
        ("lifetime-value", ["--customer", "nobody"], "no column 'nobody'"),
        ("lifetime-value", ["--ends", "2020-01-01"], "every row is later than 2020-01-01"),
        ("lifetime-value", ["--ends", "yesterday"], "not a date"),
        ("lifetime-value", ["--horizon-months", "0"], "horizon-months"),
        ("lifetime-value", ["--discount-rate", "10"], "discount-rate"),
        ("lifetime-value", ["--margin", "0"], "margin"),
        ("lifetime-value", ["--no-header"], "--customer"),
        ("retention", ["--to", "soon"], "not a date"),
        ("retention", ["--discount-rate", "0"], "discount-rate"),
    ],
)
def test_bad_options_are_refused(analyze, command, options, word):
    assert refused(analyze(command, table(), *options), word)


@pytest.mark.parametrize(
    ("command", "content", "word"),
    [
        ("lifetime-value", "customer,date,amount\nA,2026-01-01,1\n", "not enough data: only 1 customer; at least 10"),
        ("lifetime-value", "id,frequency,recency,T\n1,2,9,5\n", "recency outside 0 to age"),
        ("lifetime-value", "id,frequency,recency,T\n1,2.5,4,5\n", "whole number"),
        ("lifetime-value", "customer,date,amount\n,2026-01-01,1\n", "not enough data"),
        ("retention", "year,alive\n0,100\n1,50\n2,60\n", "survivors grow in period 2"),
        ("retention", "year,alive\n0,100\n1,50\n3,40\n", "without a gap"),
        ("retention", "year,alive\n0,0\n1,0\n", "starts without clients"),
        ("retention", "client,start_mrr,end_mrr\nAsh,1,1\nAsh,1,1\n", "Ash is given twice"),
        ("retention", "client,start_mrr,end_mrr\nAsh,-1,1\n", "below zero"),
        ("retention", "client,start_date,end_date,mrr\nAsh,2026-01-01,2025-01-01,1\n", "ends before it starts"),
        ("retention", "customer,date,amount\nA,2026-01-01,1\n", "less than two months"),
        ("retention", "customer,tenure,churn\nA,3,perhaps\n", "must be yes or no"),
    ],
)
def test_bad_content_is_refused(analyze, command, content, word):
    assert refused(analyze(command, content), word)


@pytest.mark.parametrize("command", ["lifetime-value", "retention"])
def test_missing_files_are_refused(command, tmp_path, capsys):
    for path in (tmp_path / "none.csv", tmp_path):
        code = run(["analyze", command, str(path)])
        out, err = capsys.readouterr()
        assert code == 2 and out == "" and err.count("\n") == 1


@pytest.mark.parametrize("content", [table().encode(), gzip.compress(table().encode()), table().encode("utf-16")])
def test_a_truncated_file_never_breaks_the_command(analyze, content):
    for tenth in range(10):
        code, out, err = analyze("retention", content[: len(content) * tenth // 10])
        assert code == 0 or refused((code, out, err))


# The shared data


@needs_data
def test_golden_cdnow(capsys):
    options = ["--no-header", "--customer", "2", "--date", "3", "--amount", "5", "--ends", "1997-09-30", "--json"]
    assert run(["analyze", "lifetime-value", str(CUSTOMERS / "cdnow" / "CDNOW_sample.txt"), *options]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["customers"] == 2357 and found["repeat_customers"] == 946
    assert found["log_likelihood"] == pytest.approx(-9582.429, abs=5e-4)
    assert found["params"] == pytest.approx({"r": 0.24259, "alpha": 4.4136, "a": 0.79293, "b": 2.42593}, abs=5e-5)


@needs_data
def test_golden_cdnow_summary(capsys):
    path = CUSTOMERS / "cdnow" / "cdnow_customers_summary_with_transactions.csv"
    assert run(["analyze", "lifetime-value", str(path), "--json"]) == 0
    spend = json.loads(capsys.readouterr().out)["gamma_gamma"]
    assert spend["params"] == pytest.approx({"p": 6.2488, "q": 3.7446, "gamma": 15.4477}, abs=5e-5)
    assert spend["log_likelihood"] == pytest.approx(-4055.923, abs=5e-4)
    assert spend["mean_spend"] == pytest.approx(35.17, abs=5e-3)


@needs_data
def test_golden_sbg(capsys):
    assert run(["analyze", "retention", str(CUSTOMERS / "sbg_fader_hardie" / "survival_years_0_7.csv"), "--json"]) == 0
    regular, high_end = json.loads(capsys.readouterr().out)["cohorts"]
    assert regular["sbg"]["log_likelihood"] == pytest.approx(-1680.265, abs=5e-4)
    assert high_end["sbg"]["discounted_residual_lifetime"] == pytest.approx(7.530, abs=5e-4)


@needs_data
def test_real_subscriptions(capsys):
    path = SHARED / "03_crm_churn" / "ravenstack" / "ravenstack_subscriptions.csv"
    assert run(["analyze", "retention", str(path), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    bridge = found["bridge"]
    assert found["kind"] == "subscriptions" and found["columns"]["revenue"] == "mrr_amount"
    assert bridge["end_revenue"] == (
        bridge["start_revenue"] - bridge["churned"] - bridge["contraction"]
        + bridge["expansion"] + bridge["new"] + bridge["won_back"]
    )  # fmt: skip
