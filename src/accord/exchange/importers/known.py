"""Finding the accounts and users that the rows of a file speak of."""

from __future__ import annotations

from typing import Any

from accord.accounts.models import Account
from accord.engines.texts import Text, ngettext_lazy
from accord.people.models import User


def name_key(name: str) -> str:
    """The name as it is compared: without its case and extra blanks."""
    return " ".join(name.split()).casefold()


def several(count: int) -> Text:
    """The problem of a name that ``count`` accounts have."""
    return ngettext_lazy("matches %(count)s account", "matches %(count)s accounts", count, count=count)


class Accounts:
    """The accounts that the importing person sees, by name and by their id in the file's source."""

    def __init__(self, source: str, by: Any) -> None:
        self.source = source
        rows = Account.objects.all() if by is None else Account.objects.visible_to(by)
        self.by_name: dict[str, list[Account]] = {}
        self.by_id: dict[str, Account] = {}
        for account in rows:
            self.add(account)
        # An id is used once per source, also by accounts that this person does not see.
        self.hidden = set(
            Account.objects.filter(source=source).exclude(external_id="").values_list("external_id", flat=True)
        ) - set(self.by_id)

    def add(self, account: Account) -> None:
        if account.archived_at is None:
            self.by_name.setdefault(name_key(account.name), []).append(account)
        if account.source == self.source and account.external_id:
            self.by_id[account.external_id] = account

    def named(self, name: str) -> list[Account]:
        return self.by_name.get(name_key(name), [])


class Users:
    """Colleagues by e-mail address or full name, when only one has it."""

    def __init__(self) -> None:
        self.found: dict[str, User | None] = {}
        for user in User.objects.filter(is_active=True):
            for key in {name_key(user.email), name_key(user.name)}:
                self.found[key] = None if key in self.found else user

    def called(self, text: str) -> User | None:
        return self.found.get(name_key(text))
