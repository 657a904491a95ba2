"""What the projects of the demo firm write down: what may happen, what did, what was decided and learned."""

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
        "Client's decisions take longer than planned", "the client's departments approve one after the other",
        "a milestone waits for signatures", "the tasks behind it start late", (35, 60), (2, 4, 10), (0.5, 1, 3), 2,
        "reduce", "Agree on deputies who may sign; put the next three decisions on every weekly call.",
        "An approval is older than five working days.", "approved",
        solved="The managing director named a deputy; approvals come within two days since then.",
    ),
    RiskWords(
        "Interfaces of the third-party system come late", "their supplier works for many customers at once",
        "the test system is not there when we need it", "integration and tests move back", (30, 55), (4, 8, 20),
        (1, 2.5, 6), 3, "reduce", "Build against a simulator first; ask for the test system in writing now.",
        "No test access two weeks before the integration begins.", "nterface", SOFTWARE,
        solved="Worked against our simulator for two weeks and caught up in the second round of tests.",
    ),
    RiskWords(
        "A key person is not there", "one colleague alone knows this part", "they fall ill or leave",
        "somebody else must first learn it", (10, 20), (3, 6, 15), (0.5, 1.5, 4), 2, "reduce",
        "Pair on the critical parts; keep the notes so that a second person can take over within a day.",
    ),
    RiskWords(
        "Data to be migrated is worse than thought", "nobody has looked at the old records in full",
        "doubles and gaps turn up during migration", "cleaning takes days and the cut-over slips", (40, 65),
        (2, 6, 12), (1, 2, 5), 3, "reduce", "Migrate a full copy early and count what is refused.",
        "More than two in a hundred records are refused in the trial.", "igration", ("website", "integration", "data",
        "platform", "rollout"), solved="A second trial migration with the client's own clerks left forty rows.",
    ),
    RiskWords(
        "Wishes grow during the work", "users see the result for the first time at the presentation",
        "they ask for more than was agreed", "hours are spent that nobody pays", (45, 70), (1, 3, 8), (2, 4, 9), 1,
        "avoid", "Every wish becomes a change with a price before anybody works on it.",
        "Two wishes in a week that are not in the scope.",
    ),
    RiskWords(
        "Security test finds something serious", "the old sign-in stays in use", "the test finds a hole in it",
        "it must be mended before anything goes live", (15, 30), (2, 5, 10), (0.5, 1.5, 3), 4, "reduce",
        "Have the sign-in reviewed at half time, not at the end.", "", "est", SOFTWARE,
        solved="Mended and tested again within a week; go-live kept.",
    ),
    RiskWords(
        "Cloud costs more than the budget", "the load at month's end is not known", "the machines must be doubled",
        "running costs exceed what was promised to the client", (20, 40), (0, 0, 2), (1, 3, 6), 3, "transfer",
        "Reserve capacity with a contract that can be cancelled; the client pays by use.", "", "", ("cloud", "data",
        "platform", "app"),
    ),
    RiskWords(
        "Parts are delivered late", "drives and controls have long delivery times", "the supplier moves the date",
        "installation on site cannot begin", (30, 50), (5, 10, 25), (1, 2, 5), 4, "reduce",
        "Order the long runners before the design is complete; name a second source.",
        "No notice of dispatch ten days before.", "nstall", PLANT,
        solved="Took the drives from a dealer's stock at a surcharge and shared it with the supplier.",
    ),
    RiskWords(
        "No standstill for the cut-over", "production runs at full load before the season",
        "the plant gives us no weekend", "commissioning waits for the next standstill", (25, 40), (5, 15, 30),
        (1, 2, 4), 4, "avoid", "Fix the standstill in the agreement, with a second date in reserve.", "",
        "ommission", PLANT,
    ),
    RiskWords(
        "Hidden faults in the old cabinets", "the drawings are thirty years old", "wiring differs from the drawings",
        "electricians search instead of connecting", (40, 60), (2, 5, 9), (1, 2, 4), 2, "accept",
        "Ten days of reserve are in the plan; photograph every cabinet before taking it apart.", "", "", PLANT,
    ),
    RiskWords(
        "An accident on site", "several trades work in the same hall", "somebody is hurt",
        "work is stopped and inquired into", (3, 8), (3, 8, 20), (1, 3, 8), 5, "transfer",
        "Safety briefing every Monday; insured for what remains.", "", "", PLANT,
    ),
    RiskWords(
        "Users do not take to it", "they were not asked what they need", "they keep using the old way",
        "the benefit that was promised does not come", (20, 40), (0, 2, 5), (0.5, 1, 2), 4, "reduce",
        "Three users from each department test every second week, and are named in the training.", "", "raining",
        ("website", "app", "rollout", "platform", "training"),
    ),
    RiskWords(
        "Exchange rate of licences", "licences are bought in dollars", "the dollar rises by a tenth",
        "they cost more than was offered", (25, 35), (0, 0, 0), (0.5, 1, 2), 0, "transfer",
        "Buy in advance what is needed for sure.",
    ),
    RiskWords(
        "Two projects want the same people", "the other project is late as well", "they are not free on the day",
        "our tasks wait for them", (35, 55), (2, 4, 8), (0, 0.5, 1), 2, "reduce",
        "Weekly look at the load with the other project manager.",
        solved="The other project gave back two days a week.",
    ),
    RiskWords(
        "A ready component instead of our own", "a supplier brings out what we would build",
        "it fits without changes", "we save building and testing it", (20, 45), (2, 4, 8), (1, 2, 4), 1, "exploit",
        "Try it for two days before we begin to build.", "", "omponent", SOFTWARE, "opportunity",
    ),
    RiskWords(
        "Tests can be automated early", "the test tool of the last project fits", "half of the manual tests go",
        "the last round of tests is shorter", (30, 50), (1, 3, 5), (0.5, 1, 2), 0, "enhance",
        "Give two days to the set-up in the first month.", "", "test", SOFTWARE, "opportunity",
    ),
    RiskWords(
        "The client's own people take over training", "their key users are quick", "they train the rest themselves",
        "we save trainers and travel", (25, 40), (1, 2, 3), (0.5, 1, 1.5), 2, "share",
        "Offer them our material, and a day's help.", "", "raining", (), "opportunity",
    ),
)  # fmt: skip

