"""Texts that are marked without Django come through pickles, the database and pages in the reader's language."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from accord.core.texts import translated
from accord.engines.texts import Text, as_json, either, every, from_json, gettext_lazy, listed, ngettext_lazy

GERMAN = {
    "has %(count)s rows in %(places)s": "hat in %(places)s %(count)s Zeilen",
    "%(first)s, %(next)s": "%(first)s; %(next)s",
    "column %(number)s": "Spalte %(number)s",
    "%(count)s row": "%(count)s Zeile",
}


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader whose catalogue holds the four texts above."""
    monkeypatch.setattr("accord.core.texts.gettext", lambda text: GERMAN.get(text, text))
    monkeypatch.setattr(
        "accord.core.texts.ngettext",
        lambda one, many, n: "%(count)s Zeilen" if n != 1 else GERMAN.get(one, one),
    )


def place() -> Text:
    places = listed([gettext_lazy("column %(number)s", number=n) for n in (2, 5)])
    return gettext_lazy("has %(count)s rows in %(places)s", count=3, places=places)


def test_a_text_is_its_english_text() -> None:
    assert place() == "has 3 rows in column 2, column 5"
    assert type(str(place())) is str and json.dumps([place()]) == '["has 3 rows in column 2, column 5"]'
    assert {place(): 1}["has 3 rows in column 2, column 5"] == 1
    assert f"{gettext_lazy('50%')} {gettext_lazy('100% of %(all)s', all='it')}" == "50% 100% of it"


def test_a_text_takes_some_of_its_values_later() -> None:
    note = ngettext_lazy("%(count)s task is gone: %(names)s.", "%(count)s tasks are gone: %(names)s.", 2)
    assert note.with_values(names="A, B") == "2 tasks are gone: A, B."


@pytest.mark.parametrize(
    "kept",
    [
        copy.deepcopy,
        lambda text: pickle.loads(pickle.dumps(text)),
        lambda text: from_json(json.loads(json.dumps(as_json({"a": [text]}))))["a"][0],
    ],
    ids=["copy", "pickle", "json"],
)
def test_what_is_kept_of_a_text_is_translated_later(kept: Any, german: None) -> None:
    assert translated(kept(place())) == "hat in Spalte 2; Spalte 5 3 Zeilen"


def test_plurals_and_plain_texts(german: None) -> None:
    rows = [ngettext_lazy("%(count)s row", "%(count)s rows", n) for n in (1, 2)]
    assert [*map(translated, rows)] == ["1 Zeile", "2 Zeilen"]
    assert translated("") == "" and translated("column %(number)s") == "column %(number)s"


def test_texts_without_a_translation_stay_english_around_translated_values(german: None) -> None:
    said = gettext_lazy("is the same as %(place)s", place=gettext_lazy("column %(number)s", number=1))
    assert translated(said) == "is the same as Spalte 1"


def test_a_pattern_from_elsewhere_asks_for_nothing_but_its_values() -> None:
    harmful = gettext_lazy("%(a)999999999d %(a)d %(a)s %(b)s %s %", a="x")
    assert harmful == translated(harmful) == "%(a)999999999d %(a)d x %(b)s %s %"


def test_values_are_written_as_the_template_says() -> None:
    text = gettext_lazy("%(share).3g%% of %(name)r, %(days)g d", share=12.345, name="Ana", days=2.0)
    assert text == translated(text) == "12.3% of 'Ana', 2 d"


def test_a_number_may_be_shown_otherwise_than_it_counts(german: None) -> None:
    rows = ngettext_lazy("%(count)s row", "%(count)s rows", 1000, count="1,000")
    assert (rows, translated(rows)) == ("1,000 rows", "1,000 Zeilen")


def test_lists() -> None:
    assert (either(["A"]), every(["A"]), listed([])) == ("A", "A", "")
    assert (either(["A", "B", "C"]), every(["A", "B"]), listed(["A", "B"], more=1000)) == (
        "A, B or C",
        "A and B",
        "A, B and 1,000 more",
    )
