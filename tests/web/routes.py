"""Every route with who may use it: the permission matrix, checked against the URL resolver by ``test_permissions``.

``target`` names what of :class:`tests.world.Side` the address points at (by the keyword of the route), or nothing where
the page belongs to nobody. ``allowed`` are the roles that get in when the target is their own side's; everybody else is
refused. A route that is missing here fails the build.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

A, F, AM, PM, M, S = "administrator", "finance", "account_manager", "project_manager", "member", "stranger"
EVERYONE = frozenset({A, F, AM, PM, M, S})
SEES = frozenset({A, F, AM, PM, M})  # whoever belongs to our side
COMMERCIAL = frozenset({A, F, AM, PM})  # … and may see money
RELATIONSHIP = frozenset({A, AM})  # who edits the client
DELIVERY = frozenset({A, PM})  # who edits the project
BOOKS = frozenset({A, F})
STARTERS = frozenset({A, AM, PM})  # who may start projects
WRITERS = frozenset({A, PM, M})  # who edits the project, and the member who wrote the entry


@dataclass(frozen=True)
class Route:
    """``method``: GET and POST share a form's permission; ``post`` says that the route takes POST only."""

    allowed: frozenset[str]
    target: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    post: bool = False
    form: bool = False
    public: bool = False
    body: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


def page(allowed: frozenset[str], **target: str) -> Route:
    return Route(allowed, target)


def form(allowed: frozenset[str], **target: str) -> Route:
    return Route(allowed, target, form=True)


def deed(allowed: frozenset[str], **target: str) -> Route:
    return Route(allowed, target, post=True)


PUBLIC = Route(EVERYONE, public=True)

