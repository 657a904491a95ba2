from accord.support.models.internal_requests import InternalRequest
from accord.support.models.request import EscalationStep, Request, ServiceLevel, Severity, Topic

__all__ = [
    "EscalationStep",
    "InternalRequest",
    "Request",
    "ServiceLevel",
    "Severity",
    "Topic",
]
