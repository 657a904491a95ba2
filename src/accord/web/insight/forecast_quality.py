"""How good past forecasts of clients were: the backtest, as the page behind a figure."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from accord.core.texts import gettext_lazy
from accord.engines.customers.backtest import FEWEST_EVENTS
from accord.insight.models import ClientFigures
from accord.web.insight.retention_texts import NO_RUN
from accord.web.shell.definitions import DEFINITIONS
from accord.web.shell.list_parts import Column
from accord.web.shell.numbers import Number
from accord.web.shell.parts import Empty, Fact
from accord.web.shell.templatetags.shell import day, money_short, percent
from accord.web.shell.templatetags.shell import number as number_text
from accord.web.shell.views.lists import Cell, Row

# The pages, by the end of their address: the half of the model, which of its backtests, and what is forecast.
QUALITY = {
    "forecast-contracts": ("contracts", "backtest", gettext_lazy("Forecast quality: contracts")),
    "forecast-orders": ("projects", "backtest", gettext_lazy("Forecast quality: orders")),
    "forecast-lapses": ("projects", "lapse_backtest", gettext_lazy("Forecast quality: lapsed clients")),
}


VALUES = "forecast-values"


def value_number(analysis: ClientFigures | None) -> Number:
    """What came of the lifetime values of two years ago, or why that is not known."""
    label, url = gettext("Forecast quality: lifetime value"), reverse("firm-number", args=[VALUES])
    score = None if analysis is None else analysis.model.get("values")
    if analysis is None or score is None:
        reason = gettext("There are fewer than ten clients with two years of history.")
        return Number(label, missing=str(NO_RUN) if analysis is None else reason, tone="unknown", url=url)
    currency = analysis.currency
    caption = gettext("of the forecast of %(day)s came within %(months)s months: %(actual)s of %(forecast)s") % {
        "day": day(date.fromisoformat(score["as_of"])),
        "months": score["months"],
        "actual": money_short(score["actual"], currency),
        "forecast": money_short(score["forecast"], currency),
    }
    is_right = score["low"] <= score["actual"] <= score["high"]
    return Number(label, percent(_ratio(score), 0), caption, "neutral" if is_right else "warn", url)


def _ratio(score: dict[str, Any]) -> float | None:
    return score["actual"] / score["forecast"] if score["forecast"] else None


def value_page(analysis: ClientFigures | None) -> dict[str, Any]:
    """The figures behind it."""
    score = None if analysis is None else analysis.model.get("values")
    rows = []
    if analysis is not None and score is not None:
        figures = [
            (gettext("Forecast"), money_short(score["forecast"], analysis.currency)),
            (
                gettext("80% interval of the forecast"),
                f"{money_short(score['low'], analysis.currency)} – {money_short(score['high'], analysis.currency)}",
            ),
            (gettext("What came"), money_short(score["actual"], analysis.currency)),
            (
                gettext("Clients whose own interval held"),
                gettext("%(held)s of %(clients)s") % {"held": score["held"], "clients": score["clients"]},
            ),
            (gettext("Mean error per client"), money_short(score["error"], analysis.currency)),
            (
                gettext("Mean error of “the same as the year before”"),
                money_short(score["plain_error"], analysis.currency),
            ),
        ]
        rows = [Row(0, "", [Cell(label), Cell(text, numeric=True)]) for label, text in figures]
    return {
        "number": value_number(analysis),
        "definition": DEFINITIONS[VALUES],
        "columns": [Column(gettext("Figure")), Column(gettext("Value"), numeric=True)],
        "rows": rows,
        "rows_title": gettext("Forecast beside what came"),
        "empty": Empty(gettext("No past forecasts"), gettext("Lifetime values can be judged after two years.")),
    }


def quality_number(analysis: ClientFigures | None, name: str) -> Number:
    """The skill of past forecasts against the firm's base rate, or why it is not known."""
    half, test, label = QUALITY[name]
    url = reverse("firm-number", args=[name])
    score = _score(analysis, half, test)
    if score is None:
        return Number(str(label), missing=NO_RUN, tone="unknown", url=url)
    if not score["enough"]:
        reason = gettext(
            "Too few outcomes to judge: %(outcomes)s forecasts and %(events)s clients that left, from %(origins)s past "
            "days. At least 30, 5 and 2 are needed."
        ) % {name: score[name] for name in ("outcomes", "events", "origins")}
        return Number(str(label), missing=reason, tone="unknown", url=url)
    skill = score["skill"]
    caption = gettext(
        "better than the base rate, 80%% likely from %(low)s to %(high)s, from %(outcomes)s forecasts"
    ) % {
        "low": percent(skill["low"], 0),
        "high": percent(skill["high"], 0),
        "outcomes": number_text(score["outcomes"]),
    }
    if not score["tells_apart"] or (half == "contracts" and not score["predicts"]):
        caption = gettext("Signals haven't predicted this here, so clients aren't ranked by them.")
    elif skill["value"] <= 0:
        caption = gettext(
            "The level was wrong, but clients who left had the higher forecasts (%(outcomes)s forecasts)."
        )
        caption %= {"outcomes": number_text(score["outcomes"])}
    return Number(str(label), percent(skill["value"]), caption, "neutral" if skill["value"] > 0 else "warn", url)


