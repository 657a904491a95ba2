"""A status report as its reader sees it, on its page, as PDF and by email: who may not see amounts gets none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, ngettext

from accord.core.dates import day_text
from accord.core.money import Money
from accord.core.texts import gettext_lazy, translated
from accord.engines.uncertainty.risk_matrix import Level
from accord.insight.models import StatusReport
from accord.insight.status_lights import Area, Colour, Light, from_stored
from accord.projects.models import ChangeRequest, Risk

TONES = {Colour.GREEN: "good", Colour.AMBER: "warn", Colour.RED: "bad", Colour.UNKNOWN: "unknown"}
LEVELS = {
    Level.LOW.value: gettext_lazy("Low"),
    Level.MODERATE.value: gettext_lazy("Moderate"),
    Level.HIGH.value: gettext_lazy("High"),
}
MOVES = {
    "new": gettext_lazy("New"),
    "up": gettext_lazy("Higher"),
    "down": gettext_lazy("Lower"),
    "same": gettext_lazy("Unchanged"),
}

Written = Callable[[Decimal, str], str]  # an amount in its currency


@dataclass(frozen=True, slots=True)
class LightPart:
    """The light of an area. ``reason`` is a person's, who set another colour than ``calculated``; ``before`` the last
    report's."""

    area: Area
    colour: Colour
    sentence: str
    calculated: Colour
    reason: str
    before: Colour | None
    light: Light

    @property
    def tone(self) -> str:
        return TONES[self.colour]

    @property
    def is_changed(self) -> bool:
        return self.before is not None and self.before != self.colour


@dataclass(frozen=True, slots=True)
class FigurePart:
    """One figure with what it is and what it was in the last report; ``name`` is that of the page behind it."""

    name: str
    label: str
    value: str | None
    before: str | None
    definition: str

    @property
    def is_changed(self) -> bool:
        return self.before is not None and self.before != self.value


@dataclass(frozen=True, slots=True)
class RowPart:
    """One line of a table: the record behind it, its cells, and whether it differs from the last report."""

    pk: int | None
    cells: tuple[str, ...]
    tone: str = ""
    is_changed: bool = False
    tone_at: int = 1  # the cell that has the tone


@dataclass(frozen=True, slots=True)
class ReportParts:
    """All that the report shows beside its texts."""

    money: bool
    lights: list[LightPart]
    figures: list[FigurePart]
    missing: list[str]
    cost_causes: list[RowPart]
    schedule_causes: list[RowPart]
    slipped: list[RowPart]
    milestones: list[RowPart]
    risks: list[RowPart]
    gone_risks: list[RowPart]
    changes: list[RowPart]
    as_of: str
    known: set[str]  # of the two variances, those that are known


def amount_text(amount: Decimal, currency: str) -> str:
    """As documents write it."""
    return str(Money(amount, currency)).replace("-", "−")


def parts_of(report: StatusReport, *, money: bool, written: Written = amount_text) -> ReportParts:
    """``report`` beside the last one; ``money`` says whether its reader may see amounts."""
    contents, amounts = report.contents, report.amounts if money else {}
    last = report.previous
    then, then_amounts = (last.contents, last.amounts if money else {}) if last is not None else ({}, {})
    currency = amounts.get("currency", "")

    def amount(value: str | None) -> str:
        return "–" if value is None else written(Decimal(value), currency)

    return ReportParts(
        money=money,
        lights=lights_of(report, money=money),
        figures=[*_plan_figures(contents, then), *_money_figures(amounts, then_amounts, amount)],
        missing=[_sentence(translated(text)) for text in amounts.get("missing", ())],
        known={name for name in ("cv", "sv") if amounts and amounts["totals"][name] is not None},
        cost_causes=_causes(amounts.get("cost_causes", ()), amount),
        schedule_causes=_causes(amounts.get("schedule_causes", ()), amount),
        slipped=[_slipped(row) for row in contents["slipped"]],
        milestones=[_milestone(row, is_first=last is None) for row in contents["milestones"]],
        risks=[_risk(row, amounts.get("risks"), amount) for row in contents["risks"]],
        gone_risks=[_gone_risk(row) for row in contents["gone_risks"]],
        changes=[_change(row, amounts.get("changes"), amount) for row in contents["changes"]],
        as_of=_status_date(contents),
    )


def lights_of(report: StatusReport, *, money: bool) -> list[LightPart]:
    """The five lights; that of cost only for who may see money, since it follows from amounts."""
    last = report.previous
    return [
        _light(report, area, None if last is None else _shown(last, area))
        for area in Area
        if money or area != Area.COST
    ]


