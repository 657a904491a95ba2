"""What the charters of the demo firm say, by kind of project."""

from __future__ import annotations

# Phase of the outline → what the client gets of it, and when it counts as done.
DELIVERABLES: dict[str, tuple[str, str]] = {
    "Discovery": ("Findings and goals", "The sponsor signs the list of goals; every department was heard."),
    "Concept and design": (
        "Approved design and component library",
        "All page types are designed, contrast and focus meet WCAG 2.2 AA, and the sponsor approves the presentation.",
    ),
    "Launch": (
        "Live website with trained editors",
        "Live at the agreed address, two editors a department are trained, no open fault of priority 1 or 2.",
    ),
    "Understanding": ("Journeys and backlog", "The backlog covers every journey that was agreed, in order of value."),
    "Design": ("Tested prototype", "Seven of eight test persons finish each task without help."),
    "Roll-out": (
        "Roll-out to all users",
        "Every user has access, the help desk knows the ten usual questions, and two weeks passed without an outage.",
    ),
    "Analysis": (
        "Interface specification",
        "Every field is mapped with an example, and both sides signed the mapping.",
    ),
    "Test and switch": (
        "Interface in operation",
        "Three days in parallel without a difference; the old transfer is switched off.",
    ),
    "Survey": ("Survey report", "Wiring, drives and safety functions are recorded for each machine, with photographs."),
    "Engineering": (
        "Engineering documents",
        "Circuit diagrams and software design are released by the plant engineer.",
    ),
    "Site work": ("Converted plant", "The line runs a full shift in automatic mode at nominal speed."),
    "Hand-over": (
        "Documentation and training",
        "As-built documents are handed over in the agreed form; the shift leaders pass the practical test.",
    ),
    "Assessment": ("Assessment and wave plan", "Each application has a target, an owner and a date."),
    "Landing zone": ("Landing zone", "Network, identity, backup and cost alarms pass the security review."),
    "Migration": (
        "Migrated applications",
        "Users work in the new environment, response times are no worse, and a restore was shown.",
    ),
    "Foundation": ("Data model and pipelines", "Figures of three months agree with the ledger to the cent."),
    "Adoption": ("Reports in daily use", "Ten named people work with them every week and close their own files."),
    "Programme set-up": (
        "Programme charter",
        "Goals, scope, budget and steering are signed by sponsor and both leads.",
    ),
    "Architecture and foundations": (
        "Architecture and foundations",
        "Environments are reproducible from code; the data protection officer has no open remark.",
    ),
    "Basic engineering": ("Basic design", "Process, electrical and safety concept are released by the plant manager."),
    "Procurement": ("Ordered main components", "All long-lead items are ordered with dates that the plan allows."),
    "Completion": ("Accepted plant", "Guaranteed throughput over three days; all documents are handed over."),
    "Template": ("Template of processes and system", "The pilot users work a week in it without going back."),
    "Close": ("Handed-over operation", "Support is with the service desk; open points have owner and date."),
}
BUILT: dict[str, tuple[str, str]] = {
    "website": ("Website, ready for acceptance", "All page types are built, contents migrated, tests passed."),
    "app": (
        "App, ready for users",
        "Every story of the first release passes its acceptance test on the agreed devices.",
    ),
    "integration": ("Interface, ready for test", "All messages pass the agreed test cases in both directions."),
    "data": ("Reports and models", "The agreed reports answer in five seconds, and each figure names its source."),
}
# Projects without phases: all of their work makes one thing.
WHOLE: dict[str, tuple[str, str]] = {
    "brand": ("Brand manual", "Board and sales release name, marks and tone; the first three media use them."),
    "audit": ("Audit report", "Each finding has a rating, a proof and a proposal, and the board heard the summary."),
    "training": ("Trained team", "Every participant solves the practical task alone."),
    "proof": (
        "Recommendation with proof",
        "The board can decide: benefit, cost and risk rest on the client’s own data.",
    ),
}
PART = ("{part}, in operation", "The agreed test cases of {low} pass, and its users have worked a week with it.")

