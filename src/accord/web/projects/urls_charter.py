from __future__ import annotations

from django.urls import path

from accord.web.projects.views import charter, deliverables, templates

urlpatterns = [
    path("projects/<int:pk>/charter", charter.charter, name="project-charter"),
    path("projects/<int:project>/objectives/new", charter.ObjectiveNew.as_view(), name="objective-new"),
    path("objectives/<int:pk>/edit", charter.ObjectiveEdit.as_view(), name="objective-edit"),
    path("objectives/<int:pk>/removal", charter.ObjectiveRemove.as_view(), name="objective-removal"),
    path("projects/<int:project>/charter-items/new", charter.CharterItemNew.as_view(), name="charter-item-new"),
    path("charter-items/<int:pk>/edit", charter.CharterItemEdit.as_view(), name="charter-item-edit"),
    path("charter-items/<int:pk>/removal", charter.CharterItemRemove.as_view(), name="charter-item-removal"),
    path("projects/<int:project>/stakeholders/new", charter.StakeholderNew.as_view(), name="stakeholder-new"),
    path("stakeholders/<int:pk>/edit", charter.StakeholderEdit.as_view(), name="stakeholder-edit"),
    path("stakeholders/<int:pk>/removal", charter.StakeholderRemove.as_view(), name="stakeholder-removal"),
    path("projects/<int:project>/deliverables/new", deliverables.DeliverableNew.as_view(), name="deliverable-new"),
    path("deliverables/<int:pk>/", deliverables.deliverable, name="deliverable"),
    path("deliverables/<int:pk>/edit", deliverables.DeliverableEdit.as_view(), name="deliverable-edit"),
    path("deliverables/<int:pk>/removal", deliverables.DeliverableRemove.as_view(), name="deliverable-removal"),
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
