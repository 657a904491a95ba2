"""Clients and projects that need attention now. ``docs/demo-firm.md`` says where to find each."""

from __future__ import annotations

from accord.demo.briefs import ClientBrief, JobBrief, RetainerBrief
from accord.demo.roster import CHARLOTTE, DANIEL, EFE, HENRIKE, LEONIE, RUEDIGER, TOMASZ, YUSUF

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
    description="Municipal utility with 190,000 meters; our largest client. They rely on us for everything household "
    "customers see. The customer platform is promised for the start of the heating season and is running late: the "
    "interfaces to their billing system took far longer than planned.",
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
            objective="All 190,000 customers can submit meter readings, change their tariff and report an outage "
            "without calling, before support for the old portal ends.",
            note="Meter readings and invoices are waiting for the billing system's interfaces.",
        ),
        JobBrief(
            "best-0",
            "rollout",
            "closed",
            690,
            "Work order system roll-out to all depots",
            size=0.85,
            pace=1.03,
            manager=HENRIKE,
        ),
        JobBrief("best-1", "app", "closed", 950, "Outage reporting app", size=1.3, manager=TOMASZ, pace=1.04),
        JobBrief("best-2", "data", "closed", 700, "Load forecast", size=1.4, terms="time_and_material", effort=1.05),
        JobBrief("best-3", "website", "closed", 480, "Tariff pages relaunch", size=1.1, manager=TOMASZ),
        JobBrief(
            "best-4",
            "retrofit",
            "planned",
            38,
            "Süntelblick pumping station retrofit",
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
                "{sponsor} accepts the new date for *Meter readings* only if tariff changes stay in this release. "
                "{first} asked for a weekly update on the billing interfaces. The heating season is the key date."
            ),
        ),
        (
            19,
            "mail",
            "in",
            "When will meter readings go live?",
            "“Our supervisory board meets in three weeks. I need a firm date, not a range.”",
        ),
        (
            47,
            "call",
            "out",
            "Billing interfaces: responsibilities",
            (
                "Their supplier will deliver the test system three weeks late. "
                "We are keeping the team together and bringing *Documents* forward."
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
    retainers=(RetainerBrief((4300, 4300, 3100, 1900), 83, renews_automatically=False),),
    description="Six department stores and a web shop. Once an active account; since the head of e-commerce left, no "
    "one replies, the retainer has been cut twice and the latest invoices were paid late. High churn risk.",
    jobs=(
        JobBrief("quiet-1", "integration", "closed", 1130, "Order-to-cash integration for the web shop", size=1.4),
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
                "“As of next month I am moving on to a new role outside the company. My successor has not been named "
                "yet.” – {sponsor}. No contact person since."
            ),
        ),
        (
            171,
            "call",
            "out",
            "Retainer: fewer hours for the next term",
            "They want 40% fewer hours for the next term. Reason given: budget.",
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
    description="Five hospitals and two nursing schools. Digital patient admission is on schedule, but only because "
    "far more hours go into it than were sold.",
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
            objective="Patients register at home; check-in at the desk takes three minutes.",
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
    description="Subscription billing for publishers. Friendly, fast and full of ideas: a third of the developer "
    "portal's tasks were added after the agreement, and none of them is included in the price.",
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
                "“While you are at it: could the console also keep a request history? And export it? That should be a "
                "quick one.” – {first}"
            ),
        ),
        (
            33,
            "call",
            "out",
            "Extra requests so far",
            (
                "Went through the list of additions with {first}: eleven, none covered by the agreement. They expect "
                "them for free."
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
    description="State agency. The project team is happy; the new head of procurement is not, and says so in every "
    "meeting: a detractor to win over before the next tender.",
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
            "Regular meeting with procurement",
            (
                "{detractor} is questioning every day rate again and comparing us with an offshore quote. "
                "{sponsor} said nothing. "
                "We need {sponsor} to speak up before the tender is drafted."
            ),
        ),
        (
            64,
            "mail",
            "in",
            "Your last invoice",
            "“The proof of performance for items 3 and 4 is missing.” – {detractor}",
        ),
    ),
)

RENEWAL = ClientBrief(
    "renewal",
    "Autohaus-Gruppe Petersen & Wiedemann GmbH",
    "Retail",
    "Car dealerships",
    "Germany",
    tier="B",
    city="Lüneburg",
    employees=930,
    owner=LEONIE,
    weight=0.7,
    since=3.4,
    only_team=118,
    retainers=(RetainerBrief((3300, 3500, 3800), 45),),
    description="Fourteen car dealerships. The support agreement ends in 45 days and the notice deadline is close; the "
    "project team is in touch every week, but the account manager has not spoken to a decision maker for months.",
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
    description="Family brewery. The new bottling line controls are promised in time for the folk festival; on the "
    "current plan that date can't be met, and float is negative along the entire critical path.",
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
    description="Auditors who want to analyse ledgers automatically. Work started on a verbal agreement: the plan was "
    "never agreed, so planned and earned value are not known.",
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
    description="Rehabilitation clinics. The appointment app is on hold halfway through because of a budget freeze, "
    "until the new owner decides.",
    jobs=(JobBrief("frozen", "app", "on_hold", 0.48, "Appointment booking app", size=1.0, manager=CHARLOTTE),),
)
