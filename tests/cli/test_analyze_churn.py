"""``accord analyze churn``, ``health``, ``cohorts``, ``segments``, the choice of a buying model, reports as HTML."""

import json
import re
from datetime import date, timedelta
from html.parser import HTMLParser

import numpy as np
import pytest

from accord.cli.main import run

COLUMNS = "client,tenure,churned,plan,fee,region"


def clients(n=240, seed=4):
    """Clients who leave twice as fast on the basic plan, in whole months."""
    random = np.random.default_rng(seed)
    lines = [COLUMNS]
    for number in range(n):
        basic = number % 2 == 0
        stay, seen = random.exponential(12 if basic else 24), random.uniform(3, 36)
        left = "yes" if stay < seen else "no"
        fee = 100 + 10 * (number % 7)
        lines.append(f"C{number},{min(stay, seen):.1f},{left},{'basic' if basic else 'full'},{fee},{number % 50}x")
    return "\n".join(lines) + "\n"


def purchases(n=150, seed=2):
    random = np.random.default_rng(seed)
    lines = ["customer,date,amount"]
    for number in range(n):
        now, pause, level = random.uniform(0, 300), random.choice([15, 40, 90]), random.gamma(2, 100)
        leave = random.beta(0.8, 3)
        while now < 730:
            day = date(2024, 1, 1) + timedelta(int(now))
            lines.append(f"<b>K{number}</b>,{day},{random.gamma(4, level / 4) + 1:.2f}")
            now += 1 + random.exponential(pause)
            if random.random() < leave:
                break
    return "\n".join(lines) + "\n"


@pytest.fixture
def analyze(tmp_path, capsys):
    def call(command, content, *options):
        path = tmp_path / "file.csv"
        path.write_text(content)
        code = run(["analyze", command, str(path), *options])
        return code, *capsys.readouterr()

    return call


@pytest.fixture
def document(analyze):
    def call(command, content, *options):
        code, out, err = analyze(command, content, *options, "--json")
        assert code == 0, err
        return json.loads(out)

    return call


# Churn


def test_the_document_of_churn(document):
    found = document("churn", clients(), "--rows", "--within", "6")
    assert found["columns"] == {"tenure": "tenure", "left": "churned", "customer": "client"}
    assert found["clients"] == 240 and 0 < found["clients_lost"] < 240
    low, high = found["churn_interval"]
    assert low < found["churn"] == found["clients_lost"] / 240 < high
    assert found["survival"]["clients"] == 240 and found["survival"]["leavings"] == found["clients_lost"]
    cox = found["cox"]
    assert [row["column"] for row in cox["coefficients"]] == ["plan = full", "fee"]
    assert cox["compared_with"] == {"plan": "basic"} and "region" in cox["columns_skipped"]
    plan = cox["coefficients"][0]
    assert plan["interval"][0] < plan["hazard_ratio"] < plan["interval"][1]
    assert plan["hazard_ratio"] < 0.8 and plan["p_value"] < 0.2
    assert 0.5 < cox["concordance_held_out"] < 0.8
    rows = found["rows"]
    assert len(rows) == 240 - found["clients_lost"]  # those still here
    chances = [row["chance_of_leaving"] for row in rows]
    assert chances == sorted(chances, reverse=True)
    assert all(row["chance_interval"][0] <= row["chance_of_leaving"] <= row["chance_interval"][1] for row in rows)
    nearer = {
        row["customer"]: row["chance_of_leaving"]
        for row in document("churn", clients(), "--rows", "--within", "3")["rows"]
    }
    assert all(nearer[row["customer"]] <= row["chance_of_leaving"] for row in rows)


def test_columns_can_be_named_chosen_and_left_out(document):
    content = clients().replace(COLUMNS, "who,stayed,status,plan,fee,region")
    options = ["--customer", "who", "--tenure", "stayed", "--event", "status"]
    only = document("churn", content, *options, "--covariate", "plan")
    assert [row["column"] for row in only["cox"]["coefficients"]] == ["plan = full"]
    without = document("churn", content, *options, "--without", "plan", "--without", "region")
    assert [row["column"] for row in without["cox"]["coefficients"]] == ["fee"]
    curves = document("churn", content, *options, "--model", "kaplan-meier", "--by", "plan")
    assert "cox" not in curves and [group["name"] for group in curves["groups"]] == ["plan = basic", "plan = full"]
    assert curves["groups"][0]["median"][0] < curves["groups"][1]["median"][0]