def _light(report: StatusReport, area: Area, before: Colour | None) -> LightPart:
    light = stored_light(report, area)
    _, reason = report.override_of(area)
    return LightPart(area, _shown(report, area), light.sentence(), light.colour, reason, before, light)


def stored_light(report: StatusReport, area: Area) -> Light:
    """The light as it was calculated."""
    kept = report.amounts if area == Area.COST else report.contents
    return from_stored(area, kept.get("lights", {}).get(area.value, []))


def _shown(report: StatusReport, area: Area) -> Colour:
    colour, _ = report.override_of(area)
    return Colour(colour) if colour else stored_light(report, area).colour


def _plan_figures(contents: Mapping[str, Any], then: Mapping[str, Any]) -> list[FigurePart]:
    """What follows from the plan alone and names no amount."""
    rows: tuple[tuple[str, str, Callable[[Any], str | None], str], ...] = (
        ("progress", gettext("Progress"), _percent, gettext("Percent complete of all tasks, weighted by duration.")),
        (
            "finish", gettext("Forecast finish"), _day,
            gettext("Planned finish of the last deliverable or milestone with a deadline, else of the last task."),
        ),
        ("baseline_finish", gettext("Baseline finish"), _day, gettext("The same date in the current baseline.")),
        ("promised_finish", gettext("Promised finish"), _day, gettext("As entered in the project.")),
        ("spi_t", "SPI(t)", _ratio, gettext("Earned schedule ÷ actual time.")),
    )  # fmt: skip
    return [
        FigurePart(name, label, said(contents.get(name)), said(then.get(name)), definition)
        for name, label, said, definition in rows
    ]


def _money_figures(
    amounts: Mapping[str, Any], then: Mapping[str, Any], amount: Callable[[str | None], str]
) -> list[FigurePart]:
    """Earned value and what follows from it; nothing for who may not see amounts."""
    if not amounts:
        return []

    def sums(value: str | None) -> str | None:
        return None if value is None else amount(value)

    rows: tuple[tuple[str, str, str, Callable[[Any], str | None], str], ...] = (
        ("budget-variance", gettext("Budget variance"), "cv", sums, "EV − AC"),
        ("schedule-variance", gettext("Schedule variance"), "sv", sums, "EV − PV"),
        ("cost-performance", "CPI", "cpi", _ratio, "EV ÷ AC"),
        ("schedule-performance", "SPI", "spi", _ratio, "EV ÷ PV"),
        ("planned-value", gettext("Planned value (PV)"), "pv", sums, gettext("Budget of the work due by now.")),
        ("earned-value", gettext("Earned value (EV)"), "ev", sums, gettext("Budget of the completed work.")),
        ("actual-cost", gettext("Actual cost (AC)"), "ac", sums, gettext("Cost recorded up to the status date.")),
        (
            "estimate-at-completion", gettext("Estimate at completion"), "eac", sums,
            gettext("Budget at completion ÷ CPI."),
        ),
    )  # fmt: skip
    now, before = amounts["totals"], then.get("totals", {})
    return [
        FigurePart(name, label, said(now[key]), said(before.get(key)), definition)
        for name, label, key, said, definition in rows
    ]


def _causes(rows: Iterable[Mapping[str, Any]], amount: Callable[[str | None], str]) -> list[RowPart]:
    return [
        RowPart(
            row["task"],
            (row["name"] or gettext("All other tasks"), amount(row["amount"])),
            "bad" if Decimal(row["amount"]) < 0 else "good",
        )
        for row in rows
    ]


def _slipped(row: Mapping[str, Any]) -> RowPart:
    days = _days_late(row["days"])
    return RowPart(row["task"], (row["name"], days, gettext("Critical") if row["critical"] else ""), "bad")


def _milestone(row: Mapping[str, Any], *, is_first: bool) -> RowPart:
    """Name, baseline, forecast in the last report, forecast now (or when it was met), and the variance."""
    days = row["days"]
    forecast = _day(row["forecast"]) or "–"
    if row["met"]:
        forecast = gettext("%(day)s, reached") % {"day": forecast}
    cells = (
        row["name"],
        _day(row["baseline"]) or "–",
        "–" if is_first else _day(row["before"]) or gettext("New"),
        forecast,
        "–" if days is None else _days_late(days),
    )
    is_changed = not is_first and row["before"] != row["forecast"]
    return RowPart(row["task"], cells, "bad" if days is not None and days > 0 else "", is_changed, len(cells) - 1)


