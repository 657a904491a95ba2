"""A quote on paper, set by Typst. Texts reach the template as data and are never read as markup."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext

from accord.core.dates import day_text, moment_text
from accord.core.money import Money
from accord.people.letterhead import letterhead
from accord.people.models import Firm
from accord.sales.models import Quote, QuoteLine
from accord.sales.models.quote import plain

TEMPLATE = Path(__file__).parent / "typst" / "quote.typ"


def quote_pdf(quote: Quote) -> bytes:
    """The quote as a PDF."""
    import typst  # here: a library of 30 MB that few pages need

    found: bytes = typst.compile(
        TEMPLATE.read_bytes(), sys_inputs={"data": json.dumps(_data(quote), cls=DjangoJSONEncoder)}
    )
    return found


def amount_text(amount: Decimal, currency: str) -> str:
    return str(Money(amount, currency))


def _data(quote: Quote) -> dict[str, Any]:
    account, firm, owner = quote.account, Firm.current(), quote.account.owner
    lines = list(quote.lines.all())
    address = [account.street, f"{account.postcode} {account.city}".strip(), account.country]
    return {
        **letterhead(firm),
        "by": quote.written_by.name if quote.written_by is not None else firm.name,
        "email": (owner or quote.written_by).email if (owner or quote.written_by) is not None else "",  # type: ignore[union-attr]
        "client": [account.name, *([quote.contact.name] if quote.contact else []), *(p for p in address if p)],
        "number": quote.key,
        "title": quote.title,
        "date": day_text(quote.link_created_at or quote.sent_at or quote.created_at),
        "valid": day_text(quote.valid_until) if quote.valid_until else "",
        "mark": {"draft": "DRAFT", "withdrawn": "WITHDRAWN"}.get(quote.status, ""),
        "intro": quote.intro,
        "terms": quote.terms,
        "lines": [_line(line, quote.currency) for line in lines],
        "net": amount_text(quote.net, quote.currency),
        "tax_percent": plain(quote.tax_percent) if quote.tax_percent else "",
        "tax": amount_text(quote.tax, quote.currency),
        "total": amount_text(quote.total, quote.currency),
        "decided": _decided(quote),
        "digest": quote.digest,
    }


def _line(line: QuoteLine, currency: str) -> dict[str, Any]:
    head, _, rest = line.description.partition("\n")
    return {
        "head": head,
        "rest": rest.strip(),
        "quantity": f"{plain(line.quantity)} {line.unit}".strip(),
        "price": amount_text(line.unit_price or Decimal(0), currency),
        "discount": gettext("less %(discount)s%%") % {"discount": plain(line.discount)} if line.discount else "",
        "amount": amount_text(line.amount, currency),
        "optional": line.optional,
    }


def _decided(quote: Quote) -> str:
    if quote.decided_at is None:
        return ""
    return gettext("%(status)s by %(decided_by)s on %(decided_at)s UTC") % {
        "status": quote.get_status_display(),
        "decided_by": quote.decided_by,
        "decided_at": moment_text(quote.decided_at),
    }
