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
        "Status meeting {project}",
        (
            (
                "On track but for *{topic}*; {first} will clear it with their IT by {day}.\n\n- {n} open points, all "
                "with an owner\n- next demo in two weeks"
            ),
            (
                "Went through the plan with {first}. *{topic}* takes longer than thought; {manager} brings forward "
                "what does not depend on it."
            ),
            "Short one. {first} is content with the pace and asks for a picture of the budget next time.",
            (
                "{n} people from their side, half of them new. Repeated the goals. {first} took over *{topic}* as "
                "decision to be made by {day}."
            ),
        ),
        ("Send minutes to {first}", "Clarify {topic} with their IT", "Bring budget picture to the next meeting"),
        weight=6,
    ),
    Word(
        "meeting",
        "out",
        "Steering group {project}",
        (
            (
                "Traffic lights: time yellow, cost green, quality green. The group released the next "
                "stage.\n\nDecision: *{topic}* stays in scope."
            ),
            "Long debate on {topic}. Outcome: we show two variants with prices until {day}.",
            "{first} praised the demo. Risk no. {n} (staff on their side) was raised to high.",
        ),
        ("Two variants with prices for {topic}", "Update risk register after the steering group"),
        weight=3,
    ),
    Word(
        "call",
        "out",
        "Call with {first}: {topic}",
        (
            "Reached {first} on the second try. {topic} is settled: we go with the simple variant.",
            "{first} ({title}) explained why {topic} matters to the board. Promised a short note until {day}.",
            "Ten minutes. No surprise; {first} will be away for two weeks and named a deputy.",
        ),
        ("Short note on {topic}", "Call deputy while {first} is away"),
        weight=5,
    ),
    Word(
        "mail",
        "in",
        "Question about {topic}",
        (
            "“Could you explain what happens with {topic} when we go live? Our {n} users will ask.” – {first}",
            "“I found {n} deviations in the test. List attached. Two of them are serious.” – {first}",
            "“Who on your side decides about {topic}? I get different answers.” – {first}",
        ),
        ("Answer {first} on {topic}",),
        weight=4,
    ),
    Word(
        "mail",
        "out",
        "Minutes and next steps {project}",
        (
            "Minutes sent to {contact} and the team. Open: {topic}, due {day}.",
            "Summary of the workshop in {town} with photographs of the walls. {n} decisions, {n} of them easy.",
        ),
    ),
    Word(
        "mail",
        "in",
        "Thank you",
        (
            "“The launch was the quietest we ever had. Please tell the team.” – {contact}",
            "“Our auditors had no finding about {topic}. That is your work too.” – {first}",
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
            "“Please split the last invoice by cost centre ({n} of them).” – {first}",
        ),
        ("Send the invoice again as asked",),
        weight=1,
    ),
    Word(
        "call",
        "in",
        "{first} is not happy about {topic}",
        (
            "{first} heard from colleagues that {topic} fails on Mondays. We look into it today; {manager} calls back.",
            "Complaint: answers to {topic} took {n} days. Agreed on one working day from now on.",
        ),
        ("Call back about {topic}", "Check answer times with the team"),
        weight=1,
    ),
    Word(
        "meeting",
        "out",
        "Workshop on {topic}",
        (
            "Half a day in {town} with {n} people. Result: a list of wishes in order and one clear *no*.",
            "Remote. Good energy. {first} drew the process on the board better than we had it in the concept.",
        ),
    ),
    Word(
        "note",
        "out",
        "Change on their side",
        (
            "{first} tells that a reorganisation is coming in spring; {topic} moves to another department.",
            "New person in the team of {contact}: very technical, asks good questions about {topic}.",
            "Budget round has begun; decisions take until the end of the quarter.",
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
                "Went through the year: {n} deliveries, two complaints, both solved. {first} wants fewer, larger "
                "releases and an idea for {topic}."
            ),
            "Satisfaction {n} of 10. What they like: people. What they miss: a view ahead. Bring ideas for {topic}.",
        ),
        ("Bring ideas for {topic}", "Write the account plan for next year"),
        during="any",
        weight=2,
    ),
    Word(
        "call",
        "out",
        "How are things, {first}?",
        (
            "Nothing urgent. {topic} may become a project next year if the board agrees.",
            "{first} is busy with the annual accounts; call again after {day}.",
            "Talked about holidays, trains and then about {topic}: real interest, no budget yet.",
        ),
        ("Call {first} again", "Send reference about {topic}"),
        during="between",
        weight=5,
    ),
    Word(
        "mail",
        "out",
        "An example that may interest you",
        (
            "Sent {first} our write-up on {topic}. Read within the hour.",
            "Invitation to the open house in spring for {contact}, with the example of {topic}.",
        ),
        during="between",
        weight=3,
    ),
    Word(
        "meeting",
        "out",
        "Lunch with {first}",
        (
            "In {town}. They compare us with one other firm for {topic}; price is not the point, availability is.",
            "{first} says openly that {topic} failed with another supplier. They want somebody who stays.",
        ),
        ("Offer a date for a first workshop on {topic}",),
        during="between",
        weight=2,
    ),
    Word(
        "mail",
        "in",
        "Request for an offer: {topic}",
        ("“Please make us an offer for {topic}, start in about {n} weeks. Not more than five pages.” – {first}",),
        ("Offer for {topic}",),
        during="between",
        weight=2,
    ),
)

TOPICS = {
    "Public sector": (
        "accessibility statement",
        "the citizen account",
        "hosting by the state data centre",
        "the works council",
        "easy language",
        "the tender rules",
    ),
    "Manufacturing": (
        "the spare parts list",
        "shutdown dates",
        "the barcode on pallets",
        "the second shift",
        "the signal list",
        "the interface to the MES",
    ),
    "Retail": (
        "returns",
        "gift vouchers",
        "stock accuracy",
        "the loyalty card",
        "Christmas business",
        "payment on account",
    ),
    "SaaS": (
        "single sign-on",
        "the pricing page",
        "usage-based billing",
        "onboarding mails",
        "the status page",
        "rate limits",
    ),
    "Health": (
        "consent forms",
        "the interface to the hospital system",
        "data protection impact",
        "night shifts",
        "patient letters",
        "the waiting list",
    ),
    "Energy": (
        "meter readings",
        "dynamic tariffs",
        "the grid operator's formats",
        "fault reports",
        "the heating season",
        "market communication",
    ),
    "Finance": (
        "strong customer authentication",
        "the auditors' findings",
        "the archive",
        "interest tables",
        "four-eyes approval",
        "regulatory reports",
    ),
}

COMMENTS = (
    "@{a} can you look at *{task}*? The client asked for it this morning.",
    "@{a} I moved *{task}* by two days, {b} is on leave.",
    "Looks good to me. @{a}, please close it when the client has signed.",
    "@{a} @{b} who of you takes the hand-over of *{task}*?",
    "The estimate for *{task}* was too low, I will need about a day more. @{a} for the plan.",
    "Client confirmed by telephone. Minutes follow.",
    "@{a} this waits for access to their test system since last week.",
    "Done, tested, on staging.",
    "We should tell the client before they find out. @{a}?",
)
ACCOUNT_COMMENTS = (
    "@{a} what do we know about their budget for next year?",
    "Met their head of IT at the fair: wants to see the new platform. @{a}, shall we invite?",
    "@{a} please have a look at the last invoice, they asked twice.",
    "Satisfied, but silent. @{a} let us plan a visit.",
    "I will bring cake. @{a} bring the figures.",
)
