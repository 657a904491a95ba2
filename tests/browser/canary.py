"""A firm in which every text that people write is markup that htmx or the browser would act upon."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.db import models

LONG = (
    '"><b hx-post=/canary hx-trigger=load data-canary>b</b><img src=/canary data-canary>'
    "</script></title></textarea></select><i hx-get=/canary hx-trigger=load data-canary>![c](/canary)"
)
TEXTS = (
    LONG,
    '"><b hx-post=/canary hx-trigger=load data-canary>',
    "\"'><img src=/canary data-canary>",
    "\"'><i data-canary>",
)
# What Accord reads instead of showing, or what is no text of people: model (or any) and field, with the reason.
NOT_TEXT = {
    "*.currency": "a code of three letters that is looked up",
    "*.time_zone": "a name that is looked up",
    "*.source": "together with external_id the key of an import",
    "*.external_id": "a key",
    "*.hash": "a digest that is compared",
    "*.digest": "a digest that is compared",
    "*.key": "an identifier that only takes letters and digits, or a digest",
    "*.uid": "a key",
    "*.password": "a digest that is compared",
    "*.sealed_password": "a cipher",
    "*.sealed_permission": "a cipher",
    "people.SavedView.page": "the name of a route",
    "people.Firm.logo_digest": "a digest, part of the address of the logo",
    "people.FormSubmission.url": "an address of our own",
    "conversations.Notification.url": "an address of our own",
    "accounts.CustomField.pattern": "a regular expression that is compiled",
    "core.Event.subject_type": "the name of a model",
    "core.Event.root_type": "the name of a model",
    "conversations.Comment.subject_type": "the name of a model",
    "core.File.subject_type": "the name of a model",
    "core.File.root_type": "the name of a model",
    "core.File.stored_as": "the key of the content in the storage",
    "core.File.media_type": "found in the bytes, one of a list",
}
WITH_CUSTOM_FIELDS = (
    "projects.Project", "projects.Task", "sales.Opportunity", "sales.Agreement", "support.Request",
)  # fmt: skip
# In JSON, what stands under these names is text of people or is made of it.
TEXT_KEYS = {"name", "title", "note", "label", "description", "text", "remarks", "message", "cause", "found"}


def text_for(field: models.Field[Any, Any], number: int) -> str | None:
    """The longest canary that fits, different in each row."""
    mark = f" {number}"
    most = field.max_length or 10**6
    if isinstance(field, models.EmailField):
        return None
    fitting = next((text for text in TEXTS if len(text) + len(mark) <= most), None)
    if fitting is None:
        return None
    if isinstance(field, models.URLField):
        return f"https://client.test/?{TEXTS[-1]}{mark}"
    return fitting + mark


def is_text(field: models.Field[Any, Any]) -> bool:
    if not isinstance(field, models.CharField | models.TextField) or field.choices or field.primary_key:
        return False
    return not {f"*.{field.name}", f"{field.model._meta.label}.{field.name}"} & set(NOT_TEXT)


def fill() -> dict[str, int]:
    """Put the canary into every text column of every model; how many rows of each were changed."""
    changed: dict[str, int] = {}
    for model in apps.get_models():
        if not model.__module__.startswith("accord."):
            continue
        fields = [field for field in model._meta.concrete_fields if is_text(field) and text_for(field, 1) is not None]
        documents = [field for field in model._meta.concrete_fields if isinstance(field, models.JSONField)]
        for row in model._base_manager.all():
            values: dict[str, Any] = {f.name: text_for(f, row.pk) for f in fields if not _is_empty_key(row, f)} | {
                f.name: _within(getattr(row, f.attname)) for f in documents
            }
            if values:
                model._base_manager.filter(pk=row.pk).update(**values)
        if fields:
            changed[model._meta.label] = model._base_manager.count()
    return changed


def _is_empty_key(row: models.Model, field: models.Field[Any, Any]) -> bool:
    """An empty text of a unique column means that there is none."""
    return field.unique and not getattr(row, field.attname)


def _within(value: Any, is_words: bool = False) -> Any:
    if isinstance(value, dict):
        return {name: _within(inner, is_words or name in TEXT_KEYS) for name, inner in value.items()}
    if isinstance(value, list):
        return [_within(inner, is_words) for inner in value]
    return LONG if isinstance(value, str) and is_words else value


def build() -> str:
    """Make the small firm, fill it, and print the addresses of all pages with who opens them, as JSON."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from accord.accounts.models import CustomField
    from accord.people.models import Calendar
    from tests.web.routes import ROUTES
    from tests.web.test_permissions import address
    from tests.world import make_shared, make_world

    world, shared = make_world(), make_shared()
    Calendar.objects.filter(pk=shared["calendar"].pk).update(base=Calendar.objects.create(name="Working week"))
    pages = {
        name: (address(name, route, world.ours, shared), "administrator" in route.allowed)
        for name, route in ROUTES.items()
        if not route.post and not name.startswith("api:")
    }
    filled = fill()
    for model in {apps.get_model(label) for label in ("accounts.Account", "accounts.Contact", *WITH_CUSTOM_FIELDS)}:
        model._base_manager.update(custom={field.key: LONG for field in CustomField.objects.all()})

    def session_of(user: Any) -> str:
        user.refresh_from_db()
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        return str(session.session_key)

    people = {"administrator": world.administrator, "account manager": world.ours.users["account_manager"]}
    return json.dumps(
        {"pages": pages, "filled": filled, "sessions": {role: session_of(user) for role, user in people.items()}}
    )
