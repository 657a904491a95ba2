"""A project plan from an MS Project XML file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from accord.accounts.actions.open_account import open_account
from accord.accounts.models import Account, AccountMember
from accord.core.access import Permission, can, require, what_is_archived
from accord.engines.planning.plan import Plan
from accord.engines.texts import gettext_lazy as _
from accord.engines.texts import listed, ngettext_lazy
from accord.exchange import snapshots
from accord.exchange.errors import ImportFileError, Problems
from accord.exchange.importers.known import name_key
from accord.exchange.importers.plan_dates import settle_dates
from accord.exchange.importers.report import ImportReport, Report
from accord.exchange.models import Import, ImportedRecord
from accord.people.models import Firm, User
from accord.projects.actions.name_manager import can_manage, check_manager
from accord.projects.actions.start_project import start_project
from accord.projects.actions.store_plan import store_plan
from accord.projects.models import Project, ProjectMember

_SHOWN = 10
_NOUNS = {  # of the parts of a plan
    "calendar": _("calendar"),
    "project": _("project"),
    "resource": _("resources"),
    "baseline": _("baseline"),
    "baselinetask": _("baseline"),
    "link": _("links"),
    "assignment": _("assignments"),
}


class _NotSaved(Exception):
    """Leaves the transaction of a trial without its changes."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the plan goes: a project that is here, or a new one for an account that is here or is new, too."""

    project: Project
    is_new: bool
    new_account: Account | None = None


def summary(plan: Plan) -> dict[str, Any]:
    """What the page says of the file before anything is decided."""
    parents = {task.parent for task in plan.tasks}
    leaves = [task for task in plan.tasks if task.uid not in parents and task.uid != 0]
    return {
        "name": plan.name,
        "start": plan.start,
        "finish": plan.finish,
        "status_date": plan.status_date,
        "current_date": plan.current_date,
        "currency": plan.currency,
        "tasks": len(leaves),
        "summaries": len(plan.tasks) - len(leaves),
        "milestones": sum(task.milestone for task in leaves),
        "links": len(plan.links),
        "resources": len(plan.resources),
        "assignments": len(plan.assignments),
        "calendars": len(plan.calendars),
        "baselines": sorted({b.number for task in plan.tasks for b in task.baselines}),
        "remarks": list(plan.remarks),
    }


def key_of(run: Import) -> str:
    """What this plan is known by in its source: the project's name in the file, or the file's own."""
    name = str(run.shape.get("name") or "") or run.file_name.removesuffix(".gz").removesuffix(".xml")
    return name[:180] + (f" ({run.pk})" if run.options.get("separate") else "")


def known_project(run: Import) -> Project | None:
    """The project that an earlier import from this source made of this plan."""
    found = Project.objects.select_related("account", "manager").filter(source=run.source_name, external_id=key_of(run))
    return found.first()


def find_target(run: Import) -> Target:
    """Decide where the plan goes, or refuse."""
    project = known_project(run)
    if project is not None:
        if run.by is not None and not can(run.by, Permission.CHANGE, project):
            if (archived := what_is_archived(run.by, project)) is not None:
                raise _refusal(
                    _("was imported from this source before into %(archived)s, which is archived", archived=archived),
                    _("Restore it on its page first, or choose another source name."),
                )
            raise _refusal(
                _("was imported from this source before into a project you don't have permission to edit"),
                _("Choose another source name."),
            )
        return Target(project, is_new=False)
    account = _account(run)
    manager = _manager(run)
    project = Project(
        account=account,
        name=key_of(run)[:200],
        status=run.options.get("status") or Project.Status.ACTIVE,
        manager=manager,
        source=run.source_name,
        external_id=key_of(run),
        currency=run.shape.get("currency") or account.currency,
    )
    return Target(project, is_new=True, new_account=account if account.pk is None else None)


def _account(run: Import) -> Account:
    visible: QuerySet[Account] = Account.objects.all() if run.by is None else Account.objects.visible_to(run.by)
    visible = visible.filter(archived_at=None)
    if chosen := run.options.get("account"):
        account = visible.filter(pk=chosen).first()
        if account is None:
            raise _refusal(_("is a client you can't see"), _("Choose another one."), field=_("Client"))
        return account
    name = " ".join(str(run.options.get("new_account") or "").split())
    if not name:
        raise _refusal(_("needs a client"), _("Choose an account or enter a new one."), field=_("Client"))
    for account in visible:
        if name_key(account.name) == name_key(name):
            return account
    account = Account(
        name=name[:200], status=Account.Status.CLIENT, currency=run.shape.get("currency") or Firm.current().currency
    )
    if run.by is not None and not run.by.sees_everything:
        account.owner = run.by
    if run.by is not None and not can(run.by, Permission.CREATE, account):
        raise _refusal(
            _("needs a new account, and you don't have permission to create accounts"),
            _("Ask an account manager to create it."),
            field=_("Client"),
            value=name,
        )
    return account


