"""Signing in under attack: guessers are slowed down, the right password works, and the log tells of it."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from accord.core import security, throttling
from accord.core.client_address import TrustedProxies
from accord.core.jobs import forget_old_traces
from accord.core.models import SecurityEvent, Throttle
from accord.core.security import Kind, record_security
from accord.core.throttling import Limit, count_failure, failures
from accord.people import sign_in
from accord.people.models import ApiToken, Firm, Role, User
from tests.factories import browser_of
from tests.web.confirmed import confirmed

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"
LOGIN = "/sign-in/login/"


@pytest.fixture
def ada() -> User:
    return User.objects.create_user("ada@firm.test", PASSWORD, name="Ada", roles=[Role.ADMINISTRATOR])


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody really waits: the pauses are collected, and each wait brings the next slot nearer."""
    found: list[float] = []

    def pause(seconds: float) -> None:
        found.append(seconds)
        Throttle.objects.update(free_at=timezone.now() - timedelta(seconds=1))

    monkeypatch.setattr(throttling.time, "sleep", pause)
    return found


def try_it(
    password: str, email: str = "ada@firm.test", address: str = "203.0.113.5", client: Any = None, **more: Any
) -> Any:
    return (client or Client()).post(LOGIN, {"login": email, "password": password}, REMOTE_ADDR=address, **more)


def is_in(response: Any) -> bool:
    return response.status_code == 302 and response["Location"] == "/"


def kinds(**filters: Any) -> list[str]:
    return list(SecurityEvent.objects.filter(**filters).order_by("pk").values_list("kind", flat=True))


def test_the_right_password_works_after_an_attack_from_many_addresses(ada: User) -> None:
    for n in range(120):
        assert not is_in(try_it(f"wrong {n}", address=f"198.51.100.{n}"))
    assert is_in(try_it(PASSWORD))


def test_the_right_password_works_from_the_address_of_the_attack(ada: User, waits: list[float]) -> None:
    """An office behind one proxy: the attacker and the honest share its address, even the account that is attacked."""
    for n in range(60):
        assert not is_in(try_it(f"wrong {n}"))
    assert waits, "the attacker was slowed down"
    assert is_in(try_it(PASSWORD))
    other = User.objects.create_user("bo@firm.test", PASSWORD, name="Bo", roles=[Role.MEMBER])
    assert is_in(try_it(PASSWORD, email=other.email))


def test_a_handful_of_typing_errors_costs_no_time(ada: User, waits: list[float]) -> None:
    for n in range(5):
        try_it(f"wrong {n}")
    assert not waits
    assert is_in(try_it(PASSWORD))


def test_an_attack_on_others_from_the_same_address_costs_the_honest_a_moment_only(
    ada: User, waits: list[float]
) -> None:
    for n in range(40):
        try_it("wrong", email=f"someone{n}@firm.test")
    assert is_in(try_it(PASSWORD))
    assert throttling.LONGEST <= 2, "which is what one waits at most for each counter"


def test_pauses_grow_and_are_bounded() -> None:
    limit = Limit("any", free=5)
    assert [limit.pause_after(n) for n in (0, 4, 5, 14, 15, 25, 35, 1000)] == [0, 0, 0.25, 0.25, 0.5, 1, 2, 2]


