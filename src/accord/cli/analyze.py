"""``accord analyze``: an engine's figures straight from a file."""

from __future__ import annotations

from accord.cli.lazy import Lazy, LazyGroup

ANALYSES: dict[str, Lazy] = {
    "schedule": Lazy("accord.cli.analyze_plan:schedule", "Dates, float and critical path of a project plan."),
    "earned-value": Lazy("accord.cli.analyze_plan:earned_value", "Cost and schedule variance of a project plan."),
    "quality": Lazy("accord.cli.analyze_plan:quality", "The DCMA's 14 points of a project plan's schedule."),
    "simulate": Lazy("accord.cli.analyze_simulation:simulate", "Chances of a project plan's dates and cost."),
    "level": Lazy("accord.cli.analyze_levelling:level", "Starts at which nobody has too much to do, and a bound."),
    "lifetime-value": Lazy("accord.cli.analyze_customers:lifetime_value", "What customers will be worth."),
    "retention": Lazy("accord.cli.analyze_customers:retention", "Churn, revenue retention and survival."),
}

analyze = LazyGroup("analyze", ANALYSES, help="Files in, numbers out, no database.")
