"""The product's settings, except that whoever waits for a locked database gives up after ``PATIENCE`` seconds."""

from __future__ import annotations

import os

from accord.config.settings import *  # noqa: F403
from accord.config.settings import DATABASES

_patience = os.environ["PATIENCE"]
_options = DATABASES["default"]["OPTIONS"]
if "timeout" in _options:
    _options["timeout"] = int(_patience)
else:
    _options["options"] = _options["options"].replace("lock_timeout=20s", f"lock_timeout={_patience}s")
