"""Command groups that import a command only when it is run: help stays instant, numpy and Django stay out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module

import click

from accord.cli.texts import gettext


class BadInput(click.ClickException):
    """The user's input cannot be used: exit 2 and one line saying why."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Lazy:
    """Where a command lives (``module:attribute``) and the line that help shows for it."""

    target: str
    help: str

    def load(self) -> click.Command:
        module, attribute = self.target.split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


class LazyGroup(click.Group):
    """A group over a table of :class:`Lazy` commands."""

    def __init__(self, name: str, table: Mapping[str, Lazy], help: str) -> None:
        super().__init__(name, help=help)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self.table.get(cmd_name)
        return entry.load() if entry else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(gettext("Commands")):
            formatter.write_dl([(name, entry.help) for name, entry in self.table.items()])
