"""The product's texts keep to docs/vocabulary.md: none of the banned words, none of the banned forms."""

from __future__ import annotations

import re

import pytest

from tests.product_texts import product_texts

BANNED = {
    "custom field": r"\bown fields?\b",
    "again, new": r"\banew\b",
    "value": r"\bworth\b",
    "forecast": r"\boutlook\b(?!\.|[_ -]zones| Web| calendar)",
    "start": r"\b(begins?|began|begun)\b",
    "log time": r"\bbook(ed|s|ing)? (time|hours)\b",
    "notify, inform": r"\b(tells?|told)\b",
    "who": r"\bwhom\b",
    "the team": r"\bof us\b",
    "owner": r"\bsees to\b",
    "occurred": r"\b(struck|strikes?)\b",
    "in progress": r"\bin work\b",
    "resolve": r"\bsolve[sd]?\b",
    "incident, defect": r"\bfaults?\b",
    "request": r"\bwish(es)?\b",
    "low score": r"\bdiscontent",
    "checksum": r"\bfingerprint",
    "org chart": r"\bpeople map\b",
    "required": r"\b(looked|hoped) for\b",
    "optimistic, pessimistic": r"\bat (best|worst)\b",
    "someone, no one, anyone, everyone": r"\b(some|no|any|every)body\b",
    "don't have permission": r"\bmay not (?!have\b|be\b)",
    "isn't a": r"(?<!here )\b(is|are) no (number|date|address|file|plan|table|person|task|calendar|regular)",
    "automatically, manually": r"\bby (itself|hand)\b",
    "skipped, excluded": r"\bleft out\b",
    "For example": r"^such as\b",
    "a plural": r"\w\(s\)",
    "Leave empty": r"^Empty\b:",
    "email": r"(?<![\w/-])mails?\b(?! server)",
    "statement without exclamation": r"[a-z]!(\s|$)",
    "deleted, left": r"\bgone\b(?! silent)",
}
# Only on pages: the terminal, the API and the engines use no contractions.
ON_PAGES = {"can't": r"\bcannot\b", "you": r"\b(?-i:[Ww]e|[Oo]urs?|us)\b"}
# What is right in its place: the firm speaks to its client, a name of another program, an idea of statistics.
ALLOWED = [
    (r"portal/|survey\.py|quote|send_invitation|playbooks\.py|firm\.py", "you"),
    (r"config/mail_providers\.py|actions/sync_mailbox\.py|mail_content\.py", "email"),
    (r"calendar_events\.py", "start"),
    (r"web/shell/event_kinds\.py|projects/plan_history\.py|projects/queries_baselines\.py", ""),
    (r"core/jobs/|core/bulk\.py|core/search/", ""),
]


@pytest.mark.parametrize("instead", [*BANNED, *ON_PAGES])
def test_no_text_has_a_banned_word(instead: str) -> None:
    pattern = re.compile({**BANNED, **ON_PAGES}[instead], re.IGNORECASE)
    wrong = [
        f"{file}:{line} {text.strip()[:120]!r}"
        for file, line, text in product_texts()
        if pattern.search(text)
        and (instead in BANNED or file.startswith(("web/", "frontend/")) or "/models/" in file)
        and not any(re.search(place, file) and word in ("", instead) for place, word in ALLOWED)
    ]
    assert not wrong, f"write “{instead}”:\n" + "\n".join(wrong)


def test_the_texts_are_found() -> None:
    texts = {text for _, _, text in product_texts()}
    assert len(texts) > 3000
    assert {"Projects off track", "Can't save: the finish is before the start. Choose a later finish."} & texts