def quality_page(analysis: ClientFigures | None, name: str) -> dict[str, Any]:
    """The scores, and forecasts beside what happened in groups of equal size."""
    half, test, _ = QUALITY[name]
    score = _score(analysis, half, test)
    bins = score["bins"] if score is not None else []
    return {
        "number": quality_number(analysis, name),
        "definition": DEFINITIONS[name],
        "inputs": _inputs(score) + _changed_weights(analysis, half, test),
        "missing": [] if score is None else _too_few(analysis, half, test),
        "columns": bin_columns(),
        "rows": [_row(each) for each in bins],
        "rows_title": gettext("Forecasts beside what happened"),
        "empty": Empty(gettext("No past forecasts"), gettext("Forecasts are scored once a year has passed.")),
        "further": [] if score is None else [compared(analysis, half, test)],
    }


def bin_columns() -> list[Column]:
    return [
        Column(gettext("Forecast")),
        Column(gettext("What happened"), numeric=True),
        Column(gettext("80% interval"), numeric=True),
        Column(gettext("Forecasts"), numeric=True),
    ]


def quality_panel(analysis: ClientFigures, kind: str) -> dict[str, Any]:
    """How far to trust the health of a client of this ``kind``: what the page behind it says, in short."""
    half, name = ("contracts", "forecast-contracts") if kind == "contract" else ("projects", "forecast-orders")
    score = _score(analysis, half, "backtest")
    if score is None:
        return {"title": gettext("How far to trust it"), "missing": [str(NO_RUN)]}
    number = quality_number(analysis, name)
    said = number.missing or number.caption
    if not number.missing and score["skill"]["value"] > 0:
        said = gettext("%(skill)s %(caption)s.") % {"skill": number.value, "caption": number.caption}
    text = gettext(
        "%(outcomes)s forecasts from %(origins)s past days, each from what was known then; %(events)s clients left."
    ) % {name: number_text(score[name]) for name in ("outcomes", "origins", "events")}
    table = compared(analysis, half, "backtest")
    shown = score["bins"] if score["enough"] else []
    bins = {"title": gettext("Forecast and outcome"), "columns": bin_columns(), "rows": [_row(each) for each in shown]}
    return {
        "title": gettext("How far to trust it"),
        "url": reverse("firm-number", args=[name]),
        "warnings": [said],
        "tables": [each for each in (table, bins) if each["rows"]],
        "missing": _too_few(analysis, half, "backtest"),
        "text": text,
    }


