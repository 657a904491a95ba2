"""Clients and projects that need somebody's care now. ``docs/demo-firm.md`` says where to find each."""

from __future__ import annotations

from accord.cli.demo_firm.briefs import ClientBrief, JobBrief, RetainerBrief
from accord.cli.demo_firm.roster import CHARLOTTE, DANIEL, EFE, HENRIKE, LEONIE, MIRJAM, RUEDIGER, TOMASZ, YUSUF

BEST = ClientBrief(
    "best",
    "Stadtwerke Weserbergland Energie- und Wasserversorgung GmbH",
    "Energy",
    "Electricity, gas and water supply",
    "Germany",
    tier="A",
    city="Hameln",
    employees=1140,
    owner=LEONIE,
    weight=0,
    since=6.2,
    retainers=(RetainerBrief((7400, 7900, 8600, 9200), 164),),
    description="Municipal utility with 190,000 meters; our largest client. They count on us for everything a "
    "household "
    "customer sees. The customer platform is promised for the start of the heating season and is late: the service "
    "contracts with their billing system took far longer than planned.",
    jobs=(
        JobBrief(
            "late-best",
            "platform",
            "active",
            0.66,
            "Customer platform and smart metering",
            size=1.05,
            pace=1.3,
            effort=1.16,
            manager=TOMASZ,
            promised=0,
            member=EFE,
            objective="All 190,000 customers can read their meter, change their tariff and report a fault without "
            "calling, before the old portal loses its support.",
            note="Meter readings and invoices wait for the billing system's interfaces.",
        ),
        JobBrief(
            "best-0",
            "rollout",
            "closed",
            690,
            "Roll-out of the new work order system to all depots",
            size=0.85,
            pace=1.03,
            manager=HENRIKE,
        ),
        JobBrief("best-1", "app", "closed", 950, "Fault report app", size=1.3, manager=TOMASZ, pace=1.04),
        JobBrief("best-2", "data", "closed", 700, "Load forecast", size=1.4, terms="time_and_material", effort=1.05),
        JobBrief("best-3", "website", "closed", 480, "Relaunch of the tariff pages", size=1.1, manager=TOMASZ),
        JobBrief(
            "best-4",
            "retrofit",
            "planned",
            38,
            "Retrofit of the pumping station Süntelblick",
            size=1.1,
            manager=RUEDIGER,
        ),
    ),
    notes=(
        (
            4,
            "meeting",
            "out",
            "Steering group: new forecast for the platform",
            (
                "{sponsor} accepts the new date for *Meter readings* only if tariff change stays in this release. "
                "{first} asked for a weekly line on the billing interfaces. The heating season is the date that counts."
            ),
        ),
        (
            19,
            "mail",
            "in",
            "When will the meter readings be live?",
            "“Our supervisory board meets in three weeks. I need a date I can stand by, not a range.”",
        ),
        (
            47,
            "call",
            "out",
            "Billing interfaces: who does what",
            (
                "Their supplier delivers the test system three weeks late. "
                "We keep the team together and bring *Documents* forward."
            ),
        ),
    ),
)

QUIET = ClientBrief(
    "quiet",
    "Kaufhaus Lindenthal GmbH & Co. KG",
    "Retail",
    "Department stores",
    "Germany",
    tier="B",
    city="Göttingen",
    employees=820,
    owner=LEONIE,
    weight=0,
    since=4.6,
    quiet=156,
    late_payer=19,
    retainers=(RetainerBrief((4300, 4300, 3100, 1900), 83, renews=False),),
    description="Six department stores and a web shop. Once a lively account; since the head of e-commerce left nobody "
    "answers, the retainer was cut twice and the last invoices were paid late. About to leave without saying so.",
    jobs=(
        JobBrief("quiet-1", "integration", "closed", 1130, "Order-to-cash integration of the web shop", size=1.4),
        JobBrief("quiet-2", "brand", "closed", 840, "Christmas campaign and gift finder", size=1.1),
        JobBrief("quiet-3", "website", "closed", 520, "Web shop relaunch", size=1.0, manager=CHARLOTTE),
    ),
    notes=(
        (
            156,
            "mail",
            "in",
            "Change on our side",
            (
                "“As of next month I am moving on to a new task outside the company. My successor is not decided yet.” "
                "– {sponsor}. No name to write to since."
            ),
        ),
        (
            171,
            "call",
            "out",
            "Retainer: fewer hours from now on",
            "They want 40 % less for the next term. Reason given: budget.",
        ),
    ),
)

OVER_BUDGET = ClientBrief(
    "over",
    "Klinikverbund Märkische Seen gGmbH",
    "Health",
    "Hospitals",
    "Germany",
    tier="B",
    city="Eberswalde",
    employees=3900,
    owner=LEONIE,
    weight=1.2,
    since=3.8,
    description="Five hospitals and two nursing schools. Digital patient admission runs on time, but only "
    "because far more "
    "hours go into it than were sold.",
    jobs=(
        JobBrief(
            "over-budget",
            "app",
            "active",
            0.72,
            "Digital patient admission",
            size=1.35,
            pace=1.0,
            effort=1.55,
            manager=TOMASZ,
            member=EFE,
            objective="Patients register at home; admission at the desk takes three minutes.",
        ),
    ),
)