def test_two_dates_are_a_stay(document):
    lines = ["client,start_date,end_date,seats"]
    for number in range(60):
        end = f"2025-{number % 12 + 1:02}-10" if number % 3 else ""
        lines.append(f"C{number},2023-{number % 12 + 1:02}-01,{end},{number % 9}")
    found = document("churn", "\n".join(lines), "--as-of", "2025-06-30")
    # Who ends later is still here on that day.
    assert found["clients"] == 60
    assert found["clients_lost"] == sum(1 for number in range(60) if number % 3 and number % 12 + 1 <= 6)
    assert found["survival"]["longest"] == pytest.approx((date(2025, 6, 30) - date(2023, 1, 1)).days / 30.4375)


def test_rows_with_an_empty_cell_stay_in_the_curve(document):
    content = clients().replace(",100,", ",,", 3)
    found = document("churn", content)
    assert found["survival"]["clients"] == 240
    assert found["cox"]["incomplete_rows"] == 3 and found["cox"]["clients"] == 237


def test_what_can_t_be_estimated_says_why(document, analyze):
    told = "client,tenure,churned,mark\n" + "\n".join(
        f"C{n},{n % 20 + 1},{'yes' if n % 2 else 'no'},{n % 2}" for n in range(80)
    )
    assert "separates exactly those who leave" in document("churn", told)["cox"]["unknown_because"]
    bare = "client,tenure,churned\nA,3,yes\nB,5,no\n"
    assert document("churn", bare)["cox"]["unknown_because"] == "no column says more about the clients"
    code, out, _ = analyze("churn", bare)
    assert code == 0 and "No effects of columns were estimated: no column says more about the clients." in out


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        (
            "client,months,churned\nA,3,yes\n",
            [],
            "no column for the months each client stayed found; set it with --tenure",
        ),
        (
            "client,tenure,gone\nA,3,yes\n",
            [],
            "no column for the clients who left (yes or no) found; set it with --churned",
        ),
        ("client,tenure,churned\nA,3,maybe\n", [], "line 2, field churned: must be yes or no"),
        ("client,tenure,churned\nA,long,no\n", [], "line 2, field tenure: is not a number"),
        ("client,tenure,churned\nA,-3,no\n", [], "below zero"),
        ("client,tenure,churned\nA,3,no\n", ["--by", "plan"], "no column 'plan'"),
        ("client,start_date,end_date\nA,2025-02-01,2025-01-01\n", [], "before it starts"),
        ("client,tenure,churned\n", [], "no rows"),
    ],
)
def test_bad_files_of_churn_are_refused(analyze, content, options, words):
    code, out, err = analyze("churn", content, *options)
    assert code == 2 and out == "" and err.count("\n") == 1
    assert words in err, err


def test_golden_telco(shared_data, capsys):
    path = shared_data / "03_crm_churn/telco_churn/Telco-Customer-Churn.csv"
    assert run(["analyze", "churn", str(path), "--without", "TotalCharges", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["clients"], found["clients_lost"]) == (7043, 1869)
    # Services that don't exist without a line or the internet follow from those columns.
    assert "OnlineBackup = No internet service" in found["cox"]["columns_skipped"]
    assert found["cox"]["concordance_held_out"] > 0.86


# Health


def test_the_document_of_health(document):
    found = document("health", clients(), "--without", "region", "--rows")
    assert found["columns"] == {"left": "churned", "customer": "client"}
    assert found["held_out"]["outcomes"] == found["clients"] == 240 and found["predicts"]
    healths = [row["health"] for row in found["rows"]]
    assert healths == sorted(healths) and len(healths) == 240 - found["clients_lost"]
    for row in found["rows"]:
        assert sum(row["points"].values()) == pytest.approx(row["health"] - 70)
        low, high = row["chance_interval"]
        assert low <= row["chance_of_leaving"] <= high


def test_health_that_nothing_predicts_ranks_nobody(document, analyze):
    content = re.sub(r",(yes|no),", lambda _: ",yes," if next(coin) else ",no,", clients())
    content = content.replace(",basic", ",full")
    found = document("health", content, "--covariate", "fee", "--rows")
    assert not found["predicts"] and len({row["health"] for row in found["rows"]}) == 1
    _, out, _ = analyze("health", content, "--covariate", "fee")
    assert "none is ranked" in out


coin = iter([number % 3 == 0 for number in range(10_000)])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("client,churned,fee\n" + "".join(f"C{n},no,{n}\n" for n in range(30)), "0 left; at least 20 are needed"),
        ("client,churned,fee\n" + "".join(f"C{n},{'yes' if n % 3 else 'no'},5\n" for n in range(30)), "no column"),
    ],
)
def test_health_that_is_not_known_says_why(document, content, words):
    found = document("health", content, "--rows")
    assert words in found["unknown_because"] and found["rows"] == []


