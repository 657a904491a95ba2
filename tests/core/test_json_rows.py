"""Short lists that come with a record in its own query."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import OuterRef

from accord.accounts.models import Account, CustomField, Tag
from accord.core.json_rows import fill, read_rows, rows_as_json

pytestmark = pytest.mark.django_db


def test_rows_come_in_the_order_asked_for_and_without_a_query(django_assert_num_queries: Any) -> None:
    account, bare = Account.objects.create(name="Ours"), Account.objects.create(name="Bare")
    names = ["zebra", "Ärger", "alpha", "Beta", "it's “quoted”, {json} \\ and\nmore"]
    account.tags.set([Tag.objects.create(name=name) for name in names])
    for key, place in (("late", 9), ("first", 1), ("second", 1)):
        CustomField.objects.create(key=key, label=key.title(), order=place)
    assert connection.features.supports_json_field  # Django asks this once for each connection
    with django_assert_num_queries(1):
        found: Any = list(
            Account.objects.order_by("pk").annotate(
                tag_rows=rows_as_json(Tag.objects.filter(accounts=OuterRef("pk")), "name"),
                field_rows=rows_as_json(CustomField.objects.filter(on=CustomField.On.ACCOUNT), "key", "order"),
            )
        )
        for row in found:
            fill(row, "tags", read_rows(Tag, row.tag_rows, "name"))
        tags = list(found[0].tags.all())
        assert [tag.name for tag in tags] == ["alpha", "Beta", names[4], "zebra", "Ärger"]
        assert [field.key for field in read_rows(CustomField, found[0].field_rows, "order")] == [
            "first", "second", "late",
        ]  # fmt: skip
        assert list(found[1].tags.all()) == [], "none is an empty list"
    assert found[1] == bare
    assert {tag.pk for tag in tags} == set(account.tags.values_list("pk", flat=True))
    with django_assert_num_queries(1):
        assert tags[0].version == 1, "what was not asked for is read when it is wanted"
