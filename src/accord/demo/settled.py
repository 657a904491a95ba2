"""Clients that go well, are new, or show something special. ``docs/demo-firm.md`` says where to find each."""

from __future__ import annotations

from accord.demo.briefs import ClientBrief, JobBrief, RetainerBrief
from accord.demo.roster import ALEKSANDRA, DANIEL, HENRIKE, LEONIE, MIRJAM, RUAIRI, RUEDIGER

RECOVERED = ClientBrief(
    "recovered",
    "Papierfabrik Hohenstein AG",
    "Manufacturing",
    "Speciality paper",
    "Germany",
    tier="A",
    city="Freiberg",
    employees=640,
    owner=LEONIE,
    weight=0,
    since=5.4,
    retainers=(RetainerBrief((2600, 2100, 2600, 3400), 210),),
    description="Nearly lost two years ago after a failed cut-over; won back with a new team, a weekly call and a "
    "fixed date that was met. Now a reference client.",
    jobs=(
        JobBrief(
            "recovered-0",
            "integration",
            "closed",
            760,
            "ERP connection for the paper mills",
            size=1.4,
            pace=1.5,
            effort=1.5,
        ),
        JobBrief(
            "recovered-1", "retrofit", "closed", 330, "Paper machine 3 retrofit", size=1.2, pace=0.97, effort=0.98
        ),
        JobBrief(
            "recovered-2",
            "plant",
            "active",
            0.38,
            "Stock preparation control system migration",
            size=0.8,
            pace=0.97,
            effort=0.97,
            manager=RUEDIGER,
        ),
    ),
    notes=(
        (
            748,
            "mail",
            "in",
            "This must not happen again",
            (
                "“Two days without shipping documents. I expect a proposal by Friday on how you will make up for "
                "this.” – {sponsor}"
            ),
        ),
        (
            741,
            "meeting",
            "out",
            "Crisis meeting on site",
            "Explained the root cause openly; named a new team; no charge for the fix.",
        ),
        (
            322,
            "mail",
            "in",
            "Thank you",
            "“Machine 3 was back on the day you said it would be. My colleagues noticed.” – {sponsor}",
        ),
        (40, "call", "out", "Reference request", "They agreed, including a site visit in spring."),
    ),
)

PROSPECT = ClientBrief(
    "prospect",
    "Compagnie Générale des Ports du Ponant S.A.",
    "Energy",
    "Seaports",
    "France",
    status="prospect",
    tier="A",
    city="Saint-Nazaire",
    employees=1850,
    owner=LEONIE,
    weight=0,
    description="Three Atlantic ports that want shore power and a single control system. In negotiation: only the "
    "liability clause is still open. The project is already planned so that the team is available when they sign.",
    jobs=(
        JobBrief(
            "negotiated",
            "plant",
            "planned",
            52,
            "Shore power and control system, quay 4",
            size=0.8,
            manager=RUEDIGER,
            agreed=False,
            objective="Ships switch off their engines at the quay from the first cruise season onwards.",
        ),
    ),
    notes=(
        (
            6,
            "meeting",
            "out",
            "Negotiation: liability and penalties",
            (
                "They accept a liability cap at the contract value. Penalty for delay: they ask for 0.5% a day, we "
                "offered 0.2% with a ceiling of 5%. {sponsor} will decide next week."
            ),
        ),
        (
            27,
            "mail",
            "in",
            "Revised quote",
            "“The revised quote is clear. Our legal department has two questions.” – {first}",
        ),
    ),
)

STERLING = ClientBrief(
    "sterling",
    "Thameside Mutual Building Society",
    "Finance",
    "Mortgages and savings",
    "United Kingdom",
    tier="A",
    city="Leeds",
    currency="GBP",
    employees=1280,
    owner=RUAIRI,
    weight=2.2,
    since=3.2,
    tilt=1.2,
    retainers=(RetainerBrief((4100, 4700, 4900), 120),),
    description="British building society, billed in pounds. Its lifetime value varies with the exchange rate.",
    jobs=(
        JobBrief(
            "sterling",
            "platform",
            "closed",
            210,
            "Member and claims platform",
            size=0.75,
            pace=1.05,
            effort=1.03,
            manager=HENRIKE,
        ),
        JobBrief(
            "early",
            "audit",
            "active",
            0.7,
            "Security audit of the member portals",
            size=1.8,
            pace=0.78,
            effort=0.85,
            manager=ALEKSANDRA,
            note="Ahead of schedule.",
        ),
    ),
)

