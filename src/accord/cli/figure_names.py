"""What tables call the figures and columns that JSON names by a key."""

from __future__ import annotations

from accord.cli.texts import gettext

_NAMES = {
    "actual_cost": gettext("actual cost"),
    "age": gettext("age"),
    "amount": gettext("amount"),
    "as_of": gettext("as of"),
    "churned": gettext("churned"),
    "clients": gettext("clients"),
    "clients_at_end": gettext("clients at end"),
    "clients_at_start": gettext("clients at start"),
    "clients_lost": gettext("clients lost"),
    "contract_churn": gettext("contract churn"),
    "contraction": gettext("contraction"),
    "contracts_at_start": gettext("contracts at start"),
    "contracts_lost": gettext("contracts lost"),
    "counts_margin": gettext("counts margin"),
    "currency": gettext("currency"),
    "customer": gettext("customer"),
    "date": gettext("date"),
    "discount_rate": gettext("discount rate"),
    "earned_value": gettext("earned value"),
    "end": gettext("end"),
    "end_revenue": gettext("end revenue"),
    "expansion": gettext("expansion"),
    "frequency": gettext("frequency"),
    "gross_revenue_retention": gettext("gross revenue retention"),
    "horizon_months": gettext("horizon months"),
    "left": gettext("left"),
    "lifetime_value": gettext("lifetime value"),
    "lifetime_value_interval": gettext("lifetime value interval"),
    "logo_churn": gettext("logo churn"),
    "mean": gettext("mean"),
    "model": gettext("model"),
    "months": gettext("months"),
    "net_revenue_retention": gettext("net revenue retention"),
    "new": gettext("new"),
    "period": gettext("period"),
    "planned_value": gettext("planned value"),
    "recency": gettext("recency"),
    "revenue": gettext("revenue"),
    "start": gettext("start"),
    "start_revenue": gettext("start revenue"),
    "tenure": gettext("tenure"),
    "valued": gettext("valued"),
    "won_back": gettext("won back"),
}


def name_of_figure(key: str) -> str:
    """The name for a table's cell."""
    return _NAMES.get(key.replace(" ", "_"), key.replace("_", " "))
