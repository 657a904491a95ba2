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

from accord.cli.demo_firm.programmes import PROGRAMMES

if TYPE_CHECKING:
    from accord.cli.demo_firm.world import Job


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of project. ``segments`` are those who usually buy it; empty is everybody."""

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
        "Relaunch of the corporate website",
        "New careers website",
        "Accessible citizen website",
        "Multilingual website for {n} countries",
    ),
    """
Discovery
 @Kick-off workshop with all departments | 1 | pm ux
 Interviews with editors and visitors | 4 | ux | FS+1
 =Content and analytics audit | 5 | copy analyst:0.5
 ?Accessibility review of the present site | 3 | ux qa
 *Goals and scope agreed
Concept and design
 Information architecture | 4 | ux
 Wireframes of twelve page types | 6 | ux:0.8
 Design system and component library | 8 | ui | SS+3
 =Editorial guide | 5 | copy:0.6
 @Design presentation | 1 | ui pm
 *Design approved
Build
 Set up of content system and pipelines | 3 | be cloud
 Components and templates | 12 | fe fe
 =Search, forms and interfaces | 9 | be
 Migration of content | 8 | copy be:0.4 | SS+4
 ?Consent, tracking and reports | 3 | fe:0.6
 Browser, speed and accessibility tests | 6 | qa | FF+2
Launch
 Training of editors | 2 | copy
 @Acceptance by the client | 2 | pm qa
 Go-live | 1 | be cloud
 *Website live
 Care after launch | 5 | fe:0.4 | FS+2e
""",
    ("Public sector", "Retail", "Health", "Finance"),
    (
        "Visitors find what they need in three steps, and editors publish without us.",
        "Twice as many enquiries through the website, and WCAG 2.2 AA on every page.",
        "One content system instead of four, editable by every department.",
    ),
)

APP = Service(
    "app",
    "App or portal",
    (
        "Customer portal",
        "Service technician app",
        "Self-service portal for members",
        "Spare parts app",
        "Appointment booking app",
        "Dealer portal",
    ),
    """
Understanding
 @Story mapping workshop | 2 | ux pm analyst
 Field visits and shadowing | 4 | ux | FS+2
 Technical feasibility | 3 | be | SS+1
 *Scope of the first release agreed
Design
 Clickable prototype | 7 | ux ui
 Test with eight users | 3 | ux
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
 Store release and hand-over | 3 | mob pm:0.5
 *Live for everybody
""",
    ("SaaS", "Manufacturing", "Energy", "Health", "Finance"),
    (
        "Technicians close a job on site instead of in the evening at a desk.",
        "Sixty percent of routine enquiries answered without a call.",
        "Members change their data themselves; the back office keys nothing twice.",
    ),
    ("fixed_price", "time_and_material"),
)

INTEGRATION = Service(
    "integration",
    "ERP integration",
    (
        "ERP integration of the web shop",
        "Order-to-cash integration",
        "Connection of {n} plants to the ERP",
        "Product data hub",
        "Replacement of the EDI gateway",
    ),
    """
Analysis
 Process walk-through with key users | 3 | analyst
 Inventory of interfaces and data | 4 | be analyst | SS+2
 Target architecture | 4 | be cloud:0.4
 *Architecture decided
Build
 Middleware installation | 2 | cloud | | 6800
 Master data interface | 7 | be
 =Order interface | 9 | be
 Stock and price interface | 6 | be | SS+3
 ?Returns and credit notes | 5 | be
 Monitoring and alerting | 3 | cloud:0.6 | FF+1
Test and switch
 Test data and scenarios | 4 | qa analyst:0.5
 Integration test with the client's team | 6 | qa be:0.5 | FS-1
 Load test | 2 | qa cloud
 @Cut-over weekend | 2 | be cloud pm
 *Interfaces in production
 Hypercare | 10 | be:0.4 | FS+1e
""",
    ("Manufacturing", "Retail"),
    (
        "Orders reach the warehouse in two minutes instead of over night.",
        "No order is keyed by hand any more.",
        "Stock in the shop is right to the piece.",
    ),
    ("fixed_price", "time_and_material"),
)

RETROFIT = Service(
    "retrofit",
    "Plant automation retrofit",
    (
        "Retrofit of the {line} controls",
        "Safety upgrade of the {line}",
        "New control cabinet for the {line}",
        "Drive replacement on the {line}",
    ),
    """
Survey
 #Site survey and measurements | 3 | auto elec
 Risk assessment to the Machinery Directive | 4 | auto
 =As-built drawings | 5 | elec mech:0.5
 *Concept released
Engineering
 Electrical design | 9 | elec
 =Mechanical adaptations | 6 | mech
 Order of cabinets, drives and sensors | 2 | elec:0.5 | FS-2 | 38500
 Delivery of components | 15 | | FS+5e
 PLC and safety program | 14 | auto | SS+3
 HMI screens | 7 | auto:0.7 | SS+30%
 *Factory acceptance test passed
Site work
 @#Dismantling of the old controls | 2 | elec auto
 #Installation and wiring | 6 | elec mech | FS | 9400
 #Commissioning without product | 4 | auto | FS
 #Commissioning with product | 4 | auto | FS+1
 ?#Night shift for the optimisation of cycle time | 3 | auto
