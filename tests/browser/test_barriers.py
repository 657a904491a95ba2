"""No component of the staff's pages has a barrier that axe finds, in either theme; no page is wider than a phone."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.installation import Installation
from tests.web.routes import ROUTES, Route

OpenPage = Callable[..., Any]

# Where the demo firm keeps what a route's target names; the row with the most to show, as far as SQL can tell.
TABLES = {
    "account": "accounts_account a ORDER BY (SELECT count(*) FROM projects_project p WHERE p.account_id = a.id) DESC",
    "account_member": "accounts_accountmember",
    "affiliation": "accounts_affiliation",
    "need": "success_need",
    "goal": "success_goal",
    "strategy": "success_strategy",
    "swot_note": "success_swotnote",
    "planned_action": "success_plannedaction",
    "goal_support": "projects_goalsupport",
    "request": "support_request WHERE status IN ('new', 'in_work')",
    "request_work": "projects_requestwork",
    "internal_request": "support_internalrequest",
    "service_level": "support_servicelevel",
    "escalation_step": "support_escalationstep",
    "shared:topic": "support_topic",
    "mail": "correspondence_mailmessage",
    "refused_mail": "correspondence_mailmessage",
    "shared:survey": "success_survey",
    "won": "sales_opportunity WHERE stage = 'won' AND id NOT IN (SELECT opportunity_id FROM projects_project "
    "WHERE opportunity_id IS NOT NULL)",
    "shared:playbook": "success_playbook",
    "shared:playbook_step": "success_playbookstep",
    "playbook_run": "success_playbookrun WHERE status = 'running'",
    "playbook_run_step": "success_playbookrunstep",
    "shared:custom_field": "accounts_customfield",
    "shared:tag": "accounts_tag",
    "shared:saved_view": "people_savedview WHERE shared",
    "quote": "sales_quote WHERE status = 'draft'",
    "sent_quote": "sales_quote WHERE status = 'sent'",
    "quote_line": "sales_quoteline WHERE quote_id IN (SELECT id FROM sales_quote WHERE status = 'draft')",
    "negotiation": "sales_negotiationentry",
    "shared:service": "sales_service",
    "shared:stage": "sales_opportunitystage WHERE key NOT IN ('won', 'lost')",
    "shared:note_template": "accounts_notetemplate",
    "health_override": "insight_healthoverride",
    "published_report": "insight_statusreport WHERE status = 'published' ORDER BY number DESC",
    "status_report": "insight_statusreport WHERE status = 'draft'",
    "status_schedule": "insight_statusreportschedule",
    "survey_answer": "success_surveyanswer WHERE low_score",
    "relationship": "accounts_relationship",
    "timesheet": "money_timesheet WHERE status = 'submitted'",
    "handed_in": "money_timeentry WHERE project_id IS NOT NULL AND EXISTS (SELECT 1 FROM money_timesheet s "
    "WHERE s.person_id = money_timeentry.person_id AND money_timeentry.day BETWEEN s.week AND s.ends_on "
    "AND s.status = 'approved')",
    "shared:work_type": "money_worktype",
    "contact": "accounts_contact",
    "file": "core_file WHERE name LIKE '%.md'",
    "picture": "core_file WHERE name LIKE '%.png'",
    "twin": "accounts_contact ORDER BY id DESC",
    "interaction": "accounts_interaction",
    "opportunity": "sales_opportunity",
    "agreement": "sales_agreement WHERE kind = 'retainer' AND status = 'signed'",
    "project": "projects_project p WHERE p.status = 'active' "
    "ORDER BY (SELECT count(*) FROM projects_task t WHERE t.project_id = p.id) DESC",
    "project_member": "projects_projectmember",
    "baseline": "projects_baseline",
    "resource": "projects_resource WHERE project_id IS NOT NULL",
    "task": "projects_task WHERE kind = 'task' AND project_id IS NOT NULL",
    "what_if": "projects_plan WHERE kind = 'what_if'",
    "simulation": "projects_simulation",
    "risk": "projects_risk WHERE status = 'open'",
    "issue": "projects_issue WHERE status = 'open'",
    "change": "projects_changerequest WHERE status = 'proposed'",
    "decision": "projects_decision",
    "lesson": "projects_lesson",
    "objective": "projects_objective",
    "charter_item": "projects_charteritem",
    "stakeholder": "projects_stakeholder",
    "deliverable": "projects_deliverable d "
    "ORDER BY (SELECT count(*) FROM projects_acceptance a WHERE a.deliverable_id = d.id) DESC",
    "promised": "projects_deliverable d "
    "WHERE NOT EXISTS (SELECT 1 FROM projects_acceptance a WHERE a.deliverable_id = d.id)",
    "shared:template": "projects_plantemplate",
    "time_entry": "money_timeentry e WHERE project_id IS NOT NULL AND invoice_line_id IS NULL AND NOT EXISTS ("
    "SELECT 1 FROM money_timesheet s WHERE s.person_id = e.person_id AND e.day BETWEEN s.week AND s.ends_on "
    "AND s.status <> 'draft') ORDER BY day DESC",
    "expense": "money_expense WHERE status = 'draft'",
    "submitted_expense": "money_expense WHERE status = 'submitted'",
    "shared:expense_category": "money_expensecategory",
    "shared:expense_rate": "money_expenserate",
    "shared:reimbursement": "money_reimbursement",
    "invoice": "money_invoice",
    "draft": "money_invoice WHERE number = ''",
    "issued": "money_invoice WHERE issued_at IS NOT NULL",
    "payment": "money_payment",
    "billing_milestone": "money_billingmilestone",
    "shared:tax_rate": "money_taxrate",
    "person": "people_person",
    "rate": "money_ratecard",
    "absence": "people_absence",
    "person_skill": "people_personskill",
    "allocation": "projects_allocation WHERE NOT confirmed",
    "staffing_request": "projects_staffingrequest",
    "shared:skill": "people_skill",
    "user": "people_user",
    "shared:calendar": "people_calendar WHERE shared",
    "shared:exchange_rate": "rates_exchangerate",
    "shared:job_role": "people_jobrole",
    "notice": "conversations_notification",
    "comment": "conversations_comment",
}
# Addresses that answer with something else than a page, or whose target the demo firm does not have.
ELSEWHERE = {
    "up",
    "palette",
    "import-sample",
    "account-names",
    "project-names",
    "mention-names",
    "comment-new",
    "comment-edit",
    "comment-removal",
    "notice-snooze",
    "logo",
    "set-up",
    "client",
    "survey-answer",
    "quote-answer",
    "quote-answer-pdf",
    "quote-pdf",
    "timer-hours",  # a test stops the timer that runs in the demo firm
    "timer-removal",
    "invoice-pdf",
    "invoice-xml",
    "saved-view-edit",
    "mailbox",
    "mailbox-edit",
    "mailbox-removal",
    "mailbox-sign-in",
    "mailbox-signed-in",
    "file",
    "file-picture",
    "account-audit-export",
    "project-audit-export",
    "audit-log-export",
    "calendar-source",
    "calendar-source-edit",
    "calendar-source-removal",
    "calendar-feed-read",
    "import",
    "figures-progress",
    "import-progress",
    "import-removal",
    "api-key-removal",
    "simulation-progress",
    "levelling-progress",
    "project-plan-pdf",
    "status-report-pdf",
}
PAGES = sorted(n for n, r in ROUTES.items() if not r.post and not n.startswith("api:") and n not in ELSEWHERE)
# One page for each shared component, and for each page that is like no other.
COMPONENTS = {
    "home", "accounts", "account", "account-timeline", "account-plan", "account-number", "account-people",
    "account-edit", "account-removal", "request", "opportunities", "quote", "agreement", "renewals", "duplicates",
    "mail", "projects", "project-plan", "project-board", "project-calendar", "project-money", "project-charter",
    "project-risks", "project-uncertainty", "project-plan-quality", "task-edit", "invoice", "numbers", "person",
    "capacity", "settings", "import-new", "sign-in-confirmation", "account-health", "retention", "explore-rfm",
    "explore-scatter",
}  # fmt: skip
# … and every twelfth of the rest, always the same.
SAMPLE = {name for name in PAGES if zlib.crc32(name.encode()) % 12 == 0}
LOOKED_AT = sorted(set(PAGES) & (COMPONENTS | SAMPLE))
SHARES = 4  # so that a test that fails names few pages, and two processes can take turns


def address_of(demo: Installation, name: str, route: Route) -> str:
    found: dict[str, Any] = dict(route.extra)
    for keyword, thing in route.target.items():
        rows = demo.query(f"SELECT id FROM {TABLES[thing]} LIMIT 1")
        assert rows, f"the demo firm has no {thing}"
        found[keyword] = rows[0][0]
    url = reverse(name, kwargs=found)
    return f"{url}?{urlencode(route.query)}" if route.query else url


def test_every_component_that_is_looked_at_is_a_page() -> None:
    assert set(PAGES) >= COMPONENTS


@pytest.mark.parametrize("share", range(SHARES))
def test_no_page_has_a_barrier(open_page: OpenPage, demo: Installation, share: int) -> None:
    page = open_page("/", role="administrator")
    wrong = []
    for name in LOOKED_AT[share::SHARES]:
        url = address_of(demo, name, ROUTES[name])
        answer = page.goto(url)
        assert answer.ok, (name, url, answer.status)
        if page.locator("[data-plan], .chart-host, [data-task-editor]").count():
            page.wait_for_load_state("networkidle")
            assert "Can't draw this chart" not in page.locator("main").inner_text(), name
        wrong += [f"{name} ({url}) {row}" for row in barriers(page)]
        put_on(page, "dark")
        # Colours are all that a theme changes.
        wrong += [f"{name} ({url}) dark: {row}" for row in barriers(page, runOnly=["color-contrast"])]
        put_on(page, "light")
    assert not wrong, "\n".join(wrong)


def put_on(page: Any, theme: str) -> None:
    """Change the theme; who wants no motion sees it at once, others see the colours fade for a moment."""
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)


def barriers(page: Any, **options: Any) -> list[str]:
    return [f"{row['id']}: {row['nodes'][0]['html'][:160]}" for row in violations(page, **options)]


@pytest.mark.parametrize("share", range(SHARES))
def test_no_page_is_wider_than_a_phone(open_page: OpenPage, demo: Installation, share: int) -> None:
    page = open_page("/", role="administrator", width=390)
    wide = []
    for name in PAGES[share::SHARES]:
        page.goto(address_of(demo, name, ROUTES[name]))
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            wide.append(name)
    assert wide == []
