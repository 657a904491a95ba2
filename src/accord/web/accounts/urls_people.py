"""The people map of a client."""

from __future__ import annotations

from django.urls import path

from accord.web.accounts.views import people

urlpatterns = [
    path("accounts/<int:pk>/people", people.people, name="account-people"),
    path("affiliations/<int:pk>/confirmation", people.confirmation, name="affiliation-confirmation"),
    *people.RelationshipPages.urls("relationships", new="affiliations/<int:affiliation>/relationships/new"),
]