def _risk(
    row: Mapping[str, Any], costs: Mapping[str, str] | None, amount: Callable[[str | None], str]
) -> RowPart:  # fmt: skip
    """Key and title, severity, probability, expected delay, expected cost for who may see it, owner, and the change."""
    level, is_chance = row["level"], row["kind"] == Risk.Kind.OPPORTUNITY
    severity = str(LEVELS[level]) if level else gettext("Not rated")
    cells = (
        f"{row['key']} {row['title']}",
        gettext("%(severity)s, opportunity") % {"severity": severity} if is_chance else severity,
        f"{row['probability']}%",
        gettext("%(days)s d") % {"days": row["days"].replace("-", "−")},
        *(() if costs is None else (amount(costs.get(str(row["pk"]))),)),
        row["owner"] or gettext("Unassigned"),
        str(MOVES[row["moved"]]) if row["moved"] else "–",
    )
    tone = "" if is_chance else {Level.HIGH.value: "bad", Level.MODERATE.value: "warn"}.get(level, "")
    return RowPart(row["pk"], cells, tone, row["moved"] not in ("", "same"))


def _gone_risk(row: Mapping[str, Any]) -> RowPart:
    return RowPart(row["pk"], (f"{row['key']} {row['title']}", str(Risk.Status(row["status"]).label)), "", True)


def _change(
    row: Mapping[str, Any], amounts: Mapping[str, list[str | None]] | None, amount: Callable[[str | None], str]
) -> RowPart:
    """Key and title, status with its day, effect on the finish, and the price for who may see it."""
    status = ChangeRequest.Status(row["status"])
    when = row["decided_on"] or row["due_on"]
    state = str(status.label)
    if when is not None:
        text = gettext("%(status)s, decision due %(day)s") if row["decided_on"] is None else "%(status)s, %(day)s"
        state = text % {"status": state, "day": _day(when)}
    price = () if amounts is None else (amount((amounts.get(str(row["pk"])) or [None, None])[1]),)
    days = "–" if row["days"] is None else gettext("%(days)s d") % {"days": _signed(row["days"])}
    is_open = status == ChangeRequest.Status.PROPOSED
    return RowPart(row["pk"], (f"{row['key']} {row['title']}", state, days, *price), "warn" if is_open else "")


def _signed(value: str) -> str:
    return value.replace("-", "−") if value.startswith("-") else f"+{value}"


def _days_late(days: int) -> str:
    """A variance in days: later is positive."""
    if days == 0:
        return gettext("on time")
    return ngettext("%(days)s day", "%(days)s days", abs(days)) % {"days": f"+{days}" if days > 0 else f"−{-days}"}


def _percent(value: str | None) -> str | None:
    return None if value is None else f"{Decimal(value):.0f}%"


def _ratio(value: str | None) -> str | None:
    return None if value is None else f"{Decimal(value):.2f}"


def _day(value: str | None) -> str | None:
    return None if value is None else day_text(date.fromisoformat(value))


def _sentence(text: str) -> str:
    """With a capital at its beginning and a full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _status_date(contents: Mapping[str, Any]) -> str:
    """The last day that counts, and why it is that one where nobody chose it."""
    moment = datetime.fromisoformat(contents["status_date"]) - timedelta(minutes=1)
    source = translated(contents["status_source"])
    if not source:
        return day_text(moment)
    return gettext("%(day)s, %(source)s") % {"day": day_text(moment), "source": source}


def text_of(report: StatusReport, parts: ReportParts) -> str:
    """The report in short, as plain text: lights with their reasons, and what a person wrote."""
    blocks = ["\n".join(_light_line(part) for part in parts.lights)]
    blocks += [f"{label}\n{text}" for label, text in texts_of(report) if text]
    return "\n\n".join(blocks)


def _light_line(part: LightPart) -> str:
    if not part.reason:
        return part.sentence
    return gettext("%(area)s is set to %(colour)s: %(reason)s (calculated: %(sentence)s)") % {
        "area": part.area.label,
        "colour": str(part.colour.label).lower(),
        "reason": part.reason,
        "sentence": part.sentence,
    }


def texts_of(report: StatusReport) -> list[tuple[str, str]]:
    """What a person wrote, each under its title."""
    return [
        (gettext("Summary"), report.summary),
        (gettext("Decisions wanted"), report.decisions_wanted),
        (gettext("Next steps"), report.next_steps),
    ]
