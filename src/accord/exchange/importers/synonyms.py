"""Words of other programs for what we call by one name."""

from __future__ import annotations

import re
from typing import Any

from accord.accounts.models import Account, Affiliation, LeavingReason
from accord.money.models import Invoice
from accord.sales.models import Opportunity

Stage = Opportunity.Stage

STAGES: dict[str, str] = {
    **dict.fromkeys(
        ("prospecting", "new", "lead", "qualification", "qualified", "open", "discovery", "needs analysis"),
        Stage.PROSPECTING,
    ),
    **dict.fromkeys(("appointment scheduled", "qualified to buy", "identified", "target"), Stage.PROSPECTING),
    **dict.fromkeys(
        ("engaging", "engaged", "contacted", "meeting", "demo", "value proposition", "in progress"), Stage.ENGAGING
    ),
    **dict.fromkeys(
        ("id decision makers", "perception analysis", "presentation scheduled", "decision maker bought in"),
        Stage.ENGAGING,
    ),
    **dict.fromkeys(("proposal", "proposal price quote", "quote", "quoted", "offer", "proposal sent"), Stage.PROPOSAL),
    **dict.fromkeys(
        ("negotiation", "negotiation review", "negotiating", "contract sent", "contract", "verbal"), Stage.NEGOTIATION
    ),
    **dict.fromkeys(("won", "closed won", "win", "signed", "ordered"), Stage.WON),
    **dict.fromkeys(("lost", "closed lost", "loss", "declined", "abandoned", "cancelled"), Stage.LOST),
}

STATUSES: dict[str, str] = {
    **dict.fromkeys(("prospect", "lead", "target", "potential"), Account.Status.PROSPECT),
    **dict.fromkeys(("client", "customer", "active", "current"), Account.Status.CLIENT),
    **dict.fromkeys(
        ("former", "former client", "former customer", "inactive", "lost", "churned", "past"), Account.Status.FORMER
    ),
}

LEAVING_REASONS: dict[str, str] = {
    **dict.fromkeys(("price", "pricing", "budget", "cost", "too expensive"), LeavingReason.PRICE),
    **dict.fromkeys(
        ("service quality", "quality", "service", "support", "features", "dissatisfied"), LeavingReason.SERVICE_QUALITY
    ),
    **dict.fromkeys(("sponsor left", "champion left", "contact left"), LeavingReason.SPONSOR_LEFT),
    **dict.fromkeys(("insourced", "in house", "inhouse", "insourcing"), LeavingReason.INSOURCED),
    **dict.fromkeys(("competitor", "competition", "switched provider"), LeavingReason.COMPETITOR),
    **dict.fromkeys(("project ended", "no need", "no further need", "completed"), LeavingReason.PROJECT_ENDED),
    **dict.fromkeys(
        ("insolvency", "merger", "acquisition", "acquired", "bankruptcy", "closed down", "out of business"),
        LeavingReason.INSOLVENCY_MERGER,
    ),
    **dict.fromkeys(("other", "unknown reason"), LeavingReason.OTHER),
}

PARTS: dict[str, str] = {
    **dict.fromkeys(("sponsor", "executive sponsor"), Affiliation.BuyingRole.SPONSOR),
    **dict.fromkeys(("decision maker", "economic buyer", "budget holder"), Affiliation.BuyingRole.DECISION_MAKER),
    **dict.fromkeys(("champion", "influencer", "coach"), Affiliation.BuyingRole.CHAMPION),
    **dict.fromkeys(("user", "end user"), Affiliation.BuyingRole.USER),
    **dict.fromkeys(("buyer", "purchasing", "procurement"), Affiliation.BuyingRole.BUYER),
    **dict.fromkeys(("detractor", "blocker"), Affiliation.BuyingRole.DETRACTOR),
}

INFLUENCES: dict[str, str] = {
    **dict.fromkeys(("little", "low", "1"), "1"),
    **dict.fromkeys(("some", "medium", "2"), "2"),
    **dict.fromkeys(("much", "high", "3"), "3"),
}

SENTIMENTS: dict[str, str] = {
    **dict.fromkeys(("opposed", "against us", "against", "hostile", "enemy"), "-2"),
    **dict.fromkeys(("critical", "negative", "sceptical"), "-1"),
    **dict.fromkeys(("neutral",), "0"),
    **dict.fromkeys(("supportive", "well disposed", "positive", "supporter", "friendly"), "1"),
    **dict.fromkeys(("speaks for us", "advocate", "promoter"), "2"),
}

INVOICE_STATUSES: dict[str, str] = {
    **dict.fromkeys(("draft",), Invoice.Status.DRAFT),
    **dict.fromkeys(
        ("sent", "open", "unpaid", "overdue", "outstanding", "due", "issued", "posted"), Invoice.Status.SENT
    ),
    **dict.fromkeys(("paid", "settled", "closed", "complete", "completed"), Invoice.Status.PAID),
    **dict.fromkeys(("void", "voided", "cancelled", "canceled", "deleted"), Invoice.Status.VOID),
}


def translatable(word: str) -> str:
    """``word`` as the tables above hold it: small letters, without punctuation."""
    return " ".join(re.sub(r"[\W_]+", " ", word.casefold()).split())


def translated(word: str, words: dict[str, str]) -> str | None:
    """Our word for ``word``, whatever its case and punctuation; ``None`` when it is unknown.

    >>> translated("Closed/Won", STAGES)
    'won'
    """
    found = words.get(translatable(word))
    return None if found is None else str(found)


def labelled(model_choices: Any) -> list[tuple[str, str]]:
    """Our values with their labels, as plain text."""
    return [(str(value), str(label)) for value, label in model_choices.choices]
