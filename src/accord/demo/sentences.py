"""What people say to clients, and clients to them.

Words in braces are filled in: ``{project}``, ``{first}`` (the contact's first name), ``{contact}``, ``{title}``,
``{town}``, ``{account}``, ``{topic}``, ``{n}``, ``{day}``, ``{manager}``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A way an interaction can go. ``during`` is when: any time, in a project, or between projects."""

    kind: str
    direction: str
    subject: str
    bodies: tuple[str, ...]
    steps: tuple[str, ...] = ()
    during: str = "project"
    weight: int = 2


WORDS = (
    Word(
        "meeting",
        "out",
        "Status meeting: {project}",
        (
            (
                "On track except for *{topic}*; {first} will clear it with their IT by {day}.\n\n- {n} open items, all "
                "with an owner\n- next demo in two weeks"
            ),
            (
                "Went through the plan with {first}. *{topic}* is taking longer than expected; {manager} will bring "
                "forward the work that does not depend on it."
            ),
            "Short meeting. {first} is happy with the pace and would like a budget overview next time.",
            (
                "{n} people from their side, half of them new. Recapped the goals. {first} will get a decision on "
                "*{topic}* by {day}."
            ),
        ),
        ("Send minutes to {first}", "Clarify {topic} with their IT", "Bring budget overview to the next meeting"),
        weight=6,
    ),
    Word(
        "meeting",
        "out",
        "Steering group: {project}",
        (
            (
                "Status: schedule amber, cost green, quality green. The group approved the next "
                "stage.\n\nDecision: *{topic}* stays in scope."
            ),
            "Long debate about {topic}. Outcome: we present two priced options by {day}.",
            "{first} praised the demo. Risk {n} (staffing on their side) was raised to high.",
        ),
        ("Prepare two priced options for {topic}", "Update risk register after the steering group"),
        weight=3,
    ),
    Word(
        "call",
        "out",
        "Call with {first}: {topic}",
        (
            "Reached {first} at the second attempt. {topic} is settled: we go with the simple option.",
            "{first} ({title}) explained why {topic} matters to the board. Promised a short note by {day}.",
            "Ten minutes. No surprises; {first} will be away for two weeks and has named a deputy.",
        ),
        ("Send short note on {topic}", "Call deputy while {first} is away"),
        weight=5,
    ),
    Word(
        "mail",
        "in",
        "Question about {topic}",
        (
            "“Could you explain what happens to {topic} when we go live? Our {n} users will ask.” – {first}",
            "“I found {n} deviations in the test; list attached. Two of them are serious.” – {first}",
            "“Who on your side decides about {topic}? I get different answers.” – {first}",
        ),
        ("Reply to {first} about {topic}",),
        weight=4,
    ),
    Word(
        "mail",
        "out",
        "Minutes and next steps: {project}",
        (
            "Minutes sent to {contact} and the team. Open: {topic}, due {day}.",
            "Summary of the workshop in {town}, with photos of the whiteboards. {n} decisions, most of them easy.",
        ),
    ),
    Word(
        "mail",
        "in",
        "Thank you",
        (
            "“That was the smoothest launch we have ever had. Please pass that on to the team.” – {contact}",
            "“Our auditors had no findings on {topic}. That is down to your work too.” – {first}",
        ),
        weight=1,
    ),
    Word(
        "mail",
        "in",
        "Invoice for {project}",
        (
            (
                "“Our accounts department needs the purchase order number on the invoice. Could you send it again?” "
                "– {first}"
            ),
            "“Please split the last invoice by cost centre ({n} in total).” – {first}",
        ),
        ("Resend the invoice as requested",),
        weight=1,
    ),
    Word(
        "call",
        "in",
        "{first} is unhappy about {topic}",
        (
            (
                "{first} heard from colleagues that {topic} causes problems on Mondays. We are looking into it today; "
                "{manager} will call back."
            ),
            "Complaint: replies about {topic} took {n} days. Agreed on one working day from now on.",
        ),
        ("Call back about {topic}", "Review response times with the team"),
        weight=1,
    ),
    Word(
        "meeting",
        "out",
        "Workshop on {topic}",
        (
            "Half a day in {town} with {n} people. Result: a prioritised list of requests and one clear *no*.",
            "Remote. Good energy. {first} sketched the process on the whiteboard better than we had in the concept.",
        ),
    ),
    Word(
        "note",
        "out",
        "Change on their side",
        (
            "{first} says a reorganisation is coming in spring; {topic} will move to another department.",
            "New person in {contact}'s team: very technical, asks good questions about {topic}.",
            "Their budget round has started; no decisions before the end of the quarter.",
        ),
        during="any",
        weight=1,
    ),
    Word(
        "meeting",
        "out",
        "Account review with {contact}",
        (
            (
                "Reviewed the year: {n} deliveries, two complaints, both resolved. {first} wants fewer, larger "
                "releases and ideas for {topic}."
            ),
            (
                "Satisfaction {n} out of 10. What they like: the people. What they miss: a look ahead. Bring ideas for "
                "{topic}."
            ),
        ),
        ("Bring ideas for {topic}", "Draft the account plan for next year"),
        during="any",
        weight=2,
    ),
    Word(
        "call",
        "out",
        "Catch-up with {first}",
        (
            "Nothing urgent. {topic} could become a project next year if the board agrees.",
            "{first} is busy with the annual accounts; call again after {day}.",
            "Talked about holidays, trains and then {topic}: real interest, no budget yet.",
        ),
        ("Call {first} again", "Send a reference about {topic}"),
        during="between",
        weight=5,
    ),
    Word(
        "mail",
        "out",
        "A case study that might interest you",
        (
            "Sent {first} our case study on {topic}. Got a reply within the hour.",
            "Invited {contact} to our open day in spring, with {topic} as the showcase.",
        ),
        during="between",
        weight=3,
    ),
    Word(
        "meeting",
        "out",
        "Lunch with {first}",
        (
            "In {town}. They are comparing us with one other firm for {topic}; availability matters more than price.",
            "{first} says openly that {topic} failed with another supplier. They want a partner for the long term.",
        ),
        ("Suggest a date for a first workshop on {topic}",),
        during="between",
        weight=2,
    ),
    Word(
        "mail",
        "in",
        "Request for a quote: {topic}",
        ("“Please send us a quote for {topic}, starting in about {n} weeks. No more than five pages.” – {first}",),
        ("Send a quote for {topic}",),
        during="between",
        weight=2,
    ),
)

