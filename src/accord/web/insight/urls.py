from __future__ import annotations

from django.urls import path

from accord.web.insight.views import pages

urlpatterns = [
    path("numbers/", pages.overview, name="numbers"),
    path("numbers/analyses", pages.analyse, name="customer-analyses"),
    path("numbers/weights", pages.SignalWeights.as_view(), name="signal-weights"),
    path("numbers/<slug:name>", pages.number, name="firm-number"),
]