def test_golden_telco_health(shared_data, capsys):
    path = shared_data / "03_crm_churn/telco_churn/Telco-Customer-Churn.csv"
    assert run(["analyze", "health", str(path), "--json"]) == 0
    tested = json.loads(capsys.readouterr().out)["held_out"]
    assert tested["auc"]["value"] >= 0.849 and tested["brier"] <= 0.1335 and 0.95 < tested["slope"] < 1.05


def test_golden_ravenstack_health(shared_data, capsys):
    path = shared_data / "03_crm_churn/ravenstack/ravenstack_accounts.csv"
    assert run(["analyze", "health", str(path), "--json"]) == 0
    assert not json.loads(capsys.readouterr().out)["predicts"]


# Cohorts and segments


def test_cohorts(document):
    content = (
        "customer,date,amount\nA,2025-01-05,10\nA,2025-02-05,20\nB,2025-01-09,30\nC,2025-02-02,40\nC,2025-03-02,5\n"
        "D,2025-05-01,7\n"
    )
    found = document("cohorts", content, "--ends", "2025-03-31")
    assert [(c["starts"], c["size"], c["active"]) for c in found["cohorts"]] == [
        ("2025-01-01", 2, [2, 1, 0]),
        ("2025-02-01", 1, [1, 1]),
    ]
    assert found["cohorts"][0]["revenue"] == [40, 20, 0]
    assert [(row["active"], row["clients"]) for row in found["all"]] == [(3, 3), (2, 3), (0, 2)]
    assert found["all"][1]["interval"][0] < 2 / 3 < found["all"][1]["interval"][1]
    assert [c["starts"] for c in document("cohorts", content, "--period", "quarter")["cohorts"]] == [
        "2025-01-01",
        "2025-04-01",
    ]


def test_segments(document):
    found = document("segments", purchases(), "--rows")
    assert sum(each["customers"] for each in found["segments"]) == found["customers"] == len(found["rows"])
    assert sum(each["share_of_revenue"] for each in found["segments"]) == pytest.approx(1)
    assert sum(map(sum, found["grid"])) == found["customers"]
    names = {each["segment"]: each for each in found["segments"]}
    assert names["Champions"]["mean_purchase_days"] > names["Hibernating"]["mean_purchase_days"]
    assert names["Champions"]["mean_days_since_purchase"] < names["At risk"]["mean_days_since_purchase"]
    revenue = [row["revenue"] for row in found["rows"]]
    assert revenue == sorted(revenue, reverse=True)
    without = document("segments", re.sub(r",[^,\n]*$", "", purchases(), flags=re.M))
    assert without["revenue"] is None and without["segments"][0]["share_of_revenue"] is None


@pytest.mark.parametrize("command", ["cohorts", "segments"])
def test_nothing_bought_is_refused(analyze, command):
    code, _, err = analyze(command, "customer,date,amount\nA,2026-01-01,-5\n")
    assert code == 2 and "no purchase above zero" in err


# The choice of the buying model


