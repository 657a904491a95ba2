"""What the projects of the demo firm record: what could happen, what did, what was decided and learned."""

from __future__ import annotations

from dataclasses import dataclass

SOFTWARE = ("website", "app", "integration", "cloud", "data", "platform", "rollout", "proof")
PLANT = ("retrofit", "plant")


@dataclass(frozen=True, slots=True)
class RiskWords:
    """A risk as people put it. ``days`` are working days; ``cost`` is in hundredths of the project's price."""

    title: str
    cause: str
    event: str
    effect: str
    probability: tuple[int, int]
    days: tuple[float, float, float]
    cost: tuple[float, float, float]
    client: int
    response: str
    plan: str
    trigger: str = ""
    strikes: str = ""  # a word in the names of the tasks it strikes
    services: tuple[str, ...] = ()  # empty: any
    kind: str = "threat"
    solved: str = ""  # how it was solved where it struck


RISKS = (
    RiskWords(
        "Client decisions take longer than planned", "the client's departments approve one after the other",
        "a milestone is held up by missing signatures", "the tasks that follow start late", (35, 60), (2, 4, 10),
        (0.5, 1, 3), 2, "reduce", "Agree deputies who can sign; put the next three decisions on every weekly call.",
        "An approval is outstanding for more than five working days.", "approved",
        solved="The managing director named a deputy; since then, approvals come within two days.",
    ),
    RiskWords(
        "Third-party interfaces are delivered late", "their supplier serves many customers at once",
        "the test system is not available when we need it", "integration and testing slip", (30, 55), (4, 8, 20),
        (1, 2.5, 6), 3, "reduce", "Build against a simulator first; request the test system in writing now.",
        "No test access two weeks before integration starts.", "nterface", SOFTWARE,
        solved="Worked against our simulator for two weeks and caught up in the second round of testing.",
    ),
    RiskWords(
        "Loss of a key person", "only one colleague knows this area", "they fall ill or leave",
        "someone else has to learn it first", (10, 20), (3, 6, 15), (0.5, 1.5, 4), 2, "reduce",
        "Pair on the critical parts; keep notes so that a second person can take over within a day.",
    ),
    RiskWords(
        "Data quality is worse than expected", "the old records have never been checked in full",
        "duplicates and gaps turn up during migration", "cleansing takes days and the cut-over slips", (40, 65),
        (2, 6, 12), (1, 2, 5), 3, "reduce", "Migrate a full copy early and count the rejected records.",
        "More than 2% of records are rejected in the trial.", "igration", ("website", "integration", "data",
        "platform", "rollout"), solved="After a second trial migration with the client's own staff, 40 rows were left.",
    ),
    RiskWords(
        "Scope creep during delivery", "users first see the result at the demo",
        "they ask for more than was agreed", "hours are spent that can't be billed", (45, 70), (1, 3, 8), (2, 4, 9), 1,
        "avoid", "Every extra request becomes a priced change request before work starts on it.",
        "Two requests in a week that are out of scope.",
    ),
    RiskWords(
        "Serious finding in the security test", "the old sign-in stays in use", "the test finds a vulnerability in it",
        "it must be fixed before anything goes live", (15, 30), (2, 5, 10), (0.5, 1.5, 3), 4, "reduce",
        "Have the sign-in reviewed at the halfway point, not at the end.", "", "est", SOFTWARE,
        solved="Fixed and retested within a week; the go-live date was met.",
    ),
    RiskWords(
        "Cloud costs exceed the budget", "the month-end load is unknown", "capacity has to be doubled",
        "running costs exceed what was agreed with the client", (20, 40), (0, 0, 2), (1, 3, 6), 3, "transfer",
        "Reserve capacity on a contract that can be cancelled; bill the client by usage.", "", "", ("cloud", "data",
        "platform", "app"),
    ),
    RiskWords(
        "Parts are delivered late", "drives and controllers have long lead times", "the supplier postpones delivery",
        "installation on site can't start", (30, 50), (5, 10, 25), (1, 2, 5), 4, "reduce",
        "Order long-lead items before the design is complete; identify a second source.",
        "No dispatch notice ten days before the delivery date.", "nstall", PLANT,
        solved="Bought the drives from a dealer's stock at a surcharge and split the cost with the supplier.",
    ),
    RiskWords(
        "No shutdown window for the cut-over", "production runs at full load before the season",
        "the plant can't release a weekend", "commissioning waits for the next shutdown", (25, 40), (5, 15, 30),
        (1, 2, 4), 4, "avoid", "Fix the shutdown in the agreement, with a second date in reserve.", "",
        "ommission", PLANT,
    ),
    RiskWords(
        "Hidden defects in the old cabinets", "the drawings are thirty years old",
        "the wiring differs from the drawings", "electricians spend time tracing cables", (40, 60), (2, 5, 9),
        (1, 2, 4), 2, "accept",
        "The plan includes ten days of contingency; photograph every cabinet before dismantling.",
        "", "", PLANT,
    ),
    RiskWords(
        "Accident on site", "several trades work in the same hall", "someone is injured",
        "work stops for an investigation", (3, 8), (3, 8, 20), (1, 3, 8), 5, "transfer",
        "Safety briefing every Monday; the remaining risk is insured.", "", "", PLANT,
    ),
    RiskWords(
        "Low user adoption", "users were not asked what they need", "they stick to the old way of working",
        "the expected benefits don't materialise", (20, 40), (0, 2, 5), (0.5, 1, 2), 4, "reduce",
        "Three users from each department test every two weeks and act as contacts in the training.", "", "raining",
        ("website", "app", "rollout", "platform", "training"),
    ),
    RiskWords(
        "Exchange rate on licences", "licences are bought in US dollars", "the dollar rises by 10%",
        "they cost more than quoted", (25, 35), (0, 0, 0), (0.5, 1, 2), 0, "transfer",
        "Buy the confirmed quantities in advance.",
    ),
    RiskWords(
        "Resource conflict with another project", "the other project is also running late",
        "shared team members are not released on time", "our tasks have to wait", (35, 55), (2, 4, 8), (0, 0.5, 1), 2,
        "reduce", "Review the workload every week with the other project manager.",
        solved="The other project released two days a week.",
    ),
    RiskWords(
        "Off-the-shelf component instead of a custom build", "a supplier is about to release what we would build",
        "it fits without changes", "we save the build and test effort", (20, 45), (2, 4, 8), (1, 2, 4), 1, "exploit",
        "Evaluate it for two days before the build starts.", "", "omponent", SOFTWARE, "opportunity",
    ),
    RiskWords(
        "Early test automation", "the test tool from the last project fits", "half of the manual tests are not needed",
        "the final round of testing is shorter", (30, 50), (1, 3, 5), (0.5, 1, 2), 0, "enhance",
        "Spend two days on the set-up in the first month.", "", "test", SOFTWARE, "opportunity",
    ),
    RiskWords(
        "Client staff take over the training", "their key users learn quickly", "they train their colleagues",
        "we save trainers and travel", (25, 40), (1, 2, 3), (0.5, 1, 1.5), 2, "share",
        "Offer them our material and a day of support.", "", "raining", (), "opportunity",
    ),
)  # fmt: skip

