"""Schematron compiled to XSLT, run by Saxon within this process: what the publishers of the rules say themselves.

Saxon (``saxonche``) is imported with the first check, and lives in one thread: a stylesheet is compiled once (half a
second) and used for every further invoice (some hundredths of a second). It only ever sees XML that was parsed within
our bounds before, so that nothing in an invoice makes it fetch or expand anything.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from accord.engines.invoices.rules import Finding, Severity
from accord.engines.texts import TextError, gettext_lazy

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_SEVERITIES = {"warning": Severity.WARNING, "information": Severity.NOTE, "info": Severity.NOTE}
_STEP = re.compile(r"/(?:\*:|\w+:)?(\w+)(?:\[namespace-uri\(\)='[^']*'\])?(?:\[(\d+)\])?")
_LABEL = re.compile(r"^\[[\w-]+\]\s*-?\s*")
_saxon_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="saxon")


class RulesFailed(TextError):
    """Rules that could not be applied."""


def apply_stylesheet(stylesheet: Path, root: Any, source: str) -> list[Finding]:
    """What the rules in ``stylesheet`` find wrong with the invoice at ``root``; ``source`` is whose rules they are.

    Raises :class:`RulesFailed` if the stylesheet can't be run: an invoice that wasn't checked is never a valid one.
    """
    text = etree.tostring(root, encoding="unicode")
    result = _saxon_thread.submit(_transformed, stylesheet, text).result()
    return [_finding(found, source) for found in _failures(result)]


def _transformed(stylesheet: Path, text: str) -> str:
    from saxonche import PySaxonApiError

    try:
        processor, executable = _processor(), _compiled(stylesheet)
        result: str = executable.transform_to_string(xdm_node=processor.parse_xml(xml_text=text))
    except PySaxonApiError as error:
        reason = " ".join(str(error).split())[:200]
        raise RulesFailed(
            gettext_lazy("The rules in %(file)s can't be applied (%(reason)s).", file=stylesheet.name, reason=reason)
        ) from None
    return result


@cache
def _processor() -> Any:
    from saxonche import PySaxonProcessor

    return PySaxonProcessor(license=False)


@cache
def _compiled(stylesheet: Path) -> Any:
    return _processor().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(stylesheet))


def _failures(result: str) -> Any:
    root = etree.fromstring(result.encode(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    return root.iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report")


def _finding(found: Any, source: str) -> Finding:
    text = " ".join("".join(found.itertext()).split())
    severity = _SEVERITIES.get(found.get("flag") or found.get("role") or "", Severity.ERROR)
    return Finding(found.get("id") or "", severity, _LABEL.sub("", text), place_of(found.get("location") or ""), source)


def place_of(location: str) -> str:
    """A location as people read it.

    >>> place_of("/*:Invoice[namespace-uri()='urn:x'][1]/*:InvoiceLine[namespace-uri()='urn:x'][2]")
    'Invoice/InvoiceLine[2]'
    """
    steps = [(name, number) for name, number in _STEP.findall(location)]
    return "/".join(f"{name}[{number}]" if number not in ("", "1") else name for name, number in steps)
