from __future__ import annotations

from django.urls import path

from accord.web.projects import urls_charter as charter
from accord.web.projects import urls_levelling, urls_plan
from accord.web.projects import urls_register as register
from accord.web.projects import urls_staffing as staffing
from accord.web.projects import urls_uncertainty as uncertainty
from accord.web.projects.views import archive, audit, edits, lists, names, numbers, pages, tab, tasks, work

urlpatterns = [
    path("projects/", lists.ProjectList.as_view(), name="projects"),
    path("projects/new", edits.ProjectNew.as_view(), name="project-new"),
    path("accounts/<int:account>/projects/new", edits.ProjectNew.as_view(), name="account-project-new"),
    path("projects/<int:pk>/", pages.overview, name="project"),
    path("projects/<int:pk>/edit", edits.ProjectEdit.as_view(), name="project-edit"),
    path("projects/<int:pk>/archiving", archive.ProjectArchiving.as_view(), name="project-archiving"),
    path("projects/<int:pk>/restoration", archive.ProjectRestoration.as_view(), name="project-restoration"),
    path("projects/<int:pk>/removal", archive.ProjectRemove.as_view(), name="project-removal"),
    path("projects/names", names.project_names, name="project-names"),
    path("projects/<int:pk>/plan", pages.plan, name="project-plan"),
    path("projects/<int:pk>/audit-log", audit.ProjectAudit.as_view(), name="project-audit"),
    path("projects/<int:pk>/audit-log/<slug:file_type>", audit.ProjectAudit.as_view(), name="project-audit-export"),
    path("projects/<int:pk>/work", work.work, name="project-work"),
    path("projects/<int:pk>/money", pages.money_tab, name="project-money"),
    path("projects/<int:pk>/baselines/new", pages.baseline, name="project-baseline"),
    path("projects/<int:pk>/numbers/<slug:name>", numbers.number, name="project-number"),
    path("projects/<int:project>/members/new", edits.MemberNew.as_view(), name="project-member-new"),
    path("project-members/<int:pk>/removal", edits.MemberRemove.as_view(), name="project-member-removal"),
    *edits.ResourcePages.urls("resources", new="projects/<int:project>/resources/new"),
    *charter.urlpatterns,
    *register.urlpatterns,
    path("tasks/", tasks.TaskList.as_view(), name="tasks"),
    path("tasks/<int:pk>/edit", edits.task_edit, name="task-edit"),
    *staffing.urlpatterns,
    *urls_plan.urlpatterns,
    *urls_levelling.urlpatterns,
    *uncertainty.urlpatterns,
    path("accounts/<int:pk>/projects", tab.projects, name="account-projects"),
]
