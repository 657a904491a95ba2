"""One settings module. Everything that differs between machines comes from the environment.

``ACCORD_ENV`` is ``production`` (default) or ``development``; production refuses to start without a
secret key. See ``docs/operations.md`` for every variable.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import dj_database_url

from accord.config.file_storage import file_storage, refused_types
from accord.config.mail_providers import mail_providers
from accord.config.private_files import FILE, FOLDER, make_private
from accord.core.client_address import TrustedProxies
from accord.core.exposure import allowed_hosts, is_local_only, public_address
from accord.engines.texts import gettext_lazy

try:  # Debian 12's SQLite 3.40 can corrupt a WAL; the wheel carries one in which that is fixed.
    import pysqlite3

    sys.modules.setdefault("sqlite3", pysqlite3)
except ImportError:  # pragma: no cover - not on this platform
    pass

BASE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("ACCORD_HOME", Path.cwd() / "var")).resolve()

DEVELOPMENT = os.environ.get("ACCORD_ENV", "production") == "development"
DEBUG = False  # Tracebacks never go to a browser; they go to the log.

SECRET_KEY = os.environ.get("ACCORD_SECRET_KEY", "")
if not SECRET_KEY:
    from accord.config.secret import stored_secret

    SECRET_KEY = stored_secret(HOME)

_hosts = [h.strip() for h in os.environ.get("ACCORD_HOSTS", "").split(",") if h.strip()]
CSRF_TRUSTED_ORIGINS = [o.strip() for o in os.environ.get("ACCORD_ORIGINS", "").split(",") if o.strip()]
ALLOWED_HOSTS = allowed_hosts(_hosts, CSRF_TRUSTED_ORIGINS)
BEHIND_PROXY = os.environ.get("ACCORD_BEHIND_PROXY") == "1"
LOCAL_ONLY = is_local_only(
    listen=os.environ.get("ACCORD_LISTEN", ""),  # `accord serve` and `accord web` say where they listen
    hosts=_hosts,
    origins=CSRF_TRUSTED_ORIGINS,
    behind_proxy=BEHIND_PROXY,
)
PUBLIC_ADDRESS = public_address(_hosts, CSRF_TRUSTED_ORIGINS)

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "accord.core",
    "accord.people",
    "accord.rates",
    "accord.conversations",
    "accord.accounts",
    "accord.correspondence",
    "accord.sales",
    "accord.support",
    "accord.success",
    "accord.projects",
    "accord.money",
    "accord.insight",
    "accord.exchange",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "accord.web.shell.middleware.RequestLogMiddleware",
    "accord.web.shell.session_limits.OriginMiddleware",
    "accord.web.shell.middleware.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "accord.web.shell.middleware.NoStoreMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accord.web.shell.middleware.TimeZoneMiddleware",
    "accord.web.shell.middleware.RememberTeamsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accord.core.subscribers.UnitOfWorkMiddleware",
    "accord.web.shell.once.OnceMiddleware",
    "accord.web.shell.confirmation.ConfirmationMiddleware",
    "accord.web.shell.session_limits.SessionLimitsMiddleware",
    "accord.web.shell.odd_values.OddValuesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "accord.config.urls"
WSGI_APPLICATION = "accord.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [str(p) for p in sorted(BASE.glob("web/*/templates"))] + [str(BASE / "portal" / "templates")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accord.web.shell.context.shell",
            ],
            "libraries": {"shell": "accord.web.shell.templatetags.shell"},
            "builtins": [
                "django.templatetags.i18n",
                *(f"accord.web.shell.templatetags.{name}" for name in ("shell", "rows", "controls", "panels")),
            ],
        },
    }
]

FORM_RENDERER = "accord.web.shell.form_renderer.FormRenderer"

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'accord.sqlite3'}", conn_max_age=60
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock at BEGIN; a deferred transaction that upgrades later gets "locked" at once.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536;"
        ),
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Compiling a query takes longer than any of a page's queries; a DATABASE_URL with ?options=… has its own will.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
        # … and whoever waits for a lock is told after as long as on SQLite.
        "options",
        "-c jit=off -c lock_timeout=20s",
    )

# Before anything opens it. A database in memory, as tests have it, has no file.
_sqlite = DATABASES["default"]["NAME"] if DATABASES["default"]["ENGINE"].endswith("sqlite3") else ""
make_private(HOME, database=None if _sqlite in ("", ":memory:") or str(_sqlite).startswith("file:") else Path(_sqlite))

# Shared by all processes and machines: limits that each process counts for itself are no limits.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accord_cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["accord.web.shell.sign_in_backend.WithUnreadNotices"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accord.web.shell.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "accord.web.shell.adapter.SocialAccountAdapter"
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True  # to connect or disconnect an identity, which is a way in
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # People are invited by an administrator, who vouches for the address.
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_FORMS = {
    "login": "accord.web.people.forms_sign_in.SignInForm",
    "reset_password_from_key": "accord.web.people.forms_sign_in.SetPasswordForm",
}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
# Wrong passwords are counted by accord.people.sign_in, which slows down and never locks out; "login_failed" is left
# for codes of a second factor, which only those come to who know the password. The rest is allauth's, in the cache.
ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": "10/5m/key", "reset_password": "60/m/ip,5/10m/key"}
MFA_ADAPTER = "accord.web.shell.adapter.MFAAdapter"
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 180
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever did not change their password or second factor hears of it
# Plain HTTP only where nobody but this machine can reach the pages: a first look, and `accord demo`.
HTTPS = os.environ.get("ACCORD_HTTPS", "0" if DEVELOPMENT or LOCAL_ONLY else "1") == "1"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_TOTP_ISSUER = "Accord"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # … so their addresses count as verified here too.
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, Any]] = {}
if os.environ.get("ACCORD_OIDC_SERVER"):
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": os.environ.get("ACCORD_OIDC_NAME", gettext_lazy("Single sign-on")),
                "client_id": os.environ.get("ACCORD_OIDC_CLIENT_ID", ""),
                "secret": os.environ.get("ACCORD_OIDC_SECRET", ""),
                "settings": {"server_url": os.environ["ACCORD_OIDC_SERVER"]},
            }
        ]
    }

# Where people sign in to their mailboxes at the provider's own page.
MAIL_PROVIDERS = mail_providers(os.environ)
# Names of hosts in the inside network that people may name as their mail or calendar server.
PRIVATE_HOSTS = [h.strip().lower() for h in os.environ.get("ACCORD_PRIVATE_HOSTS", "").split(",") if h.strip()]

EMAIL_BACKEND = os.environ.get(
    "ACCORD_EMAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("ACCORD_SMTP_HOST")
    else "accord.core.email.NoEmail",
)
EMAIL_HOST = os.environ.get("ACCORD_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("ACCORD_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("ACCORD_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("ACCORD_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("ACCORD_SMTP_TLS", "1") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("ACCORD_MAIL_FROM", "accord@localhost")

LANGUAGE_CODE = "en-gb"
LOCALE_PATHS = [str(BASE / "locale")]
# English is in the code: until a catalogue is compiled, texts need not be looked up, which pages would feel.
USE_I18N = any((BASE / "locale").glob("*/LC_MESSAGES/django.mo"))
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [str(BASE / "web" / "static")]
MEDIA_ROOT = HOME / "files"  # Never served by URL: files go out through views that ask for permission first.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "files": file_storage(os.environ, MEDIA_ROOT / "attached"),
}
WHITENOISE_MANIFEST_STRICT = True

# Who knows at which address a record is seen; floors below the pages ask for it by core.references.
PAGE_OF = "accord.web.shell.addresses.place"
SUBSCRIBERS = "accord.config.subscribers.SUBSCRIBERS"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = FILE
FILE_UPLOAD_DIRECTORY_PERMISSIONS = FOLDER
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
ACCORD_MAX_UPLOAD = int(os.environ.get("ACCORD_MAX_UPLOAD", str(128 * 1024 * 1024)))
# Files on records: the largest, the types that are refused, and the command that scans them.
ACCORD_MAX_FILE = int(os.environ.get("ACCORD_MAX_FILE", str(25 * 1024 * 1024)))
ACCORD_REFUSED_FILES = refused_types(os.environ.get("ACCORD_REFUSED_FILES"))
ACCORD_VIRUS_SCAN = os.environ.get("ACCORD_VIRUS_SCAN", "")
ACCORD_VIRUS_SCAN_SECONDS = float(os.environ.get("ACCORD_VIRUS_SCAN_SECONDS", "60"))
FILE_UPLOAD_HANDLERS = [
    "accord.core.files.upload.BoundedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14  # from signing in, however busy
SESSION_IDLE_SECONDS = int(float(os.environ.get("ACCORD_IDLE_HOURS", "12")) * 3600)
PASSWORD_RESET_TIMEOUT = 60 * 60 * 24 * 3  # invitations, too
SECURITY_LOG_DAYS = int(os.environ.get("ACCORD_SECURITY_LOG_DAYS", "365"))
# Whose X-Forwarded-For is believed: how many proxies stand in a row, or their addresses. Nobody's by default.
TRUSTED_PROXIES = TrustedProxies.parse(os.environ.get("ACCORD_TRUSTED_PROXIES", ""))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:  # A browser takes such a name only from this very host over TLS, so no neighbour can set it for us.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
MESSAGE_STORAGE = "accord.web.shell.messages.MessageStorage"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^up$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    USE_X_FORWARDED_HOST = True

from accord.config.logs import LOGGING  # noqa: E402, F401
