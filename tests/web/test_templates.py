"""The frame and the furniture of every page: what they say, what they escape, whom they leave out."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from accord.web.shell.list_parts import Cell, Column, Row
from accord.web.shell.numbers import Number
from accord.web.shell.parts import Action, Badge, Empty, Fact
from accord.web.shell.templatetags import shell

ROOT = Path(__file__).parents[2]
ACCORD = ROOT / "src" / "accord"
TEMPLATES = ACCORD / "web" / "shell" / "templates"
EVERY_TEMPLATE = sorted(ACCORD.glob("*/templates/**/*.html")) + sorted(ACCORD.glob("*/*/templates/**/*.html"))
HOSTILE = "<script>alert(1)</script>"


def ask(address: str = "/", target: str = "") -> HttpRequest:
    request = RequestFactory().get(address)
    request.user = AnonymousUser()
    request.htmx = SimpleNamespace(target=target) if target else None  # type: ignore[attr-defined]
    return request


def page(template: str, address: str = "/", target: str = "", **context: Any) -> str:
    return render_to_string(f"shell/{template}", context, ask(address, target))


def write(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "value", "written"),
    [
        ('{{ v|money:"EUR" }}', Decimal("12345.6"), "€12,345.60"),
        ('{{ v|money:"EUR" }}', Decimal("-0.005"), "−€0.01"),
        ('{{ v|money:"CAD" }}', Decimal("1234"), "CAD\xa01,234.00"),
        ('{{ v|money:"JPY" }}', Decimal("1234.5"), "¥1,235"),
        ('{{ v|money:"EUR" }}', None, "–"),
        ('{{ v|money:"EUR" }}', Decimal("NaN"), "–"),
        ("{{ v|money }}", SimpleNamespace(amount=Decimal(5), currency="GBP"), "£5.00"),
        ('{{ v|money_short:"EUR" }}', Decimal("184249"), "€184k"),
        ('{{ v|money_short:"EUR" }}', Decimal("-42310"), "−€42.3k"),
        ('{{ v|money_short:"EUR" }}', Decimal("999950"), "€1.00M"),
        ('{{ v|money_short:"EUR" }}', Decimal("812.40"), "€812"),
        ("{{ v|percent }}", Decimal("0.0831"), "8.3%"),
        ("{{ v|percent:0 }}", -0.125, "−13%"),
        ("{{ v|number:1 }}", 12345.678, "12,345.7"),
        ("{{ v|minutes }}", 1680, "3.5\u202fd"),
        ("{{ v|minutes:450 }}", -465, "−1.03\u202fd"),
        ("{{ v|minutes }}", 0, "0\u202fd"),
        ("{{ v|hours }}", 750, "12:30\u202fh"),
        ("{{ v|hours }}", -5, "−0:05\u202fh"),
        ("{{ v|day }}", dt.date(2026, 11, 3), "3\xa0Nov\xa02026"),
        ("{{ v|day }}", None, "–"),
        ("{{ v|moment }}", dt.datetime(2026, 11, 3, 9, 5), "3\xa0Nov\xa02026, 09:05"),
        ("{{ v|initials }}", "Maria von Trapp", "MT"),
        ("{{ v|initials }}", "(Ab) Ångström", "ÅN"),
        ("{{ v|initials }}", "", "?"),
        ("{{ v|tone }}", "bad", "tone-bad"),
        ("{{ v|tone }}", "x onload=", "tone-neutral"),
    ],
)
def test_figures_are_written_in_one_way(source: str, value: Any, written: str) -> None:
    assert write(source, v=value) == written


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_an_amount_can_be_read_back_to_the_cent(amount: Decimal) -> None:
    written = shell.money(amount, "EUR").replace("€", "").replace(",", "").replace("−", "-")
    assert abs(Decimal(written) - amount) <= Decimal("0.005")


@given(st.integers(-(10**7), 10**7), st.integers(61, 1440))
def test_working_time_is_right_to_half_of_its_last_digit(whole: int, per_day: int) -> None:
    figure, unit = shell.minutes(whole, per_day).replace(",", "").replace("−", "-").split("\u202f")
    size = {"d": per_day, "h": 60, "min": 1}[unit]
    assert abs(Decimal(figure) * size - whole) <= Decimal("0.005") * size


def test_ago_looks_both_ways_and_names_the_moment() -> None:
    now = timezone.now()
    assert ">3 days ago</time>" in shell.ago(now - dt.timedelta(days=3, hours=1))
    assert ">in 2 weeks</time>" in shell.ago(now + dt.timedelta(days=15))
    assert ">just now</time>" in shell.ago(now)
    assert ">today</time>" in shell.ago(timezone.localdate())
    assert f'datetime="{now.isoformat()}"' in shell.ago(now)


def test_a_name_keeps_its_colour() -> None:
    assert shell.hue("Priya") == shell.hue("Priya")
    assert {shell.hue(f"person {n}") for n in range(200)} == {f"hue-{n}" for n in range(8)}


@pytest.mark.parametrize("path", EVERY_TEMPLATE, ids=lambda path: str(path.relative_to(ACCORD)))
def test_every_template_compiles_and_needs_no_inline_script(path: Path) -> None:
    source = path.read_text()
    get_template(str(path).split("/templates/", 1)[1])
    assert not re.search(r"\son\w+=|hx-on|javascript:", source)
    assert not re.search(r"<script(?![^>]*(src=|type=\"application/json\"))", source)
    assert not re.search(r"<style|(?:href|src)=[\"']?(?:https?:)?//", source)


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    drawn = (ROOT / "frontend" / "icons.txt").read_text().split()
    assert drawn == sorted(set(drawn))
    named = re.compile(r"""\{% icon "([\w-]+)"|\bicon["']?\s*[=:]\s*["']([\w-]+)["']|\bicon\("([\w-]+)"\)""")
    files = [*EVERY_TEMPLATE, *ACCORD.rglob("*.py"), *(ROOT / "frontend" / "shell").glob("*.ts")]
    used = {next(filter(None, match)): path for path in files for match in named.findall(path.read_text())}
    assert len(used) > 20
    assert {name: str(path) for name, path in used.items() if name not in drawn} == {}


def test_what_people_write_is_escaped_everywhere() -> None:
    cells = [
        Cell(HOSTILE, sub=HOSTILE),
        Cell(HOSTILE, badge=True, tone=HOSTILE),
        Cell("x", who=HOSTILE),
    ]
    columns = [Column(HOSTILE, "name"), Column("b"), Column("c")]
    shown = page("list.html", title=HOSTILE, columns=columns, rows=[Row(1, "/x", cells)])
    entry = {"at": timezone.now(), "title": HOSTILE, "by": HOSTILE, "body_html": HOSTILE, "icon": "mail"}
    shown += page("parts/timeline.html", entries=[entry])
    shown += page("parts/number.html", number=Number(HOSTILE, HOSTILE, HOSTILE, HOSTILE))
    shown += page("record.html", record_title=HOSTILE, facts=[Fact(HOSTILE, HOSTILE)], badges=[Badge(HOSTILE)])
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown


def test_ready_made_html_is_kept() -> None:
    rows = [Row(1, "/x", [Cell(mark_safe("<em>kept</em>"))])]
    assert "<em>kept</em>" in page("parts/table.html", columns=[Column("a")], rows=rows)


def test_a_chart_cannot_break_out_of_its_specification() -> None:
    shown = page("parts/chart.html", chart={"id": "c", "title": "t", "spec": {"title": "</script><b>\"' onload=x"}})
    assert "</script><b>" not in shown
    assert "&quot; onload" not in shown.replace("\\&quot;", "")
    assert "<script" not in shown, "htmx takes scripts out of what it swaps: the chart would not be drawn again"
    assert 'data-chart="c"' in shown


@pytest.mark.parametrize(
    "number",
    [
        {"value": None},
        {"value": None, "missing": "No actual cost of work performed"},
        {"value": "€0", "missing": "No cost"},
    ],
)
def test_an_unknown_number_says_so(number: dict[str, Any]) -> None:
    shown = page("parts/number.html", number=Number("Budget variance", tone="good", url="/n", **number))
    assert "Not known" in shown
    assert "tone-unknown" in shown
    assert "€0" not in shown
    assert number.get("missing", "not enough") in shown


def test_a_number_of_zero_is_a_number() -> None:
    shown = page("parts/number.html", number=Number("Churn", "0", unit="%"))
    assert "Not known" not in shown
    assert "tone-neutral" in shown


def the_list(**context: Any) -> str:
    columns = [
        Column("Account", "name", sorted="asc"),
        Column("Margin", "margin", numeric=True, hide_small=True),
    ]
    rows = [Row(n, f"/accounts/{n}", [Cell(f"Client {n}"), Cell(n)]) for n in (1, 2)]
    return page("list.html", "/accounts?stage=won&page=2", title="Accounts", columns=columns, rows=rows, **context)


def test_a_list_says_how_it_is_sorted_and_keeps_the_filter_in_its_links() -> None:
    shown = the_list()
    assert 'aria-sort="ascending"' in shown
    assert 'href="?stage=won&amp;sort=-name"' in shown
    assert 'href="?stage=won&amp;sort=margin"' in shown
    assert shown.count("data-row>") == 2
    assert '<td role="cell" data-label="Margin" class="numeric hide-small">' in shown


def test_a_list_counts_its_pages() -> None:
    shown = the_list(page=Paginator(range(612), 25).page(2), noun="accounts")
    assert "26–50 of 612 accounts" in shown
    assert 'href="?stage=won&amp;page=3"' in shown
    assert "Select all rows" not in shown


def test_chosen_rows_belong_to_the_form_that_posts_them() -> None:
    shown = the_list(selection_actions=[Action("Archive", "/accounts/archive")])
    assert shown.count('name="ids"') == shown.count('form="selection" data-choose-row') == 2
    assert re.search(r'form="selection"\s+formaction="/accounts/archive"', shown)


def test_an_empty_list_says_what_to_do_next() -> None:
    empty = Empty("No account yet", "Import them.", action=Action("Import", "/imports"))
    shown = page("list.html", title="Accounts", columns=[], rows=[], empty=empty)
    assert "No account yet" in shown
    assert 'href="/imports"' in shown


def test_a_row_that_does_not_fit_its_columns_is_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        page("list.html", title="x", columns=[Column("a"), Column("b")], rows=[Row(1, "", [Cell(1)])])


def test_facts_that_are_not_set_say_so() -> None:
    shown = page(
        "record.html",
        record_title="Blue Heron",
        facts=[Fact("Limit", missing="No limit"), Fact("City", "")],
    )
    assert "No limit" in shown
    assert "Not set" in shown


class AccountForm(forms.Form):
    name = forms.CharField(help_text="As on their invoices.")
    since = forms.DateField(required=False)
    limit = forms.DecimalField(required=False)
    active = forms.BooleanField(required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


def test_an_error_is_said_at_its_field() -> None:
    form = AccountForm({"name": "", "version": "3"})
    form.add_error(None, "The limit is above what finance allows.")
    shown = page("form.html", title="Edit account", form=form, cancel_url="/accounts")
    field = re.search(r'<input[^>]*name="name"[^>]*>', shown)
    assert field
    assert 'aria-invalid="true"' in field[0]
    described = re.search(r'aria-describedby="([^"]+)"', field[0])
    assert described
    assert len(described[1].split()) == 2
    assert all(f'id="{name}"' in shown for name in described[1].split())
    assert 'name="version" value="3"' in shown
    assert 'role="alert"' in shown


def test_dates_speak_iso_to_the_browser() -> None:
    shown = page("form.html", title="New", form=AccountForm(initial={"since": dt.date(2021, 3, 14)}))
    assert re.search(r'<input type="date" name="since" value="2021-03-14" class="form-control"', shown)


def test_a_form_is_a_page_of_its_own_and_a_sheet_in_the_drawer() -> None:
    whole = page("form.html", "/accounts/new?x=1", title="New account", form=AccountForm())
    sheet = page("form.html", "/accounts/new?x=1", target="drawer-body", title="New account", form=AccountForm())
    assert "<!DOCTYPE html>" in whole
    assert "<h1>New account</h1>" in whole
    assert "hx-post" not in whole
    assert "<html" not in sheet
    assert 'id="drawer-title"' in sheet
    assert 'hx-post="/accounts/new?x=1" hx-target="#drawer-body"' in sheet
    assert 'action="/accounts/new?x=1"' in sheet


def test_a_conflict_shows_both_and_keeps_what_was_typed() -> None:
    form = AccountForm({"name": "Blue Heron", "version": "4"})
    differences = [{"field": "Name", "yours": "Blue Heron", "theirs": "Blue Heron Press"}]
    shown = page("conflict.html", form=form, differences=differences, cancel_url="/accounts/1")
    assert 'value="Blue Heron"' in shown
    assert "Blue Heron Press" in shown
    assert 'name="version" value="4"' in shown
    assert "Discard my changes" in shown


def test_a_danger_is_confirmed_by_post() -> None:
    shown = page(
        "confirm.html", title="Archive?", consequences=["5 projects become read-only."], submit_label="Archive"
    )
    assert "5 projects become read-only." in shown
    assert re.search(r'<form method="post".*btn-danger"\s+type="submit">Archive<', shown, re.DOTALL)


@pytest.mark.parametrize("code", [400, 403, 404, 500, 503])
def test_an_error_page_needs_nothing_but_itself(code: int) -> None:
    shown = get_template(f"{code}.html").render()
    assert f">{code}</p>" in shown
    assert 'href="/"' in shown


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_the_doors_wear_our_look(client: Client, name: str, settings: Any) -> None:
    shown = client.get(reverse(name), secure=settings.SECURE_SSL_REDIRECT).content.decode()
    assert 'class="entrance"' in shown
    assert "sign up" not in shown.lower()


def luminance(colour: str) -> float:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_every_ground_it_may_stand_on(theme: int) -> None:
    source = (ROOT / "frontend" / "styles" / "tokens.css").read_text()
    pairs = re.findall(r"--accord-([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", source)
    colours = {name: pair[theme] for name, *pair in pairs}
    grounds = ["canvas", "surface", "raised", "sunken", "hover"]
    tones = ["accent", "good", "warn", "bad", "info", "neutral"]
    for text in ["text", "muted", *tones]:
        for ground in grounds:
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)
    for tone in tones:
        assert contrast(colours[tone], colours[f"{tone}-soft"]) >= 4.5, tone
        assert contrast(colours["text"], colours[f"{tone}-soft"]) >= 4.5, tone
    assert contrast("#ffffff", colours["accent-fill"]) >= 4.5
    assert contrast(colours["control-line"], colours["surface"]) >= 3
    for number in range(1, 9):
        assert contrast(colours[f"series-{number}"], colours["surface"]) >= 3, number


@pytest.mark.django_db
def test_single_sign_on_may_lead_to_its_server(settings: Any, client: Client) -> None:
    assert "form-action 'self';" in client.get("/sign-in/")["Content-Security-Policy"]
    app = {"provider_id": "oidc", "name": "SSO", "client_id": "a", "settings": {"server_url": "https://id.test/realm"}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    assert "form-action 'self' https://id.test;" in Client().get("/sign-in/")["Content-Security-Policy"]
