"""Addresses of what is looked at beside the Gantt: quality, baselines, changes; board and calendar."""

from __future__ import annotations

from django.urls import path

from accord.web.projects.views import (
    baselines,
    board,
    calendar,
    levelling,
    printing,
    quality,
    uncertainty,
    what_ifs,
)

urlpatterns = [
    path("projects/<int:pk>/plan.pdf", printing.plan_pdf, name="project-plan-pdf"),
    path("projects/<int:pk>/plan/quality", quality.quality, name="project-plan-quality"),
    path("projects/<int:pk>/plan/changes", baselines.changes, name="project-plan-changes"),
    path("projects/<int:pk>/baselines", baselines.baselines, name="project-baselines"),
    path("baselines/<int:pk>/edit", baselines.BaselineEdit.as_view(), name="baseline-edit"),
    path("baselines/<int:pk>/removal", baselines.BaselineRemove.as_view(), name="baseline-removal"),
    path("baselines/<int:pk>/choice", baselines.choice, name="baseline-choice"),
    path("projects/<int:pk>/what-ifs", what_ifs.what_ifs_page, name="project-what-ifs"),
    path("projects/<int:project>/what-ifs/new", what_ifs.WhatIfNew.as_view(), name="what-if-new"),
    path("what-ifs/<int:pk>", what_ifs.what_if, name="what-if"),
    path("what-ifs/<int:pk>/comparison", what_ifs.comparison, name="what-if-comparison"),
    path("what-ifs/<int:pk>/edit", what_ifs.WhatIfEdit.as_view(), name="what-if-edit"),
    path("what-ifs/<int:pk>/adoption", what_ifs.adoption, name="what-if-adoption"),
    path("what-ifs/<int:pk>/removal", what_ifs.WhatIfRemove.as_view(), name="what-if-removal"),
    path("what-ifs/<int:pk>/uncertainty", uncertainty.what_if_uncertainty, name="what-if-uncertainty"),
    path("what-ifs/<int:what_if>/simulations/new", uncertainty.SimulationNew.as_view(), name="what-if-simulation-new"),
    path("what-ifs/<int:pk>/levelling", levelling.what_if_levelling, name="what-if-levelling"),
    path("what-ifs/<int:what_if>/levellings/new", levelling.LevellingNew.as_view(), name="what-if-levelling-new"),
    path("projects/<int:pk>/board", board.board, name="project-board"),
    path("projects/<int:pk>/board/undo", board.undo, name="project-board-undo"),
    path("tasks/<int:pk>/moves/<slug:lane>", board.move, name="task-move"),
    path("projects/<int:pk>/calendar", calendar.calendar, name="project-calendar"),
]
