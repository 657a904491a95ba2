"""The WSGI application that granian serves."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from accord.core.garbage import settle
from accord.engines.warm_up import load_scheduling

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord.config.settings")

application = get_wsgi_application()

# Load the pages with the engines behind them now, when the process starts, and not within somebody's first request.
get_resolver().url_patterns  # noqa: B018

# The compiled loops that schedule a plan, too: the first edit is then as quick as the second.
load_scheduling()

settle()
