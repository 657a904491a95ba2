"""Calendars against real servers: Radicale over CalDAV, a feed over HTTP, and our own dates as a feed."""

from __future__ import annotations

import http.server
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from accord.accounts.models import Account, AccountMember, Affiliation, Contact, Interaction
from accord.core import editing, public_network
from accord.core.public_http import fetch
from accord.correspondence import calendar_reading
from accord.correspondence.actions.sync_calendar import sync_calendar
from accord.correspondence.calendar_events import Events, events_of
from accord.correspondence.calendar_reading import Unreadable, occurrences
from accord.correspondence.models import CalendarMeeting, CalendarSource
from accord.people.models import Role, User
from accord.projects.models import Issue, Project, Risk, Task
from accord.projects.queries_due import DueItem, due_list
from accord.support.models import Request
from accord.web.correspondence.calendar_feed import UIDS, calendar_of
from tests.factories import browser_of
from tests.mail_servers import free_port
from tests.world import make_world

pytestmark = pytest.mark.django_db
NOW = timezone.now().replace(microsecond=0)
DAY = (NOW + timedelta(days=3)).date()


def event(uid: str, start: str, *lines: str, title: str = "Review", who: str = "conny@brewery.test") -> str:
    return "\r\n".join(
        [
            "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z",
            f"DTSTART:{start}", f"SUMMARY:{title}", f"ATTENDEE;CN=Conny:mailto:{who}", *lines, "END:VEVENT",
            "END:VCALENDAR", "",
        ]
    )  # fmt: skip


def at(hour: int, day: date = DAY) -> str:
    return f"{day:%Y%m%d}T{hour:02d}0000Z"


@pytest.fixture(autouse=True)
def _reachable(settings: Any) -> None:
    settings.PRIVATE_HOSTS = ["localhost"]


@pytest.fixture
def account(owner: User) -> Account:
    found: Account = Account.objects.create(name="Brewery", owner=owner)
    Affiliation.objects.create(account=found, contact=Contact.objects.create(name="Conny", email="Conny@Brewery.test"))
    return found


