from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "accord.core"

    def ready(self) -> None:
        connection_created.connect(_prepare, dispatch_uid="accord.search")
        post_migrate.connect(_install, dispatch_uid="accord.search")


def _prepare(connection: Any, **_: Any) -> None:
    from accord.core.search.schema import prepare_connection

    prepare_connection(connection)


def _install(sender: Any, using: str, plan: Any = None, **_: Any) -> None:
    """Once, after the last app: the triggers need every table."""
    from django.apps import apps
    from django.db import connections

    from accord.core.search.schema import install

    last = [config.name for config in apps.get_app_configs() if config.models_module is not None][-1]
    if sender.name == last:
        install(connections[using])
