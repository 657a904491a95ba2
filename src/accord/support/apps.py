from django.apps import AppConfig


class SupportConfig(AppConfig):
    name = "accord.support"