class Radicale:
    """A CalDAV server with one calendar of one user."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        (folder / "users").write_text("olga:geheim\n")
        options = {
            "server-hosts": f"localhost:{self.port}", "auth-type": "htpasswd",
            "auth-htpasswd-filename": str(folder / "users"), "auth-htpasswd-encryption": "plain",
            "storage-filesystem-folder": str(folder / "data"), "logging-level": "error",
        }  # fmt: skip
        self.process = subprocess.Popen([sys.executable, "-m", "radicale", *(f"--{k}={v}" for k, v in options.items())])
        self.url = f"http://localhost:{self.port}/olga/work/"
        for _ in range(100):
            try:
                if requests.request("MKCALENDAR", self.url, auth=("olga", "geheim"), timeout=5).status_code == 201:
                    return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("Radicale does not start")

    def put(self, name: str, text: str) -> None:
        headers = {"Content-Type": "text/calendar"}
        url = f"{self.url}{name}.ics"
        requests.put(url, text.encode(), auth=("olga", "geheim"), headers=headers, timeout=5).raise_for_status()

    def remove(self, name: str) -> None:
        requests.delete(f"{self.url}{name}.ics", auth=("olga", "geheim"), timeout=5).raise_for_status()


@pytest.fixture
def radicale(tmp_path: Path) -> Iterator[Radicale]:
    server = Radicale(tmp_path)
    yield server
    server.process.terminate()
    server.process.wait(timeout=20)


def caldav(owner: User, server: Radicale, password: str = "geheim") -> CalendarSource:
    source = CalendarSource(owner=owner, name="Work", kind="caldav", url=server.url, user_name="olga")
    source.password = password
    source.save()
    return source


def test_meetings_on_a_caldav_server_come_move_and_go(account: Account, owner: User, radicale: Radicale) -> None:
    source = caldav(owner, radicale)
    radicale.put("a", event("a", at(9), "LOCATION:Plant 2", "DESCRIPTION:Bring figures"))
    radicale.put("b", event("b", at(11), who="dentist@else.test"))
    radicale.put("c", event("c", f"{DAY - timedelta(days=400):%Y%m%d}T090000Z"))
    for _ in range(2):
        assert (sync_calendar(source=source, now=NOW).failure, source.kept) == ("", 1)
    meeting = Interaction.objects.get()
    assert (meeting.kind, meeting.by, meeting.subject) == ("meeting", owner, "Review")
    assert meeting.at == datetime(DAY.year, DAY.month, DAY.day, 9, tzinfo=UTC)
    assert "Plant 2" in meeting.body
    assert [c.name for c in meeting.contacts.all()] == ["Conny"]
    radicale.put("a", event("a", at(15), title="Review moved"))
    sync_calendar(source=source, now=NOW)
    meeting.refresh_from_db()
    assert (meeting.at.hour, meeting.subject) == (15, "Review moved")
    radicale.remove("a")
    assert sync_calendar(source=source, now=NOW).kept == 0
    assert not Interaction.objects.exists()


def test_minutes_that_somebody_wrote_stay_when_the_meeting_moves(
    account: Account, owner: User, radicale: Radicale
) -> None:
    source = caldav(owner, radicale)
    radicale.put("a", event("a", at(9)))
    sync_calendar(source=source, now=NOW)
    Interaction.objects.update(body="We agreed.", version=2)
    radicale.put("a", event("a", at(10)))
    sync_calendar(source=source, now=NOW)
    assert (Interaction.objects.get().body, Interaction.objects.get().at.hour) == ("We agreed.", 10)


def test_two_colleagues_in_one_meeting_have_it_once_and_a_removed_calendar_leaves_it(
    account: Account, owner: User, radicale: Radicale
) -> None:
    other = User.objects.create(email="h@firm.test", name="Hugo", roles=[Role.MEMBER])
    AccountMember.objects.create(account=account, user=other)
    radicale.put("a", event("a", at(9)))
    first, second = caldav(owner, radicale), caldav(other, radicale)
    sync_calendar(source=first, now=NOW)
    sync_calendar(source=second, now=NOW)
    assert CalendarMeeting.objects.get().source_calendar == first
    first.delete()
    sync_calendar(source=second, now=NOW)
    assert CalendarMeeting.objects.get().source_calendar == second
    assert Interaction.objects.count() == 1


def test_what_goes_wrong_is_noted_and_takes_nothing_away(account: Account, owner: User, radicale: Radicale) -> None:
    radicale.put("a", event("a", at(9)))
    source = caldav(owner, radicale)
    sync_calendar(source=source, now=NOW)
    source.password = "wrong"
    source.save()
    assert "401" in sync_calendar(source=source, now=NOW).failure
    assert Interaction.objects.count() == 1


class Feed(http.server.BaseHTTPRequestHandler):
    text = b""

    def do_GET(self) -> None:
        self.send_response(302 if self.path == "/away" else 200)
        if self.path == "/away":
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}/feed")  # type: ignore[index]
        self.end_headers()
        if self.path != "/away":
            self.wfile.write(self.text)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def feed() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("localhost", 0), Feed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_a_feed_with_a_weekly_meeting_brings_each_of_them(account: Account, owner: User, feed: str) -> None:
    Feed.text = event("w", at(9), "RRULE:FREQ=WEEKLY;COUNT=3", f"EXDATE:{at(9, DAY + timedelta(days=7))}").encode()
    source = CalendarSource.objects.create(owner=owner, name="Feed", url=f"{feed}/feed")
    for _ in range(2):
        assert (sync_calendar(source=source, now=NOW).failure, source.kept) == ("", 2)
    days = sorted(row.at.date() for row in Interaction.objects.all())
    assert days == [DAY, DAY + timedelta(days=14)]
    Feed.text = b"<html>Sign in</html>"
    assert "isn't a calendar file" in sync_calendar(source=source, now=NOW).failure
    assert Interaction.objects.count() == 2


def test_neither_addresses_nor_redirects_lead_inside(feed: str, settings: Any) -> None:
    Feed.text = b"secret"
    assert fetch(f"{feed}/feed") == b"secret"
    with pytest.raises(OSError, match="internal network"):
        fetch(f"{feed}/away")  # the name is allowed, the address it leads to is not
    settings.PRIVATE_HOSTS = []
    for url in (f"{feed}/feed", feed.replace("localhost", "127.0.0.1"), feed.replace("localhost", "[::1]")):
        with pytest.raises(OSError, match="internal network"):
            fetch(url)
    for url in ("file:///etc/passwd", "ftp://localhost/x", "gopher://x"):
        with pytest.raises(public_network.Refused, match="https"):
            fetch(url)
    with pytest.raises(public_network.Refused, match="password"):
        fetch("http://calendar.test/", auth=("olga", "geheim"))


@pytest.mark.parametrize(
    "text", [b"", b"\x00\xff", b"BEGIN:VCALENDAR\r\nEND:VEVENT", event("x", "99999999").encode(), b"BEGIN:VCALENDAR"]
)
def test_broken_calendars_are_said_to_be_broken(text: bytes) -> None:
    try:
        found = occurrences(text, DAY, DAY + timedelta(days=9), timezone.get_default_timezone())  # type: ignore[arg-type]
    except Unreadable:
        return
    assert found == []


def test_what_recurs_by_the_second_is_skipped_before_it_is_unrolled() -> None:
    zone: Any = timezone.get_default_timezone()
    for rule in ("FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY", "FREQ=DAILY;BYMINUTE=0,1,2,3,4,5"):
        text = event("x", "20261102T090000Z").replace("END:VEVENT", f"RRULE:{rule}\r\nEND:VEVENT").encode()
        assert b"RRULE" in text
        found = events_of(text, DAY, DAY + timedelta(days=1), zone)
        assert (found.occurrences, found.problems[0].reason) == ([], "It repeats more often than daily.")


BERLIN = ZoneInfo("Europe/Berlin")
GOOD = [
    "UID:good@x", "DTSTART:20260310T090000Z", "DTEND:20260310T100000Z", "SUMMARY:Good meeting",
    "ATTENDEE;CN=Ana:mailto:ana@client.test",
]  # fmt: skip


def ics(*events: list[str], more: str = "") -> str:
    inner = "".join("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]) for lines in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{more}{inner}END:VCALENDAR\r\n"


def in_spring(text: str | bytes) -> Events:
    raw = text if isinstance(text, bytes) else text.encode()
    return events_of(raw, date(2026, 3, 1), date(2026, 4, 30), BERLIN)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "It has no start"),
        (["DTSTART:20260311T090000Z", "DTEND:2026-03-11"], "DTEND can't be read"),
        (["DTSTART:20260310T090000Z", "RRULE:FREQ=WEEKLY;COUNT=2;BYDAY= TU"], "RRULE can't be read"),
        (["DTSTART:20260310T090000Z", "RRULE:FREQ=DAILY;COUNT=2", "EXDATE:"], "EXDATE can't be read"),
        (["DTSTART:20260310T090000Z", "DTSTART:20260311T090000Z"], "several starts"),
        (["DTSTART:20260230T100000Z"], "DTSTART can't be read"),
        (["DTSTART:20260310T090000Z", " DTEND:20260310T100000Z"], "DTSTART can't be read"),
        (["DTSTART:20260310T090000Z", "DURATION:PT1W"], "DURATION can't be read"),
        (["DTSTART:20260310T090000Z", "RRULE:FREQ=HOURLY;COUNT=3"], "more often than daily"),
        (["DTSTART:20260310T090000Z", "RRULE:FREQ=NEVER"], "can't be read"),
        (["DTSTART:T090000"], "can't be read"),
    ],
)
@pytest.mark.parametrize("uid", [["UID:bad@x"], []])
def test_one_bad_event_never_hides_a_calendar_and_is_named(lines: list[str], reason: str, uid: list[str]) -> None:
    for events in ([GOOD, ["SUMMARY:Bad one", *uid, *lines]], [["SUMMARY:Bad one", *uid, *lines], GOOD]):
        found = in_spring(ics(*events))
        assert [row.title for row in found.occurrences] == ["Good meeting"]
        (problem,) = found.problems
        assert (problem.title, problem.skipped) == ("Bad one", True)
        assert reason in problem.reason


def test_a_line_that_is_none_costs_its_event_only() -> None:
    found = in_spring(ics(["UID:bad@x", "DTSTART:20260310T090000Z", "SUMMARY:Bad", "no line at all"], GOOD))
    assert "Good meeting" in [row.title for row in found.occurrences]
    found = in_spring(ics(GOOD, more="neither is this\r\n"))
    assert [row.title for row in found.occurrences] == ["Good meeting"]


def test_several_calendars_in_one_text_are_all_read() -> None:
    other = [line.replace("good@x", "other@x").replace("Good meeting", "Other") for line in GOOD]
    found = in_spring(ics(GOOD) + ics(other))
    assert ([row.title for row in found.occurrences], found.problems) == (["Good meeting", "Other"], [])


@pytest.mark.parametrize(
    ("zone", "hour"),
    [
        ('"(UTC-05:00) Eastern Time (US & Canada)"', 13),  # summer time since 8 March
        ('"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"', 8),
        ("W. Europe Standard Time", 8), ("Tokyo Standard Time", 0), ('"(GMT+09:00) Osaka, Sapporo, Tokyo"', 0),
        ("/freeassociation.sourceforge.net/America/New_York", 13), ('"(UTC-03:00) Nowhere"', 12), ("GMT+0200", 7),
        ("Europe/Berlin", 8), ("europe/BERLIN", 8), ("w. europe standard time", 8), ("GMT+02:00", 7),
        ("(UTC-05:00) Eastern Time (US & Canada)", 13),
    ],
)  # fmt: skip
def test_a_zone_is_known_by_whatever_name_programs_give_it(zone: str, hour: int) -> None:
    lines = [
        f"DTSTART;TZID={zone}:20260310T090000", f"DTEND;TZID={zone}:20260310T100000", "UID:z", "SUMMARY:Zoned",
        "RRULE:FREQ=DAILY;COUNT=3", f"EXDATE;TZID={zone}:20260311T090000",
    ]  # fmt: skip
    found = in_spring(ics(lines))
    assert [(row.start.day, row.start.hour) for row in found.occurrences] == [(10, hour), (12, hour)]
    assert found.problems == []


def test_times_without_a_zone_are_in_the_zone_of_their_calendar() -> None:
    lines = ["DTSTART:20260310T090000", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260311T090000", "UID:z", "SUMMARY:Bare"]
    found = in_spring(ics(lines, more="X-WR-TIMEZONE:America/New_York\r\n"))
    assert [(row.start.day, row.start.hour) for row in found.occurrences] == [(10, 13), (12, 13)]
    assert found.problems == []
    broken = in_spring(ics(lines, more="X-WR-TIMEZONE:America/New_York\r\nno line at all\r\n"))
    assert [row.start.hour for row in broken.occurrences] == [13, 13]
    assert "Atlantis" in in_spring(ics(lines, more="X-WR-TIMEZONE:Atlantis\r\n")).problems[0].reason


def test_a_time_in_utc_is_in_utc_whatever_zone_stands_beside_it() -> None:
    found = in_spring(ics(["DTSTART;TZID=America/New_York:20260310T090000Z", "UID:z", "SUMMARY:Both"]))
    assert [row.start.hour for row in found.occurrences] == [9]


def test_a_calendar_that_is_cut_off_keeps_its_whole_events() -> None:
    whole = ics(GOOD, ["UID:cut@x", "SUMMARY:Cut off", "DTSTART:20260311T090000Z"])
    for end in ("END:VCALENDAR", "END:VEVENT\r\nEND:VCALENDAR"):
        found = in_spring(whole[: whole.rindex(end)])
        assert "Good meeting" in [row.title for row in found.occurrences]
        assert "Cut off" in [row.title for row in [*found.occurrences, *found.problems]]


@pytest.mark.parametrize("end", ["\n", "\r"])
def test_lines_end_as_on_any_system(end: str) -> None:
    assert [row.title for row in in_spring(ics(GOOD).replace("\r\n", end)).occurrences] == ["Good meeting"]


@pytest.mark.parametrize("rule", ["COUNT=2", "W1 WE #3"])
def test_a_rule_that_says_no_frequency_costs_the_repetitions_only(rule: str) -> None:
    found = in_spring(ics(["UID:r", "DTSTART:20260311T090000Z", f"RRULE:{rule}", "SUMMARY:Weekly"], GOOD))
    assert [row.title for row in found.occurrences] == ["Weekly", "Good meeting"]
    (problem,) = found.problems
    assert (problem.title, problem.skipped, problem.reason) == (
        "Weekly", False, "Its rule for repeating (RRULE) has no frequency. Only its first date is shown."
    )  # fmt: skip


def test_a_zone_that_nobody_knows_is_told() -> None:
    found = in_spring(ics(["DTSTART;TZID=Atlantis:20260310T090000", "UID:z", "SUMMARY:Zoned"]))
    assert found.occurrences[0].start == datetime(2026, 3, 10, 8, tzinfo=UTC)
    assert (found.problems[0].skipped, "Atlantis" in found.problems[0].reason) == (False, True)


def test_letters_of_an_older_program_are_read() -> None:
    text = ics([*GOOD[:3], "SUMMARY:Gespräch Müller"]).encode("latin-1")
    assert [row.title for row in in_spring(text).occurrences] == ["Gespräch Müller"]


@pytest.mark.parametrize("start", ["DTSTART;TZID=Europe/Berlin:20260302T090000", "DTSTART:20260302T230000Z"])
def test_a_day_as_the_end_of_a_rule_counts(start: str) -> None:
    found = in_spring(ics(["UID:u", start, "RRULE:FREQ=DAILY;UNTIL=20260304", "SUMMARY:Until"]))
    assert [row.start.day for row in found.occurrences] == [2, 3, 4]


def test_what_was_skipped_stands_in_the_calendars_log(account: Account, owner: User, feed: str) -> None:
    bad = ["UID:bad@x", "SUMMARY:Drink <b>water</b>", f"DTSTART:{at(9)}", "RRULE:FREQ=HOURLY;COUNT=3"]
    good = ["UID:g", f"DTSTART:{at(9)}", "SUMMARY:Review", "ATTENDEE:mailto:conny@brewery.test"]
    Feed.text = ics(bad, good).encode()
    source = CalendarSource.objects.create(owner=owner, name="Feed", url=f"{feed}/feed")
    read = sync_calendar(source=source, now=NOW)
    assert (read.failure, read.kept, read.skipped) == ("", 1, 1)
    client = browser_of(owner)
    page = client.get(reverse("calendar-source", args=[source.pk])).content.decode()
    assert "Drink &lt;b&gt;water&lt;/b&gt;" in page
    assert "repeats more often than daily" in page
    assert "1 skipped" in client.get(reverse("profile")).content.decode()
    Feed.text = ics(good).encode()
    assert sync_calendar(source=source, now=NOW).problems == []


def test_a_bad_event_on_a_server_hides_no_other() -> None:
    good, bad = event("a", at(9)), "BEGIN:VCALENDAR\nBEGIN:VEVENT"
    answer = "".join(
        f'<D:x xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><C:calendar-data>{text}</C:calendar-data></D:x>'
        for text in (bad, good)
    )
    texts = calendar_reading._texts(f"<a>{answer}</a>".encode())
    found = calendar_reading._read(texts, DAY, DAY + timedelta(days=1), BERLIN, each_alone=True)
    assert [row.title for row in found.occurrences] == ["Review"]
    assert len(found.problems) == 1


def test_our_own_dates_are_a_feed_that_only_its_newest_address_opens(account: Account, owner: User) -> None:
    Interaction.objects.create(account=account, subject="Call", by=owner, next_step="Send the plan", due_on=DAY, at=NOW)
    Request.objects.create(account=account, title="Sour", owner=owner, resolution_due=NOW + timedelta(days=2))
    other = Account.objects.create(name="Elsewhere")
    Interaction.objects.create(account=other, subject="Secret", next_step="Hidden", due_on=DAY, at=NOW)
    client = browser_of(owner)
    pages = [client.post(reverse("calendar-feed")).content.decode() for _ in range(2)]
    old, new = (page.split('value="http://localhost:8000')[1].split('"')[0] for page in pages)
    assert Client().get(old).status_code == 404
    answer = Client().get(new)
    assert answer["Content-Type"].startswith("text/calendar")
    titles = sorted(str(row["SUMMARY"]) for row in Calendar.from_ical(answer.content).walk("VEVENT"))
    assert len(titles) == 2
    assert titles[1] == "Send the plan (Brewery)"
    User.objects.update(is_active=False)
    assert Client().get(new).status_code == 404


def test_the_feed_has_what_is_due_and_what_a_manager_watches() -> None:
    """What is due comes from the one query of due items; meetings, renewals and milestones of one's projects beside."""
    world = make_world()
    side, now = world.ours, datetime(2026, 5, 20, 9, tzinfo=UTC)
    member, boss = side.users["member"], side.users["project_manager"]
    side.person.user = member
    side.person.save()
    Project.objects.filter(pk=side.project.pk).update(status="active", manager=boss)
    Issue.objects.filter(pk=side.issue.pk).update(due_on=date(2026, 5, 22), owner=member, status="open")
    Risk.objects.filter(pk=side.risk.pk).update(due_on=date(2026, 7, 1), owner=member, status="open")
    Request.objects.filter(account=side.account).update(owner=member, resolution_due=now + timedelta(days=2))
    Task.objects.filter(pk=side.second.pk).update(milestone_owner=side.person)
    Task.objects.filter(project=side.project, kind="milestone").update(finish=datetime(2026, 6, 2, 17))
    for user in (member, boss):
        entries = Calendar.from_ical(calendar_of(user, now)).walk("VEVENT")
        keys = [str(row["UID"]).removesuffix("@accord") for row in entries]
        assert len(keys) == len(set(keys))
        due = [DueItem(*row) for row in due_list(user, now.astimezone(ZoneInfo(user.time_zone)), date(2027, 5, 20))]
        wanted = {
            (item.due_at or item.due_on, f"{UIDS.get(item.kind, item.kind.replace(' ', '-'))}-{item.pk}")
            for item in due
            if item.due_on and item.due_on >= date(2026, 3, 21)
        }
        others = {"meeting", "notice", "end"}
        milestones = {f"task-{pk}" for pk in Task.objects.filter(kind="milestone").values_list("pk", flat=True)}
        shown = {(row["DTSTART"].dt, key) for row, key in zip(entries, keys, strict=True)}
        assert wanted <= shown, user
        assert {key for _, key in shown - wanted if key.split("-")[0] not in others} <= milestones
    texts = {str(row["SUMMARY"]) for row in Calendar.from_ical(calendar_of(member, now)).walk("VEVENT")}
    assert any(text.startswith("Issue due: ") for text in texts) and any(text.startswith("Due: Q-") for text in texts)
    managed = {str(row["UID"]) for row in Calendar.from_ical(calendar_of(boss, now)).walk("VEVENT")}
    (milestone,) = Task.objects.filter(project=side.project, kind="milestone")
    assert f"task-{milestone.pk}@accord" in managed