# Title, what is wrong, severity, how it was solved.
ISSUES = (
    ("Test access expired", "Our accounts on the client's test system were closed over night.", 2,
     "New accounts with a year's term; the list is in the handbook."),
    ("Contact on the client's side is away", "Nobody else may answer questions about prices until she is back.", 2,
     "Her deputy got the authority in writing."),
    ("Invoice disputed", "Purchasing does not find the change order of last month.", 3,
     "Sent it again with the minutes that approved it; paid since."),
    ("Build server too small", "Every build takes forty minutes, everybody waits.", 2,
     "Doubled; builds take nine minutes."),
    ("Wrong figures in the monthly report", "Two cost centres are swapped since the last import.", 3,
     "Mapping mended, reports of two months issued anew."),
    ("Screens unreadable in sunlight", "On site the chosen colours cannot be told apart.", 2,
     "Higher contrast theme, checked outdoors by two technicians."),
    ("Works council has not agreed", "Without their agreement no user may be named in the log.", 4,
     "Log without names, kept for thirty days; agreement signed."),
    ("Licence key refused", "The supplier's portal does not know our order.", 1, "A call to their sales office."),
    ("Two departments contradict each other", "Sales wants the field to be required, service wants it gone.", 3,
     "Decided by the sponsor: required for new customers only."),
    ("Meeting room booked twice", "The training of next week has no room.", 1, "Moved to the canteen's back room."),
)  # fmt: skip

