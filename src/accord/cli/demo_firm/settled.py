"""Clients that go well, are new, or show something special. ``docs/demo-firm.md`` says where to find each."""

from __future__ import annotations

from accord.cli.demo_firm.briefs import ClientBrief, JobBrief, RetainerBrief
from accord.cli.demo_firm.roster import ALEKSANDRA, DANIEL, HENRIKE, LEONIE, MIRJAM, RUAIRI, RUEDIGER

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
    description="Nearly lost two years ago over a failed cut-over; won back with a new team, a weekly call and a fixed "
    "date that was kept. Now a reference.",
    jobs=(
        JobBrief(
            "recovered-0",
            "integration",
            "closed",
            760,
            "Connection of the paper mills to the ERP",
            size=1.4,
            pace=1.5,
            effort=1.5,
        ),
        JobBrief(
            "recovered-1", "retrofit", "closed", 330, "Retrofit of paper machine 3", size=1.2, pace=0.97, effort=0.98
        ),
        JobBrief(
            "recovered-2",
            "plant",
            "active",
            0.38,
            "Control system migration of the stock preparation",
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
                "“Two days without shipping papers. I expect a proposal by Friday how you will make up for it.” – "
                "{sponsor}"
            ),
        ),
        (
            741,
            "meeting",
            "out",
            "Crisis meeting on site",
            "Root cause told openly; new team named; no invoice for the repair.",
        ),
        (
            322,
            "mail",
            "in",
            "Thank you",
            "“Machine 3 was back on the day you said. My colleagues noticed.” – {sponsor}",
        ),
        (40, "call", "out", "May we name you as a reference?", "Yes, including a visit on site in spring."),
    ),
)

PROSPECT = ClientBrief(
    "prospect",
    "Compagnie Générale des Ports du Ponant S.A.",
    "Energy",
    "Sea ports",
    "France",
    status="prospect",
    tier="A",
    city="Saint-Nazaire",
    employees=1850,
    owner=LEONIE,
    weight=0,
    description="Three Atlantic ports that want shore power and one control system. In negotiation: only the "
    "liability cap "
    "is open. The project is already planned so that the team is free when they sign.",
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
            objective="Ships switch off their engines at the quay from the first cruise season on.",
        ),
    ),
    notes=(
        (
            6,
            "meeting",
            "out",
            "Négociation: liability and penalties",
            (
                "Cap at the contract value is accepted. Penalty for delay: they ask for 0.5 % a day, we offered 0.2 "
                "% with a "
                "ceiling of 5 %. {sponsor} decides next week."
            ),
        ),
        (
            27,
            "mail",
            "in",
            "Offre révisée",
            "“The revised offer is clear. Our legal department has two questions.” – {first}",
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
    description="British building society, billed in pounds. Its lifetime value moves with the exchange rate.",
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
            note="Runs ahead of its plan.",
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
    description="Met at the trade fair; a card and nothing else yet.",
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
    description="Builder of battery parks; doubles every year and takes us along.",
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
    description="American maker of flow meters, billed in dollars; came by recommendation of a former employee.",
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
    description="Watch parts and surgical tools; billed in francs, pays on the day.",
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
    description="Family holding; its companies buy from us separately and compare notes.",
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
