"""``accord migrate``, ``create-user`` and ``reset-mfa``; the first administrator of a new installation."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from accord.cli.installation import migrate as bring_up_to_date
from accord.cli.installation import open_installation, reach_database, refuse_unmigrated
from accord.cli.lazy import BadInput
from accord.cli.texts import gettext
from accord.people.events import UserEvent

if TYPE_CHECKING:
    from accord.people.models import User

ROLES = ("administrator", "account_manager", "project_manager", "finance", "member")


@click.command(help=gettext("Bring the database to this version."))
def migrate() -> None:
    open_installation()
    reach_database()
    bring_up_to_date()
    click.echo(gettext("The database is up to date."))


@click.command("create-user", help=gettext("Create a user. Without a password, prints a link to set one."))
@click.argument("email")
@click.option("--name", default="", help=gettext("Display name. Defaults to the email address."))
@click.option(
    "--role",
    "roles",
    multiple=True,
    default=["member"],
    type=click.Choice(ROLES),
    help=gettext("Role. Repeat for several roles."),
)
@click.option(
    "--password-stdin", is_flag=True, help=gettext("Read the password from standard input instead of printing a link.")
)
@click.option(
    "--address", default="http://localhost:8000", show_default=True, help=gettext("Base URL of this installation.")
)
def create_user(email: str, name: str, roles: tuple[str, ...], password_stdin: bool, address: str) -> None:
    open_installation()
    reach_database()
    refuse_unmigrated()
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    user = _make(email, name or email, list(roles), password)
    click.echo(
        gettext("Created %(email)s.") % {"email": user.email}
        if password
        else gettext("Created %(email)s. %(next)s") % {"email": user.email, "next": password_line(user, address)}
    )


@click.command(
    "reset-mfa", help=gettext("Remove a user's second factors. They then sign in by password and can set up new ones.")
)
@click.argument("email")
def reset_mfa(email: str) -> None:
    from django.db import transaction

    open_installation()
    reach_database()
    refuse_unmigrated()
    from allauth.mfa.models import Authenticator

    from accord.core.events import record_event
    from accord.people.models import User

    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise BadInput(gettext("no user signs in as %(email)s") % {"email": email})
    with transaction.atomic():
        removed, _ = Authenticator.objects.filter(user=user).delete()
        if removed:
            record_event(by=None, kind=UserEvent.SECOND_FACTORS_RESET, subject=user)
    click.echo(
        gettext("%(email)s signs in without a second factor.") % {"email": user.email}
        if removed
        else gettext("%(email)s has no second factor.") % {"email": user.email}
    )


def make_first_administrator(address: str) -> str:
    """Make sure someone can sign in: by the environment, by asking here, or by a link for the browser.

    Returns the line with that link, to be shown once the browser finds something at the other end; or nothing.
    """
    from accord.people.models import Role
    from accord.people.set_up_link import needs_set_up

    if not needs_set_up():
        return ""
    email = os.environ.get("ACCORD_ADMIN_EMAIL", "").strip()
    if email:
        password = os.environ.get("ACCORD_ADMIN_PASSWORD") or None
        name = os.environ.get("ACCORD_ADMIN_NAME", "") or "Administrator"
        user = _make(email, name, [Role.ADMINISTRATOR], password)
        click.echo(gettext("Created the first administrator, %(email)s.") % {"email": user.email})
        if password is None:
            click.echo(password_line(user, address))
        return ""
    return "" if sys.stdin.isatty() and _ask_first_administrator() else set_up_line(address)


def _ask_first_administrator() -> bool:
    """Create the administrator at the terminal, asking until the answers are good; false for "a link, please"."""
    from accord.people.models import Role

    click.echo(
        gettext("This installation has no administrator yet. Create one here, or press Enter to do it in the browser.")
    )
    while email := click.prompt(
        gettext("Email address of the first administrator"), default="", show_default=False
    ).strip():
        password = click.prompt(gettext("Password (10 characters or more)"), hide_input=True, confirmation_prompt=True)
        try:
            user = _make(email, "Administrator", [Role.ADMINISTRATOR], password)
        except BadInput as error:
            click.echo(error.message)
        else:
            click.echo(gettext("Created the first administrator, %(email)s.") % {"email": user.email})
            return True
    return False


def set_up_line(address: str) -> str:
    """The line with the link that sets this installation up in the browser; it works once, for a day."""
    from django.urls import reverse

    from accord.people.set_up_link import LASTS, new_set_up_token

    url = f"{address}{reverse('set-up', args=[new_set_up_token()])}"
    hours = int(LASTS.total_seconds() // 3600)
    return gettext("Set up Accord in the browser (the link works once, for %(hours)s hours):\n  %(url)s") % {
        "hours": hours,
        "url": url,
    }


def password_line(user: User, address: str) -> str:
    """The sentence with a link by which ``user`` sets a password; it works once, for as long as a reset link does."""
    from accord.people.sign_in_link import sign_in_path

    return gettext("Set the password at %(url)s") % {"url": f"{address}{sign_in_path(user)}"}


def _make(email: str, name: str, roles: list[Any], password: str | None) -> User:
    from django.core.exceptions import ValidationError

    from accord.people.actions.invite_user import invite_user

    try:
        return invite_user(email=email, name=name, roles=[str(role) for role in roles], by=None, password=password)
    except ValidationError as error:
        raise BadInput(" ".join(error.messages)) from error
