from __future__ import annotations

from django.urls import path

from accord.web.insight.views import figures_update, health, pages, retention

urlpatterns = [
    path("accounts/<int:pk>/health", health.account_health, name="account-health"),
    *health.HealthOverridePages.urls("health-overrides", new="accounts/<int:account>/health-overrides/new"),
    path("numbers/", pages.overview, name="numbers"),
    path("numbers/analyses", figures_update.analyse, name="customer-analyses"),
    path("numbers/analyses/progress", figures_update.progress, name="figures-progress"),
    path("numbers/analyses/cancellation", figures_update.cancellation, name="figures-cancellation"),
    path("numbers/weights", pages.SignalWeights.as_view(), name="signal-weights"),
    path("numbers/retention/", retention.retention, name="retention"),
    path("numbers/retention/clients", retention.RetentionClients.as_view(), name="retention-clients"),
    path("numbers/retention/contracts", retention.RetentionContracts.as_view(), name="retention-contracts"),
    path("numbers/<slug:name>", pages.number, name="firm-number"),
]
