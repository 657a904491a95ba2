"""What the charters of the demo firm say, by kind of project."""

from __future__ import annotations

# Phase of the outline → what the client gets of it, and when it counts as done.
DELIVERABLES: dict[str, tuple[str, str]] = {
    "Discovery": ("Findings and goals", "The sponsor has signed off the goals; every department has been consulted."),
    "Concept and design": (
        "Approved design and component library",
        "All page types are designed, contrast and focus meet WCAG 2.2 AA, and the sponsor has approved the design.",
    ),
    "Launch": (
        "Live website with trained editors",
        "Live at the agreed address, two editors per department trained, no open defects of priority 1 or 2.",
    ),
    "Research": ("User journeys and backlog", "The backlog covers every agreed journey, prioritised by value."),
    "Design": ("Tested prototype", "Seven of eight test users complete each task without help."),
    "Roll-out": (
        "Roll-out to all users",
        (
            "Every user has access, the help desk can answer the ten most common questions, and two weeks have passed "
            "without an outage."
        ),
    ),
    "Analysis": (
        "Interface specification",
        "Every field is mapped with an example, and both sides have signed off the mapping.",
    ),
    "Testing and cut-over": (
        "Interface in operation",
        "Three days of parallel running without discrepancies; the old transfer is switched off.",
    ),
    "Survey": ("Survey report", "Wiring, drives and safety functions are recorded for each machine, with photographs."),
    "Engineering": (
        "Engineering documents",
        "Circuit diagrams and software design have been released by the plant engineer.",
    ),
    "Site work": ("Converted plant", "The line runs a full shift in automatic mode at nominal speed."),
    "Handover": (
        "Documentation and training",
        "As-built documents are handed over in the agreed format; the shift leaders pass the practical test.",
    ),
    "Assessment": ("Assessment and wave plan", "Each application has a target, an owner and a date."),
    "Landing zone": ("Landing zone", "Network, identity, backup and cost alerts pass the security review."),
    "Migration": (
        "Migrated applications",
        "Users work in the new environment, response times are no worse, and a restore has been demonstrated.",
    ),
    "Foundation": ("Data model and pipelines", "Three months of figures match the ledger to the cent."),
    "Adoption": ("Reports in daily use", "Ten named users work with them every week and have retired their own files."),
    "Programme set-up": (
        "Programme charter",
        "Goals, scope, budget and governance are signed by the sponsor and both leads.",
    ),
    "Architecture and foundations": (
        "Architecture and foundations",
        "Environments can be rebuilt from code; the data protection officer has no open comments.",
    ),
    "Basic engineering": (
        "Basic design",
        "The process, electrical and safety concepts have been released by the plant manager.",
    ),
    "Procurement": ("Main components ordered", "All long-lead items are ordered, with dates that fit the plan."),
    "Completion": ("Accepted plant", "Guaranteed throughput over three days; all documents handed over."),
    "Template": ("Process and system template", "The pilot users work with it for a week without reverting."),
    "Close-out": ("Handover to operations", "Support is with the service desk; open items have an owner and a date."),
}
BUILT: dict[str, tuple[str, str]] = {
    "website": ("Website, ready for acceptance", "All page types built, content migrated, tests passed."),
    "app": (
        "App, ready for users",
        "Every story in the first release passes its acceptance test on the agreed devices.",
    ),
    "integration": ("Interface, ready for testing", "All messages pass the agreed test cases in both directions."),
    "data": ("Reports and models", "The agreed reports load within five seconds, and each figure names its source."),
}
# Projects without phases: all of their work makes one thing.
WHOLE: dict[str, tuple[str, str]] = {
    "brand": ("Brand manual", "Board and sales approve name, logos and tone; the first three media use them."),
    "audit": (
        "Audit report",
        "Each finding has a rating, evidence and a recommendation, and the summary was presented to the board.",
    ),
    "training": ("Trained team", "Every participant completes the practical task unaided."),
    "proof": (
        "Recommendation with evidence",
        "The board can decide: benefit, cost and risk are based on the client’s own data.",
    ),
}
PART = ("{part}, in operation", "The agreed test cases for {low} pass, and its users have worked with it for a week.")

# (what, measure, today, target); {a} and {b} are drawn, so that no two projects promise the same.
OBJECTIVES: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "website": (
        ("Visitors find what they need", "Searches without a click", "{a}%", "{b}%"),
        ("More enquiries through the website", "Enquiries per month", "{b}", "{a}"),
        ("Editors publish independently", "Hours from draft to published page", "{a}", "{b}"),
    ),
    "app": (
        ("Routine requests handled without a call", "Calls per week", "{a}0", "{b}0"),
        ("Less paper", "Forms keyed in manually per month", "{a}0", "0"),
        ("Users like using it", "System Usability Scale", "5{d}", "8{d}"),
    ),
    "integration": (
        ("Orders arrive immediately", "Minutes from order to warehouse", "{a}0", "2"),
        ("No double entry", "Orders keyed in manually per week", "{a}", "0"),
    ),
    "retrofit": (
        ("Less unplanned downtime", "Unplanned stops per month", "{a}", "{b}"),
        ("Spare parts for ten more years", "Parts no longer manufactured", "{a}", "0"),
        ("Safe by current standards", "Safety functions at level d", "{b} of {a}", "all"),
    ),
    "cloud": (
        ("Exit from the data centre", "Servers still on site", "{a}", "0"),
        ("Recovery within an hour", "Hours to restore, tested", "{a}", "1"),
    ),
    "data": (
        ("One figure everyone trusts", "Conflicting margin reports", "{d}", "0"),
        ("Faster monthly close", "Working days", "{a}", "{b}"),
    ),
    "platform": (
        ("More customer self-service", "Enquiries handled without a call", "{b}%", "{a}%"),
        ("The service desk sees every case", "Cases in other systems per week", "{a}0", "0"),
        ("Customers recommend it", "Net promoter score", "{d}", "{a}"),
    ),
    "plant": (
        ("More output from the same floor space", "Tonnes per shift", "{b}", "{a}"),
        ("No unsupported control systems", "Unsupported systems", "{d}", "0"),
    ),
    "rollout": (
        ("One process for every site", "Sites on the template", "0", "all"),
        ("Faster month-end close", "Working days to close", "{a}", "3"),
    ),
}
OBJECTIVES_OF_ALL = (("The client can continue without us", "Requests per month after handover", "–", "below {d}"),)

