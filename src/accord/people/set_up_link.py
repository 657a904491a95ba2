"""The link by which a new installation gets its first administrator in the browser.

It is signed and stored nowhere. It names the newest user there was when it was made: as soon as anybody is made a user,
with it or otherwise, it is void, so it works once.
"""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

from accord.people.models import Role, User

LASTS = timedelta(hours=24)
_SALT = "accord.set-up"


def needs_set_up() -> bool:
    """True while nobody, active or not, has ever been an administrator."""
    return not any(Role.ADMINISTRATOR in roles for roles in User.objects.values_list("roles", flat=True))


def new_set_up_token() -> str:
    """A token that opens the set-up page until it is used, at most :data:`LASTS`."""
    return signing.dumps(_newest(), salt=_SALT)


def opens_set_up(token: str) -> bool:
    """Whether ``token`` opens the set-up page now."""
    try:
        newest = signing.loads(token, salt=_SALT, max_age=LASTS)
    except signing.BadSignature:
        return False
    return bool(newest == _newest()) and needs_set_up()


def _newest() -> int:
    return User.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