Hand-over
 Training of operators and maintenance | 2 | auto:0.5
 Documentation and CE declaration | 5 | elec:0.6 | SS
 *Site acceptance signed
""",
    ("Manufacturing", "Energy"),
    (
        "Ten more years of spare parts, and a stop rate below two percent.",
        "Performance level d for all safety functions.",
        "Change of format in eight minutes instead of forty.",
    ),
)

CLOUD = Service(
    "cloud",
    "Cloud migration",
    (
        "Cloud migration of {n} applications",
        "Move out of the data centre",
        "Kubernetes platform",
        "Disaster recovery concept",
    ),
    """
Assessment
 Application and dependency inventory | 5 | cloud analyst:0.5
 Security and data protection review | 4 | sec | SS+2
 Business case and migration waves | 3 | cloud pm
 *Go decision
Landing zone
 Accounts, network and identity | 6 | cloud
 =Guard rails and logging | 5 | sec cloud:0.4
 Cost reports and budgets | 2 | cloud:0.5
Migration
 Wave 1: internal tools | 6 | cloud be:0.3
 Wave 2: web applications | 9 | cloud be:0.5 | FS+2
 ?Wave 3: databases | 8 | cloud data
 Recovery exercise | 2 | cloud sec:0.5
Hand-over
 Run books and on-call training | 4 | cloud train:0.3
 @Shut-down of the old environment | 1 | cloud
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
        "Data platform, first stage",
        "Sales and margin reporting",
        "Predictive maintenance pilot",
        "Load forecast",
        "Data warehouse renewal",
    ),
    """
Foundation
 Questions that the data must answer | 3 | analyst data:0.5
 Source analysis and access | 5 | data
 Platform set-up | 4 | cloud data
 *First data loaded
Build
 Ingestion of {n} sources | 9 | data be:0.4
 Data model and quality rules | 8 | data | SS+50%
 Dashboards for management | 6 | data:0.7 ui:0.3
 ?Forecast model | 9 | data
 ?=Row-level permissions | 3 | sec:0.5 data:0.5
Adoption
 Reconciliation with the ledgers | 4 | data analyst | FS-2
 Training of power users | 2 | train data:0.5
 *Reports in use
""",
    ("Energy", "Retail", "Finance", "SaaS", "Manufacturing"),
    ("One margin figure that sales and finance both believe.", "Bearing failures announced a week ahead."),
    ("time_and_material", "fixed_price"),
)

BRAND = Service(
    "brand",
    "Brand sprint",
    ("Brand sprint", "Employer brand", "Trade fair appearance", "Product naming and packaging"),
    """
 @Sprint kick-off | 1 | ui copy
 Interviews and competitors | 3 | ux:0.6 copy
 Three directions | 5 | ui copy:0.5
 @Choice of direction | 1 | ui
 Elaboration of the brand | 7 | ui
 =Tone of voice and texts | 5 | copy
 ?Templates and print files | 4 | ui
 *Brand guide delivered
""",
    ("Retail", "SaaS", "Manufacturing"),
    ("A face to the market that the whole sales team is proud of.",),
)

AUDIT = Service(
    "audit",
    "Audit",
    (
        "Accessibility audit",
        "Security audit of the {n} portals",
        "NIS-2 readiness check",
        "Architecture review",
        "Energy data audit of the {line}",
    ),
    """
 Scope and access | 1 | pm:0.5 sec:0.5
 Automatic checks | 2 | qa sec:0.5
 Manual examination | 6 | sec qa:0.5 | FS
 Interviews with the teams | 2 | analyst | SS+1
 Report and priorities | 4 | sec | FS
 @Presentation to management | 1 | sec pm:0.5
 *Report accepted
 ?Check of the corrections | 2 | qa | FS+20e
""",
    (),
    ("Know the risks in order of what they could cost.", "Ready for the authority's visit in spring."),
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
 Curriculum and material | 6 | train copy:0.4
 @Pilot course | 2 | train
 Corrections of the material | 2 | train:0.5 copy
 @Course series, first group | 3 | train
 @Course series, second group | 3 | train | FS+3
 ?@Course series, third group | 3 | train | FS+3
 Evaluation | 1 | analyst:0.5
 *Certificates handed out
""",
    (),
    ("The client's own people can do it without us.",),
)

PROOF = Service(
    "proof",
    "Proof of value",
    ("Data warehouse proof of value", "Computer vision proof of concept", "Digital twin prototype"),
    """
 Hypotheses and measures | 2 | analyst data
 Data extract | 3 | data
 Model and first results | 8 | data
 =Demonstrator | 6 | fe:0.6 ui:0.4 | SS+2
 Review with the specialists | 2 | data analyst:0.5
 ?Second iteration | 6 | data
 *Decision to continue
""",
    ("Manufacturing", "Energy", "Finance", "Health"),
    ("Know in eight weeks whether it is worth a real project.",),
    ("time_and_material",),
)

SUPPORT_LABEL = "Support and care"
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
    "saw mill",
    "dosing plant",
)


def label(job: Job) -> str:
    """The service of a project in words."""
    known = SERVICES.get(job.brief.service) or PROGRAMMES.get(job.brief.service)
    return known.label if known else SUPPORT_LABEL
