"""The account plan, playbooks and surveys."""

from __future__ import annotations

from accord.web.success import urls_plan, urls_playbooks, urls_surveys

urlpatterns = [*urls_plan.urlpatterns, *urls_playbooks.urlpatterns, *urls_surveys.urlpatterns]