# Title, what is wrong, severity, how it was solved.
ISSUES = (
    ("Test access expired", "Our accounts on the client's test system were closed overnight.", 2,
     "New accounts valid for a year; the list is in the handbook."),
    ("Client contact is away", "No one else is allowed to answer pricing questions until she is back.", 2,
     "Her deputy was authorised in writing."),
    ("Invoice disputed", "Procurement can't find last month's change order.", 3,
     "Resent it with the minutes that approved it; paid since."),
    ("Build server too small", "Every build takes forty minutes and everyone has to wait.", 2,
     "Capacity doubled; builds take nine minutes."),
    ("Wrong figures in the monthly report", "Two cost centres have been swapped since the last import.", 3,
     "Mapping corrected, reports for two months reissued."),
    ("Screens unreadable in sunlight", "On site, the chosen colours are hard to tell apart.", 2,
     "Higher-contrast theme, checked outdoors by two technicians."),
    ("Works council approval outstanding", "Without their agreement, the log can't contain any user names.", 4,
     "Log without names, stored for thirty days; agreement signed."),
    ("Licence key rejected", "The supplier's portal can't find our order.", 1, "Resolved by calling their sales team."),
    ("Conflicting requirements", "Sales wants the field to be mandatory, service wants it removed.", 3,
     "Decided by the sponsor: mandatory for new customers only."),
    ("Meeting room double-booked", "Next week's training has no room.", 1, "Moved to the back room of the canteen."),
)  # fmt: skip

