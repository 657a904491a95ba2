"""The product's settings, with what makes tests quick and harmless; ``DATABASE_URL`` chooses the database."""

from __future__ import annotations

import os
import tempfile

_home = tempfile.TemporaryDirectory(prefix="accord-tests-")
os.environ["ACCORD_HOME"] = _home.name
os.mkdir(os.path.join(_home.name, "static"))  # whitenoise wants to see it, empty as it is
os.environ["ACCORD_ENV"] = "development"
os.environ.setdefault("ACCORD_LOG_LEVEL", "CRITICAL")
for foreign in (
    "ACCORD_HOSTS",
    "ACCORD_ORIGINS",
    "ACCORD_HTTPS",
    "ACCORD_OIDC_SERVER",
    "ACCORD_SMTP_HOST",
    "ACCORD_MAIL_MICROSOFT_CLIENT_ID",
    "ACCORD_MAIL_GOOGLE_CLIENT_ID",
    "ACCORD_MAIL_OTHER_CLIENT_ID",
):
    os.environ.pop(foreign, None)

from accord.config.settings import *  # noqa: E402, F403

ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},  # without collectstatic
    "files": STORAGES["files"],  # noqa: F405
}
WHITENOISE_AUTOREFRESH = False
