"""The large projects: an opening, one block of work for each part, and a close. The lines are those of services.py.

Parts start one after another, a few weeks apart, because the same people go from part to part.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Programme:
    """A large project. ``stagger`` is the working days between the starts of two parts."""

    key: str
    label: str
    names: tuple[str, ...]
    segments: tuple[str, ...]
    opening: str
    block: str
    closing: str
    parts: tuple[str, ...]
    stagger: int
    objectives: tuple[str, ...] = ()


PLATFORM = Programme(
    "platform",
    "Digital platform",
    (
        "Digital service platform",
        "Customer platform and smart metering",
        "Member and claims platform",
        "Omnichannel commerce platform",
    ),
    ("Energy", "Retail", "Finance", "Health", "SaaS", "Public sector"),
    """
Programme set-up
 @Programme kick-off | 1 | pm analyst ux
 Charter, governance and risk register | 4 | pm
 =Stakeholder interviews | 6 | analyst ux:0.5
 Target vision and release plan | 5 | pm analyst | FS
 *Charter signed
Architecture and foundations
 Architecture and technology decisions | 8 | be cloud
 =Data protection impact assessment | 6 | sec
 Landing zone and environments | 7 | cloud | SS+4
 Identity and sign-in | 9 | be sec:0.4
 Design system | 12 | ui ux:0.5 | SS+2
 Test strategy and tooling | 5 | qa | FF+2
 *Foundations ready
""",
    """
 Requirements for {part} | 5 | analyst
 Journey and prototype for {part} | 5 | ux | SS+2
 Usability test for {part} | 2 | ux
 Interface design for {part} | 4 | ui
 =Service contract for {part} | 3 | be
 *{part}: ready to build
 Back end for {part} | 9 | be
 =Front end for {part} | 8 | fe | SS+2
 ?App screens for {part} | 6 | mob | SS+3
 Interfaces from {part} to existing systems | 6 | be | SS+50%
 Data migration for {part} | 5 | data
 Automated tests for {part} | 5 | qa | FF+1
 Security review for {part} | 2 | sec:0.5
 Corrections to {part} | 3 | be fe
 @Client acceptance: {part} | 2 | qa pm:0.4
 *{part}: accepted
""",
    """
Roll-out
 End-to-end platform test | 10 | qa be:0.3
 Penetration test | 6 | sec | SS+2 | 14500
 Load and recovery test | 5 | cloud qa
 Client team training | 8 | train | SS+3
 @Pilot with selected customers | 15 | pm:0.4 ux:0.4 be:0.4
 Corrections from the pilot | 8 | be fe
 *Go-ahead given
 Full customer migration | 6 | data be | FS+2
 Parallel run with the old system | 10 | be:0.2 | SF
 *Platform live
 Hypercare | 20 | be:0.4 qa:0.3
 Handover to operations | 5 | cloud pm:0.5 | FF+2
 *Programme closed
""",
    (
        "Accounts and sign-up",
        "Contracts and tariffs",
        "Meter readings",
        "Invoices and payments",
        "Documents",
        "Moving in and out",
        "Outage reports",
        "Appointments",
        "Notifications",
        "Consent and privacy",
        "Complaints",
        "Product catalogue",
        "Service desk view",
        "Management reports",
        "Partner access",
        "Archive",
    ),
    13,
    (
        "A single portal for every customer request, live before support for the old system ends.",
        "Half of all enquiries handled without a call, and every one of them visible to the service desk.",
    ),
)

PLANT = Programme(
    "plant",
    "Plant modernisation",
    (
        "Plant controls modernisation",
        "Automation of the new production hall",
        "Control system migration",
        "Intralogistics automation",
    ),
    ("Manufacturing", "Energy"),
    """
Basic engineering
 @Kick-off on site | 1 | pm auto elec
 Functional specification | 12 | auto elec:0.5
 =Network and cyber security concept | 8 | sec auto:0.3
 Hazard and risk analysis | 9 | auto mech:0.5 | SS+3
 Control system selection | 5 | auto | FS
 *Basic engineering approved
Procurement
 Control cabinet tender | 8 | elec
 @Award of contract | 1 | pm elec:0.5
 Order controllers and drives | 2 | elec:0.5 | FS | 128000
 Delivery of controllers | 25 | | FS+10e
 *All materials received
