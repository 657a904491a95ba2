"""What each number means, as its page says it."""

from __future__ import annotations

from accord.core.texts import format_lazy, gettext_lazy

EVM = gettext_lazy("PMI, The Standard for Earned Value Management (2019); ANSI/EIA-748.")


def _past_forecasts(what: str) -> dict[str, str]:
    text = gettext_lazy(
        "Past forecasts are made again from what was known on each past day, and compared with what came. {what} Skill "
        "is how much smaller the squared error is than with the firm's own average rate: 0 is no better, 1 is perfect."
    )
    return {
        "text": format_lazy(text, what=what),
        "formula": gettext_lazy("Skill = 1 − Brier ÷ Brier of the base rate; Brier = mean of (forecast − happened)²"),
        "source": gettext_lazy("Brier (1950), Monthly Weather Review 78; docs/engines/health.md"),
    }


DEFINITIONS: dict[str, dict[str, str]] = {
    "health": {
        "text": gettext_lazy(
            "From 0 to 100, a fixed scale of the churn risk on which a typical client of the firm stands at 70. "
            "Each signal adds or takes points; together with 70 they make the health."
        ),
        "formula": gettext_lazy("Health = 100 ÷ (1 + odds of leaving ÷ (odds of the typical client × 70/30))"),
        "source": "docs/engines/health.md",
    },
    "lifetime-value": {
        "text": gettext_lazy(
            "Margin that the client is expected to bring within the horizon, discounted to today: probability that "
            "the client stays × expected orders or fees × margin rate, plus what is signed and not yet invoiced."
        ),
        "formula": gettext_lazy("CLV = Σ over months of expected margin ÷ (1 + d)^(month/12)"),
        "source": "docs/engines/health.md",
    },
    "churn-rate": {
        "text": gettext_lazy(
            "For the firm: share of the clients a year ago who are none any more: no contract is running, and no order "
            "came within their window. For one client: probability of leaving within 12 months. A contract client "
            "leaves by notice or by not renewing; a client who orders projects leaves when no order comes within their "
            "window."
        ),
        "formula": gettext_lazy("Firm: clients lost ÷ clients at start. Client: 1 − Π (1 − monthly risk)"),
        "source": gettext_lazy("Singer & Willett (1993), discrete-time hazards; docs/engines/health.md"),
    },
    "forecast-contracts": _past_forecasts(gettext_lazy("Contracts lost within 12 months.")),
    "forecast-orders": _past_forecasts(gettext_lazy("No new order within the client's window.")),
    "forecast-lapses": _past_forecasts(gettext_lazy("Clients counted as lost within 12 months.")),
    "forecast-values": {
        "text": gettext_lazy(
            "Lifetime values are forecast again from what was known two years ago (or one), for the time since, and "
            "compared with the margin that the same clients have brought. Clients won since don't count."
        ),
        "formula": gettext_lazy("Ratio = margin that came ÷ margin forecast, both discounted to that day"),
        "source": "docs/engines/health.md",
    },
    "budget-variance": {
        "text": gettext_lazy(
            "Budgeted cost of the completed work minus its actual cost. Negative means over budget for the work "
            "done. PMI: cost variance (CV)."
        ),
        "formula": "CV = EV − AC",
        "source": EVM,
    },
    "schedule-variance": {
        "text": gettext_lazy(
            "Budgeted cost of the completed work minus budgeted cost of the work scheduled by now. Negative "
            "means behind the baseline."
        ),
        "formula": "SV = EV − PV",
        "source": EVM,
    },
    "planned-value": {
        "text": gettext_lazy(
            "The budget of the work that the baseline wanted finished by the status date: each task's baseline "
            "cost spread over the working time of the people on it; fixed cost as it accrues."
        ),
        "formula": gettext_lazy("PV = Σ baseline cost × share of baseline duration elapsed"),
        "source": EVM,
    },
    "earned-value": {
        "text": gettext_lazy(
            "Budgeted cost of the work completed: each task's baseline cost × percent complete. "
            "Level of effort is earned as planned."
        ),
        "formula": gettext_lazy("EV = Σ baseline cost × percent complete"),
        "source": EVM,
    },
    "actual-cost": {
        "text": gettext_lazy(
            "Actual cost to date: logged hours at cost rate, approved expenses without deductible tax, and actual cost "
            "from the imported plan file. Drafts and submitted expenses don't count."
        ),
        "formula": gettext_lazy("AC = Σ minutes ÷ 60 × cost rate + Σ approved expenses + actual cost of the plan"),
        "source": EVM,
    },
    "cost-performance": {
        "text": gettext_lazy(
            "Budgeted work completed per unit of cost. Below 1 means the work costs more than planned."
        ),
        "formula": "CPI = EV ÷ AC",
        "source": EVM,
    },
    "schedule-performance": {
        "text": gettext_lazy("Completed work compared with work scheduled by now. Below 1 means behind schedule."),
        "formula": "SPI = EV ÷ PV",
        "source": EVM,
    },
    "estimate-at-completion": {
        "text": gettext_lazy("Forecast total cost if cost efficiency stays as it is."),
        "formula": "EAC = BAC ÷ CPI",
        "source": EVM,
    },
    "gross-retention": {
        "text": gettext_lazy(
            "Share of the yearly revenue from clients at the start of the period that remains, excluding expansion. "
            "Yearly revenue is contract fees × 12, and what was invoiced outside contracts in 12 months."
        ),
        "formula": gettext_lazy("GRR = (start − churn − contraction) ÷ start, at most 100 %"),
        "source": gettext_lazy("Standard definition in SaaS reporting."),
    },
    "net-retention": {
        "text": gettext_lazy("Gross revenue retention plus expansion of existing clients. New clients are excluded."),
        "formula": gettext_lazy("NRR = (start − churn − contraction + expansion) ÷ start"),
        "source": gettext_lazy("Standard definition in SaaS reporting."),
    },
}