def test_tries_beyond_the_free_ones_are_taken_one_at_a_time(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the slot is taken and does not become free, the try is refused in words; the password is not looked at."""
    monkeypatch.setattr(throttling.time, "sleep", lambda seconds: None)
    clock = iter(range(0, 10_000, 1))
    monkeypatch.setattr(throttling.time, "monotonic", lambda: float(next(clock)))
    for n in range(6):
        try_it(f"wrong {n}")
    Throttle.objects.update(free_at=timezone.now() + timedelta(seconds=0.2))
    key = sign_in.FROM_ADDRESS.key("ada@firm.test", "203.0.113.5")
    Throttle.objects.filter(key=key).update(count=50, free_at=timezone.now() + timedelta(seconds=1.9))
    refused = try_it(PASSWORD)
    assert not is_in(refused)
    assert "Wait a few seconds" in refused.content.decode()


def test_a_known_device_is_not_slowed_down_by_strangers(ada: User, waits: list[float]) -> None:
    mine = Client()
    assert is_in(try_it(PASSWORD, client=mine))
    assert "accord_device" in mine.cookies
    assert mine.cookies["accord_device"]["httponly"]
    mine.post("/sign-in/logout/")
    for n in range(60):
        try_it(f"wrong {n}")
    waits.clear()
    assert is_in(try_it(PASSWORD, client=mine))
    assert not waits
    # Its cookie is worth nothing for another account, and nothing without the signature.
    stolen = Client()
    stolen.cookies["accord_device"] = mine.cookies["accord_device"].value[:-2] + "xx"
    try_it("wrong", client=stolen)
    assert failures(sign_in.FROM_ADDRESS, "ada@firm.test", "203.0.113.5") > 60


def test_counts_are_exact_and_shared_and_end() -> None:
    limit = Limit("any", free=3, window=timedelta(minutes=10))
    assert [count_failure(limit, "a") for _ in range(3)] == [1, 2, 3]
    assert failures(limit, "b") == 0
    Throttle.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert failures(limit, "a") == 0
    assert count_failure(limit, "a") == 1
    assert len(Throttle.objects.get().key) == 64, "a digest: no address or email lies in the table"


def test_sign_ins_are_logged_with_address_and_program(ada: User) -> None:
    try_it("wrong", HTTP_USER_AGENT="Lynx\0")
    try_it("wrong", email="nobody@firm.test")
    try_it(PASSWORD)
    assert kinds() == [Kind.SIGN_IN_FAILED, Kind.SIGN_IN_FAILED, Kind.SIGNED_IN]
    first, second, last = SecurityEvent.objects.order_by("pk")
    assert (first.user_id, first.address) == (ada.pk, "203.0.113.5")
    assert first.agent.startswith("Lynx")
    assert (second.user_id, second.user_name) == (None, "nobody@firm.test")
    assert (last.actor_id, last.detail) == (ada.pk, {"method": "password"})


def test_a_flood_is_logged_at_its_beginning_only(ada: User) -> None:
    for n in range(50):
        try_it(f"wrong {n}")
    assert kinds().count(Kind.SIGN_IN_FAILED) == 20
    assert kinds().count(Kind.SIGN_IN_SLOWED) == 1


def test_odd_bytes_in_the_form_are_no_error(ada: User) -> None:
    for email in ("a\0b@firm.test", "\ud800@firm.test".encode("utf-16", "surrogatepass").decode("latin-1")):
        assert try_it("wrong", email=email).status_code in {200, 422}


@pytest.mark.parametrize(
    ("trusted", "forwarded", "expected"),
    [
        ("", "198.51.100.7", "203.0.113.5"),  # nobody is trusted by default
        ("203.0.113.0/24", "198.51.100.7", "198.51.100.7"),
        ("203.0.113.5", "6.6.6.6, 198.51.100.7", "198.51.100.7"),  # what the client wrote itself does not count
        ("203.0.113.5,198.51.100.7", "192.0.2.1, 198.51.100.7", "192.0.2.1"),
        ("10.0.0.0/8", "198.51.100.7", "203.0.113.5"),  # the connection does not come from the proxy
        ("1", "6.6.6.6, 198.51.100.7", "198.51.100.7"),
        ("2", "192.0.2.1, 198.51.100.7", "192.0.2.1"),
        ("2", "198.51.100.7", "203.0.113.5"),
        ("1", "nonsense", "203.0.113.5"),
        ("1", "198.51.100.7:5123", "198.51.100.7"),
        ("1", "[2001:db8:1:2:3::4]:80", "2001:db8:1:2::"),  # a client has its whole /64
        ("1", "", "203.0.113.5"),
    ],
)
def test_the_header_of_a_proxy_counts_only_from_a_trusted_one(
    ada: User, trusted: str, forwarded: str, expected: str
) -> None:
    with override_settings(TRUSTED_PROXIES=TrustedProxies.parse(trusted)):
        try_it("wrong", HTTP_X_FORWARDED_FOR=forwarded)
    assert SecurityEvent.objects.get().address == expected


def test_a_proxy_that_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        TrustedProxies.parse("nonsense")


def test_changes_of_access_are_security_events(ada: User) -> None:
    client = confirmed(Client(), ada)
    bo = User.objects.create_user("bo@firm.test", PASSWORD, name="Bo", roles=[Role.MEMBER])
    values = {"name": "Bo", "email": "bo@firm.test", "time_zone": "UTC", "version": bo.version}
    client.post(f"/settings/users/{bo.pk}/edit", values | {"roles": ["finance"], "is_active": "on"})
    bo.refresh_from_db()
    assert bo.roles == ["finance"]
    event = SecurityEvent.objects.get(kind=Kind.ROLES_CHANGED)
    assert (event.user_id, event.actor_id) == (bo.pk, ada.pk)
    assert event.detail == {"before": ["member"], "after": ["finance"]}
    client.post(f"/settings/users/{bo.pk}/edit", values | {"roles": ["finance"], "version": bo.version})
    assert kinds()[-1] == Kind.ACCESS_CHANGED
    later = timezone.localdate() + timedelta(days=30)
    assert client.post("/profile/keys/new", {"name": "clock", "expires_on": later}).status_code == 200
    token = ApiToken.objects.get()
    client.post(f"/api-keys/{token.pk}/removal")
    assert kinds()[-2:] == [Kind.KEY_CREATED, Kind.KEY_REVOKED]
    client.post("/sign-in/logout/")
    assert kinds()[-1] == Kind.SIGNED_OUT


def test_passwords_and_resets_are_security_events(ada: User, mailoutbox: list[Any]) -> None:
    Client().post("/sign-in/password/reset/", {"email": ada.email})
    assert kinds() == [Kind.LINK_SENT]
    client = browser_of(ada)
    new = "another long password"
    client.post("/sign-in/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert kinds()[-1] == Kind.PASSWORD_CHANGED


class TestTheLog:
    def test_administrators_read_and_filter_it(self, ada: User) -> None:
        record_security(Kind.KEY_REFUSED, key="accord_abc")
        record_security(Kind.ROLES_CHANGED, user=ada, by=ada, before=["member"], after=["finance"])
        client = browser_of(ada)
        text = client.get("/settings/security").content.decode()
        assert "Member → Finance" in text
        assert "accord_abc" in text
        found = client.get("/settings/security", {"kind": "key_refused"}).content.decode()
        assert "accord_abc" in found
        assert "Member → Finance" not in found
        assert "No matching events" in client.get("/settings/security", {"q": "zzz"}).content.decode()

    def test_others_do_not(self, ada: User) -> None:
        client = browser_of(User.objects.create_user("bo@firm.test", PASSWORD, name="Bo", roles=[Role.FINANCE]))
        assert client.get("/settings/security").status_code == 403

    def test_it_is_kept_for_a_bounded_time(self, ada: User) -> None:
        record_security(Kind.SIGNED_IN, user=ada)
        SecurityEvent.objects.update(at=timezone.now() - timedelta(days=366))
        record_security(Kind.SIGNED_OUT, user=ada)
        assert forget_old_traces.call() == 1
        assert kinds() == [Kind.SIGNED_OUT]
        assert security.forget_old_security_events() == 0


class TestKeys:
    @pytest.fixture
    def key(self, ada: User) -> str:
        ApiToken.objects.create(user=ada, name="clock", hash=ApiToken.digest("accord_right"))
        return "accord_right"

    def ask(self, key: str, address: str = "203.0.113.5") -> Any:
        return Client().get("/api/people/me", HTTP_AUTHORIZATION=f"Bearer {key}", REMOTE_ADDR=address)

    def test_wrong_keys_are_throttled_and_right_ones_are_not(self, key: str) -> None:
        answers = [self.ask(f"accord_wrong{n}").status_code for n in range(25)]
        assert answers == [401] * 20 + [429] * 5
        assert self.ask("accord_wrong").json()["error"] == "too many requests"
        assert self.ask(key).status_code == 200
        assert self.ask("accord_wrong", "198.51.100.1").status_code == 401
        assert kinds(kind=Kind.KEY_REFUSED) == [Kind.KEY_REFUSED] * 6

    def test_use_is_logged_once_a_day_for_key_and_address(self, key: str) -> None:
        for _ in range(3):
            self.ask(key)
        self.ask(key, "198.51.100.1")
        assert kinds() == [Kind.KEY_USED] * 2
        Throttle.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        self.ask(key)
        assert kinds() == [Kind.KEY_USED] * 3

    def test_an_expired_key_is_refused(self, key: str) -> None:
        ApiToken.objects.update(expires_on=timezone.localdate() - timedelta(days=1))
        assert self.ask(key).status_code == 401


class TestSessions:
    @pytest.fixture
    def client(self, ada: User) -> Client:
        client = browser_of(ada)
        assert client.get("/profile").status_code == 200
        return client

    def back(self, client: Client, **seconds: int) -> None:
        session = client.session
        for name, by in seconds.items():
            session[name] = int(time.time()) - by
        session.save()

    def test_an_idle_session_ends(self, client: Client) -> None:
        self.back(client, used_at=11 * 3600)
        assert client.get("/profile").status_code == 200
        self.back(client, used_at=13 * 3600)
        assert client.get("/profile").status_code == 302
        assert kinds() == [Kind.SESSION_ENDED]

    def test_the_api_answers_401(self, client: Client) -> None:
        self.back(client, used_at=13 * 3600)
        assert client.get("/api/people/me").status_code == 401

    def test_a_busy_session_ends_after_two_weeks(self, client: Client) -> None:
        self.back(client, opened_at=15 * 86400, used_at=60)
        assert client.get("/profile").status_code == 302

    def test_what_pages_ask_by_themselves_keeps_no_session_open(self, client: Client) -> None:
        self.back(client, used_at=11 * 3600)
        before = client.session["used_at"]
        client.get("/up")
        assert client.session["used_at"] == before
        client.get("/profile")
        assert client.session["used_at"] > before


class TestRequiredSecondFactor:
    @pytest.fixture
    def bo(self, ada: User) -> User:
        client = confirmed(Client(), ada)
        firm = Firm.current()
        values = {
            "name": firm.name, "currency": "EUR", "time_zone": "UTC", "calendar": firm.calendar_id,
            "sponsor_silence": 60,
            "value_horizon_months": 36, "discount_percent": "10", "fee_increase_percent": "2",
            "shortest_silence": 9, "longest_silence": 24,
            "version": firm.version, "mfa_roles": ["finance"],
        }  # fmt: skip
        assert client.post("/settings/firm", values).status_code == 302
        assert Firm.current().mfa_roles == ["finance"]
        assert kinds() == [Kind.RULES_CHANGED]
        return User.objects.create_user("bo@firm.test", PASSWORD, name="Bo", roles=[Role.FINANCE, Role.MEMBER])

    def test_who_has_none_is_led_to_enrolment_and_can_do_nothing_else(self, bo: User, ada: User) -> None:
        client = browser_of(bo)
        for url in ("/", "/accounts/", "/profile", "/settings/"):
            answer = client.get(url)
            assert (answer.status_code, answer["Location"]) == (302, "/sign-in/2fa/totp/activate/"), url
        assert client.post("/profile/keys/new", {"name": "x"}).status_code == 302
        assert client.get("/palette", HTTP_HX_REQUEST="true")["HX-Redirect"] == "/sign-in/2fa/totp/activate/"
        refused = client.get("/api/people/me")
        assert refused.status_code == 403
        assert "two-factor" in refused.json()["message"]
        free = browser_of(ada)
        assert free.get("/").status_code == 200, "administrators are not among the roles"

    def test_the_page_of_enrolment_opens_after_signing_in(self, bo: User) -> None:
        client = Client()
        first = client.post(LOGIN, {"login": bo.email, "password": PASSWORD}, follow=True)
        assert first.request["PATH_INFO"] == "/sign-in/reauthenticate/"
        again = client.post(first.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
        assert again.request["PATH_INFO"] == "/sign-in/2fa/totp/activate/"
        assert again.status_code == 200
        assert client.post("/sign-in/logout/").status_code == 302

    def test_their_keys_wait_too(self, bo: User) -> None:
        ApiToken.objects.create(user=bo, name="clock", hash=ApiToken.digest("accord_bo"))
        key = {"HTTP_AUTHORIZATION": "Bearer accord_bo"}
        assert Client().get("/api/people/me", **key).status_code == 403  # type: ignore[arg-type]
        enrol(bo)
        assert Client().get("/api/people/me", **key).status_code == 200  # type: ignore[arg-type]

    def test_who_has_one_comes_in(self, bo: User) -> None:
        enrol(bo)
        client = browser_of(bo)
        assert client.get("/").status_code == 200

    def test_recovery_codes_alone_are_no_second_factor(self, bo: User) -> None:
        enrol(bo, "recovery_codes")
        client = browser_of(bo)
        assert client.get("/").status_code == 302


def enrol(user: User, kind: str = "totp") -> None:
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=user, type=kind, data={"secret": "x"})
