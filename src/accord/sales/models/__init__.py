from accord.sales.models.agreement import Agreement
from accord.sales.models.opportunity import Opportunity
from accord.sales.models.quote import ForecastDay, NegotiationEntry, Quote, QuoteLine, Service
from accord.sales.models.stage import OpportunityStage, forget_stages, stages

__all__ = [
    "Agreement",
    "ForecastDay",
    "NegotiationEntry",
    "Opportunity",
    "OpportunityStage",
    "Quote",
    "QuoteLine",
    "Service",
    "forget_stages",
    "stages",
]