# (what, measure, today, target); {a} and {b} are drawn, so that no two projects promise the same.
OBJECTIVES: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "website": (
        ("Visitors find what they need", "Searches without a click", "{a} %", "{b} %"),
        ("More enquiries through the website", "Enquiries a month", "{b}", "{a}"),
        ("Editors publish without us", "Hours from text to page", "{a}", "{b}"),
    ),
    "app": (
        ("Routine is done without a call", "Calls a week", "{a}0", "{b}0"),
        ("Less paper", "Forms keyed by hand a month", "{a}0", "0"),
        ("People like to use it", "System Usability Scale", "5{d}", "8{d}"),
    ),
    "integration": (
        ("Orders arrive at once", "Minutes from order to warehouse", "{a}0", "2"),
        ("Nothing is keyed twice", "Orders keyed by hand a week", "{a}", "0"),
    ),
    "retrofit": (
        ("The line stands still less", "Unplanned stops a month", "{a}", "{b}"),
        ("Spare parts for ten more years", "Parts without a maker", "{a}", "0"),
        ("Safe by today’s standard", "Safety functions at level d", "{b} of {a}", "all"),
    ),
    "cloud": (
        ("Out of the data centre", "Servers of our own", "{a}", "0"),
        ("Back in an hour after a fault", "Hours to restore, tested", "{a}", "1"),
    ),
    "data": (
        ("One figure that all believe", "Margin reports that disagree", "{d}", "0"),
        ("Monthly close is faster", "Working days", "{a}", "{b}"),
    ),
    "platform": (
        ("Customers help themselves", "Contacts without a call", "{b} %", "{a} %"),
        ("The service desk sees every case", "Cases in other systems a week", "{a}0", "0"),
        ("Customers recommend it", "Net promoter score", "{d}", "{a}"),
    ),
    "plant": (
        ("More from the same floor", "Tonnes a shift", "{b}", "{a}"),
        ("No control system without support", "Systems without support", "{d}", "0"),
    ),
    "rollout": (
        ("Every site works by one process", "Sites on the template", "0", "all"),
        ("Month-end is fast", "Working days to close", "{a}", "3"),
    ),
}
OBJECTIVES_OF_ALL = (("The client can go on without us", "Requests a month after hand-over", "–", "below {d}"),)

IN_SCOPE: dict[str, tuple[str, ...]] = {
    "website": ("Twelve page types in two languages", "Migration of up to 800 pages", "Search, forms and newsletter",
                "Training of two editors a department"),
    "app": ("Apps for iOS and Android, the last two versions", "Work without network for a day", "Single sign-on",
            "Push messages"),
    "integration": (
        "Orders, stock and dispatch in both directions",
        "Error queue with restart", "Monitoring and alarms",
    ),
    "retrofit": ("Controllers, drives and operator panels", "Safety functions with proof", "As-built documents",
                 "Commissioning in two shutdowns"),
    "cloud": ("All applications of the wave plan", "Backup and disaster recovery", "Cost reports by department"),
    "data": ("Sales, finance and stock data of five years", "Daily loading with checks", "Eight reports"),
    "platform": ("All parts of the release plan", "Sign-up with two factors", "Operation for three months after launch",
                 "Interfaces to billing and customer system"),
    "plant": ("Control, drives and field devices of the named areas", "Recipes and reports", "Operator training",
              "Acceptance tests at the maker and on site"),
    "rollout": ("All sites of the list", "Migration of master data and open items", "Training of key users",
                "Support on site for two weeks each"),
}  # fmt: skip
IN_SCOPE_OF_ALL = ("Project management and a weekly report", "Acceptance with protocol", "Two rounds of corrections")
OUT_OF_SCOPE = (
    "Hardware and licences: the client orders them",
    "Photography, film and translation",
    "Corrections of data in the client’s old systems",
    "Operation after the warranty; see the support agreement",
    "Changes of law after the start of the project",
    "Works at night and on Sundays",
    "Interfaces that are not named in the specification",
)
CONSTRAINTS = (
    "No work on live systems in the last week of a month",
    "Budget is fixed; changes only by signed request",
    "Personal data stay within the European Union",
    "The works council must agree before roll-out",
    "Two shutdowns of at most three days each",
    "Only the named members of the client’s team have access",
    "The old contract ends on its date and cannot be extended",
)
ASSUMPTIONS = (
    "The client answers questions within three working days",
    "Test data are there before the build begins",
    "Two key users have a day a week for the project",
    "Documents of the present system are complete and current",
    "Access for our team is open from the first week",
    "Other suppliers deliver their interfaces as announced",
)
EXPECTS = {
    "sponsor": ("That the date holds, and that nobody is surprised by the cost", "A result to show to the board"),
    "decision_maker": ("To decide on facts, with two options at most", "No surprises in operation"),
    "champion": ("To be asked early and to try it first", "That colleagues will want it"),
    "user": ("Less to type, and no training of three days", "That daily work does not stop for it"),
    "buyer": ("An invoice that matches the order", "No additional claims"),
    "detractor": ("That the old system stays as long as it works", "Proof before anything is switched off"),
    "": ("To be kept informed",),
}
# Who is it → influence and interest (1 to 4), and the stance.
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
    "decision_maker": "Decides on changes",
    "champion": "Product owner",
    "user": "Key user",
    "buyer": "Purchasing",
    "detractor": "Runs the present system",
    "": "Contact",
}
ELSEWHERE = (
    ("Works council", 3, 2, "neutral", "A say before people’s work changes"),
    ("Data protection officer", 3, 2, "doubts", "An impact assessment before personal data are used"),
    ("Maker of the present system", 2, 1, "doubts", "A clean end of the contract"),
    ("Insurer", 2, 1, "neutral", "Proof of the safety functions"),
)
CONDITIONS = (
    "Accepted, if the three open points of the protocol are closed within two weeks.",
    "We take it. The texts of the help pages must still be made easier.",
    "Fine for now; response times at month-end are to be measured once more.",
    "Accepted on condition that the last two drawings are corrected before the next phase.",
)
REASONS = (
    "Two of the agreed test cases fail, and the protocol lacks the load test. Please hand it over again.",
    "Our people could not finish the main task without help. This is not what was agreed.",
)
