"""``accord analyze``: an engine's figures straight from a file."""

from __future__ import annotations

from accord.cli.lazy import Lazy, LazyGroup
from accord.cli.texts import gettext

ANALYSES: dict[str, Lazy] = {
    "schedule": Lazy(
        "accord.cli.analyze_plan:schedule", gettext("Schedule a project plan: dates, float and critical path.")
    ),
    "earned-value": Lazy("accord.cli.analyze_plan:earned_value", gettext("Earned value analysis of a project plan.")),
    "quality": Lazy("accord.cli.analyze_plan:quality", gettext("DCMA 14-point schedule assessment.")),
    "simulate": Lazy(
        "accord.cli.analyze_simulation:simulate", gettext("Monte Carlo simulation of a plan's dates and cost.")
    ),
    "level": Lazy("accord.cli.analyze_levelling:level", gettext("Level resources so that no one is over-allocated.")),
    "lifetime-value": Lazy("accord.cli.analyze_customers:lifetime_value", gettext("Customer lifetime value.")),
    "retention": Lazy("accord.cli.analyze_customers:retention", gettext("Churn, revenue retention and survival.")),
    "churn": Lazy("accord.cli.analyze_customers:churn", gettext("Survival, hazard ratios and chances of leaving.")),
    "health": Lazy(
        "accord.cli.analyze_customers:health", gettext("Health of clients from any columns, and its backtest.")
    ),
    "cohorts": Lazy("accord.cli.analyze_customers:cohorts", gettext("Clients by their first purchase.")),
    "segments": Lazy("accord.cli.analyze_customers:segments", gettext("Customers by recency, frequency and spend.")),
}

analyze = LazyGroup("analyze", ANALYSES, help=gettext("Analyze files without a database."))
