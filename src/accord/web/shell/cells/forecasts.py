"""Forecast methods by their names, and how right each has been."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from accord.core.texts import gettext_lazy, translated
from accord.insight.forecasts import MIX, QUANTILES
from accord.insight.models import ForecastScore
from accord.insight.queries_calibration import Calibration
from accord.insight.queries_scoreboard import Record, Standing
from accord.web.shell.list_parts import Cell
from accord.web.shell.templatetags.shell import percent

NAMES = {
    MIX: gettext_lazy("All methods, weighted by their record"),
    "plan": gettext_lazy("Current plan"),
    "pace": gettext_lazy("At the pace so far"),
    "rest_as_planned": gettext_lazy("Rest as planned"),
    "path_pace": gettext_lazy("Rest of the plan at the pace so far"),
    "shrunk_pace": gettext_lazy("Rest of the plan at the likely pace"),
    "p50_alone": gettext_lazy("P50, tasks independent of each other"),
    "p80_alone": gettext_lazy("P80, tasks independent of each other"),
    "p50": gettext_lazy("P50 with common factor and pace"),
    "p80": gettext_lazy("P80 with common factor and pace"),
    "rest_as_budgeted": gettext_lazy("Rest as budgeted"),
    "cost_efficiency": gettext_lazy("At the cost efficiency so far"),
    "mixed_efficiency": gettext_lazy("At cost efficiency and pace, 4 to 1"),
    "both_efficiencies": gettext_lazy("At both efficiencies so far"),
}
UNWRITTEN = ("plan", *QUANTILES)  # the name says all
STAGES_TEXT = gettext_lazy(
    "Mean error of what was forecast, as a share of how the projects ended. Early: up to a third of the budget was "
    "earned when the forecast was made. Late: more than two thirds. Bias above zero: the method said too much."
)


def name_cell(row: Standing) -> Cell:
    """A method with its formula; the mix, the current plan and what is simulated have none."""
    formula = "" if row.method is None or row.key in UNWRITTEN else translated(row.method.formula)
    return Cell(NAMES[row.key], sub=formula.replace(" x ", " × ").replace(" - ", " − ").replace(" / ", " ÷ "))


def bias_text(share: float) -> str:
    """A share with its sign, as figures are written."""
    return f"{100 * share:+.1f}%".replace("-", "−")


def percent_cell(share: float | None, *, signed: bool = False, sub: str = "") -> Cell:
    """An error or a bias."""
    if share is None:
        return Cell(None, numeric=True, sub=sub)
    text = bias_text(share) if signed else percent(share)
    return Cell(text, numeric=True, sub=sub, raw=round(share, 4))


def close_cell(row: Standing) -> Cell:
    """How many projects it was right for."""
    if not row.projects:
        return Cell(None, numeric=True)
    return Cell(gettext("%(close)s of %(projects)s") % {"close": row.close, "projects": row.projects}, numeric=True)


def ranked(record: Record) -> list[Standing]:
    """The mix, then the methods: first who has been right most, by the record and what is published."""
    mix, *methods = record.rows
    return [mix, *sorted(methods, key=lambda row: record.weighed[row.key])]


def record_text(record: Record) -> str:
    """Whose record it is, in a sentence."""
    if not record.projects:
        return gettext(
            "No closed project has been forecast at this stage yet, so the methods count by their published errors on "
            "80 real project networks with simulated delays."
        )
    return ngettext(
        "From %(count)s closed project: its forecasts at the %(stage)s stage, compared with how it ended.",
        "From %(count)s closed projects: their forecasts at the %(stage)s stage, compared with how they ended.",
        record.projects,
    ) % {"count": record.projects, "stage": ForecastScore.Stage(record.stage).label.lower()}


def interval_text(low: float, high: float) -> str:
    """An interval of shares, as in 57–98%."""
    return f"{round(100 * low)}–{round(100 * high)}%"


def held_cell(row: Calibration) -> Cell:
    """In how many projects a quantile held, with the interval and its mean loss."""
    if row.low is None or row.high is None or row.pinball is None:
        return Cell(None, numeric=True)
    held = gettext("%(held)s of %(projects)s") % {"held": row.held, "projects": row.projects}
    sub = gettext("%(interval)s · loss %(loss)s") % {
        "interval": interval_text(row.low, row.high),
        "loss": percent(row.pinball),
    }
    return Cell(held, numeric=True, sub=sub, raw=round(row.held / row.projects, 4))
