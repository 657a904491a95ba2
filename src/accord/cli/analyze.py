"""``accord analyze``: an engine's figures straight from a file."""

from __future__ import annotations

from accord.cli.lazy import Lazy, LazyGroup

ANALYSES: dict[str, Lazy] = {
    "schedule": Lazy("accord.cli.analyze_plan:schedule", "Schedule a project plan: dates, float and critical path."),
    "earned-value": Lazy("accord.cli.analyze_plan:earned_value", "Earned value analysis of a project plan."),
    "quality": Lazy("accord.cli.analyze_plan:quality", "DCMA 14-point schedule assessment."),
    "simulate": Lazy("accord.cli.analyze_simulation:simulate", "Monte Carlo simulation of a plan's dates and cost."),
    "level": Lazy("accord.cli.analyze_levelling:level", "Level resources so that no one is over-allocated."),
    "lifetime-value": Lazy("accord.cli.analyze_customers:lifetime_value", "Customer lifetime value."),
    "retention": Lazy("accord.cli.analyze_customers:retention", "Churn, revenue retention and survival."),
    "churn": Lazy("accord.cli.analyze_customers:churn", "Survival, hazard ratios and chances of leaving."),
    "health": Lazy("accord.cli.analyze_customers:health", "Health of clients from any columns, and its backtest."),
    "cohorts": Lazy("accord.cli.analyze_customers:cohorts", "Clients by their first purchase."),
    "segments": Lazy("accord.cli.analyze_customers:segments", "Customers by recency, frequency and spend."),
}

analyze = LazyGroup("analyze", ANALYSES, help="Analyze files without a database.")