IN_SCOPE: dict[str, tuple[str, ...]] = {
    "website": ("Twelve page types in two languages", "Migration of up to 800 pages", "Search, forms and newsletter",
                "Training for two editors per department"),
    "app": ("Apps for iOS and Android, latest two versions", "Offline use for up to a day", "Single sign-on",
            "Push notifications"),
    "integration": (
        "Orders, stock and dispatch in both directions",
        "Error queue with restart", "Monitoring and alerts",
    ),
    "retrofit": ("Controllers, drives and operator panels", "Safety functions with verification", "As-built documents",
                 "Commissioning in two shutdowns"),
    "cloud": ("All applications in the wave plan", "Backup and disaster recovery", "Cost reports by department"),
    "data": ("Five years of sales, finance and stock data", "Daily loads with quality checks", "Eight reports"),
    "platform": ("All modules in the release plan", "Sign-up with two-factor authentication",
                 "Operation for three months after launch", "Interfaces to billing and CRM"),
    "plant": ("Control, drives and field devices in the named areas", "Recipes and reports", "Operator training",
              "Factory and site acceptance tests"),
    "rollout": ("All listed sites", "Migration of master data and open items", "Key user training",
                "On-site support for two weeks per site"),
}  # fmt: skip
IN_SCOPE_OF_ALL = ("Project management and a weekly report", "Documented acceptance", "Two rounds of corrections")
OUT_OF_SCOPE = (
    "Hardware and licences, which the client orders",
    "Photography, film and translation",
    "Data corrections in the client’s legacy systems",
    "Operation after the warranty period; see the support agreement",
    "Changes in legislation after the project starts",
    "Work at night and on Sundays",
    "Interfaces not named in the specification",
)
CONSTRAINTS = (
    "No work on live systems in the last week of the month",
    "Fixed budget; changes only by signed change request",
    "Personal data must stay within the European Union",
    "The works council must agree before roll-out",
    "Two shutdowns of at most three days each",
    "Only named members of the client’s team have access",
    "The old contract ends on its expiry date and cannot be extended",
)
ASSUMPTIONS = (
    "The client answers questions within three working days",
    "Test data are available before the build starts",
    "Two key users each have a day a week for the project",
    "Documentation of the current system is complete and up to date",
    "Our team has access from the first week",
    "Other suppliers deliver their interfaces as announced",
)
EXPECTS = {
    "sponsor": ("A date that holds, and no surprises on cost", "A result to present to the board"),
    "decision_maker": ("Decisions based on facts, with two options at most", "No surprises in operation"),
    "champion": ("To be consulted early and to try it first", "A result that colleagues want to use"),
    "user": ("Less typing, and no three-day training course", "No disruption to daily work"),
    "buyer": ("Invoices that match the order", "No additional claims"),
    "detractor": ("The old system kept for as long as it works", "Evidence before anything is switched off"),
    "": ("To be kept informed",),
}
# Who is it → influence and interest (1 to 4), and the engagement.
STAKES = {
    "sponsor": (4, 4, "supports"),
    "decision_maker": (4, 3, "supports"),
    "champion": (2, 4, "supports"),
    "user": (1, 4, "neutral"),
    "buyer": (3, 1, "neutral"),
    "detractor": (3, 3, "resists"),
    "": (2, 2, "neutral"),
}
PARTS = {
    "sponsor": "Sponsor",
    "decision_maker": "Change approver",
    "champion": "Product owner",
    "user": "Key user",
    "buyer": "Procurement",
    "detractor": "Current system owner",
    "": "Contact",
}
ELSEWHERE = (
    ("Works council", 3, 2, "neutral", "Consultation before people’s work changes"),
    ("Data protection officer", 3, 2, "doubts", "An impact assessment before personal data are used"),
    ("Supplier of the current system", 2, 1, "doubts", "An orderly end to the contract"),
    ("Insurer", 2, 1, "neutral", "Evidence of the safety functions"),
)
CONDITIONS = (
    "Accepted, provided that the three open items in the acceptance report are closed within two weeks.",
    "Accepted. The help texts still need to be simplified.",
    "Fine for now; response times at month-end should be measured once more.",
    "Accepted on condition that the last two drawings are corrected before the next phase.",
)
REASONS = (
    "Two of the agreed test cases fail, and the report does not include the load test. Please resubmit.",
    "Our users could not complete the main task without help. This is not what was agreed.",
)
