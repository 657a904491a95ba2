"""``accord``: the command line. A new command is one line in :data:`COMMANDS`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from accord.cli.lazy import Lazy, LazyGroup
from accord.cli.texts import gettext, said

COMMANDS: dict[str, Lazy] = {
    "demo": Lazy("accord.cli.demo:demo", gettext("Create a demo firm and serve it.")),
    "serve": Lazy("accord.cli.serve:serve", gettext("Run the web server and background worker together.")),
    "web": Lazy("accord.cli.web:web", gettext("Run the web server only.")),
    "worker": Lazy("accord.cli.worker:worker", gettext("Run the background worker only.")),
    "migrate": Lazy("accord.cli.admin:migrate", gettext("Apply database migrations.")),
    "create-user": Lazy("accord.cli.admin:create_user", gettext("Create a user.")),
    "reset-mfa": Lazy("accord.cli.admin:reset_mfa", gettext("Remove a user's second factors.")),
    "backup": Lazy("accord.cli.backup:backup", gettext("Back up the database and files to one archive.")),
    "restore": Lazy("accord.cli.backup:restore", gettext("Restore a backup.")),
    "check": Lazy("accord.cli.check:check", gettext("Check settings, database and versions.")),
    "import": Lazy(
        "accord.cli.import_file:import_file", gettext("Import accounts, contacts, opportunities, invoices or plans.")
    ),
    "figures": Lazy("accord.cli.figures:figures", gettext("Print the figures of accounts, projects or the firm.")),
    "einvoice": Lazy("accord.cli.einvoice:einvoice", gettext("Read, check and convert electronic invoices.")),
    "analyze": Lazy("accord.cli.analyze:analyze", gettext("Analyze files without a database.")),
}

accord = LazyGroup("accord", COMMANDS, help=gettext("Accord: where the account and the project agree."))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    0 is success, 2 bad input or usage, 130 an interruption, 1 anything unforeseen. Each failure is one line on
    standard error; ``ACCORD_TRACEBACK=1`` adds the traceback of what was unforeseen.
    """
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """:func:`main` without leaving: returns the exit code."""
    try:
        code = accord.main(arguments, prog_name="accord", standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 2
    except click.ClickException as error:
        return _fail(error.format_message(), error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        return _fail(gettext("interrupted"), 130)
    except BrokenPipeError:
        # The reader of our output has gone (`accord … | head`): not worth a word, and nothing more can be written.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("ACCORD_TRACEBACK") == "1":
            raise
        return _fail(
            gettext("unexpected %(name)s: %(error)s (set ACCORD_TRACEBACK=1 for details)")
            % {"name": type(error).__name__, "error": said(error)},
            1,
        )
    return code if isinstance(code, int) else 0


def _fail(message: str, code: int) -> int:
    click.echo(f"accord: {' '.join(message.split())}", err=True)
    return code


if __name__ == "__main__":
    main()
