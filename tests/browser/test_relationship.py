"""The relationship from an empty firm, as its founder would begin: each of its seven parts used in the browser once."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import expect

from tests.installation import Installation, free_port, wait_until
from tests.mail_servers import Kept

PASSWORD = "quite-a-long-password-1"
CHOOSE = """([name, start]) => {
  const list = document.querySelector(`#drawer [name="${name}"]`);
  const option = [...list.options].find((o) => o.text.trim().startsWith(start));
  if (!option) throw new Error(`${name}: no ${start} in ${[...list.options].map((o) => o.text)}`);
  if (list.tomselect) list.tomselect.addItem(option.value); else list.value = option.value;
}"""


class Founder:
    """Somebody at the keyboard of an Accord: opens what a link opens beside the page, fills it in, sends it."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def send(self, link: str, /, **values: str) -> None:
        """Press ``link`` on the page, write ``values`` into the form it opens, and send it.

        In a list a link's name goes on, for who cannot see its row: "Follow up: Carla".
        """
        self.page.get_by_role("link", name=re.compile(rf"^{re.escape(link)}\s*(:|$)")).first.click()
        self.page.wait_for_selector("#drawer form")
        for name, value in values.items():
            field = self.page.locator(f'#drawer [name="{name}"]').first
            if field.evaluate("e => e.tagName") == "SELECT":
                self.page.evaluate(CHOOSE, [name, value])
            elif field.get_attribute("type") == "radio":
                self.page.locator("#drawer").get_by_label(value, exact=True).check()
            else:
                field.fill(value)
        self.page.locator("#drawer button[type=submit]").last.click()
        self.page.wait_for_selector("#drawer:not([open])", state="attached")
        self.page.wait_for_load_state("networkidle")

    def press(self, button: str) -> None:
        self.page.get_by_role("button", name=button, exact=True).first.click()
        self.page.wait_for_load_state("networkidle")

    def sees(self, *words: str) -> None:
        for word in words:
            expect(self.page.locator("main")).to_contain_text(word, use_inner_text=True)


@pytest.fixture
def letters() -> Iterator[tuple[Kept, int]]:
    """What the firm's mails arrive at, and its port."""
    kept, port = Kept(), free_port()
    controller = Controller(kept, hostname="127.0.0.1", port=port)
    controller.start()
    yield kept, port
    controller.stop()


@pytest.fixture
def empty_firm(installation: Installation, letters: tuple[Kept, int]) -> Iterator[str]:
    """The address of a new installation with one user."""
    roles = [word for role in ("administrator", "account_manager", "project_manager") for word in ("--role", role)]
    installation.template = None  # here `accord serve` gathers the static files, as for a founder
    new = installation.run(
        "create-user", "anna@firm.test", "--name", "Anna", *roles, "--password-stdin", stdin=PASSWORD
    )
    assert new.returncode == 0, new.stderr
    mail = {"ACCORD_SMTP_HOST": "127.0.0.1", "ACCORD_SMTP_PORT": str(letters[1]), "ACCORD_SMTP_TLS": "0"}
    with installation.serving("--workers", "1", command="serve", **mail) as address:
        yield address