CREEP = ClientBrief(
    "creep",
    "Tessellate Software B.V.",
    "SaaS",
    "Billing software",
    "Netherlands",
    tier="B",
    city="Deventer",
    employees=260,
    owner=DANIEL,
    weight=1.0,
    since=2.9,
    tilt=1.6,
    description="Subscription billing for publishers. Friendly, fast and full of ideas: a third of the tasks of the "
    "developer portal came after the agreement, and none of them is in its price.",
    jobs=(
        JobBrief(
            "creep",
            "app",
            "active",
            0.78,
            "Developer portal and API console",
            size=1.3,
            pace=1.06,
            effort=1.05,
            manager=TOMASZ,
            creep=0.5,
            promised=5,
        ),
    ),
    notes=(
        (
            9,
            "mail",
            "in",
            "One more small thing",
            (
                "“While you are at it: could the console also keep a history of requests? And export it? Should be "
                "small.” – {first}"
            ),
        ),
        (
            33,
            "call",
            "out",
            "Extra wishes so far",
            (
                "Went through the list of additions with {first}: eleven, none in the agreement. They expect them "
                "for free."
            ),
        ),
    ),
)

DETRACTOR = ClientBrief(
    "detractor",
    "Landesamt für Digitale Verwaltung und Geoinformation Nord",
    "Public sector",
    "State administration",
    "Germany",
    tier="B",
    city="Stralsund",
    employees=510,
    owner=DANIEL,
    weight=1.6,
    since=3.6,
    description="State agency. The project team is content; the new head of procurement is not and says so in every "
    "meeting: a detractor to be won before the next tender.",
    jobs=(
        JobBrief(
            "detractor", "website", "active", 0.5, "Accessible citizen website", size=1.2, pace=1.08, manager=YUSUF
        ),
    ),
    notes=(
        (
            12,
            "meeting",
            "out",
            "Jour fixe with procurement",
            (
                "{detractor} questions every day rate again and compares us with an offshore offer. "
                "{sponsor} kept silent. "
                "We need {sponsor} to speak before the tender is written."
            ),
        ),
        (64, "mail", "in", "Your last invoice", "“I miss the proof of performance for items 3 and 4.” – {detractor}"),
    ),
)

RENEWAL = ClientBrief(
    "renewal",
    "Autohaus-Gruppe Petersen & Wiedemann GmbH",
    "Retail",
    "Car dealers",
    "Germany",
    tier="B",
    city="Lüneburg",
    employees=930,
    owner=LEONIE,
    weight=0.7,
    since=3.4,
    only_team=118,
    retainers=(RetainerBrief((3300, 3500, 3800), 45),),
    description="Fourteen car dealers. The care agreement ends in 45 days and the notice day is close; the "
    "project team is "
    "in touch every week, but the account manager has not spoken to anybody who decides for months.",
    jobs=(JobBrief("renewal-1", "app", "closed", 260, "Dealer portal for workshop appointments", size=1.0),),
)

PROMISED = ClientBrief(
    "promised",
    "Brauerei zum Goldenen Hirschen, Gebr. Löffelholz KG",
    "Manufacturing",
    "Brewery",
    "Germany",
    tier="B",
    city="Kempten (Allgäu)",
    employees=190,
    owner=LEONIE,
    weight=0.5,
    since=2.6,
    description="Family brewery. The new bottling line controls are promised for the folk festival; by the plan as it "
    "stands that date cannot be met, and the float is negative all along the critical path.",
    jobs=(
        JobBrief(
            "negative-float",
            "retrofit",
            "active",
            0.45,
            "New controls for the bottling line",
            size=1.25,
            pace=1.28,
            effort=1.12,
            manager=TOMASZ,
            promised=-8,
            objective="Bottling at 24,000 an hour before the folk festival opens.",
        ),
    ),
)

UNKNOWN = ClientBrief(
    "unknown",
    "Norddeutsche Treuhand-Revision Wirtschaftsprüfungsgesellschaft mbH",
    "Finance",
    "Audit and tax",
    "Germany",
    tier="C",
    city="Münster",
    employees=310,
    owner=LEONIE,
    weight=0.6,
    since=1.6,
    description="Auditors who want to read ledgers by machine. Work began on a handshake: the plan was never "
    "agreed, so "
    "planned and earned value cannot be known.",
    jobs=(
        JobBrief(
            "no-baseline",
            "proof",
            "active",
            0.6,
            "Data warehouse proof of value",
            size=1.1,
            terms="time_and_material",
            manager=TOMASZ,
            agreed=False,
            promised=None,
            member=EFE,
        ),
    ),
)

FROZEN = ClientBrief(
    "frozen",
    "Ostseebad-Kliniken Betriebsgesellschaft mbH",
    "Health",
    "Rehabilitation",
    "Germany",
    tier="C",
    city="Stralsund",
    employees=560,
    owner=DANIEL,
    weight=0.8,
    since=2.2,
    description="Rehabilitation clinics. The appointment app was stopped half way by a budget freeze until the "
    "new owner decides.",
    jobs=(JobBrief("frozen", "app", "on_hold", 0.48, "Appointment booking app", size=1.0, manager=CHARLOTTE),),
)

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
    description="Furniture makers since 1871. Every year a smaller budget; a cheaper local agency takes over "
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
    retainers=(RetainerBrief((2900, 3000, 3100), -71, renews=False),),
    description="Lost last quarter: bought by a group that has its own IT. The end was polite and came as a surprise.",
    notes=(
        (
            98,
            "mail",
            "in",
            "Notice",
            "“Following the acquisition all external service contracts end. This is not about your work.” – {sponsor}",
        ),
        (90, "call", "out", "Farewell and hand-over", "Hand-over list agreed. {first} would recommend us."),
    ),
)
