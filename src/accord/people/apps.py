from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "accord.people"

    def ready(self) -> None:
        from accord.people import security  # noqa: F401 - connects the signals
