"""An environment of its own for a peer that needs other versions of libraries than Accord."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent


def build_peer(module: str) -> Path:
    """The Python of `.venv-MODULE`, in which ``module`` can be imported; made from its requirements on first use."""
    environment = HERE.parent / f".venv-{module}"
    python = environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode if python.exists() else True:
        print(f"Building {environment.name} ...", file=sys.stderr)
        venv.create(environment, with_pip=True)
        requirements = str(HERE / f"{module}-requirements.txt")
        subprocess.run([python, "-m", "pip", "install", "-q", "--only-binary=:all:", "-r", requirements], check=True)
    return python
