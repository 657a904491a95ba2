"""What the API says of accounts and of what belongs to them."""

from __future__ import annotations

from accord.accounts.models import Account, Contact, Interaction
from accord.api.answers import Amount, Day, exactly, many, row_of
from accord.sales.models import Agreement, Opportunity
from accord.support.models import Request

ACCOUNT = (
    "version", "name", "status", "tier", "segment", "industry", "lead_source", "owner", "parent", "currency", "website",
    "phone", "city", "country", "client_since", "lost_on", "lost_reason", "lost_to", "lost_note", "custom",
)  # fmt: skip
INTERACTION = ("version", "kind", "direction", "at", "subject", "body", "by", "next_step", "due_on")
OPPORTUNITY = (
    "version",
    "name",
    "stage",
    "amount",
    "currency",
    "chance",
    "expected_on",
    "closed_on",
    "service",
    "owner",
    "custom",
)
CONTACT = ("version", "name", "email", "phone", "notes", "custom")

AGREEMENT = (
    "version", "title", "kind", "status", "value", "currency", "service", "cap", "hours", "rollover_months",
    "signed_on", "starts_on", "ends_on", "notice_on", "renews_automatically", "uplift_percent", "renewal_status",
    "end_reason", "end_note", "owner", "terms", "predecessor", "custom",
)  # fmt: skip

REQUEST = (
    "version", "key", "title", "body", "kind", "severity", "status", "contact", "owner", "topic",
    "reported_at", "first_response_due", "resolution_due", "responded_at", "resolved_at", "waited_minutes",
    "cause", "solution", "custom",
)  # fmt: skip


_EMAIL = exactly("EmailOut", {"address": str, "label": str, "primary": bool})
_PHONE = exactly("PhoneOut", {"number": str, "label": str, "primary": bool})
_DETAILS = {"tags": list[str], "emails": many(_EMAIL), "phones": many(_PHONE)}
_TITLE = {"title": str, "buying_role": str}
_MINUTES = ("granted", "carried", "used", "over", "lapsed", "left")
_MONTH = exactly("RetainerMonth", {"starts": Day, "ends": Day, **dict.fromkeys(_MINUTES, Amount)})
_USE = exactly("AgreementUse", {"minutes": int, "worked": Amount, "invoiced": Amount, "months": many(_MONTH)})

ACCOUNT_OUT = row_of("AccountOut", Account, ACCOUNT, tags=list[str])
CONTACT_OUT = row_of("ContactOut", Contact, CONTACT, **_DETAILS)
CONTACT_MADE = row_of("NewContactOut", Contact, CONTACT, **_DETAILS, **_TITLE)
CONTACT_PLACE = row_of("ContactOfAccount", Contact, CONTACT, **_DETAILS, **_TITLE, until=Day | None)
INTERACTION_OUT = row_of("InteractionOut", Interaction, INTERACTION)
INTERACTION_READ = row_of("InteractionRead", Interaction, INTERACTION, sender_verified=bool | None)
OPPORTUNITY_OUT = row_of("OpportunityOut", Opportunity, OPPORTUNITY)
AGREEMENT_OUT = row_of("AgreementOut", Agreement, AGREEMENT)
AGREEMENT_USED = row_of("AgreementWithUse", Agreement, AGREEMENT, use=_USE)
REQUEST_OUT = row_of("RequestOut", Request, REQUEST)