EMPTY = ClientBrief(
    "empty",
    "Grünwald Präzisionsoptik e.K.",
    "Manufacturing",
    "Optics",
    "Germany",
    status="prospect",
    city="Suhl",
    employees=24,
    owner=LEONIE,
    weight=0,
    silent=True,
    description="Met at the trade fair; exchanged business cards, nothing further yet.",
)

GROWING = ClientBrief(
    "growing",
    "Solvane Energy Storage SE",
    "Energy",
    "Battery storage",
    "Austria",
    tier="A",
    city="Linz",
    employees=480,
    owner=DANIEL,
    weight=2.4,
    since=2.7,
    tilt=2.6,
    retainers=(RetainerBrief((2200, 4200, 6800), 240),),
    description="Builds battery storage parks; doubles in size every year, and our business with it.",
    jobs=(
        JobBrief(
            "growing",
            "platform",
            "active",
            0.34,
            "Digital service platform for battery parks",
            size=0.8,
            pace=1.02,
            manager=HENRIKE,
        ),
    ),
)

DOLLAR = ClientBrief(
    "dollar",
    "Great Lakes Instrumentation, Inc.",
    "Manufacturing",
    "Measuring instruments",
    "United States",
    tier="B",
    city="Milwaukee, WI",
    currency="USD",
    employees=410,
    owner=RUAIRI,
    weight=1.2,
    since=2.3,
    description="American manufacturer of flow meters, billed in dollars; referred by a former employee.",
)

FRANC = ClientBrief(
    "franc",
    "Brügger + Söhne Feinmechanik AG",
    "Manufacturing",
    "Precision mechanics",
    "Switzerland",
    tier="B",
    city="Winterthur",
    currency="CHF",
    employees=270,
    owner=MIRJAM,
    weight=1.4,
    since=4.1,
    retainers=(RetainerBrief((1900, 1900, 2100, 2100), 62),),
    description="Watch parts and surgical instruments; billed in francs, pays on time.",
    late_payer=-2,
)

GROUP = ClientBrief(
    "group",
    "Aurelia Holding SE",
    "Finance",
    "Holding",
    "Germany",
    tier="A",
    city="Würzburg",
    employees=60,
    owner="katharina.brandt-oyelaran",
    weight=0.5,
    since=5.0,
    description="Family-owned holding; its companies buy from us separately and compare notes.",
)
GROUP_PARTS = (
    ClientBrief(
        "group-1",
        "Aurelia Pharma Logistik GmbH",
        "Health",
        "Pharmaceutical logistics",
        "Germany",
        tier="B",
        city="Würzburg",
        employees=380,
        owner=DANIEL,
        weight=1.3,
        since=4.2,
        parent="group",
    ),
    ClientBrief(
        "group-2",
        "Aurelia Verpackungswerke Oberfranken GmbH & Co. KG",
        "Manufacturing",
        "Packaging",
        "Germany",
        tier="B",
        city="Würzburg",
        employees=520,
        owner=MIRJAM,
        weight=1.3,
        since=3.7,
        parent="group",
        jobs=(
            JobBrief(
                "plant-1",
                "plant",
                "closed",
                330,
                "Automation of the new production hall",
                size=0.85,
                pace=1.07,
                effort=1.06,
                manager=RUEDIGER,
            ),
        ),
    ),
    ClientBrief(
        "group-3",
        "Aurelia Nutrition Česká republika s.r.o.",
        "Manufacturing",
        "Food",
        "Czechia",
        tier="C",
        city="Hradec Králové",
        employees=150,
        owner=MIRJAM,
        weight=0.7,
        since=1.9,
        parent="group",
    ),
)
