"""Every page that has an address of its own, by its title: what the palette can go to, and where each is explained."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accord.core.texts import gettext_lazy
from accord.web.shell.guide import guides, help_address
from accord.web.shell.navigation import pages

# Title, route and icon of what stands in no group of the navigation: everyone's own pages.
PAGES: list[tuple[str, str, str]] = [
    (gettext_lazy("For you"), "inbox", "bell"),
    (gettext_lazy("Notification settings"), "notice-settings", "settings"),
    (gettext_lazy("Note templates"), "note-templates", "notes"),
    (gettext_lazy("Help"), "help", "help-circle"),
    (gettext_lazy("Profile"), "profile", "user-circle"),
    (gettext_lazy("Two-factor authentication"), "mfa_index", "shield-lock"),
]

# The section of the guides that explains a page, by its route.
HELP: dict[str, str] = {
    # Home
    "home": "member#see-your-tasks",
    "inbox": "account-manager#keep-up-with-what-concerns-you",
    "notice-settings": "account-manager#choose-notifications",
    "comment-new": "account-manager#discuss-a-record",
    "record-files": "account-manager#attach-a-file",
    "file-preview": "account-manager#attach-a-file",
    "file-version-new": "account-manager#attach-a-file",
    "file-removal": "account-manager#attach-a-file",
    "tasks": "member#see-all-tasks",
    "profile": "account-manager#choose-notifications",
    "mfa_index": "administrator#require-two-factor-authentication",
    # Clients
    "accounts": "account-manager#find-and-group-clients",
    "account-new": "account-manager#add-a-client",
    "account-edit": "account-manager#add-a-client",
    "account-former": "account-manager#record-why-a-client-left",
    "accounts-bulk": "account-manager#edit-several-clients-at-once",
    "account": "account-manager#read-a-clients-figures",
    "account-number": "account-manager#read-a-clients-figures",
    "account-health": "account-manager#understand-a-clients-health",
    "health-override-new": "account-manager#override-a-clients-health",
    "health-override-edit": "account-manager#override-a-clients-health",
    "account-group": "account-manager#see-a-group-of-companies",
    "account-timeline": "account-manager#read-and-filter-the-timeline",
    "interaction-new": "account-manager#log-an-interaction",
    "new-for-account": "account-manager#log-an-interaction",
    "account-contacts": "account-manager#add-a-contact",
    "contacts": "account-manager#add-a-contact",
    "contact": "account-manager#add-a-contact",
    "contact-new": "account-manager#add-a-contact",
    "account-people": "account-manager#use-the-org-chart",
    "account-plan": "account-manager#write-an-account-plan",
    "account-audit": "account-manager#see-every-change",
    "duplicates": "account-manager#merge-duplicates",
    "merge-new": "account-manager#merge-duplicates",
    "note-templates": "account-manager#use-note-templates",
    "custom-fields": "account-manager#add-tags-and-custom-fields",
    "account-requests": "account-manager#handle-a-request",
    "requests": "account-manager#handle-a-request",
    "request": "account-manager#handle-a-request",
    "request-new": "account-manager#handle-a-request",
    "service-levels": "account-manager#set-service-levels-and-escalation",
    "topics": "account-manager#collect-what-clients-ask-for",
    "internal-requests": "account-manager#ask-a-colleague-on-behalf-of-a-client",
    "surveys": "account-manager#ask-clients-for-feedback",
    "survey": "account-manager#ask-clients-for-feedback",
    "survey-segment": "account-manager#ask-clients-for-feedback",
    "account-satisfaction": "account-manager#ask-clients-for-feedback",
    "mail": "account-manager#write-and-answer-emails",
    "mail-new": "account-manager#write-and-answer-emails",
    "mailbox": "account-manager#connect-a-mailbox",
    "mailbox-new": "account-manager#connect-a-mailbox",
    "mailbox-sign-in": "account-manager#connect-a-mailbox",
    "calendar-source": "account-manager#connect-a-calendar",
    "calendar-source-new": "account-manager#connect-a-calendar",
    "account-agreements": "account-manager#record-an-agreement",
    "agreement": "account-manager#record-an-agreement",
    "agreement-new": "account-manager#record-an-agreement",
    "renewals": "account-manager#renew-an-agreement",
    "agreement-renewal": "account-manager#renew-an-agreement",
    "account-opportunities": "account-manager#track-an-opportunity",
    "opportunities": "account-manager#track-an-opportunity",
    "opportunity": "account-manager#track-an-opportunity",
    "opportunity-new": "account-manager#track-an-opportunity",
    "handover": "account-manager#start-a-project-from-a-won-opportunity",
    "stages": "administrator#set-stages-service-levels-and-custom-fields",
    "services": "account-manager#send-a-quote",
    "quote": "account-manager#send-a-quote",
    "quote-new": "account-manager#send-a-quote",
    "white-space": "account-manager#find-services-to-offer",
    "playbooks": "account-manager#set-up-a-playbook",
    "playbook": "account-manager#set-up-a-playbook",
    # Delivery
    "projects": "project-manager#start-a-project",
    "project-new": "project-manager#start-a-project",
    "project": "project-manager#read-budget-and-schedule",
    "project-number": "project-manager#read-budget-and-schedule",
    "account-projects": "project-manager#start-a-project",
    "templates": "project-manager#save-a-project-as-a-template",
    "project-charter": "project-manager#write-the-charter",
    "deliverable": "project-manager#define-a-deliverable",
    "project-plan": "project-manager#plan-tasks",
    "task-edit": "project-manager#plan-tasks",
    "project-board": "project-manager#work-on-the-board",
    "project-calendar": "project-manager#plan-tasks",
    "project-plan-quality": "project-manager#check-schedule-quality",
    "project-plan-changes": "project-manager#see-what-changed",
    "project-what-ifs": "project-manager#try-a-change-on-a-what-if",
    "what-if": "project-manager#try-a-change-on-a-what-if",
    "what-if-comparison": "project-manager#try-a-change-on-a-what-if",
    "project-baselines": "project-manager#compare-baselines",
    "what-if-uncertainty": "project-manager#try-a-change-on-a-what-if",
    "what-if-levelling": "project-manager#try-a-change-on-a-what-if",
    "project-uncertainty": "project-manager#simulate-the-plan",
    "project-estimates": "project-manager#estimate-durations",
    "project-levelling": "project-manager#level-over-allocated-people",
    "project-work": "project-manager#add-people-roles-and-materials",
    "project-risks": "project-manager#manage-risks",
    "risks": "project-manager#manage-risks",
    "risk": "project-manager#manage-risks",
    "project-log": "project-manager#keep-the-raid-log",
    "issues": "project-manager#keep-the-raid-log",
    "issue": "project-manager#keep-the-raid-log",
    "lessons": "project-manager#keep-the-raid-log",
    "changes": "project-manager#decide-a-change-request",
    "change": "project-manager#decide-a-change-request",
    "project-money": "project-manager#track-money",
    "project-reports": "project-manager#report-the-status",
    "status-report": "project-manager#report-the-status",
    "status-report-new": "project-manager#report-the-status",
    "status-report-lights": "project-manager#report-the-status",
    "status-schedule-new": "project-manager#report-the-status",
    "project-audit": "account-manager#see-every-change",
    "time": "member#log-time",
    "time-new": "member#log-time",
    "timesheet": "member#log-time",
    "time-approvals": "project-manager#approve-timesheets",
    "work-types": "finance#lock-time",
    "period-locks": "finance#lock-time",
    "expenses": "member#enter-an-expense",
    "expense": "member#enter-an-expense",
    "own-expense-new": "member#enter-an-expense",
    "expense-new": "project-manager#track-money",
    "reimbursements": "finance#reimburse-expenses",
    "expense-categories": "finance#set-up-expenses",
    "expense-rates": "finance#set-up-expenses",
    # Firm
    "people": "administrator#add-people-without-a-user-account",
    "person": "member#record-an-absence",
    "capacity": "project-manager#see-how-people-are-loaded",
    "person-week": "project-manager#see-how-people-are-loaded",
    "skills": "project-manager#maintain-skills",
    "staffing": "project-manager#request-staff",
    "staffing-request": "project-manager#request-staff",
    "money": "finance#see-what-is-outstanding",
    "invoices": "finance#create-an-invoice",
    "invoice": "finance#create-an-invoice",
    "invoice-new": "finance#create-an-invoice",
    "to-invoice": "finance#invoice-what-is-ready",
    "billing-settings": "finance#set-up-billing",
    "tax-rate-new": "finance#set-up-billing",
    "billing-details": "finance#set-up-billing",
    "account-invoices": "finance#create-an-invoice",
    "rates": "finance#set-hourly-rates",
    "rate-answer": "finance#set-hourly-rates",
    "repricing": "finance#reprice-time",
    "job-roles": "finance#set-hourly-rates",
    "exchange-rates": "finance#set-exchange-rates",
    "numbers": "finance#read-the-reports",
    "retention": "finance#read-client-retention",
    "retention-clients": "finance#read-client-retention",
    "retention-contracts": "finance#read-client-retention",
    "firm-number": "finance#read-the-reports",
    "scoreboard": "project-manager#see-which-forecast-has-been-right",
    "explore": "account-manager#find-the-clients-that-matter",
    "explore-rfm": "account-manager#find-the-clients-that-matter",
    "explore-cohorts": "account-manager#find-the-clients-that-matter",
    "explore-concentration": "account-manager#find-the-clients-that-matter",
    "explore-scatter": "account-manager#find-the-clients-that-matter",
    "explore-groups": "account-manager#find-the-clients-that-matter",
    "explore-changes": "account-manager#find-the-clients-that-matter",
    "explore-next": "account-manager#find-the-clients-that-matter",
    "explore-segments": "account-manager#save-a-segment",
    "imports": "importing#import-a-file",
    "import": "importing#import-a-file",
    "import-new": "importing#import-a-file",
    "settings": "administrator#set-firm-details-and-letterhead",
    "email-settings": "administrator#set-up-email",
    "status-limits": "project-manager#report-the-status",
    "security-log": "administrator#see-security-events-and-changes",
    "audit-log": "administrator#see-security-events-and-changes",
    "user-new": "administrator#invite-a-user",
}


def help_of(route: str | None) -> str:
    """Where the page of that route is explained; the list of guides where it has no section of its own."""
    return help_address(HELP[route]) if route in HELP else reverse("help")


def help_topics() -> list[dict[str, str]]:
    """Every section of the guides, as the palette lists them."""
    return [
        {"label": section.title, "sub": guide.title, "url": help_address(f"{guide.name}#{section.anchor}"),
         "icon": "help-circle"}
        for guide in guides()
        for section in guide.sections
    ]  # fmt: skip


def pages_of(user: Any) -> list[dict[str, str]]:
    """The pages that ``user`` may open, as the palette lists them: with the place where the navigation has them."""
    known = [
        {"label": page.label, "sub": place, "url": reverse(page.route), "icon": page.icon}
        for place, page in pages()
        if not page.roles or user.has_role(*page.roles)
    ]
    return known + [{"label": label, "sub": "", "url": reverse(route), "icon": icon} for label, route, icon in PAGES]
