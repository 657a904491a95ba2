"""The people map of a client."""

from __future__ import annotations

from django.urls import path

from accord.web.accounts.views import people

urlpatterns = [
    path("accounts/<int:pk>/people", people.people, name="account-people"),
    path("affiliations/<int:pk>/confirmation", people.confirmation, name="affiliation-confirmation"),
    path("affiliations/<int:affiliation>/relationships/new", people.AcquaintanceNew.as_view(), name="relationship-new"),
    path("relationships/<int:pk>/edit", people.AcquaintanceEdit.as_view(), name="relationship-edit"),
    path("relationships/<int:pk>/removal", people.AcquaintanceRemove.as_view(), name="relationship-removal"),
]
