"""What the commands over customer files share: their options, and how what they found leaves them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from accord.cli.figure_names import name_of_figure
from accord.cli.lazy import BadInput
from accord.cli.texts import gettext, ngettext, said

if TYPE_CHECKING:
    from accord.cli.customer_source import SourcePurchases
    from accord.cli.customer_table import Table
    from accord.cli.report import Report
    from accord.engines.texts import Text


def day_of(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """Callback of an option that is a date."""
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(
            gettext("%(value)r is not a date; use the form 2026-03-31.") % {"value": value}, ctx, param
        ) from None


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """What the options of every command say: the file, its columns, and how the answer leaves."""

    path: Path | None
    customer: str | None
    no_header: bool
    date_format: str | None
    decimal: str | None
    with_rows: bool
    as_json: bool
    html: Path | None
    date_column: str | None = None
    amount: str | None = None
    source: str | None = None

    @property
    def name(self) -> str:
        """What a report calls it."""
        if self.path is not None:
            return self.path.name
        from accord.cli.customer_source import name_of, source_of

        return name_of(source_of(self.source))

    def purchases(self) -> SourcePurchases | None:
        """The source to ask, where no file is given."""
        if self.path is not None:
            if self.source is not None:
                raise BadInput(gettext("Give either a CSV file or --source."))
            return None
        from accord.cli.customer_source import open_purchases, source_of

        return open_purchases(source_of(self.source), self.customer, self.date_column, self.amount)

    def open(self) -> Table:
        from accord.cli.customer_table import open_table

        assert self.path is not None
        return open_table(self.path, no_header=self.no_header, date_format=self.date_format, decimal=self.decimal)

    def deliver(self, document: dict[str, Any], report: Callable[[str, int | None], Report]) -> None:
        """Print the document as JSON or its report as tables, and write the report as HTML where that is asked for.

        ``report`` is called with the file's name and how many customers to list: all of them with ``--rows``.
        """
        from accord.cli.report import print_report
        from accord.cli.tables import print_json

        if self.html is not None:
            from accord.cli.report_html import html_report

            page = html_report(report(self.name, None if self.with_rows else 25), date.today())
            try:
                self.html.write_text(page, encoding="utf-8")
            except OSError as error:
                raise BadInput(f"{self.html}: {error.strerror or error}.") from None
            click.echo(gettext("Report written to %(file)s.") % {"file": self.html}, err=True)
        if self.as_json:
            print_json({key: value for key, value in document.items() if self.with_rows or key != "rows"})
        else:
            print_report(report(self.name, None if self.with_rows else 10))


def file_options(command: Callable[..., None], *, required: bool = True) -> Callable[..., None]:
    """The path, how to read what can be read two ways, and how to show the answer: a :class:`CustomerFile`."""
    return _with(
        _gathered(command),
        click.argument(
            "path",
            metavar="CSV" if required else "[CSV]",
            required=required,
            type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
        ),
        click.option("--customer", metavar="COLUMN", help=gettext("Customer column (name or number).")),
        click.option(
            "--no-header", is_flag=True, help=gettext("The file has no header; give columns by number, starting at 1.")
        ),
        click.option(
            "--date-format", type=click.Choice(["dmy", "mdy"]), help=gettext("Order of day and month in 01/02/2026.")
        ),
        click.option("--decimal", type=click.Choice(["point", "comma"]), help=gettext("Decimal mark in 1.234.")),
        click.option(
            "--rows", "with_rows", is_flag=True, help=gettext("List every customer, not only the first ones.")
        ),
        click.option("--json", "as_json", is_flag=True, help=gettext("Print JSON.")),
        click.option(
            "--html",
            "html",
            metavar="FILE",
            type=click.Path(dir_okay=False, path_type=Path),
            help=gettext("Also write a report as one HTML file, with charts."),
        ),
    )


def transaction_options(command: Callable[..., None], *, required: bool = True) -> Callable[..., None]:
    """:func:`file_options`, and the columns of a purchase."""
    return _with(
        file_options(command, required=required),
        click.option("--date", "date_column", metavar="COLUMN", help=gettext("Purchase date column.")),
        click.option(
            "--amount", metavar="COLUMN", help=gettext("Amount column. Defaults to Quantity × UnitPrice if present.")
        ),
    )


def source_options(command: Callable[..., None]) -> Callable[..., None]:
    """:func:`transaction_options`, of a file or of a source that does the work itself."""
    return _with(
        transaction_options(command, required=False),
        click.option(
            "--source",
            metavar="URL",
            help=gettext(
                "Instead of CSV: a Parquet file, accord:orders, duckdb:, clickhouse: or spark:.  [default: "
                "ACCORD_ANALYTICS_SOURCE]"
            ),
        ),
    )


def _gathered(command: Callable[..., None]) -> Callable[..., None]:
    """The command, called with one :class:`CustomerFile` in place of its options."""
    names = [each.name for each in fields(CustomerFile)]

    @wraps(command)
    def run(**given: Any) -> None:
        shared = {name: given.pop(name) for name in names if name in given}
        command(CustomerFile(**shared), **given)

    return run


def _with(command: Callable[..., None], *options: Callable[[Any], Any]) -> Callable[..., None]:
    for option in reversed(options):
        command = option(command)
    return command


def read_as(columns: dict[str, str]) -> str:
    """Which column was taken for what."""
    return gettext("Read: %(columns)s") % {"columns": listed(columns)}


def listed(columns: dict[str, str]) -> str:
    return ", ".join(f"{name_of_figure(role)} = {header}" for role, header in columns.items())


def compared(bases: dict[str, str]) -> str:
    """With which of its values the others of a column are compared."""
    texts = [gettext("%(column)s: compared with %(base)s") % {"column": k, "base": v} for k, v in bases.items()]
    return f"{'; '.join(texts)}." if texts else ""


def columns_skipped(reasons: dict[str, Text]) -> str:
    texts = [gettext("%(column)s %(reason)s") % {"column": k, "reason": said(v)} for k, v in reasons.items()]
    return gettext("Columns skipped: %(columns)s.") % {"columns": "; ".join(texts)}


def skipped(rows: int) -> str:
    if not rows:
        return ""
    text = ngettext(
        "%(rows)s row has no customer and was skipped.", "%(rows)s rows have no customer and were skipped.", rows
    )
    return text % {"rows": f"{rows:,}"}


def of_all(shown: int, all_rows: int) -> str:
    """Caption of a list cut short."""
    return (
        gettext("%(shown)s of %(all)s; --rows shows all") % {"shown": f"{shown:,}", "all": f"{all_rows:,}"}
        if shown < all_rows
        else ""
    )