def test_what_has_no_date_or_was_due_long_ago_is_not_in_the_feed(account: Account, owner: User) -> None:
    for name, on in (("Old", NOW.date() - timedelta(days=61)), ("Undated", None), ("Recent", DAY)):
        Interaction.objects.create(account=account, subject="Call", by=owner, next_step=name, due_on=on, at=NOW)
    entries = Calendar.from_ical(calendar_of(owner, NOW)).walk("VEVENT")
    assert [str(row["SUMMARY"]) for row in entries] == ["Recent (Brewery)"]


def test_a_calendar_is_tried_when_it_is_added(account: Account, owner: User, radicale: Radicale) -> None:
    client = browser_of(owner)
    url = reverse("calendar-source-new")
    form = {"name": "Work", "kind": "caldav", "url": radicale.url, "user_name": "olga", "active": "on"}
    assert "Can&#x27;t read this calendar" in client.post(url, form | {"password": "wrong"}).content.decode()
    assert client.post(url, form | {"password": "geheim"}).status_code == 302
    source = CalendarSource.objects.get()
    page = client.get(reverse("profile")).content.decode()
    assert "Work" in page
    kept = client.post(reverse("calendar-source-edit", args=[source.pk]), form | {"password": "", "version": 1})
    assert kept.status_code == 302
    assert CalendarSource.objects.get().password == "geheim"


