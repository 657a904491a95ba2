from __future__ import annotations

from django.urls import path

from accord.web.projects.views import charter, deliverables, templates

urlpatterns = [
    path("projects/<int:pk>/charter", charter.charter, name="project-charter"),
    *charter.ObjectivePages.urls("objectives", new="projects/<int:project>/objectives/new"),
    *charter.CharterItemPages.urls("charter-items", new="projects/<int:project>/charter-items/new"),
    *charter.StakeholderPages.urls("stakeholders", new="projects/<int:project>/stakeholders/new"),
    *deliverables.DeliverablePages.urls("deliverables", new="projects/<int:project>/deliverables/new"),
    path("deliverables/<int:pk>/", deliverables.deliverable, name="deliverable"),
    path("deliverables/<int:pk>/tasks", deliverables.tasks, name="deliverable-tasks"),
    path("deliverables/<int:deliverable>/acceptances/new", deliverables.AcceptanceNew.as_view(), name="acceptance-new"),
    path(
        "deliverables/<int:deliverable>/responsibilities/<int:stakeholder>",
        charter.responsibility,
        name="responsibility",
    ),
    path("projects/<int:pk>/repeated-tasks/new", templates.repeated_task, name="repeated-task-new"),
    path("projects/<int:project>/template", templates.ProjectTemplateNew.as_view(), name="project-template-new"),
    path("templates/", templates.TemplateList.as_view(), name="templates"),
    path("templates/<int:pk>/edit", templates.TemplateEdit.as_view(), name="template-edit"),
    path("templates/<int:pk>/removal", templates.TemplateRemove.as_view(), name="template-removal"),
]
