"""What the firm sells: one outline of tasks for each service.

A line is ``name | days | who | link | cost``. An unindented line opens a phase, which follows the one before. A task
follows the task above it; ``=`` starts it beside that one instead, ``*`` is a milestone after all open ends of its
phase, ``?`` is left out of some projects, ``@`` is an appointment with the client that stays on its day, ``#`` happens
on site (Saturdays too). ``who`` is skills with an optional share (``fe:0.5``). The link is to the task above: ``SS+2``
starts two days after its start, ``FF+1``, ``FS-1``, ``FS+25%`` a quarter of its length after its end, ``FS+3e`` three
days by the calendar on the wall. ``cost`` is bought in, in euros.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accord.demo.programmes import PROGRAMMES

if TYPE_CHECKING:
    from accord.demo.world import Job


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of project. ``segments`` are those who usually buy it; empty is everyone."""

    key: str
    label: str
    names: tuple[str, ...]
    outline: str
    segments: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    terms: tuple[str, ...] = ("fixed_price",)


WEBSITE = Service(
    "website",
    "Website relaunch",
    (
        "Website relaunch",
        "Corporate website relaunch",
        "New careers website",
        "Accessible citizen website",
        "Multilingual website for {n} countries",
    ),
    """
Discovery
 @Kick-off workshop with all departments | 1 | pm ux
 Interviews with editors and visitors | 4 | ux | FS+1
 =Content and analytics audit | 5 | copy analyst:0.5
 ?Accessibility review of the current site | 3 | ux qa
 *Goals and scope agreed
Concept and design
 Information architecture | 4 | ux
 Wireframes of twelve page types | 6 | ux:0.8
 Design system and component library | 8 | ui | SS+3
 =Editorial guide | 5 | copy:0.6
 @Design presentation | 1 | ui pm
 *Design approved
Build
 CMS and pipeline set-up | 3 | be cloud
 Components and templates | 12 | fe fe
 =Search, forms and interfaces | 9 | be
 Content migration | 8 | copy be:0.4 | SS+4
 ?Consent, tracking and reporting | 3 | fe:0.6
 Browser, performance and accessibility tests | 6 | qa | FF+2
Launch
 Editor training | 2 | copy
 @Client acceptance | 2 | pm qa
 Go-live | 1 | be cloud
 *Website live
 Post-launch support | 5 | fe:0.4 | FS+2e
""",
    ("Public sector", "Retail", "Health", "Finance"),
    (
        "Visitors find what they need in three steps, and editors publish independently.",
        "Twice as many enquiries through the website, and WCAG 2.2 AA on every page.",
        "One content management system instead of four, editable by every department.",
    ),
)

APP = Service(
    "app",
    "App or portal",
    (
        "Customer portal",
        "Service technician app",
        "Member self-service portal",
        "Spare parts app",
        "Appointment booking app",
        "Dealer portal",
    ),
    """
Research
 @Story mapping workshop | 2 | ux pm analyst
 Field visits and shadowing | 4 | ux | FS+2
 Technical feasibility study | 3 | be | SS+1
 *Scope of first release agreed
Design
 Clickable prototype | 7 | ux ui
 Usability test with eight users | 3 | ux
 Final interface design | 6 | ui
 =Interface contracts with back-end systems | 5 | be analyst:0.5
 *Backlog ready
Build
 Foundation: sign-in, pipelines, monitoring | 6 | be cloud:0.5
 Release train 1: core journeys | 15 | mob fe be
 Release train 2: notifications and documents | 12 | mob be | FS
 ?Release train 3: reports and administration | 10 | fe be
 Automated regression tests | 12 | qa:0.7 | SS+10%
 ?Penetration test and fixes | 5 | sec be:0.4
 *Release candidate
Roll-out
 Pilot with thirty users | 8 | pm:0.3 ux:0.4
 Corrections from the pilot | 5 | mob be
 Store release and handover | 3 | mob pm:0.5
 *Live for all users
""",
    ("SaaS", "Manufacturing", "Energy", "Health", "Finance"),
    (
        "Technicians close jobs on site instead of at a desk in the evening.",
        "60% of routine enquiries handled without a call.",
        "Members update their own data; no double entry in the back office.",
    ),
    ("fixed_price", "time_and_material"),
)