def compared(analysis: ClientFigures | None, half: str, test: str) -> dict[str, Any]:
    """The Brier scores by horizon, beside what the base rate and the last contact alone would have had."""
    rows = []
    for label, score in _horizons(analysis, half, test):
        auc = score["auc"]
        if not score["enough"]:
            continue
        cells = [
            Cell(number_text(score["brier"], 3), numeric=True),
            Cell(number_text(score["base_brier"], 3), numeric=True),
            Cell(None if score["plain_brier"] is None else number_text(score["plain_brier"], 3), numeric=True),
            Cell(
                None if auc is None else f"{auc['value']:.2f}",
                sub="" if auc is None else f"{auc['low']:.2f} – {auc['high']:.2f}",
                numeric=True,
            ),
        ]
        rows.append(Row(0, "", [Cell(label), *cells]))
    return {
        "title": gettext("Squared error (Brier score), lower is better"),
        "columns": [
            Column(gettext("Horizon")),
            Column(gettext("Forecast"), numeric=True),
            Column(gettext("Base rate"), numeric=True),
            Column(gettext("Last contact"), numeric=True),
            Column(gettext("AUC"), numeric=True),
        ],
        "rows": rows,
    }


def _horizons(analysis: ClientFigures | None, half: str, test: str) -> list[tuple[str, dict[str, Any]]]:
    """Each horizon with its score. That of no new order differs from client to client."""
    found = [] if analysis is None else list(analysis.model[half].get("horizons", {}).items())
    labels = {"3": gettext("90 days"), "6": gettext("180 days"), "12": gettext("365 days")}
    rows = [(labels[months], score) for months, score in found]
    own = _score(analysis, half, test)
    if half == "projects" and test == "backtest" and own is not None:
        rows = [(gettext("No order in own window"), own)]
    return rows


def _too_few(analysis: ClientFigures | None, half: str, test: str) -> list[str]:
    """Of horizons that can't be judged, how much is missing."""
    return [
        gettext("%(horizon)s: not enough data. %(events)s clients left within it; at least %(needed)s are needed.")
        % {"horizon": label, "events": score["events"], "needed": FEWEST_EVENTS}
        for label, score in _horizons(analysis, half, test)
        if not score["enough"]
    ]


def _score(analysis: ClientFigures | None, half: str, test: str) -> dict[str, Any] | None:
    found: dict[str, Any] | None = None if analysis is None else analysis.model.get(half, {}).get(test)
    return found


def _row(each: dict[str, Any]) -> Row:
    interval = f"{percent(each['low'], 0)} – {percent(each['high'], 0)}"
    figures = (percent(each["seen"], 0), interval, number_text(each["count"]))
    return Row(0, "", [Cell(percent(each["forecast"], 0)), *(Cell(text, numeric=True) for text in figures)])


def _changed_weights(analysis: ClientFigures | None, half: str, test: str) -> list[Fact]:
    """What the firm's own signal weights have gained or lost against the standard ones, on the same past."""
    own, standard = _score(analysis, half, test), _score(analysis, half, "standard_weights")
    if own is None or standard is None or test != "backtest" or not own["enough"]:
        return []
    gained = standard["brier"] - own["brier"]
    text = gettext("Your weights are better by %(change)s.") if gained > 0 else gettext("Your weights are no better.")
    return [
        Fact(gettext("Brier score with standard weights"), number_text(standard["brier"], 4)),
        Fact(gettext("Effect of your signal weights"), text % {"change": number_text(gained, 4)}),
    ]


def _inputs(score: dict[str, Any] | None) -> list[Fact]:
    if score is None or not score["outcomes"]:
        return []
    facts = [
        Fact(gettext("Forecasts scored"), number_text(score["outcomes"])),
        Fact(gettext("Of them left"), number_text(score["events"])),
        Fact(gettext("Past days forecast from"), number_text(score["origins"])),
        Fact(gettext("Brier score"), number_text(score["brier"], 4)),
        Fact(gettext("Brier score of the base rate"), number_text(score["base_brier"], 4)),
        Fact(gettext("Brier score of the last contact alone"), number_text(score["plain_brier"], 4)),
    ]
    if score["auc"] is not None:
        auc = score["auc"]
        text = f"{auc['value']:.2f} ({auc['low']:.2f} – {auc['high']:.2f})"
        facts.append(Fact(gettext("Area under the ROC curve"), text, hint=gettext("0.5 is chance, 1 is perfect.")))
    if score["slope"] is not None:
        facts.append(
            Fact(
                gettext("Calibration slope"),
                f"{score['slope']:.2f}",
                hint=gettext("1 is right; below 1 forecasts were too sure of themselves."),
            )
        )
    return facts