""",
    """
 Electrical design, {part} | 7 | elec
 =Mechanical interfaces, {part} | 4 | mech
 Cabinet assembly, {part} | 6 | elec:0.5 | FS+3e | 11800
 PLC programming, {part} | 10 | auto | SS+60%
 Safety programming, {part} | 4 | auto
 HMI and alarms, {part} | 5 | auto:0.7 | SS+2
 Simulation test, {part} | 3 | auto | FS
 *{part}: factory acceptance passed
 @#Shutdown and dismantling, {part} | 2 | elec mech
 #Installation and wiring, {part} | 5 | elec mech:0.5 | FS
 #Signal test, {part} | 3 | auto elec | FS-1
 #Cold commissioning, {part} | 3 | auto
 #Hot commissioning, {part} | 4 | auto | FS+1
 Operator training, {part} | 1 | auto:0.5 | FF
 ?As-built documentation, {part} | 3 | elec:0.6 | SS+1
 *{part}: handed over to production
""",
    """
Completion
 Line-wide performance test | 6 | auto auto
 Energy and throughput report | 4 | auto:0.5 analyst:0.5
 =CE documentation and declaration | 8 | elec auto:0.3
 Spare parts and maintenance concept | 4 | mech elec:0.4
 @Site acceptance test | 3 | auto pm
 *Plant accepted
 Production ramp-up support | 20 | auto:0.5 | FS+1
 *Project closed
""",
    (
        "raw material intake",
        "dosing",
        "mixer 1",
        "mixer 2",
        "reactor",
        "drying",
        "filling",
        "capping",
        "labelling",
        "packing",
        "palletiser",
        "conveyors",
        "compressed air",
        "cooling water",
        "loading dock",
        "boiler house",
    ),
    14,
    (
        "15% more throughput on the same floor space, and spare parts for the next fifteen years.",
        "All unsupported control systems replaced, one shutdown at a time.",
    ),
)

ROLL_OUT = Programme(
    "rollout",
    "Roll-out",
    ("ERP roll-out to {n} sites", "Roll-out of the new hospital information system", "Branch network modernisation"),
    ("Manufacturing", "Health", "Retail", "Finance", "Public sector"),
    """
Template
 @Project start | 1 | pm analyst
 Process workshops | 10 | analyst pm:0.4
 Template design | 12 | analyst be:0.5 | SS+5
 Interfaces and central data | 12 | be data
 Roles and permissions | 6 | sec:0.5 analyst:0.5 | SS+2
 *Template accepted
 First-year licences | 1 | pm:0.2 | FS | 86000
""",
    """
 Fit-gap analysis, {part} | 4 | analyst
 Local configuration, {part} | 5 | be
 =Master data cleansing, {part} | 6 | data:0.6 | SS+1
 Local interfaces, {part} | 5 | be | FS
 Forms and labels, {part} | 3 | fe:0.6 | SS
 Trial migration, {part} | 3 | data
 Key user training, {part} | 3 | train
 Acceptance test, {part} | 4 | qa analyst:0.3 | FS
 Corrections, {part} | 3 | be | SS+50%
 *{part}: ready
 @Cut-over weekend, {part} | 2 | be data pm:0.5
 *{part}: live
 On-site support, {part} | 5 | analyst train:0.5
 Stabilisation, {part} | 10 | be:0.3 | FS+2e
 ?Lessons learned, {part} | 1 | pm:0.5 | SS
""",
    """
Close-out
 Legacy system switch-off | 4 | be cloud
 Legacy data archiving | 6 | data | SS+2
 Benefits review | 5 | analyst | FS+10
 @Closing meeting with the steering group | 1 | pm
 *Roll-out closed
""",
    (
        "headquarters",
        "northern site",
        "southern site",
        "the Bremen plant",
        "the Kraków plant",
        "the logistics centre",
        "the Lyon branch",
        "the Vienna branch",
        "the Brno plant",
        "the Rotterdam branch",
        "the service subsidiary",
        "the Bilbao plant",
        "the Malmö branch",
        "the research centre",
    ),
    15,
    (
        "Every site uses the same processes and data, and the month-end close takes three days.",
        "Every site runs on vendor-supported software by the end of next year.",
    ),
)

PROGRAMMES = {p.key: p for p in (PLATFORM, PLANT, ROLL_OUT)}
