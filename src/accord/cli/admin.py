"""``accord migrate``, ``create-user`` and ``reset-mfa``; the first administrator of a new installation."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

import click

from accord.cli.installation import migrate as bring_up_to_date
from accord.cli.installation import open_installation, reach_database, refuse_unmigrated
from accord.cli.lazy import BadInput

if TYPE_CHECKING:
    from accord.people.models import User

ROLES = ("administrator", "account_manager", "project_manager", "finance", "member")


@click.command()
def migrate() -> None:
    """Bring the database to this version."""
    open_installation()
    reach_database()
    bring_up_to_date()
    click.echo("The database is up to date.")


@click.command("create-user")
@click.argument("email")
@click.option("--name", default="", help="As others shall see it; the e-mail address by default.")
@click.option("--role", "roles", multiple=True, default=["member"], type=click.Choice(ROLES), help="May be repeated.")
@click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input instead of printing a link."
)
@click.option("--address", default="http://localhost:8000", show_default=True, help="Where Accord is served.")
def create_user(email: str, name: str, roles: tuple[str, ...], password_stdin: bool, address: str) -> None:
    """Give somebody a sign-in. Without a password, prints a link by which they set one."""
    open_installation()
    reach_database()
    refuse_unmigrated()
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    user = _make(email, name or email, list(roles), password)
    click.echo(f"{user.email} may now sign in." if password else set_password_link(user, address))


@click.command("reset-mfa")
@click.argument("email")
def reset_mfa(email: str) -> None:
    """Remove somebody's second factors, so that they sign in by password and set up new ones."""
    from django.db import transaction

    open_installation()
    reach_database()
    refuse_unmigrated()
    from allauth.mfa.models import Authenticator

    from accord.core.events import record_event
    from accord.people.models import User

    user = User.objects.filter(email__iexact=email.strip()).first()
    if user is None:
        raise BadInput(f"nobody signs in as {email}")
    with transaction.atomic():
        removed, _ = Authenticator.objects.filter(user=user).delete()
        if removed:
            record_event(by=None, verb="reset the second factors of", subject=user)
    click.echo(f"{user.email} signs in without a second factor." if removed else f"{user.email} has no second factor.")


def make_first_administrator(address: str) -> None:
    """See to it that somebody can sign in: by the environment, by asking at the terminal, or by a link printed once."""
    from accord.people.models import Role
    from accord.people.queries import users_with_role

    if users_with_role(Role.ADMINISTRATOR):
        return
    email = os.environ.get("ACCORD_ADMIN_EMAIL", "").strip()
    password: str | None = os.environ.get("ACCORD_ADMIN_PASSWORD") or None
    if not email and sys.stdin.isatty():
        click.echo("This installation has no administrator yet.")
        email = click.prompt("E-mail address of the first administrator")
        password = click.prompt("Password (10 characters or more)", hide_input=True, confirmation_prompt=True)
    if not email:
        click.echo(
            "Nobody can sign in yet: set ACCORD_ADMIN_EMAIL (and ACCORD_ADMIN_PASSWORD), or run "
            "`accord create-user EMAIL --role administrator`."
        )
        return
    user = _make(email, os.environ.get("ACCORD_ADMIN_NAME", "") or "Administrator", [Role.ADMINISTRATOR], password)
    click.echo(f"{user.email} is the first administrator.")
    if password is None:
        click.echo(set_password_link(user, address))


def set_password_link(user: User, address: str) -> str:
    """The line with a link by which ``user`` sets a password; it works once, for as long as a reset link does."""
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str
    from django.urls import reverse

    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return f"{user.email} sets a password at {address}{path}"


def _make(email: str, name: str, roles: list[Any], password: str | None) -> User:
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    from accord.people.actions.invite_user import invite_user
    from accord.people.models import User

    try:
        if password is not None:
            validate_password(password, User(email=email, name=name))
        return invite_user(email=email, name=name, roles=[str(role) for role in roles], by=None, password=password)
    except ValidationError as error:
        raise BadInput(" ".join(error.messages)) from error