def _refusal(message: str, remedy: str, **where: Any) -> ImportFileError:
    problems = Problems()
    problems.add(message, remedy, **where)
    return ImportFileError(problems.kept, problems.total)


def check(run: Import, plan: Plan) -> Report:
    """The dry run: the plan is stored, scheduled and compared in a transaction that is then rolled back."""
    ledger = _ledger(plan)
    target = find_target(run)
    if target.is_new:
        _count_new(ledger, plan, target)
    with _trial():
        if target.is_new:
            _create(run, plan, target, ledger)
        else:
            _store(run, plan, target, ledger)
    return ledger.report()


@contextmanager
def _trial() -> Iterator[None]:
    with suppress(_NotSaved), transaction.atomic():
        yield
        raise _NotSaved


def write(run: Import, plan: Plan) -> Report:
    """Store the plan in the caller's transaction; a plan that says nothing new is left as it is."""
    ledger = _ledger(plan)
    target = find_target(run)
    if target.is_new:
        _count_new(ledger, plan, target)
        _create(run, plan, target, ledger)
    else:
        before = {"plan": snapshots.take(target.project), "state_before": snapshots.state(target.project)}
        with suppress(_NotSaved), transaction.atomic():
            if not _store(run, plan, target, ledger):
                raise _NotSaved
            _keep(run, target.project, before)
    return ledger.report()


def _create(run: Import, plan: Plan, target: Target, ledger: ImportReport) -> None:
    project = target.project
    if target.new_account is not None:
        open_account(account=target.new_account, by=run.by)
        _keep_created(run, target.new_account)
        project.account = target.new_account
    project.start, project.finish = plan.start, plan.finish
    with _keeping_members(run, project):
        start_project(project=project, by=run.by)
        store_plan(project=project, plan=plan, by=run.by)
    settle_dates(project, by=None, keep=keeps_dates(run), ledger=ledger)
    project.refresh_from_db()
    kept = _keep_created(run, project)
    kept.before = {"state": snapshots.state(project)}
    kept.save(update_fields=["before"])


def keeps_dates(run: Import) -> bool:
    """Whether the tasks are to be held at the file's dates where Accord's schedule gives others."""
    return bool(run.options.get("keep_dates"))


def _manager(run: Import) -> User | None:
    """Whoever was chosen, which may be nobody; where nothing was asked, whoever imports it if they manage projects."""
    if "manager" not in run.options:
        return run.by if run.by is not None and can_manage(run.by) else None
    chosen = run.options["manager"]
    manager = User.objects.filter(pk=chosen).first() if chosen else None
    try:
        check_manager(manager)
    except ValidationError as error:
        remedy = _("Choose another project manager, or leave the field empty.")
        raise _refusal(_("can't manage projects"), remedy, field=_("Project manager"), value=str(manager)) from error
    return manager


@contextmanager
def _keeping_members(run: Import, project: Project) -> Iterator[None]:
    """Whoever comes to see the project or its client by this import is noted, so that undoing it takes that back."""
    known = {(type(member), member.pk) for member in _members(project)}
    yield
    for member in _members(project):
        if (type(member), member.pk) not in known:
            _keep_created(run, member)


def _members(project: Project) -> list[AccountMember | ProjectMember]:
    of_account = AccountMember.objects.filter(account=project.account).order_by("pk")
    return [*of_account, *ProjectMember.objects.filter(project=project.pk).order_by("pk")]


def _keep_created(run: Import, record: Any) -> ImportedRecord:
    return ImportedRecord.objects.create(
        run=run, type=record._meta.label_lower, record_id=record.pk, created=True, version=record.version
    )