INTEGRATION = Service(
    "integration",
    "ERP integration",
    (
        "Web shop ERP integration",
        "Order-to-cash integration",
        "ERP connection for {n} plants",
        "Product data hub",
        "EDI gateway replacement",
    ),
    """
Analysis
 Process walk-through with key users | 3 | analyst
 Interface and data inventory | 4 | be analyst | SS+2
 Target architecture | 4 | be cloud:0.4
 *Architecture approved
Build
 Middleware installation | 2 | cloud | | 6800
 Master data interface | 7 | be
 =Order interface | 9 | be
 Stock and price interface | 6 | be | SS+3
 ?Returns and credit notes | 5 | be
 Monitoring and alerting | 3 | cloud:0.6 | FF+1
Testing and cut-over
 Test data and scenarios | 4 | qa analyst:0.5
 Integration test with the client's team | 6 | qa be:0.5 | FS-1
 Load test | 2 | qa cloud
 @Cut-over weekend | 2 | be cloud pm
 *Interfaces in production
 Hypercare | 10 | be:0.4 | FS+1e
""",
    ("Manufacturing", "Retail"),
    (
        "Orders reach the warehouse in two minutes instead of overnight.",
        "No more manual order entry.",
        "Stock levels in the shop are accurate to the unit.",
    ),
    ("fixed_price", "time_and_material"),
)

RETROFIT = Service(
    "retrofit",
    "Plant automation retrofit",
    (
        "Controls retrofit: {line}",
        "Safety upgrade: {line}",
        "New control cabinet: {line}",
        "Drive replacement: {line}",
    ),
    """
Survey
 #Site survey and measurements | 3 | auto elec
 Machinery Directive risk assessment | 4 | auto
 =As-built drawings | 5 | elec mech:0.5
 *Concept approved
Engineering
 Electrical design | 9 | elec
 =Mechanical adaptations | 6 | mech
 Order cabinets, drives and sensors | 2 | elec:0.5 | FS-2 | 38500
 Delivery of components | 15 | | FS+5e
 PLC and safety programming | 14 | auto | SS+3
 HMI screens | 7 | auto:0.7 | SS+30%
 *Factory acceptance test passed
Site work
 @#Dismantle the old controls | 2 | elec auto
 #Installation and wiring | 6 | elec mech | FS | 9400
 #Commissioning without product | 4 | auto | FS
 #Commissioning with product | 4 | auto | FS+1
 ?#Cycle time optimisation (night shift) | 3 | auto
Handover
 Operator and maintenance training | 2 | auto:0.5
 Documentation and CE declaration | 5 | elec:0.6 | SS
 *Site acceptance signed
""",
    ("Manufacturing", "Energy"),
    (
        "Spare parts for ten more years, and unplanned downtime below 2%.",
        "Performance level d for all safety functions.",
        "Format changeover in eight minutes instead of forty.",
    ),
)

CLOUD = Service(
    "cloud",
    "Cloud migration",
    (
        "Cloud migration of {n} applications",
        "Data centre exit",
        "Kubernetes platform",
        "Disaster recovery concept",
    ),
    """
Assessment
 Application and dependency inventory | 5 | cloud analyst:0.5
 Security and data protection review | 4 | sec | SS+2
 Business case and migration waves | 3 | cloud pm
 *Go-ahead given
Landing zone
 Accounts, network and identity | 6 | cloud
 =Guardrails and logging | 5 | sec cloud:0.4
 Cost reports and budgets | 2 | cloud:0.5
Migration
 Wave 1: internal tools | 6 | cloud be:0.3
 Wave 2: web applications | 9 | cloud be:0.5 | FS+2
 ?Wave 3: databases | 8 | cloud data
 Disaster recovery test | 2 | cloud sec:0.5
Handover
 Runbooks and on-call training | 4 | cloud train:0.3
 @Shut down the old environment | 1 | cloud
 *Old environment switched off
""",
    ("SaaS", "Finance", "Public sector", "Health"),
    ("Out of the data centre before the lease ends.", "Recovery in one hour, tested twice a year."),
    ("time_and_material", "fixed_price"),
)

