"""Passwords that Accord must be able to use itself: kept encrypted with a key made of the installation's secret."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.translation import gettext


class Unreadable(ValueError):
    """It was sealed with another secret: the installation's key was changed since."""


def encrypt(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def decrypt(sealed: str) -> str:
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable(gettext("The stored password can't be decrypted. Enter it again.")) from error


def _box() -> Fernet:
    key = hashlib.sha256(b"accord sealed passwords\0" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