def link_in(text: str, address: str) -> str:
    """The address in a text, as it is reached here."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found, text
    return address + found[1]


@pytest.mark.slow
def test_from_an_empty_firm_to_a_kept_promise(chromium: Any, empty_firm: str, letters: tuple[Kept, int]) -> None:
    complaints: list[str] = []
    context = chromium.new_context(base_url=empty_firm, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/")
    page.fill("input[name=login]", "anna@firm.test")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    anna = Founder(page)

    # Accounts and people
    page.goto("/settings/fields/")
    anna.send("New field", label="Sites", key="sites", kind="Number")
    page.goto("/accounts/")
    anna.sees("No accounts yet")
    anna.send("New account", name="Harbour Group")
    page.goto("/accounts/")
    anna.send("New account", name="Cold Stores", status="Client", parent="Harbour", city="Bremerhaven",
              country="Germany", tag_names="Food", custom_sites="4")  # fmt: skip
    client = page.url
    anna.sees("Cold Stores", "Client", "Food", "Anna")
    page.goto(f"{client}contacts")
    anna.send(
        "New contact", name="Carla Boss", emails_value="carla@harbour.test", buying_role="Sponsor", influence="High"
    )
    anna.send(
        "New contact", name="Ugo User", emails_value="ugo@harbour.test", buying_role="End user", reports_to="Carla"
    )
    page.goto(f"{client}people")
    anna.sees("Carla Boss", "Ugo User", "A champion")
    page.goto("/accounts/?show=map&custom_sites-from=3")
    page.wait_for_selector("#main svg [aria-roledescription='circle'], .chart-host svg path")
    page.get_by_text("Data", exact=True).click()
    anna.sees("Bremerhaven")

    # Satisfaction is asked now, and answered below: mail takes up to a minute
    page.goto("/surveys/")
    anna.send("New survey", name="How likely?", kind="Net Promoter")
    page.goto(f"{client}satisfaction")
    anna.send("Send survey", survey="How likely?", contacts="Carla")

    # Communication
    page.goto(client)
    anna.send("Log interaction", kind="Meeting", subject="Kick-off", body="They want **fewer** outages.",
              contacts="Carla", next_step="Send the plan", due_on="2031-12-04")  # fmt: skip
    anna.send("Email", contacts="Carla", subject="Your plan", text="Dear Carla,\n\nhere it is.")
    page.goto(f"{client}timeline?q=plan")
    anna.sees("Your plan", "here it is.")
    page.goto("/")
    anna.sees("Send the plan")

    # Needs, goals, strategies, actions
    page.goto(f"{client}plan")
    anna.send("Add need", title="Fewer spoiled loads")
    anna.send("Add goal", title="Spoilage under 1 %", measure="Spoiled loads", unit="%", baseline="3", target="1")
    anna.send("Add strategy", title="Sensors in every hall")
    anna.send("Add action", title="Visit hall 3")
    anna.sees("Fewer spoiled loads", "Spoilage under 1 %", "Sensors in every hall", "Visit hall 3")

    # Internal requests and support
    page.goto(f"{client}requests")
    anna.send("Add service level", severity="High", first_response_hours="4", resolution_hours="16")
    anna.send(
        "New request", title="Alarm came too late", kind="Incident", severity="High", contact="Carla", owner="Anna"
    )
    anna.press("Mark as responded")
    anna.send("New internal request", title="A spare sensor", owner="Anna", reason="They lose a load a day")
    page.go_back()
    page.get_by_role("link", name="Resolve", exact=True).wait_for()
    anna.send("Resolve", solution="Sensor replaced", cause="An old battery")
    anna.sees("Resolved", "Sensor replaced", "An old battery")

    # Commerce: what is offered is accepted without a sign-in
    page.goto("/services/")
    anna.send("New service", name="Sensors", unit="month", price="250")
    page.goto(f"{client}opportunities")
    anna.send("New opportunity", name="Sensors for six halls", amount="18000", expected_on="2031-01-31")
    page.locator("a[data-row]").first.click()
    chance = page.url
    anna.send("New quote", title="Sensors", contact="Carla")
    anna.send("New line", service="Sensors", quantity="12")
    anna.press("Create link")
    outside = chromium.new_context(viewport={"width": 390, "height": 844}).new_page()
    outside.on("pageerror", lambda error: complaints.append(str(error)))
    outside.goto(link_in(page.locator("#link").input_value(), empty_firm))
    outside.fill("[name=name]", "Carla Boss")
    outside.check("[name=agreed]")
    outside.get_by_role("button", name="Accept").click()
    outside.get_by_text("Accepted").wait_for()
    page.goto(chance)
    anna.sees("Won", "Accepted")
    anna.send("Start project", manager="Anna")
    anna.sees("Sensors", "Carla Boss", "Spoilage under 1 %")  # the charter knows what was sold, to whom and what for

    # What they want otherwise becomes a change of the project, and what was signed tells its hours
    page.goto(f"{client}requests")
    anna.send("New request", title="Alarm by phone too", kind="Feature", severity="Low", contact="Carla", owner="Anna")
    anna.send("Link work", what="New change request")
    page.get_by_role("link", name="C-1 Alarm by phone too", exact=True).click()
    anna.send("Edit", days="2", price="800")
    anna.send("Decide", status="Approved", answer="As offered")
    anna.sees("Approved", "+2", "800", "Client requests", "Alarm by phone too")
    page.goto(f"{client}agreements")
    anna.send("New agreement", title="Care", kind="Retainer", value="900", hours="10", rollover_months="2")
    anna.sees("Active", "Hours by month", "0.0 of 10.0", "roll over for 2 months")

    # Playbooks
    page.goto("/playbooks/")
    anna.press("Add standard playbooks")
    page.goto(f"{client}plan")
    anna.send("Start playbook", playbook="Silent sponsor", about="No word since May")
    anna.sees("Call the sponsor")

    # The answer to the survey comes by a link too
    def asked() -> str:
        sent = [email.message_from_bytes(letter.content, policy=email.policy.default) for letter in letters[0].mails]
        bodies = [part.get_content() for mail in sent if (part := mail.get_body(("plain",))) is not None]
        return next((body for body in bodies if "/survey/" in body), "")

    outside.goto(link_in(wait_until(asked, 90, "the survey's mail"), empty_firm))
    outside.locator("label", has_text=re.compile(r"^4$")).click()
    outside.fill("textarea", "Late alarms")
    outside.get_by_role("button", name="Send").click()
    outside.get_by_text("Thank you").wait_for()
    page.goto(f"{client}satisfaction")
    anna.send("Follow up", follow_up="Called her")
    anna.sees("Late alarms", "Called her")
    context.close()
    assert complaints == []


def test_addresses_are_added_and_removed_by_the_keyboard(open_page: Any) -> None:
    page = open_page("/contacts/", role="administrator")
    page.locator("main table tbody tr th a").first.click()
    page.wait_for_load_state("networkidle")
    contact = page.url
    page.keyboard.press("e")
    page.wait_for_selector("#drawer form [data-detail-rows]")
    page.wait_for_load_state("networkidle")
    rows = page.locator("#drawer [data-detail-rows]").first
    before = rows.locator("input[type=email]:visible").count()
    add = rows.locator("[data-detail-add]")
    for text in ("other@müller.example", "third@x.test"):
        add.press("Enter")
        page.keyboard.type(text)
    expect(rows.locator("input[type=email]:visible")).to_have_count(before + 2)
    rows.locator(f"[data-detail-remove]:visible >> nth={before + 1}").press("Enter")
    rows.locator(f"input[type=radio]:visible >> nth={before}").press("Space")
    expect(page.locator(":focus")).to_have_attribute("aria-label", f"Email address {before + 1} is primary")
    page.locator("#drawer button[type=submit]").last.click()
    page.wait_for_selector("#drawer:not([open])", state="attached")
    page.goto(contact)
    first = page.locator("a[href^='mailto:']").first
    assert first.get_attribute("href") == "mailto:other@xn--mller-kva.example"
    assert first.inner_text() == "other@müller.example"
    assert page.locator("a[href='mailto:third@x.test']").count() == 0