DATA_PLATFORM = Service(
    "data",
    "Data platform",
    (
        "Data platform, phase 1",
        "Sales and margin reporting",
        "Predictive maintenance pilot",
        "Load forecast",
        "Data warehouse replacement",
    ),
    """
Foundation
 Reporting requirements | 3 | analyst data:0.5
 Source analysis and access | 5 | data
 Platform set-up | 4 | cloud data
 *First data loaded
Build
 Ingestion of {n} sources | 9 | data be:0.4
 Data model and quality rules | 8 | data | SS+50%
 Management dashboards | 6 | data:0.7 ui:0.3
 ?Forecast model | 9 | data
 ?=Row-level permissions | 3 | sec:0.5 data:0.5
Adoption
 Reconciliation with the ledgers | 4 | data analyst | FS-2
 Power user training | 2 | train data:0.5
 *Reports in use
""",
    ("Energy", "Retail", "Finance", "SaaS", "Manufacturing"),
    ("One margin figure that sales and finance both trust.", "Bearing failures predicted a week ahead."),
    ("time_and_material", "fixed_price"),
)

BRAND = Service(
    "brand",
    "Brand sprint",
    ("Brand sprint", "Employer brand", "Trade fair appearance", "Product naming and packaging"),
    """
 @Sprint kick-off | 1 | ui copy
 Interviews and competitor review | 3 | ux:0.6 copy
 Three design directions | 5 | ui copy:0.5
 @Choose a direction | 1 | ui
 Brand development | 7 | ui
 =Tone of voice and copy | 5 | copy
 ?Templates and print files | 4 | ui
 *Brand guide delivered
""",
    ("Retail", "SaaS", "Manufacturing"),
    ("A market presence that the whole sales team is proud of.",),
)

AUDIT = Service(
    "audit",
    "Audit",
    (
        "Accessibility audit",
        "Security audit of {n} portals",
        "NIS2 readiness check",
        "Architecture review",
        "Energy data audit: {line}",
    ),
    """
 Scope and access | 1 | pm:0.5 sec:0.5
 Automated checks | 2 | qa sec:0.5
 Manual review | 6 | sec qa:0.5 | FS
 Interviews with the teams | 2 | analyst | SS+1
 Report with priorities | 4 | sec | FS
 @Presentation to management | 1 | sec pm:0.5
 *Report accepted
 ?Recheck after corrections | 2 | qa | FS+20e
""",
    (),
    ("A list of risks ranked by potential cost.", "Ready for the regulator's visit in spring."),
)

TRAINING = Service(
    "training",
    "Training",
    (
        "Training programme for editors",
        "PLC training for maintenance",
        "Product owner coaching",
        "Data literacy programme",
    ),
    """
 Needs analysis | 2 | train analyst:0.5
 Curriculum and materials | 6 | train copy:0.4
 @Pilot course | 2 | train
 Revise the materials | 2 | train:0.5 copy
 @Course series, first group | 3 | train
 @Course series, second group | 3 | train | FS+3
 ?@Course series, third group | 3 | train | FS+3
 Evaluation | 1 | analyst:0.5
 *Certificates issued
""",
    (),
    ("The client's own staff can do it without us.",),
)

PROOF = Service(
    "proof",
    "Proof of value",
    ("Data warehouse proof of value", "Computer vision proof of concept", "Digital twin prototype"),
    """
 Hypotheses and metrics | 2 | analyst data
 Data extraction | 3 | data
 Model and first results | 8 | data
 =Demonstrator | 6 | fe:0.6 ui:0.4 | SS+2
 Expert review | 2 | data analyst:0.5
 ?Second iteration | 6 | data
 *Decision on next steps
""",
    ("Manufacturing", "Energy", "Finance", "Health"),
    ("Know within eight weeks whether a full project pays off.",),
    ("time_and_material",),
)

SUPPORT_LABEL = "Support and maintenance"
SERVICES = {
    s.key: s for s in (WEBSITE, APP, INTEGRATION, RETROFIT, CLOUD, DATA_PLATFORM, BRAND, AUDIT, TRAINING, PROOF)
}
LINES = (
    "filling line 2",
    "press line",
    "paint shop",
    "packaging line 4",
    "hardening furnace",
    "conveyor system",
    "bottling line",
    "pumping station",
    "sawmill",
    "dosing plant",
)


def label(job: Job) -> str:
    """The service of a project in words."""
    known = SERVICES.get(job.brief.service) or PROGRAMMES.get(job.brief.service)
    return known.label if known else SUPPORT_LABEL
