"""``accord import KIND FILE``: the same import as on the web, from the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from accord.cli.installation import open_installation, reach_database, refuse_unmigrated
from accord.cli.lazy import BadInput
from accord.cli.tables import print_table
from accord.cli.texts import gettext, ngettext, said

if TYPE_CHECKING:
    from accord.exchange.models import Import

KINDS = ("accounts", "contacts", "opportunities", "invoices", "exchange_rates", "plan")
_TRUE, _FALSE = ("yes", "true", "1", "on"), ("no", "false", "0", "off")


@click.command(
    "import",
    help=gettext(
        "Try FILE, show what it would do, and import it after a yes.\n\n"
        "Tables are CSV, plans MS Project XML; both may be gzipped. Exchange rates are the European Central Bank's "
        "file (ZIP, CSV or XML). Nothing is written if any row is wrong, unless --valid-rows is given. Dates of a plan "
        "that would differ from the file's are listed with the reason; --keep-dates keeps the file's. The mapping, the "
        "options and the words given with --value are used again for the next file of the same source. The import can "
        "be undone on its page."
    ),
)
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option(
    "--source",
    required=True,
    help=gettext("Source name. Importing from the same source again updates existing records."),
)
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="FIELD=COLUMN",
    help=gettext("Map a column to a field; leave COLUMN empty to unmap."),
)
@click.option(
    "--option",
    "choices",
    multiple=True,
    metavar="NAME=VALUE",
    help=gettext(
        "For example encoding=cp1250, date_order=dmy, century=1950, day_numbers=1900, decimal_mark=comma, "
        "currency=GBP, sign_currency=USD, create_accounts=no, account=NAME."
    ),
)
@click.option(
    "--value",
    "words",
    multiple=True,
    metavar="FIELD:WORD=VALUE",
    help=gettext(
        "What a value in the file means, for example status:Kunde=client. Without VALUE, the field stays empty."
    ),
)
@click.option(
    "--as", "email", metavar="E-MAIL", help=gettext("Import with this user's permissions. Defaults to the system user.")
)
@click.option(
    "--keep-dates", is_flag=True, help=gettext("Hold a plan's tasks at the file's dates where Accord has others.")
)
@click.option("--valid-rows", is_flag=True, help=gettext("Import valid rows and skip rows with problems."))
@click.option("--yes", is_flag=True, help=gettext("Skip the confirmation prompt."))
def import_file(
    kind: str,
    file: Path,
    source: str,
    maps: tuple[str, ...],
    choices: tuple[str, ...],
    words: tuple[str, ...],
    email: str | None,
    keep_dates: bool,
    valid_rows: bool,
    yes: bool,
) -> None:
    open_installation()
    reach_database()
    refuse_unmigrated()
    from accord.exchange.actions.check import Unanswered, check
    from accord.exchange.actions.confirm import confirm
    from accord.exchange.errors import ImportFileError
    from accord.exchange.models import Import

    if keep_dates and kind != "plan":
        raise BadInput(gettext("--keep-dates is for plans"))
    run: Import | None = None
    try:
        given = _pairs(choices, "--option")
        run = _upload(kind, file, source, _user(email), _encoding(kind, given))
        mapping = {**run.mapping, **_pairs(maps, "--map")}
        options = _options(run, given) | ({"keep_dates": True} if keep_dates else {})
        if kind != "plan":
            options["values"] = _values(run, words)
        check(run=run, mapping=mapping, options=options, by=run.by, now=True)
        _show(run)
        if run.status != Import.Status.CHECKED or (run.report["errors"] and (kind == "plan" or not valid_rows)):
            found = run.report["errors"]
            text = ngettext(
                "%(problems)s problem; nothing was imported. %(first)s",
                "%(problems)s problems; nothing was imported. %(first)s",
                found,
            )
            raise BadInput(text % {"problems": f"{found:,}", "first": _first_problem(run)})
        if not yes and not click.confirm(gettext("Import this?")):
            raise click.Abort
        confirm(run=run, by=run.by, valid_rows_only=valid_rows, now=True)
        if run.status != Import.Status.DONE:
            raise BadInput(run.error or gettext("nothing was imported"))
    except Unanswered as error:
        _forget(run)
        raise BadInput(" ".join(f"{said(text)}{_hint(kind, name)}" for name, text in error.asked.items())) from None
    except ImportFileError as error:
        _forget(run)
        raise BadInput(said(error.text)) from None
    except (BadInput, click.Abort):
        _forget(run)
        raise
    report = run.report
    click.echo(
        gettext("Imported: %(new)s new, %(changed)s changed, %(unchanged)s unchanged.")
        % {"new": f"{report['create']:,}", "changed": f"{report['update']:,}", "unchanged": f"{report['skip']:,}"}
    )


def _user(email: str | None) -> Any:
    from accord.people.models import User

    if email is None:
        return None
    user = User.objects.filter(email__iexact=email, is_active=True).first()
    if user is None:
        raise BadInput(gettext("no active user with the email %(email)s") % {"email": email})
    return user


def _encoding(kind: str, given: dict[str, str]) -> str:
    """The encoding among the options, which is needed before the rest can be read."""
    from accord.exchange.csv_table.encodings import LABELS, known_encoding

    if kind == "plan" or "encoding" not in given:
        return ""
    known = known_encoding(given.pop("encoding"))
    if known is None:
        raise BadInput(gettext("--option encoding: unknown encoding; use %(known)s") % {"known": ", ".join(LABELS)})
    return known


def _values(run: Import, words: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """What words stand for: those of the last file of the source, and those given now."""
    from accord.exchange.importers.registry import TABLES

    fields = {field.name: field for field in TABLES[run.kind].columns if field.choice}
    found = {name: dict(answers) for name, answers in (run.options.get("values") or {}).items()}
    for text in words:
        place, sign, value = text.rpartition("=")
        name, colon, word = place.partition(":")
        if not sign or not colon or not word.strip():
            raise BadInput(gettext("--value %(text)s: use the form FIELD:WORD=VALUE") % {"text": text})
        field = fields.get(name.strip())
        if field is None or field.choice is None:
            raise BadInput(
                gettext("--value %(text)s: the fields are %(fields)s")
                % {"text": text, "fields": ", ".join(fields) or gettext("none")}
            )
        ours = field.choice.value_of(value.strip()) if value.strip() else ""
        if ours is None:
            raise BadInput(
                gettext("--value %(text)s: unknown value; use %(known)s")
                % {"text": text, "known": ", ".join(key for key, _ in field.choice.labels())}
            )
        found.setdefault(field.name, {})[word.strip()] = ours
    return found


def _hint(kind: str, name: str) -> str:
    """How an open question is answered on the command line."""
    from accord.exchange.importers.fields import READING

    if name == "encoding":
        return " (--option encoding=…)"
    if name == "sign_currency":
        return " (--option sign_currency=…)"
    option = next((option for option in READING if option.name == name and kind != "plan"), None)
    if option is None:
        return ""
    return f" (--option {name}={'|'.join(value for value, _ in option.choices if value)})"


def _upload(kind: str, file: Path, source: str, by: Any, encoding: str) -> Import:
    from django.core.exceptions import PermissionDenied
    from django.core.files import File

    from accord.exchange.actions.upload import upload
    from accord.exchange.models import Import

    try:
        with file.open("rb") as stream:
            run = upload(
                kind=kind,
                file=File(stream),
                file_name=file.name,
                source_name=source,
                by=by,
                encoding=encoding,
                now=True,
            )
    except PermissionDenied as error:
        raise BadInput(str(error)) from None
    if run.status == Import.Status.REFUSED:
        message = _first_problem(run)
        _forget(run)
        raise BadInput(message)
    return run


def _pairs(given: tuple[str, ...], option: str) -> dict[str, str]:
    pairs = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign:
            raise BadInput(gettext("%(option)s %(text)s: use the form NAME=VALUE") % {"option": option, "text": text})
        pairs[name.strip()] = value.strip()
    return pairs


def _options(run: Import, given: dict[str, str]) -> dict[str, Any]:
    """The options as the importer knows them; for a plan, the client and manager by name."""
    if run.kind == "plan":
        return _plan_options(given)
    from accord.exchange.csv_table.currencies import CODES
    from accord.exchange.importers.fields import READING
    from accord.exchange.importers.registry import TABLES

    known = {option.name: option for option in (*READING, *TABLES[run.kind].options)}
    values: dict[str, Any] = {name: run.options.get(name, option.initial) for name, option in known.items()}
    for name, text in given.items():
        option = known.get(name)
        if option is None:
            raise _unknown_option(name, known)
        if isinstance(option.default, bool):
            if text.lower() not in (*_TRUE, *_FALSE):
                raise BadInput(gettext("--option %(option)s: use yes or no") % {"option": name})
            values[name] = text.lower() in _TRUE
        elif option.choices and text not in dict(option.choices):
            known_values = ", ".join(value for value, _ in option.choices if value)
            raise BadInput(
                gettext("--option %(option)s: unknown value; use %(known)s") % {"option": name, "known": known_values}
            )
        elif not option.choices and text and text.upper() not in CODES:
            raise BadInput(
                gettext("--option %(option)s: use a three-letter ISO code, for example EUR or USD") % {"option": name}
            )
        else:
            values[name] = text if option.choices else text.upper()
    return values


def _unknown_option(name: str, known: Iterable[str]) -> BadInput:
    return BadInput(
        gettext("--option %(option)s: unknown option; use %(known)s") % {"option": name, "known": ", ".join(known)}
    )


def _plan_options(given: dict[str, str]) -> dict[str, Any]:
    known = ("account", "manager", "status", "separate", "keep_dates")
    if strange := [name for name in given if name not in known]:
        raise _unknown_option(strange[0], known)
    manager = _user(given["manager"]) if given.get("manager") else None
    return ({"manager": manager.pk} if manager else {}) | {
        "new_account": given.get("account", ""),
        "status": given.get("status") or "active",
        "separate": given.get("separate", "no").lower() in _TRUE,
        "keep_dates": given.get("keep_dates", "no").lower() in _TRUE,
    }


def _first_problem(run: Import) -> str:
    from accord.exchange.errors import ImportProblem

    problems = run.report.get("problems") or []
    return said(ImportProblem(**problems[0]).text) if problems else run.error


def _show(run: Import) -> None:
    """What the dry run found."""
    report = run.report
    if run.mapping:
        print_table(
            gettext("Columns"),
            [(gettext("field"), "left"), (gettext("column"), "left")],
            [[name, header] for name, header in run.mapping.items()],
        )
    counts = ["create", "update", "skip", "left_out", "errors"]
    headings = [
        (gettext("new"), "right"),
        (gettext("changed"), "right"),
        (gettext("unchanged"), "right"),
        (gettext("not mapped"), "right"),
        (gettext("problems"), "right"),
    ]
    print_table(gettext("Preview"), headings, [[f"{report.get(count, 0):,}" for count in counts]])
    _show_problems(gettext("Problems (the first 100)"), report.get("problems"))
    _show_problems(gettext("Left empty (the first 100)"), report.get("warnings"))
    _show_unknown(report.get("unknown") or {})
    for note in report.get("notes", []):
        click.echo(said(note))
    _show_dates(report.get("dates") or {})


def _show_problems(title: str, problems: list[dict[str, Any]] | None) -> None:
    if not problems:
        return
    rows = [
        [
            str(p["line"] if p["line"] is not None else p["uid"] or ""),
            *(said(p[name]) for name in ("field", "message", "value", "remedy")),
        ]
        for p in problems
    ]
    headings = [
        (gettext("line"), "right"),
        (gettext("field"), "left"),
        (gettext("problem"), "left"),
        (gettext("found"), "left"),
        (gettext("remedy"), "left"),
    ]
    print_table(title, headings, rows)


def _show_unknown(unknown: dict[str, list[list[Any]]]) -> None:
    """Words that stand for none of ours, and how to say for which."""
    if not unknown:
        return
    rows = [[name, str(word), f"{count:,}"] for name, words in unknown.items() for word, count in words]
    print_table(
        gettext("Unknown words"),
        [(gettext("field"), "left"), (gettext("word"), "left"), (gettext("rows"), "right")],
        rows,
    )
    click.echo(
        gettext('To map a word, add for example --value "%(field)s:%(word)s=…".')
        % {"field": rows[0][0], "word": rows[0][1]}
    )


def _show_dates(dates: dict[str, Any]) -> None:
    """The dates of a plan that would be others, and how to keep those of the file."""
    from accord.exchange.importers.plan_dates import KEEPING, sentences

    text = " ".join(map(said, sentences(dates)))
    if not text:
        return
    print_table(
        gettext("Dates that differ from the file"),
        [(said(name), "left") for name in dates["columns"]],
        [[*map(said, row)] for row in dates["rows"]],
    )
    if more := dates["different"] - len(dates["rows"]):
        others = ngettext("%(more)s more task has other dates.", "%(more)s more tasks have other dates.", more)
        click.echo(others % {"more": f"{more:,}"})
    click.echo(text)
    if not dates.get("kept"):
        click.echo(gettext("To keep the file's dates, add --keep-dates. %(keeping)s") % {"keeping": said(KEEPING)})


def _forget(run: Import | None) -> None:
    """An import that came to nothing leaves no file behind."""
    if run is not None and run.pk:
        from accord.exchange.actions.remove import remove

        remove(run=run, by=None)
