"""Archiving, restoring and deleting accounts."""

from __future__ import annotations

from accord.accounts.models import Account
from accord.web.shell.views.archive import Archiving, EmptyRemove, Restoration


class AccountArchiving(Archiving):
    model = Account


class AccountRestoration(Restoration):
    model = Account


class AccountRemove(EmptyRemove):
    model, back = Account, "accounts"
