"""The parts of the people's room."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accord.people.models import Role


def people_tabs(user: Any, active: str) -> list[dict[str, Any]]:
    """People, capacity, skills, and for those who staff projects what projects look for."""
    tabs = [("People", "people", True), ("Capacity", "capacity", True), ("Skills", "skills", True)]
    tabs.append(("Staffing", "staffing", user.has_role(Role.ADMINISTRATOR, Role.PROJECT_MANAGER)))
    return [
        {"label": label, "url": reverse(name), "active": name == active, "count": None}
        for label, name, shown in tabs
        if shown
    ]