# Title, what had to be decided, what was decided, why, who.
# Title, what changes, why, working days, price in hundredths of the project's, and why it was not done, if it was not.
CHANGES = (
    (
        "A second language",
        "All pages and mails in French too, with the same layout.",
        "The branch in Lyon opens half a year earlier than planned.",
        6,
        5,
        "",
    ),
    (
        "Sign-in with the firm's own accounts",
        "Staff sign in with the account they have already.",
        "Their works council refuses another password.",
        3,
        2.5,
        "",
    ),
    (
        "Evaluation for the management",
        "Six figures by month and branch, as a page and as a table to take along.",
        "The managing director wants to see what it brings, from the first month.",
        4,
        3,
        "",
    ),
    (
        "Start two weeks earlier",
        "The first site goes live before the fair.",
        "They want to show it there.",
        -10,
        4,
        "Two weeks are the whole test. We show the fair a prepared version instead.",
    ),
    (
        "Leave out the archive of the old cases",
        "Cases older than three years stay in the old system.",
        "Cleaning them costs more than looking them up.",
        -5,
        -3,
        "",
    ),
    (
        "Print on the old forms",
        "The new system prints on the forms with the carbon copy.",
        "Forty thousand of them lie in the cellar.",
        5,
        2,
        "The needle printers are not supported any more; they use the forms up by hand.",
    ),
    (
        "Two more trainings",
        "One for the night shift, one for those who were ill.",
        "A third of the staff could not come to the dates that were planned.",
        1,
        1.5,
        "",
    ),
)

DECISIONS = (
    ("One release instead of two", "Release in two steps, or all at once four weeks later.",
     "One release, after the holidays.", "Two trainings a month are too much for the branches.", "{client}, {us}"),
    ("Keep the old numbers", "New customer numbers, or those of the old system.",
     "The old numbers stay; new ones begin at 900,000.", "They stand on paper contracts that nobody will print anew.",
     "{client}"),
    ("Hosting in the client's own centre", "Our cloud, theirs, or their machines.", "Their machines, run by us.",
     "Their auditors ask for it until the end of next year.", "{client}, {us}"),
    ("Weekly call on Tuesday at nine", "When to meet, and who.", "Tuesdays at nine, half an hour, one list.",
     "Department heads meet at ten and can take our questions along.", "{us}"),
    ("Standard component for the forms", "Build our own, or take the standard one.", "Take the standard one.",
     "Saves some ten days; what it cannot do nobody could name.", "{us}"),
    ("No migration of closed cases", "Bring all cases along, or those of three years.", "Those of three years.",
     "Older ones are asked for twice a year; the archive stays readable.", "{client}"),
    ("Second supplier is asked", "Wait for the first offer, or ask a second one.", "Ask a second one.",
     "A week's delay costs more than the higher price.", "{us}"),
    ("Acceptance in two parts", "Accept everything at the end, or by area.", "By area, each with its own list.",
     "What is accepted can be invoiced, and faults are found earlier.", "{client}, {us}"),
)  # fmt: skip

# Kind, title, field, what happened, what to do next time.
LESSONS = (
    ("avoid", "Count on two rounds of approval", "Working with the client",
     "Every milestone took a second round, which was not in the plan.",
     "Plan three working days for each approval, and name a deputy in the kick-off."),
    ("keep", "A trial migration in the first month", "Data",
     "The early trial showed what the old system really holds.",
     "Do it again: a full copy, refused rows counted by kind, the list sent to the client."),
    ("avoid", "Estimates without the testers", "Estimating",
     "Tests took twice what was planned since nobody had asked those who test.",
     "Let the testers estimate their own tasks, at best, likely and at worst."),
    ("keep", "Users in every second week", "Acceptance",
     "Three users saw each step; the acceptance had four remarks instead of sixty.",
     "Name the users in the offer, with the days it costs them."),
    ("avoid", "Drawings believed without a look", "On site",
     "A third of the cabinets were wired differently from the drawings.",
     "Two days on site with a camera before the offer, not after."),
    ("avoid", "Wishes taken in good will", "Scope",
     "Small wishes added up to eleven days that nobody paid.",
     "Write each down as a change with a price, also the free ones: then the client sees what was given."),
    ("keep", "One page a week for the sponsor", "Reporting",
     "The weekly page with date, money and three risks spared two crisis meetings.",
     "Send it from the first week on, also when nothing happened."),
    ("avoid", "Go-live on a Friday", "Go-live",
     "Two of us worked on Saturday because a certificate had expired.",
     "Tuesdays; and check every certificate a week before."),
    ("keep", "Simulator for interfaces", "Testing",
     "We could test although the supplier's system came five weeks late.",
     "Build the simulator in the first week; keep it for the next release."),
)  # fmt: skip
