"""``accord --help`` is instant: it imports nothing heavy."""

from __future__ import annotations

import subprocess
import sys

from accord.cli.main import COMMANDS
from tests.installation import REPOSITORY

HEAVY = ("django", "numpy", "scipy", "numba", "duckdb", "ibis", "rich", "granian", "structlog")


def test_help_names_every_command_and_imports_nothing_heavy() -> None:
    code = (
        "import sys; from accord.cli.main import run; code = run(['--help']);"
        f"print([name for name in {HEAVY} if name in sys.modules], code, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": str(REPOSITORY / "src")}
    )
    assert done.stderr.strip() == "[] 0"
    for name in COMMANDS:
        assert f"  {name} " in done.stdout


def test_every_command_has_help_of_its_own() -> None:
    for name, entry in COMMANDS.items():
        command = entry.load()
        assert command.help, name
        assert entry.help.endswith("."), name
