from accord.support.models.advocacy import AdvocacyItem
from accord.support.models.request import EscalationStep, Request, ServiceLevel, Severity, Topic

__all__ = [
    "AdvocacyItem",
    "EscalationStep",
    "Request",
    "ServiceLevel",
    "Severity",
    "Topic",
]