def _store(run: Import, plan: Plan, target: Target, ledger: ImportReport) -> bool:
    """Store the plan over the old one and count what differs; False when nothing does."""
    project = target.project
    require(run.by, Permission.CHANGE, project)
    _refuse_other_currency(plan, project)
    before = snapshots.content(snapshots.take(project))
    with _keeping_members(run, project):
        store_plan(project=project, plan=plan, by=run.by)
    settle_dates(project, by=run.by, keep=keeps_dates(run), ledger=ledger)
    after = snapshots.content(snapshots.take(project))
    old, new = before["task"], after["task"]
    changed = [uid for uid in new if uid in old and old[uid] != new[uid]]
    removed = [uid for uid in old if uid not in new]
    ledger.counts["create"] = sum(uid not in old for uid in new)
    ledger.counts["update"] = len(changed)
    ledger.counts["skip"] = len(new) - len(changed) - ledger.counts["create"]
    ledger.facts.append(
        [_("Updates project"), _("%(project)s of %(account)s", project=project, account=project.account)]
    )
    if removed:
        note = ngettext_lazy(
            "%(count)s task is no longer in the file and will be archived: %(names)s.",
            "%(count)s tasks are no longer in the file and will be archived: %(names)s.",
            len(removed),
        )
        for uid in removed:
            ledger.note(note.with_values(count=len(removed)), old[uid]["name"])
    others = [name for name in before if name != "task" and before[name] != after[name]]
    if others:
        ledger.facts.append([_("Also changed"), listed(list(dict.fromkeys(_NOUNS[name] for name in others)))])
    if changed:
        ledger.columns, ledger.shown = [], []
    for uid in changed[:_SHOWN]:
        row, was = new[uid], old[uid]
        name = row["name"] if row["name"] == was["name"] else f"{was['name']} → {row['name']}"
        ledger.show({_("Task"): name, _("Start"): _moved(was, row, "start"), _("Finish"): _moved(was, row, "finish")})
    if before == after:
        ledger.note(_("No changes: the plan is already up to date."))
        return False
    return True


def _moved(was: dict[str, Any], row: dict[str, Any], name: str) -> str:
    old, new = (str(values[name] or "–").replace("T", " ")[:16] for values in (was, row))
    return new if old == new else f"{old} → {new}"


def _count_new(ledger: ImportReport, plan: Plan, target: Target) -> None:
    _note_currency(ledger, plan, target.project)
    ledger.counts["create"] = ledger.counts["rows"]
    ledger.created["projects"] = 1
    ledger.facts.append([_("New project for"), target.project.account.name])
    if target.new_account is not None:
        ledger.created["accounts"] = 1
    ledger.created |= {
        noun: count
        for noun, count in (
            ("tasks", ledger.counts["rows"]),
            ("links", len(plan.links)),
            ("resources", len(plan.resources)),
            ("assignments", len(plan.assignments)),
        )
        if count
    }


def _ledger(plan: Plan) -> ImportReport:
    ledger = ImportReport()
    real = [task for task in plan.tasks if task.uid != 0]
    ledger.counts["rows"] = len(real)
    for remark in plan.remarks:
        ledger.note(remark)
    for task in real[:_SHOWN]:
        ledger.show(
            {_("WBS"): task.wbs, _("Task"): task.name, _("Start"): _time(task.start), _("Finish"): _time(task.finish)}
        )
    return ledger


def _note_currency(ledger: ImportReport, plan: Plan, project: Project) -> None:
    """Say in which currency the amounts of a new project are, where it goes without saying for neither side."""
    if not _has_amounts(plan):
        return
    if not plan.currency:
        ledger.note(_("The file names no currency. Its amounts are read as %(currency)s.", currency=project.currency))
    elif plan.currency != project.account.currency:
        ledger.note(
            _(
                "Amounts are in %(currency)s, the file's currency. The client's is %(own)s.",
                currency=plan.currency,
                own=project.account.currency,
            )
        )


def _refuse_other_currency(plan: Plan, project: Project) -> None:
    """Amounts are never taken for those of another currency; a file without amounts may name any."""
    if plan.currency and plan.currency != project.currency and _has_amounts(plan):
        own = {"currency": project.currency}
        raise _refusal(
            _("is in another currency than the project, which is in %(currency)s", **own),
            _("Save the file in %(currency)s, or import it from another source name as a new project.", **own),
            field="CurrencyCode",
            value=plan.currency,
        )


def _has_amounts(plan: Plan) -> bool:
    return (
        any(each.cost or each.actual_cost or each.fixed_cost for each in plan.tasks)
        or any(base.cost for each in plan.tasks for base in each.baselines)
        or any(each.cost or each.actual_cost or each.baseline_cost for each in plan.assignments)
        or any(rate.standard or rate.overtime or rate.per_use for each in plan.resources for rate in each.rates)
    )


def _time(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else "–"


def _keep(run: Import, project: Project, before: dict[str, Any]) -> None:
    project.refresh_from_db()
    ImportedRecord.objects.create(
        run=run,
        type=project._meta.label_lower,
        record_id=project.pk,
        created=False,
        version=project.version,
        before={**before, "state": snapshots.state(project)},
    )
