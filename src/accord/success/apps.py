from django.apps import AppConfig


class SuccessConfig(AppConfig):
    name = "accord.success"
