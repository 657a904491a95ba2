"""Records that may be there twice: the same name in other words, the same address, the same number."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext

from accord.accounts.mail_addresses import compared
from accord.accounts.models import Account, Affiliation, Contact, ContactEmail, ContactPhone, DistinctPair
from accord.accounts.models.merge import MergeKind
from accord.core.search.folding import fold

ALIKE = 0.9  # of 1: how much two names must be the same to be shown
_CROWD = 60  # more records than this with one beginning say nothing about each other
_FORMS = """ab ag and as bv co company corp corporation ev gmbh group gruppe holding inc kg kgaa limited llc llp ltd mbh
nv o ohg oo oy oyj plc pty sa sarl sas se sp spa srl the ug und z
ооо оао зао пао ао ип тоо тов оод еоод ад доо"""
_LEGAL = frozenset(_FORMS.split())  # words that do not tell one company from another
# Of Chinese, Japanese and Korean names: written without a blank.
_WITHOUT_FORM = re.compile("株式会社|有限会社|合同会社|股份有限公司|有限公司|주식회사")
_BETWEEN_CJK = re.compile("(?<=[\u3040-\u9fff\uac00-\ud7a3]) (?=[\u3040-\u9fff\uac00-\ud7a3])")
_WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_HOSTS = "gmail.com gmx.de gmx.net googlemail.com hotmail.com icloud.com outlook.com web.de yahoo.com"
_FREE_MAIL = frozenset(_HOSTS.split())


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records by number, the lower first, with how alike they are (0 to 1) and in what."""

    first: int
    second: int
    alike: float
    reasons: tuple[str, ...]


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name that tell it from others: without accents, case, punctuation and legal forms.

    Letters of every script count; Chinese, Japanese and Korean characters that stand together are one word.

    >>> words_of("Müller & Söhne GmbH & Co. KG"), words_of("ООО Ромашка"), words_of("東京 AG")
    (('muller', 'sohne'), ('ромашка',), ('東京',))
    """
    words = _BETWEEN_CJK.sub("", fold(_WITHOUT_FORM.sub(" ", name)) or fold(name)).split()
    return tuple(word for word in words if word not in _LEGAL) or tuple(words)


def spellings_of(name: str) -> frozenset[str]:
    """One key for each way in which umlauts are written: of two names that are the same, some key is the same.

    >>> spellings_of("Müller Bau") & spellings_of("Bau Mueller GmbH"), spellings_of("Bauer") & spellings_of("Baur")
    (frozenset({'bau mueller'}), frozenset())
    """
    written_out = name.casefold()
    if not written_out.isascii():
        written_out = unicodedata.normalize("NFC", written_out).translate(_WRITTEN_OUT)
    return frozenset(" ".join(sorted(words)) for words in (words_of(name), words_of(written_out)) if words)


def digits_of(phone: str) -> str:
    """The end of a telephone number, which is the same however its beginning is written."""
    digits = re.sub(r"\D", "", phone)
    return digits[-9:] if len(digits) >= 7 else ""


def duplicate_accounts(user: Any) -> list[Pair]:
    """Pairs of visible accounts that seem to be one company, the likeliest first. Two queries."""
    rows = list(
        Account.objects.visible_to(user).filter(archived_at=None).values("pk", "name", "website", "phone", "city")
    )
    names = {row["pk"]: words_of(row["name"]) for row in rows}
    found = _Pairs()
    found.same_any({row["pk"]: spellings_of(row["name"]) for row in rows}, gettext("the same name"))
    found.same(_column(rows, "website"), _site, gettext("the same website"))
    found.same(_column(rows, "phone"), digits_of, gettext("the same phone number"))
    found.alike(names, gettext("a similar name"))
    return found.ranked(MergeKind.ACCOUNT)


def duplicate_contacts(user: Any) -> list[Pair]:
    """Pairs of visible contacts that seem to be one person, the likeliest first. Five queries."""
    visible = Contact.objects.visible_to(user)
    rows = list(visible.values("pk", "name", "email", "phone"))
    names = {row["pk"]: words_of(row["name"]) for row in rows}
    spellings = {row["pk"]: spellings_of(row["name"]) for row in rows}
    found = _Pairs()
    emails = _all_of(rows, "email", ContactEmail.objects.filter(contact__in=visible).values_list("contact", "address"))
    found.same_any(
        {pk: {compared(each) for each in some} for pk, some in emails.items()}, gettext("the same email address")
    )
    phones = _all_of(rows, "phone", ContactPhone.objects.filter(contact__in=visible).values_list("contact", "number"))
    found.same_any(
        {
            pk: {f"{name} {digits}" for name in spellings[pk] for digits in map(digits_of, some) if digits}
            for pk, some in phones.items()
        },
        gettext("the same name and phone number"),
    )
    places: dict[int, list[int]] = defaultdict(list)
    for account, contact in Affiliation.objects.visible_to(user).values_list("account", "contact"):
        places[account].append(contact)
    for here in places.values():
        there = {pk: names[pk] for pk in here if pk in names}
        found.same_any({pk: spellings[pk] for pk in there}, gettext("the same name at the same account"))
        found.alike(there, gettext("a similar name at the same client"))
    return found.ranked(MergeKind.CONTACT)


def _all_of(rows: Iterable[dict[str, Any]], name: str, further: Iterable[tuple[int, str]]) -> dict[int, set[str]]:
    """The primary and the further addresses or numbers, by contact."""
    found = {row["pk"]: {row[name]} - {""} for row in rows}
    for pk, value in further:
        if pk in found:
            found[pk].add(value)
    return found


def _column(rows: Iterable[dict[str, Any]], name: str) -> dict[int, Any]:
    return {row["pk"]: row[name] for row in rows}


def _site(website: str) -> str:
    host = re.sub(r"^\w+://", "", website.strip().casefold()).split("/")[0].removeprefix("www.")
    return "" if host in _FREE_MAIL else host


class _Pairs:
    """Pairs as they are found, with all that speaks for them."""

    def __init__(self) -> None:
        self.reasons: dict[tuple[int, int], dict[str, float]] = defaultdict(dict)

    def same(self, values: dict[int, Any], key: Callable[[Any], str], reason: str) -> None:
        groups: dict[str, list[int]] = defaultdict(list)
        for pk, value in values.items():
            if known := key(value):
                groups[known].append(pk)
        self._group(groups, reason)

    def same_any(self, values: Mapping[int, Set[str]], reason: str) -> None:
        """Of records with several values, those that share one."""
        groups: dict[str, list[int]] = defaultdict(list)
        for pk, several in values.items():
            for value in several:
                groups[value].append(pk)
        self._group(groups, reason)

    def _group(self, groups: dict[str, list[int]], reason: str) -> None:
        for group in groups.values():
            for pair in _pairs_of(group):
                self.reasons[pair][reason] = 1.0

    def alike(self, names: dict[int, tuple[str, ...]], reason: str) -> None:
        """Names with the same beginning that differ by a slip of the pen."""
        groups: dict[str, list[int]] = defaultdict(list)
        for pk, words in names.items():
            for word in {word[:4] for word in words if len(word) >= 4}:
                groups[word].append(pk)
        seen: set[tuple[int, int]] = set()
        for group in groups.values():
            if len(group) > _CROWD:
                continue
            for pair in _pairs_of(group):
                if pair in seen or pair in self.reasons:
                    continue
                seen.add(pair)
                compared = SequenceMatcher(None, " ".join(names[pair[0]]), " ".join(names[pair[1]]))
                if compared.quick_ratio() >= ALIKE and (share := compared.ratio()) >= ALIKE:
                    self.reasons[pair][reason] = share

    def ranked(self, kind: MergeKind) -> list[Pair]:
        told = set(DistinctPair.objects.filter(kind=kind).values_list("first", "second"))
        pairs = [
            Pair(*pair, alike=max(reasons.values()), reasons=tuple(reasons))
            for pair, reasons in self.reasons.items()
            if pair not in told
        ]
        return sorted(pairs, key=lambda pair: (-len(pair.reasons), -pair.alike, pair.first, pair.second))


def _pairs_of(group: list[int]) -> Iterator[tuple[int, int]]:
    ordered = sorted(set(group))
    for place, first in enumerate(ordered[:_CROWD]):
        for second in ordered[place + 1 : _CROWD]:
            yield first, second
