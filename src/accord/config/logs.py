"""Structured logs: one JSON object a line on standard error, or coloured lines on a terminal.

Every line goes through :func:`accord.core.secret_links.masked` as a whole, whoever wrote it: a traceback, a refused
form's referrer and the web server's own lines name addresses too, and some addresses are keys.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import structlog

from accord.core.secret_links import masked

_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]

_human = os.environ.get("ACCORD_LOG", "text" if sys.stderr.isatty() else "json") == "text"
_renderer: Any = structlog.dev.ConsoleRenderer() if _human else structlog.processors.JSONRenderer(ensure_ascii=False)


def _render(logger: Any, name: str, event: Any) -> str:
    return masked(str(_renderer(logger, name, event)))


_last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
if not _human:
    _last.append(structlog.processors.format_exc_info)

structlog.configure(
    processors=[*_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _shared,
            "processors": [*_last, _render],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("ACCORD_LOG_LEVEL", "WARNING")},
    "loggers": {
        "accord": {"level": os.environ.get("ACCORD_LOG_LEVEL", "INFO")},
        "django.request": {"level": "ERROR"},
        "granian": {"level": "WARNING"},
    },
}
