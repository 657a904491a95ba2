"""Emails of the firm itself: plain text with the same as HTML beside it, under the firm's own letterhead."""

from __future__ import annotations

from collections.abc import Sequence
from email.mime.image import MIMEImage

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from accord.people.models import Firm, FirmLogo

LOGO_ID = "letterhead"


def letter(
    *,
    subject: str,
    text: str,
    to: Sequence[str],
    reply_to: Sequence[str] | None = None,
    firm: Firm | None = None,
) -> EmailMultiAlternatives:
    """An email with ``text`` in plain and as HTML; the firm's logo, address and legal data frame the HTML.

    ``text`` is data: it is escaped, and only its addresses become links.
    """
    firm = firm or Firm.current()
    logo = FirmLogo.objects.filter(firm=firm).first() if firm.logo_digest else None
    paragraphs = [part.strip("\n") for part in text.strip().split("\n\n") if part.strip()]
    page = render_to_string(
        "email/letter.html", {"firm": firm, "subject": subject, "paragraphs": paragraphs, "logo": logo, "id": LOGO_ID}
    )
    foot = "\n".join(("--", firm.letter_name, *firm.address_lines, *firm.legal_lines)) if firm.address_lines else ""
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split())[:200],
        body=f"{text.strip()}\n\n{foot}".strip() + "\n",
        to=list(to),
        reply_to=list(reply_to) if reply_to else None,
    )
    message.attach_alternative(page, "text/html")
    if logo is not None:
        picture = MIMEImage(bytes(logo.png), "png")
        picture.add_header("Content-ID", f"<{LOGO_ID}>")
        picture.add_header("Content-Disposition", "inline", filename="logo.png")
        message.attach(picture)
        message.mixed_subtype = "related"  # type: ignore[attr-defined]  # Django has it, its stubs have not
    return message
