"""Charters of the projects: goals, scope, deliverables with the client's word, stakeholders, who does what."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from accord.accounts.models import Contact
from accord.core.events import event
from accord.core.models import Event
from accord.demo.charter_sentences import (
    ASSUMPTIONS,
    BUILT,
    CONDITIONS,
    CONSTRAINTS,
    DELIVERABLES,
    ELSEWHERE,
    EXPECTS,
    IN_SCOPE,
    IN_SCOPE_OF_ALL,
    OBJECTIVES,
    OBJECTIVES_OF_ALL,
    OUT_OF_SCOPE,
    PART,
    PARTS,
    REASONS,
    STAKES,
    WHOLE,
)
from accord.demo.plans import STEERING
from accord.demo.world import Job, World, back_dated, insert, moment
from accord.engines.planning.plan import Task as PlanTask
from accord.projects.actions.copy_plan import save_template
from accord.projects.events import DeliverableEvent, PlanEvent
from accord.projects.forecast import refresh_forecast
from accord.projects.models import (
    Acceptance,
    CharterItem,
    Deliverable,
    Objective,
    PlanTemplate,
    Responsibility,
    Stakeholder,
    Task,
)

SINCE = 540  # days: since then the firm writes charters
KINDS: tuple[Any, ...] = (Objective, CharterItem, Stakeholder, Deliverable)
TEMPLATES = {
    "website": ("Website relaunch", "From discovery to launch, for a company website of a few hundred pages."),
    "integration": ("ERP integration", "Two systems and one interface, switched over after a parallel run."),
    "retrofit": ("Production line retrofit", "From survey to handover, with work during shutdowns."),
}


@dataclass(eq=False)
class _Charter:
    """The rows of one project; ``made_by`` are the uids of the tasks that name a deliverable."""

    job: Job
    chance: Random
    rows: list[Any] = field(default_factory=list)
    made_by: dict[int, Deliverable] = field(default_factory=dict)
    words: list[Acceptance] = field(default_factory=list)
    letters: list[Responsibility] = field(default_factory=list)

    def add(self, row: Any) -> Any:
        row.project = self.job.row
        self.rows.append(row)
        return row

    def of(self, kind: type) -> list[Any]:
        return [row for row in self.rows if type(row) is kind]


def write_charters(world: World) -> None:
    """Write the charter of every project since the firm began to, and keep three good plans as templates."""
    jobs = [job for job in world.jobs if job.brief.service != "support"]
    charters = [_charter(world, job) for job in jobs if job.brief.state != "closed" or job.ended > world.back(SINCE)]
    for kind in KINDS:
        kind.objects.bulk_create([row for charter in charters for row in charter.of(kind)], batch_size=500)
    with back_dated((Acceptance, "created_at"), (Acceptance, "updated_at")):
        Acceptance.objects.bulk_create([word for charter in charters for word in charter.words], batch_size=500)
    Responsibility.objects.bulk_create([cell for charter in charters for cell in charter.letters], batch_size=500)
    for charter in charters:
        for uid, deliverable in charter.made_by.items():
            Task.objects.filter(pk=charter.job.task_ids[uid]).update(deliverable=deliverable)
        charter.job.row.finish = refresh_forecast(charter.job.row.pk)
    insert([_told(word) for charter in charters for word in charter.words])
    _keep_templates(world)


def _charter(world: World, job: Job) -> _Charter:
    charter = _Charter(job, world.rng("charter", job.client.brief.key, job.brief.key))
    _objectives(world, charter)
    _lines(charter)
    _stakeholders(charter)
    _deliverables(world, charter)
    for number, deliverable in enumerate(charter.of(Deliverable)):
        _letters(charter, deliverable, number)
    return charter


def _objectives(world: World, charter: _Charter) -> None:
    job, chance = charter.job, charter.chance
    known = OBJECTIVES.get(job.brief.service, ())
    chosen = [*chance.sample(known, k=min(len(known), chance.randint(2, 3))), *OBJECTIVES_OF_ALL][:3]
    for name, measure, today, target in chosen:
        high, low, few = chance.randint(18, 46), chance.randint(3, 14), chance.randint(2, 6)
        drawn = {"a": high, "b": low, "d": few}
        due = max(job.ended, job.start) + timedelta(days=chance.choice((30, 60, 90, 180)))
        reached = job.brief.state == "closed" and due < world.today and chance.random() < 0.8
        aim = target.format(**drawn)
        charter.add(
            Objective(
                name=name,
                measure=measure,
                baseline=today.format(**drawn),
                target=aim,
                due_on=due,
                achieved=aim.removeprefix("below ") if reached else "",
            )
        )


def _lines(charter: _Charter) -> None:
    chance, service = charter.chance, charter.job.brief.service
    wanted = [
        ("in", (*IN_SCOPE.get(service, ()), *IN_SCOPE_OF_ALL), 5),
        ("out", OUT_OF_SCOPE, 3),
        ("constraint", CONSTRAINTS, 2),
        ("assumption", ASSUMPTIONS, 3),
    ]
    for kind, texts, most in wanted:
        chosen = set(chance.sample(texts, k=min(len(texts), chance.randint(most - 1, most))))
        for text in texts:
            if text in chosen:
                charter.add(CharterItem(kind=kind, text=text))


def _stakeholders(charter: _Charter) -> None:
    """Those of the client who were there, our two managers, whoever worked most, and sometimes an outsider."""
    job, chance = charter.job, charter.chance
    there = [a for a in job.client.affiliations if a.until is None or a.until > job.start]
    for place in there[:5]:
        influence, interest, engagement = STAKES[place.buying_role]
        if place.buying_role in ("user", "") and chance.random() < 0.4:
            engagement = "doubts"
        expects = chance.choice(EXPECTS[place.buying_role])
        charter.add(
            Stakeholder(
                contact=place.contact,
                part=PARTS[place.buying_role],
                influence=influence,
                interest=interest,
                engagement=engagement,
                expects=expects,
            )
        )
    most = Counter[Any]()
    for (_, resource), minutes in job.worked().items():
        most[job.who[resource]] += minutes
    lead = next((hand for hand, _ in most.most_common() if hand is not job.manager), None)
    ours = [(job.manager, "Project manager", 3, 4), (job.client.owner, "Account manager", 3, 3)]
    if lead is not None and lead is not job.client.owner:
        ours.append((lead, "Delivery lead", 2, 4))
    for hand, part, influence, interest in ours:
        person = hand.person
        if all(row.person != person for row in charter.of(Stakeholder)):
            charter.add(
                Stakeholder(person=person, part=part, influence=influence, interest=interest, engagement="supports")
            )
    if chance.random() < 0.5:
        name, influence, interest, engagement, expects = chance.choice(ELSEWHERE)
        charter.add(
            Stakeholder(name=name, influence=influence, interest=interest, engagement=engagement, expects=expects)
        )


def _deliverables(world: World, charter: _Charter) -> None:
    """One for each phase of the outline; a project without phases hands over one thing."""
    job = charter.job
    assert job.current is not None
    top = [task for task in job.current.tasks if task.parent is None and task.name != STEERING]
    parents = {task.parent for task in job.current.tasks}
    phases = [task for task in top if task.uid in parents]
    if phases:
        groups = [(_named(job, phase.name), [phase]) for phase in phases]
    else:
        groups = [(WHOLE.get(job.brief.service, ("Result", "As agreed in the quote.")), top)]
    for number, ((name, criteria), tasks) in enumerate(groups, 1):
        leaves = _leaves(job, {task.uid for task in tasks})
        row = Deliverable(name=name, criteria=criteria, order=number * 1024, due_on=_promised(charter, leaves))
        charter.add(row)
        charter.made_by |= {task.uid: row for task in tasks}
        _handed_over(world, charter, row, leaves)


def _named(job: Job, phase: str) -> tuple[str, str]:
    if phase == "Build":
        return BUILT.get(job.brief.service, ("Completed build", "All agreed functions pass their tests."))
    if phase in DELIVERABLES:
        return DELIVERABLES[phase]
    name, criteria = PART
    return name.format(part=phase), criteria.format(low=phase[0].lower() + phase[1:])


def _leaves(job: Job, above: set[int]) -> list[PlanTask]:
    assert job.current is not None
    found: list[PlanTask] = []
    under = set(above)
    for task in job.current.tasks:  # in outline order: parents first
        if task.parent in under:
            under.add(task.uid)
        if task.uid in under:
            found.append(task)
    parents = {task.parent for task in job.current.tasks}
    return [task for task in found if task.uid not in parents]


def _promised(charter: _Charter, leaves: list[PlanTask]) -> date | None:
    """A few days after it was to be ready by the agreed plan."""
    agreed = [b.finish for task in leaves if (b := charter.job.baseline.get(task.uid)) is not None and b.finish]
    planned = agreed or [task.finish for task in leaves if task.finish]
    if not planned:
        return None
    day = max(planned).date() + timedelta(days=charter.chance.randint(0, 5))
    return day + timedelta(days=max(0, 8 - day.isoweekday()) if day.isoweekday() > 5 else 0)  # no promise for a weekend


def _handed_over(world: World, charter: _Charter, row: Deliverable, leaves: list[PlanTask]) -> None:
    """What is done was handed over a day or two later, and after a week or so the client said what they think."""
    job, chance = charter.job, charter.chance
    progress = [job.progress.get(task.uid) for task in leaves]
    known = [p for p in progress if p is not None]
    if not known or len(known) < len(progress) or not all(p.done for p in known):
        return
    given = max(p.finish for p in known).date() + timedelta(days=chance.randint(0, 2))
    contact = _speaker(charter)
    if given >= world.today or contact is None:
        return
    row.delivered_on = given
    said = given + timedelta(days=chance.randint(2, 12))
    draw = chance.random()
    if draw < 0.05 and said < world.back(30):
        _word(charter, row, contact, "rejected", said, chance.choice(REASONS))
        row.delivered_on = said + timedelta(days=9)
        said += timedelta(days=chance.randint(14, 20))
    if said >= world.today:
        return
    if 0.05 <= draw < 0.22:
        _word(charter, row, contact, "conditional", said, chance.choice(CONDITIONS))
        said += timedelta(days=chance.randint(10, 25))
        if said >= world.today or chance.random() < 0.4:
            return
    _word(charter, row, contact, "accepted", said, "")


def _speaker(charter: _Charter) -> Contact | None:
    named = [row.contact for row in charter.of(Stakeholder) if row.contact is not None and row.influence == 4]
    return charter.chance.choice(named) if named else None


def _word(charter: _Charter, row: Deliverable, contact: Contact, verdict: str, day: date, note: str) -> None:
    at = moment(day, 11 * 60 + 5 * charter.chance.randint(0, 60))
    charter.words.append(
        Acceptance(
            project=charter.job.row,
            deliverable=row,
            verdict=verdict,
            contact=contact,
            given_on=day,
            note=note,
            recorded_by=charter.job.manager.user,
            created_at=at,
            updated_at=at,
        )
    )


def _told(word: Acceptance) -> Event:
    said = event(
        by=word.recorded_by,
        kind=DeliverableEvent.DECISION_RECORDED,
        subject=word,
        after={"verdict": word.verdict, "contact": word.contact, "given_on": word.given_on, "note": word.note},
    )
    said.at = word.created_at
    return said


def _letters(charter: _Charter, deliverable: Deliverable, number: int) -> None:
    """Our manager answers for it, the lead does it; the client's people are asked and told by their part."""
    by_part = {"Project manager": "A", "Delivery lead": "R", "Sponsor": "I", "Product owner": "C"}
    by_part |= {"Account manager": "I", "Change approver": "C", "Key user": "C" if number else ""}
    for row in charter.of(Stakeholder):
        if letter := by_part.get(row.part, "I" if row.name and not number else ""):
            charter.letters.append(
                Responsibility(project=charter.job.row, deliverable=deliverable, stakeholder=row, letter=letter)
            )


def _keep_templates(world: World) -> None:
    """The latest project of three kinds that ended well is kept for the next one."""
    for service, (name, description) in TEMPLATES.items():
        ended = [j for j in world.jobs if j.brief.service == service and j.brief.state == "closed"]
        if not ended:
            continue
        job = max(ended, key=lambda job: job.ended)
        template = save_template(project=job.row, name=name, description=description, by=job.manager.user)
        at = moment(min(job.ended + timedelta(days=12), world.back(1)), 16 * 60)
        PlanTemplate.objects.filter(pk=template.pk).update(created_at=at)
        Event.objects.filter(subject_type="projects.plantemplate", subject_id=template.pk).update(at=at)
        Event.objects.filter(kind=PlanEvent.SAVED_AS_TEMPLATE, subject_id=job.row.pk).update(at=at)
