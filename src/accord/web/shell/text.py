"""Markdown that people wrote, made safe to show."""

from __future__ import annotations

from functools import cache, lru_cache

from django.utils.safestring import SafeString, mark_safe

TAGS = {
    "p",
    "br",
    "em",
    "strong",
    "code",
    "pre",
    "ul",
    "ol",
    "li",
    "blockquote",
    "a",
    "h3",
    "h4",
    "hr",
    "del",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


@cache
def _reader():  # type: ignore[no-untyped-def]
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])


@lru_cache(maxsize=4096)
def markdown(text: str) -> SafeString:
    """HTML of ``text`` with nothing in it but plain structure: no scripts, styles, images or odd addresses."""
    import nh3

    if not text:
        return SafeString("")
    html = nh3.clean(
        _reader().render(text),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(html)