# Title, what changes, why, working days, price in hundredths of the project's, and why it was not done, if it was not.
CHANGES = (
    (
        "Second language",
        "All pages and emails in French as well, with the same layout.",
        "The Lyon branch opens six months earlier than planned.",
        6,
        5,
        "",
    ),
    (
        "Sign-in with company accounts",
        "Staff sign in with their existing accounts.",
        "The works council objects to another password.",
        3,
        2.5,
        "",
    ),
    (
        "Management dashboard",
        "Six figures by month and branch, as a page and as a downloadable table.",
        "The managing director wants to see the benefit from the first month.",
        4,
        3,
        "",
    ),
    (
        "Start two weeks earlier",
        "The first site goes live before the trade fair.",
        "The client wants to show it there.",
        -10,
        4,
        "Two weeks are the entire test phase. We will show a prepared version at the fair instead.",
    ),
    (
        "Exclude the archive of old cases",
        "Cases older than three years stay in the old system.",
        "Cleaning them up costs more than looking them up.",
        -5,
        -3,
        "",
    ),
    (
        "Print on the old forms",
        "The new system prints on the carbon-copy forms.",
        "The client still has forty thousand of them in stock.",
        5,
        2,
        "The dot-matrix printers are no longer supported; the client will use up the forms manually.",
    ),
    (
        "Two additional training sessions",
        "One for the night shift, one for staff who were ill.",
        "A third of the staff could not attend the planned dates.",
        1,
        1.5,
        "",
    ),
)

# Title, what had to be decided, what was decided, why, who.
DECISIONS = (
    ("One release instead of two", "Release in two steps, or all at once four weeks later.",
     "One release, after the holidays.", "Two training sessions a month are too much for the branches.",
     "{client}, {us}"),
    ("Keep existing customer numbers", "New customer numbers, or those from the old system.",
     "The existing numbers stay; new ones start at 900,000.", "They appear on paper contracts that won't be reprinted.",
     "{client}"),
    ("Hosting in the client's data centre", "Our cloud, theirs, or their own servers.",
     "Their own servers, operated by us.", "Their auditors require it until the end of next year.", "{client}, {us}"),
    ("Weekly call on Tuesdays at nine", "When to meet, and who attends.",
     "Tuesdays at nine, half an hour, one list of open items.",
     "Department heads meet at ten and can take our questions with them.", "{us}"),
    ("Standard component for the forms", "Build our own, or use the standard component.", "Use the standard component.",
     "It saves about ten days, and no one could name a requirement it doesn't meet.", "{us}"),
    ("No migration of closed cases", "Migrate all cases, or only the last three years.", "Only the last three years.",
     "Older cases are requested about twice a year; the archive stays readable.", "{client}"),
    ("Quote from a second supplier", "Wait for the first quote, or request a second one.", "Request a second one.",
     "A week's delay costs more than the higher price.", "{us}"),
    ("Acceptance by area", "Accept everything at the end, or area by area.",
     "Area by area, each with its own checklist.",
     "Accepted areas can be invoiced, and defects are found earlier.", "{client}, {us}"),
)  # fmt: skip

# Kind, title, field, what happened, what to do next time.
LESSONS = (
    ("avoid", "Plan for two rounds of approval", "Working with the client",
     "Every milestone needed a second round of approval, which was not in the plan.",
     "Plan three working days for each approval, and name a deputy at the kick-off."),
    ("keep", "Trial migration in the first month", "Data",
     "The early trial showed what the old system really contains.",
     "Do it again: a full copy, rejected rows counted by reason, and the list sent to the client."),
    ("avoid", "Estimates without the testers", "Estimating",
     "Testing took twice as long as planned because the testers had not been consulted.",
     "Let the testers estimate their own tasks: optimistic, most likely and pessimistic."),
    ("keep", "User reviews every two weeks", "Acceptance",
     "Three users saw each increment; acceptance raised four comments instead of sixty.",
     "Name the users in the quote, with the days it will take them."),
    ("avoid", "Drawings trusted without checking", "On site",
     "A third of the cabinets were wired differently from the drawings.",
     "Spend two days on site with a camera before the quote, not after."),
    ("avoid", "Extras accepted out of goodwill", "Scope",
     "Small extras added up to eleven unbilled days.",
     "Record each one as a priced change request, even the free ones, so that the client sees what they received."),
    ("keep", "One-page weekly report for the sponsor", "Reporting",
     "The weekly page with dates, budget and three risks prevented two crisis meetings.",
     "Send it from the first week, even when nothing has happened."),
    ("avoid", "Go-live on a Friday", "Go-live",
     "Two of us worked on Saturday because a certificate had expired.",
     "Go live on Tuesdays, and check every certificate a week before."),
    ("keep", "Simulator for interfaces", "Testing",
     "We could test even though the supplier's system came five weeks late.",
     "Build the simulator in the first week and keep it for the next release."),
)  # fmt: skip
