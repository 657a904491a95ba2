from __future__ import annotations

from django.urls import path

from accord.web.insight.explore import (
    changes,
    cohorts,
    concentration,
    groups,
    next_services,
    overview,
    rfm,
    scatter,
    segments,
)
from accord.web.insight.views import figures_update, health, pages, retention, scoreboard, status_reports

urlpatterns = [
    path("accounts/<int:pk>/health", health.account_health, name="account-health"),
    *health.HealthOverridePages.urls("health-overrides", new="accounts/<int:account>/health-overrides/new"),
    path("projects/<int:pk>/reports", status_reports.reports, name="project-reports"),
    path("projects/<int:project>/reports/new", status_reports.ReportNew.as_view(), name="status-report-new"),
    path("status-reports/<int:pk>/", status_reports.report_page, name="status-report"),
    path("status-reports/<int:pk>/pdf", status_reports.report_pdf, name="status-report-pdf"),
    path("status-reports/<int:pk>/lights", status_reports.ReportLights.as_view(), name="status-report-lights"),
    path("status-reports/<int:pk>/figures", status_reports.ReportFigures.as_view(), name="status-report-figures"),
    path("status-reports/<int:pk>/publication", status_reports.publication, name="status-report-publication"),
    path("status-reports/<int:pk>/revision", status_reports.revision, name="status-report-revision"),
    *status_reports.ReportPages.urls_of_existing("status-reports"),
    *status_reports.SchedulePages.urls("status-schedules", new="projects/<int:project>/status-schedules/new"),
    path("settings/status-limits", status_reports.StatusLimits.as_view(), name="status-limits"),
    path("numbers/", pages.overview, name="numbers"),
    path("numbers/analyses", figures_update.analyse, name="customer-analyses"),
    path("numbers/analyses/progress", figures_update.progress, name="figures-progress"),
    path("numbers/analyses/cancellation", figures_update.cancellation, name="figures-cancellation"),
    path("numbers/weights", pages.SignalWeights.as_view(), name="signal-weights"),
    path("numbers/retention/", retention.retention, name="retention"),
    path("numbers/retention/clients", retention.RetentionClients.as_view(), name="retention-clients"),
    path("numbers/retention/contracts", retention.RetentionContracts.as_view(), name="retention-contracts"),
    path("numbers/explore/", overview.overview, name="explore"),
    path("numbers/explore/rfm", rfm.RfmPage.as_view(), name="explore-rfm"),
    path("numbers/explore/cohorts", cohorts.CohortPage.as_view(), name="explore-cohorts"),
    path("numbers/explore/concentration", concentration.ConcentrationPage.as_view(), name="explore-concentration"),
    path("numbers/explore/margin-and-health", scatter.ScatterPage.as_view(), name="explore-scatter"),
    path("numbers/explore/groups", groups.GroupPage.as_view(), name="explore-groups"),
    path("numbers/explore/changes", changes.ChangePage.as_view(), name="explore-changes"),
    path("numbers/explore/next-services", next_services.NextPage.as_view(), name="explore-next"),
    path("numbers/explore/segments", segments.SegmentList.as_view(), name="explore-segments"),
    path("numbers/scoreboard", scoreboard.scoreboard, name="scoreboard"),
    path("numbers/<slug:name>", pages.number, name="firm-number"),
]
