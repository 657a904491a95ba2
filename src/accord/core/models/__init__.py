from accord.core.models.background_run import BackgroundRun
from accord.core.models.event import Event
from accord.core.models.file import File
from accord.core.models.job import HealthCheck, JobLease, ScheduledJob, WorkerPresence
from accord.core.models.record import Record, RecordQuerySet
from accord.core.models.security import SecurityEvent, StoredAnswer, Throttle

__all__ = [
    "BackgroundRun",
    "Event",
    "File",
    "HealthCheck",
    "JobLease",
    "Record",
    "RecordQuerySet",
    "ScheduledJob",
    "SecurityEvent",
    "StoredAnswer",
    "Throttle",
    "WorkerPresence",
]
