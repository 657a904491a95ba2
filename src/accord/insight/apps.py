from django.apps import AppConfig


class InsightConfig(AppConfig):
    name = "accord.insight"