TOPICS = {
    "Public sector": (
        "the accessibility statement",
        "the citizen account",
        "hosting in the state data centre",
        "works council approval",
        "plain language",
        "the procurement rules",
    ),
    "Manufacturing": (
        "the spare parts list",
        "the shutdown dates",
        "the pallet barcodes",
        "the second shift",
        "the signal list",
        "the MES interface",
    ),
    "Retail": (
        "returns",
        "gift vouchers",
        "stock accuracy",
        "the loyalty card",
        "Christmas trading",
        "payment on account",
    ),
    "SaaS": (
        "single sign-on",
        "the pricing page",
        "usage-based billing",
        "onboarding emails",
        "the status page",
        "rate limits",
    ),
    "Health": (
        "consent forms",
        "the interface to the hospital system",
        "the data protection impact assessment",
        "night shifts",
        "patient letters",
        "the waiting list",
    ),
    "Energy": (
        "meter readings",
        "dynamic tariffs",
        "the grid operator's formats",
        "outage reports",
        "the heating season",
        "market communication",
    ),
    "Finance": (
        "strong customer authentication",
        "the audit findings",
        "the archive",
        "interest rate tables",
        "dual approval",
        "regulatory reporting",
    ),
}

COMMENTS = (
    "@{a} can you look at *{task}*? The client asked about it this morning.",
    "@{a} I moved *{task}* by two days, {b} is on leave.",
    "Looks good to me. @{a}, please close it when the client has signed.",
    "@{a} @{b} which of you is taking over *{task}*?",
    "The estimate for *{task}* was too low, I need about another day. @{a} for the plan.",
    "Client confirmed by phone. Minutes to follow.",
    "@{a} this has been waiting for access to their test system since last week.",
    "Done, tested, on staging.",
    "We should tell the client before they find out. @{a}?",
)
TASK_COMMENTS = (
    "@{a} can you review this before Thursday?",
    "I split the work with {b}: first the interface, then the rest.",
    "Waiting for the client's test data since Monday. @{a}, could you ask again?",
    "Half done. The **second half** is easier than we thought.",
    "@{a} the estimate was too low, I need about another day.",
    "Reviewed with {b}. Two small remarks, then it can go:\n\n- the wording of the error message\n- a missing test",
    "Done, tested, on staging.",
)
ACCOUNT_COMMENTS = (
    "@{a} what do we know about their budget for next year?",
    "Met their head of IT at the trade fair: wants to see the new platform. @{a}, shall we invite them?",
    "@{a} please have a look at the last invoice, they have asked twice.",
    "Satisfied, but quiet. @{a} let's plan a visit.",
    "Review is on Thursday. I'll bring cake, @{a} brings the figures.",
)
