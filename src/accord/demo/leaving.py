"""Clients who buy less, those who left, and why. ``docs/demo-firm.md`` says where to find each."""

from __future__ import annotations

from accord.accounts.models import LeavingReason
from accord.demo.briefs import ClientBrief, RetainerBrief
from accord.demo.roster import MIRJAM

SHRINKING = ClientBrief(
    "shrinking",
    "Delacroix & Fils – Maison d'Ameublement S.A.S.",
    "Retail",
    "Furniture",
    "France",
    tier="C",
    city="Besançon",
    employees=340,
    owner=MIRJAM,
    weight=2.2,
    since=4.4,
    tilt=0.35,
    late_payer=26,
    retainers=(RetainerBrief((4800, 3600, 2000, 950), 100),),
    description="Furniture makers since 1871. Their budget shrinks every year; a cheaper local agency is taking over "
    "piece by piece.",
)

LOST = ClientBrief(
    "lost",
    "Vestfrost Kjølesystemer A/S",
    "Manufacturing",
    "Refrigeration",
    "Denmark",
    status="former",
    tier="B",
    city="Sønderborg",
    employees=720,
    owner=MIRJAM,
    weight=1.8,
    since=3.9,
    tilt=0.8,
    lost=71,
    leaving=(
        LeavingReason.INSOLVENCY_MERGER,
        "",
        "Acquired by a group with its own IT department. All external service contracts ended.",
    ),
    retainers=(RetainerBrief((2900, 3000, 3100), -71, renews_automatically=False),),
    description="Lost last quarter: acquired by a group with its own IT department. An amicable but unexpected end.",
    notes=(
        (
            98,
            "mail",
            "in",
            "Notice of termination",
            "“All external service contracts end with the acquisition. It is no reflection on your work.” – {sponsor}",
        ),
        (90, "call", "out", "Farewell and handover", "Handover list agreed. {first} would recommend us."),
    ),
)

# Why the others left: reason, competitor, note.
REASONS: tuple[tuple[str, str, str], ...] = (
    (LeavingReason.PRICE, "", "Budget cut by a third; our day rate was above the new limit."),
    (LeavingReason.INSOURCED, "", "Hired three developers and took over maintenance."),
    (LeavingReason.COMPETITOR, "Nordlicht Digital GmbH", "Chose a larger supplier with offices abroad."),
    (LeavingReason.SPONSOR_LEFT, "", "The new head of IT brought his former agency along."),
    (LeavingReason.PROJECT_ENDED, "", "The platform is finished and runs at their data centre."),
    (LeavingReason.SERVICE_QUALITY, "", "Two releases were late and the answers took too long."),
    (LeavingReason.PRICE, "Webwerk Besançon", "A local agency offered half the price."),
    (LeavingReason.OTHER, "", "Procurement rules no longer allow contracts without a tender."),
    ("", "", ""),
)