@pytest.mark.parametrize(
    "change", [{"url": "http://evil.test/olga/work/"}, {"url": "https://localhost:1/x/"}, {"user_name": "olaf"}]
)
def test_a_saved_password_is_not_sent_to_another_server(
    change: dict[str, str], owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = CalendarSource(owner=owner, name="Work", kind="caldav", url="https://c.test/olga/work/", user_name="olga")
    source.password = "geheim"
    source.save()
    asked: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "accord.web.correspondence.forms.sync_calendar", lambda row, *rest: asked.append((row.url, row.password))
    )
    client, url = browser_of(owner), reverse("calendar-source-edit", args=[source.pk])
    form = {
        "name": "Work", "kind": "caldav", "url": "https://c.test/olga/work/", "user_name": "olga", "password": "",
        "active": "on", "version": 1,
    }  # fmt: skip
    answer = client.post(url, form | change)
    assert answer.status_code == 422
    assert str(editing.ENTER_AGAIN) in answer.content.decode()
    with pytest.raises(ValidationError, match="Enter the password again"):
        editing.change(source, by=owner, version=1, **change)
    assert asked == []
    # Another calendar on the same server is no other place; a feed that needs no password takes none along.
    assert client.post(url, form | {"url": "https://c.test/olga/private/"}).status_code == 302
    feed = {"url": "https://feeds.test/a.ics", "kind": "ics", "user_name": "", "version": 2}
    assert client.post(url, form | feed).status_code == 302
    assert asked == [("https://c.test/olga/private/", "geheim"), ("https://feeds.test/a.ics", "")]
    source.refresh_from_db()
    assert (source.sealed_password, source.url) == ("", "https://feeds.test/a.ics")
    with connection.cursor() as cursor:
        cursor.execute("SELECT url FROM correspondence_calendarsource")
        assert "feeds.test" not in str(cursor.fetchall()), "the address of a feed is a key: it is encrypted"
