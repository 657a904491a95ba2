"""The people map of a client."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