def test_models_are_compared_on_held_out_time(document, analyze):
    found = document("lifetime-value", purchases())
    holdout = found["holdout"]
    assert set(holdout["models"]) == {"same-rate", "bg-nbd", "mbg-nbd", "pareto-nbd"} - set(holdout["refused"])
    assert found["chosen_by"] == "holdout" and found["purchase_model"] == holdout["chosen"]
    assert "2024-12-25" < holdout["calibration_end"] < "2025-01-07"
    low, high = found["expected_purchases_interval"]
    assert low < found["expected_purchases"] < high
    assert found["total_value_interval"][0] < found["total_value"] < found["total_value_interval"][1]
    cut = document("lifetime-value", purchases(), "--calibration-ends", "2025-06-30")
    assert cut["holdout"]["calibration_end"] == "2025-06-30"
    code, out, _ = analyze("lifetime-value", purchases())
    assert code == 0 and "Models compared on held-out time" in out and "Same rate as before" in out
    assert "80% range" in out


@pytest.mark.parametrize(
    ("model", "names"),
    [
        ("bg-nbd", {"r", "alpha", "a", "b"}),
        ("mbg-nbd", {"r", "alpha", "a", "b"}),
        ("pareto-nbd", {"r", "alpha", "s", "beta"}),
    ],
)
def test_a_model_can_be_asked_for(document, model, names):
    found = document("lifetime-value", purchases(), "--model", model)
    assert (found["purchase_model"], found["chosen_by"], found["holdout"]) == (model, "option", None)
    assert set(found["params"]) == set(found["standard_errors"]) == names


def test_a_summary_leaves_nothing_to_hold_out(document):
    found = document("lifetime-value", purchases(), "--model", "bg-nbd", "--rows")
    keys = ("customer", "frequency", "recency", "age", "mean_spend")
    lines = ["ID,x,t_x,T,zbar", *(",".join(str(row[key]) for key in keys) for row in found["rows"])]
    again = document("lifetime-value", "\n".join(lines), "--decimal", "point")
    assert again["holdout"] is None and again["chosen_by"] == "likelihood"


def test_a_day_outside_the_data_is_no_end_of_calibration(analyze):
    code, _, err = analyze("lifetime-value", purchases(), "--calibration-ends", "2030-01-01")
    assert code == 2 and "--calibration-ends must be between 2024-" in err


def test_regular_and_seasonal_purchases_are_pointed_out(analyze):
    random = np.random.default_rng(3)
    lines = ["customer,date,amount"]
    for number in range(60):
        now = random.uniform(0, 30)
        end = random.uniform(200, 1100)
        while now < end:
            day = date(2023, 1, 1) + timedelta(int(now))
            lines += [f"K{number},{day},10"] if day.month != 8 or random.random() < 0.2 else []
            now += random.normal(30, 3)
    _, out, err = analyze("lifetime-value", "\n".join(lines))
    assert "Purchases are regular" in out and "Purchases are seasonal" in out and "Aug -" in out, err


# Reports as HTML


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.attributes = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta", "line", "circle", "rect", "polyline", "polygon"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize(
    ("command", "content", "charts"),
    [
        ("lifetime-value", purchases(), 1),
        ("retention", purchases(), 1),
        ("retention", clients().replace("client,", "id,"), 1),
        ("churn", clients(), 2),
        ("health", clients(), 1),
        ("cohorts", purchases(), 1),
        ("segments", purchases(), 1),
    ],
)
def test_a_report_is_one_page_that_loads_nothing(analyze, tmp_path, command, content, charts):
    target = tmp_path / "report.html"
    code, out, err = analyze(command, content, "--html", str(target), "--json")
    assert code == 0 and err == f"Report written to {target}.\n"
    json.loads(out)
    text = target.read_text()
    page = Page(text)
    assert not page.open and page.tags.count("svg") >= charts and page.tags.count("table") >= 1
    assert not {"script", "link", "img", "iframe", "b"} & set(page.tags) - {"b"}
    assert not [value for name, value in page.attributes if name in ("src", "href") or name.startswith("on")]
    assert "url(" not in text and "@import" not in text and "nan" not in text
    assert "<b>K" not in text  # names from the file are text
    assert "prefers-color-scheme:dark" in text


def test_a_report_that_can_t_be_written_is_an_error_in_one_line(analyze, tmp_path):
    code, out, err = analyze("segments", purchases(), "--html", str(tmp_path / "none" / "report.html"))
    assert code == 2 and out == "" and err.count("\n") == 1 and "No such file" in err
