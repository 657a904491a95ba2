"""What a server process has loaded is not looked through for garbage while it serves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ASK = """
import gc
from accord.config.wsgi import application
assert application is not None
held = gc.get_freeze_count()
print(held, len(gc.get_objects()))
"""


def test_the_collector_leaves_what_the_server_has_loaded(tmp_path: Path) -> None:
    settings = {"ACCORD_HOME": str(tmp_path), "ACCORD_ENV": "development", "ACCORD_LOG_LEVEL": "ERROR"}
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | settings
    asked = subprocess.run([sys.executable, "-c", ASK], env=environment, capture_output=True, text=True, check=True)
    held, looked_through = map(int, asked.stdout.split()[-2:])
    assert held > 100_000
    assert looked_through < held / 10
