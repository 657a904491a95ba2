"""The firm's letterhead for documents that Typst sets: the same on each of them."""

from __future__ import annotations

from typing import Any

from accord.people.models import Firm, FirmLogo


def letterhead(firm: Firm) -> dict[str, Any]:
    """Name, sender's line, the columns of the foot, and the logo with its height in millimetres."""
    logo = FirmLogo.objects.filter(firm=firm).first() if firm.logo_digest else None
    columns = ([firm.letter_name, *firm.address_lines, *firm.contact_lines], firm.legal_lines, firm.bank_lines)
    has_foot = bool(firm.address_lines or firm.legal_lines or firm.bank_lines)
    return {
        "firm": firm.name,
        "logo": list(bytes(logo.png)) if logo is not None else [],
        "logo_height": min(16.0, 60 * firm.logo_height / firm.logo_width) if logo is not None else 0,
        "sender": " · ".join((firm.letter_name, *firm.address_lines)),
        "foot": [column for column in columns if column] if has_foot else [],
    }