ROUTES: dict[str, Route] = {
    "home": page(EVERYONE),
    "up": PUBLIC,
    "palette": page(EVERYONE),
    "notifications-read": deed(EVERYONE),
    "profile": form(EVERYONE),
    "api-key-new": form(EVERYONE),
    "api-key-removal": Route(frozenset({AM}), {"pk": "token"}, form=True),
    # Accounts
    "accounts": page(EVERYONE),
    "account-new": form(RELATIONSHIP),
    "account": page(SEES, pk="account"),
    "account-edit": form(RELATIONSHIP, pk="account"),
    "account-contacts": page(SEES, pk="account"),
    "account-people": page(SEES, pk="account"),
    "affiliation-confirmation": deed(RELATIONSHIP, pk="affiliation"),
    "acquaintance-new": form(SEES, affiliation="affiliation"),
    "acquaintance-edit": form(RELATIONSHIP, pk="acquaintance"),
    "acquaintance-removal": form(RELATIONSHIP, pk="acquaintance"),
    "account-timeline": page(SEES, pk="account"),
    "account-agreements": page(COMMERCIAL, pk="account"),
    "account-opportunities": page(COMMERCIAL, pk="account"),
    "account-invoices": page(COMMERCIAL, pk="account"),
    "account-projects": page(SEES, pk="account"),
    "account-comments": deed(SEES, pk="account"),
    "account-number": Route(COMMERCIAL, {"pk": "account"}, {"name": "lifetime-value"}),
    "duplicates": page(RELATIONSHIP),
    "merge-new": Route(RELATIONSHIP, {"first": "contact", "second": "twin"}, {"kind": "contact"}, form=True),
    "not-the-same": Route(RELATIONSHIP, {"first": "contact", "second": "twin"}, {"kind": "contact"}, post=True),
    "merge-undo": deed(RELATIONSHIP, pk="merge"),
    "account-member-new": form(RELATIONSHIP, account="account"),
    "account-member-removal": form(RELATIONSHIP, pk="account_member"),
    "contact-new": form(RELATIONSHIP, account="account"),
    "known-contact-new": form(RELATIONSHIP, account="account"),
    "contact-edit": form(RELATIONSHIP, affiliation="affiliation"),
    "affiliation-removal": form(RELATIONSHIP, pk="affiliation"),
    "client-link-new": form(RELATIONSHIP, pk="affiliation"),
    "client-link-revocation": deed(RELATIONSHIP, pk="client_link"),
    "interaction-new": form(SEES, account="account"),
    "interaction-edit": form(RELATIONSHIP, pk="interaction"),
    "interaction-removal": form(RELATIONSHIP, pk="interaction"),
    "next-step-completion": deed(RELATIONSHIP, pk="interaction"),
    "opportunity-new": form(RELATIONSHIP, account="account"),
    "opportunity-edit": form(RELATIONSHIP, pk="opportunity"),
    "opportunity-removal": form(RELATIONSHIP, pk="opportunity"),
    "agreement-new": form(RELATIONSHIP, account="account"),
    "agreement-edit": form(RELATIONSHIP, pk="agreement"),
    "agreement-removal": form(RELATIONSHIP, pk="agreement"),
    # Projects
    "projects": page(EVERYONE),
    "project-new": form(frozenset({A, AM, PM})),
    "account-project-new": form(frozenset({A, AM, PM}), account="account"),
    "project": page(SEES, pk="project"),
    "project-edit": form(DELIVERY, pk="project"),
    "project-plan": page(SEES, pk="project"),
    "project-work": page(SEES, pk="project"),
    "project-money": page(COMMERCIAL, pk="project"),
    "project-comments": deed(SEES, pk="project"),
    "project-baseline": form(DELIVERY, pk="project"),
    "project-plan-pdf": page(SEES, pk="project"),
    "project-plan-quality": page(SEES, pk="project"),
    "project-plan-changes": page(SEES, pk="project"),
    "project-baselines": page(SEES, pk="project"),
    "baseline-edit": form(DELIVERY, pk="baseline"),
    "baseline-removal": form(DELIVERY, pk="baseline"),
    "baseline-choice": deed(DELIVERY, pk="baseline"),
    "project-board": page(SEES, pk="project"),
    "project-board-undo": deed(DELIVERY, pk="project"),
    "task-move": Route(DELIVERY, {"pk": "task"}, {"lane": "waiting"}, form=True),
    "project-calendar": page(SEES, pk="project"),
    "project-number": Route(COMMERCIAL, {"pk": "project"}, {"name": "budget-variance"}),
    "project-member-new": form(DELIVERY, project="project"),
    "project-member-removal": form(DELIVERY, pk="project_member"),
    "resource-new": form(DELIVERY, project="project"),
    "resource-edit": form(DELIVERY, pk="resource"),
    "resource-removal": form(DELIVERY, pk="resource"),
    "project-time-new": form(SEES, project="project"),
    "expense-new": form(frozenset({A, F, PM}), project="project"),
    "expense-edit": form(frozenset({A, F, PM}), pk="expense"),
    "expense-removal": form(frozenset({A, F, PM}), pk="expense"),
    "task-edit": form(DELIVERY, pk="task"),
    # Charter, deliverables and templates; the account manager records the client's word, too
    "project-charter": page(SEES, pk="project"),
    "objective-new": form(DELIVERY, project="project"),
    "objective-edit": form(DELIVERY, pk="objective"),
    "objective-removal": form(DELIVERY, pk="objective"),
    "charter-item-new": form(DELIVERY, project="project"),
    "charter-item-edit": form(DELIVERY, pk="charter_item"),
    "charter-item-removal": form(DELIVERY, pk="charter_item"),
    "stakeholder-new": form(DELIVERY, project="project"),
    "stakeholder-edit": form(DELIVERY, pk="stakeholder"),
    "stakeholder-removal": form(DELIVERY, pk="stakeholder"),
    "deliverable-new": form(DELIVERY, project="project"),
    "deliverable": page(SEES, pk="deliverable"),
    "deliverable-edit": form(DELIVERY, pk="deliverable"),
    "deliverable-removal": form(DELIVERY, pk="promised"),
    "deliverable-tasks": form(DELIVERY, pk="deliverable"),
    "acceptance-new": form(frozenset({A, AM, PM}), deliverable="deliverable"),
    "responsibility": deed(DELIVERY, deliverable="deliverable", stakeholder="stakeholder"),
    "repeated-task-new": form(DELIVERY, pk="project"),
    "project-template-new": form(DELIVERY, project="project"),
    "templates": page(STARTERS),
    "template-edit": form(DELIVERY, pk="shared:template"),
    "template-removal": form(DELIVERY, pk="shared:template"),
    # Register and logs: those who see the project add to it, those who wrote or own an entry change it too
    "project-risks": page(SEES, pk="project"),
    "project-log": page(SEES, pk="project"),
    "risk-new": form(SEES, project="project"),
    "issue-new": form(SEES, project="project"),
    "decision-new": form(SEES, project="project"),
    "lesson-new": form(SEES, project="project"),
    "risks": page(EVERYONE),
    "risk": page(SEES, pk="risk"),
    "risk-edit": form(WRITERS, pk="risk"),
    "risk-removal": form(DELIVERY, pk="risk"),
    "risk-strike": deed(WRITERS, pk="risk"),
    "risk-closure": deed(WRITERS, pk="risk"),
    "risk-comments": deed(SEES, pk="risk"),
    "issues": page(EVERYONE),
    "issue": page(SEES, pk="issue"),
    "issue-edit": form(WRITERS, pk="issue"),
    "issue-removal": form(DELIVERY, pk="issue"),
    "issue-solution": form(WRITERS, pk="issue"),
    "issue-comments": deed(SEES, pk="issue"),
    "decision-edit": form(WRITERS, pk="decision"),
    "decision-removal": form(DELIVERY, pk="decision"),
    "lessons": page(EVERYONE),
    "lesson-edit": form(WRITERS, pk="lesson"),
    "lesson-removal": form(DELIVERY, pk="lesson"),
    # Uncertainty
    "project-uncertainty": page(SEES, pk="project"),
    "project-estimates": form(DELIVERY, pk="project"),
    "simulation-new": form(DELIVERY, project="project"),
    "simulation-progress": page(SEES, pk="simulation"),
    "simulation-cancellation": deed(DELIVERY, pk="simulation"),
    # Levelling
    "project-levelling": page(SEES, pk="project"),
    "levelling-new": form(DELIVERY, project="project"),
    "levelling-progress": page(SEES, pk="levelling"),
    "levelling-stop": deed(DELIVERY, pk="levelling"),
    "levelling-acceptance": deed(DELIVERY, pk="levelling"),
    "time-edit": form(frozenset({A, PM, M}), pk="time_entry"),
    "time-removal": form(frozenset({A, PM, M}), pk="time_entry"),
    # People and settings
    "people": page(EVERYONE),
    "person": page(EVERYONE, pk="person"),
    "capacity": page(EVERYONE),
    "person-week": Route(EVERYONE, {"pk": "person"}, {"day": "2026-03-02"}),
    "skills": page(EVERYONE),
    "skill-new": form(DELIVERY),
    "skill-edit": Route(DELIVERY, {"pk": "shared:skill"}, form=True),
    "skill-removal": Route(DELIVERY, {"pk": "shared:skill"}, form=True),
    "absence-new": form(frozenset({A, PM, M}), person="person"),
    "absence-edit": form(frozenset({A, PM, M}), pk="absence"),
    "absence-removal": form(frozenset({A, PM, M}), pk="absence"),
    "person-skill-new": form(frozenset({A, PM, M}), person="person"),
    "person-skill-edit": form(frozenset({A, PM, M}), pk="person_skill"),
    "person-skill-removal": form(frozenset({A, PM, M}), pk="person_skill"),
    "person-allocation-new": form(DELIVERY, person="person"),
    "allocation-new": form(DELIVERY, project="project"),
    "allocation-edit": form(DELIVERY, pk="allocation"),
    "allocation-removal": form(DELIVERY, pk="allocation"),
    "allocation-confirmation": deed(DELIVERY, pk="allocation"),
    "staffing": page(DELIVERY),
    "staffing-request-new": form(DELIVERY, project="project"),
    "staffing-request": page(SEES, pk="staffing_request"),
    "staffing-request-edit": form(DELIVERY, pk="staffing_request"),
    "staffing-request-proposal": deed(DELIVERY, pk="staffing_request"),
    "staffing-request-withdrawal": deed(DELIVERY, pk="staffing_request"),
    "person-new": form(frozenset({A, PM})),
    "person-edit": form(frozenset({A, PM}), pk="person"),
    "rate-new": form(BOOKS, person="person"),
    "rate-edit": form(BOOKS, pk="rate"),
    "rate-removal": form(BOOKS, pk="rate"),
    "settings": page(frozenset({A})),
    "firm-edit": form(frozenset({A})),
    "team-new": form(frozenset({A})),
    "user-new": form(frozenset({A})),
    "user-edit": Route(frozenset({A}), {"pk": "user"}, form=True),
    "calendar-new": form(frozenset({A, PM})),
    "calendar-edit": Route(frozenset({A, PM}), {"pk": "shared:calendar"}, form=True),
    "calendar-holidays": Route(frozenset({A, PM}), {"pk": "shared:calendar"}, form=True),
    "calendar-holidays-removal": Route(frozenset({A, PM}), {"pk": "shared:calendar"}, post=True),
    # Money
    "money": page(EVERYONE),
    "time-new": form(EVERYONE),
    "invoices": page(EVERYONE),
    "invoice-new": form(frozenset({A, F, AM}), account="account"),
    "invoice": page(COMMERCIAL, pk="invoice"),
    "invoice-edit": form(frozenset({A, F, AM}), pk="invoice"),
    "invoice-removal": form(frozenset({A, F, AM}), pk="invoice"),
    "exchange-rates": page(BOOKS),
    "exchange-rate-new": form(BOOKS),
    "exchange-rate-edit": Route(BOOKS, {"pk": "shared:exchange_rate"}, form=True),
    "exchange-rate-removal": Route(BOOKS, {"pk": "shared:exchange_rate"}, form=True),
    # Numbers
    "numbers": page(COMMERCIAL),
    "customer-analyses": deed(frozenset({A})),
    "firm-number": Route(COMMERCIAL, extra={"name": "churn-rate"}),
    # The clients' door
    "client": Route(EVERYONE, {"secret": "secret"}, public=True),
    # The machines' door
    "api:openapi-json": PUBLIC,
    "api:accounts": page(EVERYONE),
    "api:create_account": Route(RELATIONSHIP, post=True, body={"name": "New"}),
    "api:account": page(SEES, pk="account"),
    "api:change_account": page(SEES, pk="account"),
    "api:contacts": page(SEES, pk="account"),
    "api:create_contact": page(SEES, pk="account"),
    "api:interactions": page(SEES, pk="account"),
    "api:create_interaction": page(SEES, pk="account"),
    "api:opportunities": page(SEES, pk="account"),
    "api:create_opportunity": page(SEES, pk="account"),
    "api:agreements": page(SEES, pk="account"),
    "api:projects": page(EVERYONE),
    "api:create_project": page(EVERYONE),
    "api:project": page(SEES, pk="project"),
    "api:change_project": page(SEES, pk="project"),
    "api:earned_value": page(COMMERCIAL, pk="project"),
    "api:charter": page(SEES, pk="project"),
    "api:deliverables": page(SEES, pk="project"),
    "api:create_deliverable": page(SEES, pk="project"),
    "api:deliverable": page(SEES, pk="deliverable"),
    "api:change_deliverable": page(SEES, pk="deliverable"),
    "api:acceptances": page(SEES, pk="deliverable"),
    "api:create_acceptance": page(SEES, pk="deliverable"),
    "api:templates": page(EVERYONE),
    "api:risks": page(SEES, pk="project"),
    "api:create_risk": page(SEES, pk="project"),
    "api:risk": Route(SEES, {"pk": "project"}, {"number": "1"}),
    "api:change_risk": Route(SEES, {"pk": "project"}, {"number": "1"}),
    "api:issues": page(SEES, pk="project"),
    "api:create_issue": page(SEES, pk="project"),
    "api:issue": Route(SEES, {"pk": "project"}, {"number": "1"}),
    "api:change_issue": Route(SEES, {"pk": "project"}, {"number": "1"}),
    "api:decisions": page(SEES, pk="project"),
    "api:create_decision": page(SEES, pk="project"),
    "api:lessons": page(SEES, pk="project"),
    "api:create_lesson": page(SEES, pk="project"),
    "api:plan": page(SEES, pk="project"),
    "api:quality": page(SEES, pk="project"),
    "api:baselines": page(SEES, pk="project"),
    "api:comparison": page(SEES, pk="project"),
    "api:simulation": page(SEES, pk="project"),
    "api:create_simulation": page(SEES, pk="project"),
    "api:dates_beside": Route(SEES, {"pk": "project"}, {"key": "baseline-0"}),
    "api:levelling": page(SEES, pk="project"),
    "api:create_levelling": page(SEES, pk="project"),
    "api:end_levelling": deed(DELIVERY, pk="project", levelling="levelling"),
    "api:take_levelling": deed(DELIVERY, pk="project", levelling="levelling"),
    "api:changes_since": Route(SEES, {"pk": "project"}, query={"since": "2026-01-01T00:00:00Z"}),
    "api:changes": Route(DELIVERY, {"pk": "project"}, post=True, body={"changes": [{"op": "delete_link", "id": 0}]}),
    "api:undo": deed(DELIVERY, pk="project"),
    "api:redo": deed(DELIVERY, pk="project"),
    "api:invoices": page(EVERYONE),
    "api:create_invoice": page(EVERYONE),
    "api:invoice": page(COMMERCIAL, pk="invoice"),
    "api:time_entries": page(EVERYONE),
    "api:create_time_entry": page(EVERYONE),
    "api:me": page(EVERYONE),
    "api:people": page(EVERYONE),
    "api:skills": page(EVERYONE),
    "api:levels": page(EVERYONE),
    "api:absences": page(EVERYONE),
    "api:create_absence": page(EVERYONE),
    "api:capacity": page(EVERYONE),
    "api:allocations": page(SEES, pk="project"),
    "api:create_allocation": page(SEES, pk="project"),
    "api:staffing_requests": page(EVERYONE),
    "api:customers": page(EVERYONE),
    "api:customer": page(COMMERCIAL, account="account"),
    "api:api-root": PUBLIC,
    # Imports: seen by whoever made them, and by administrators
    "imports": page(COMMERCIAL),
    "import-new": form(COMMERCIAL),
    "import-sample": Route(RELATIONSHIP, extra={"kind": "accounts"}),
    "import": page(frozenset({A, PM}), pk="import"),
    "import-progress": page(frozenset({A, PM}), pk="import"),
    "import-check": deed(frozenset({A, PM}), pk="import"),
    "import-confirmation": deed(frozenset({A, PM}), pk="import"),
    "import-cancellation": deed(frozenset({A, PM}), pk="import"),
    "import-undo": deed(frozenset({A, PM}), pk="import"),
    "import-removal": form(frozenset({A, PM}), pk="import"),
}

# Sign-in and its security pages are allauth's: they concern nobody but the one who signs in.
OTHERS = ("account_", "mfa_", "socialaccount_", "openid_connect_")
