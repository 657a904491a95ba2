"""Addresses of allocations and staffing requests."""

from __future__ import annotations

from django.urls import path

from accord.web.projects.views import allocations, staffing

urlpatterns = [
    path("projects/<int:project>/allocations/new", allocations.AllocationNew.as_view(), name="allocation-new"),
    path(
        "people/<int:person>/allocations/new", allocations.PersonAllocationNew.as_view(), name="person-allocation-new"
    ),
    path("allocations/<int:pk>/edit", allocations.AllocationEdit.as_view(), name="allocation-edit"),
    path("allocations/<int:pk>/removal", allocations.AllocationRemove.as_view(), name="allocation-removal"),
    path("allocations/<int:pk>/confirmation", allocations.confirmation, name="allocation-confirmation"),
    path("projects/<int:project>/staffing/new", staffing.RequestNew.as_view(), name="staffing-request-new"),
    path("staffing/", staffing.StaffingList.as_view(), name="staffing"),
    path("staffing/<int:pk>/", staffing.staffing_request, name="staffing-request"),
    path("staffing/<int:pk>/edit", staffing.RequestEdit.as_view(), name="staffing-request-edit"),
    path("staffing/<int:pk>/proposal", staffing.proposal, name="staffing-request-proposal"),
    path("staffing/<int:pk>/withdrawal", staffing.withdrawal, name="staffing-request-withdrawal"),
]
