"""Signed in, and confirmed a moment ago who one is."""

from __future__ import annotations

import time

from django.test import Client

from accord.people.models import User


def confirmed(client: Client, user: User, seconds_ago: float = 0) -> Client:
    """``client``, signed in as ``user``, as after the page that asks for the password."""
    client.force_login(user)
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time() - seconds_ago, "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client
