"""Mails as they come: whatever is in one, it is read without raising."""

from __future__ import annotations

import os
import time
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord.core.limited_child import LimitedChild, LimitReached, Limits, ReaderFailed
from accord.correspondence.mail_parsing import addresses_of, child, parse_mail, text_of_html

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)


def lines(*parts: str) -> bytes:
    return "\r\n".join(parts).encode()


def test_encoded_words_html_and_attachments_are_read() -> None:
    raw = lines(
        "From: =?utf-8?q?J=C3=BCrgen?= <J@X.test>", "To: a@y.test, B <b@y.test>", "Cc: a@y.test",
        "Subject: =?iso-8859-1?q?Gr=FC=DFe?=", "Date: Mon, 02 Nov 2026 08:00:00 +0100", "Message-ID:  <1@x.test> ",
        "References: <0@x.test>\r\n <00@x.test>", 'Content-Type: multipart/mixed; boundary="b"', "", "--b",
        "Content-Type: text/html; charset=utf-8", "",
        "<head><style>p {}</style></head><p>One &amp; two</p><p>three<br>four</p><script>x()</script>", "--b",
        "Content-Type: application/pdf", 'Content-Disposition: attachment; filename="offer.pdf"', "", "x", "--b--",
    )  # fmt: skip
    found = parse_mail(raw, NOW)
    assert (found.subject, found.sender, found.recipients) == ("Grüße", "j@x.test", ("a@y.test", "b@y.test"))
    assert found.sent_at == datetime(2026, 11, 2, 7, tzinfo=UTC)
    assert found.text == "One & two\n\nthree\nfour"
    assert found.attachments == ("offer.pdf",)
    assert (found.message_id, found.root) == ("<1@x.test>", "<0@x.test>")


def test_what_is_missing_or_absurd_is_made_good() -> None:
    found = parse_mail(lines("From: nobody", "Date: Mon, 45 Foo 9999", "", "Hi"), NOW)
    assert (found.sender, found.recipients, found.subject, found.sent_at) == ("", (), "(no subject)", NOW)
    again = parse_mail(lines("From: nobody", "Date: Mon, 45 Foo 9999", "", "Hi"), NOW)
    assert found.message_id == again.message_id  # a mail without one is still known again
    far = parse_mail(lines("Date: Fri, 31 Dec 2999 08:00:00 +0000", "", ""), NOW)
    assert far.sent_at == NOW


def test_an_unknown_character_set_and_null_bytes_do_not_stop_it() -> None:
    raw = b"Content-Type: text/plain; charset=klingon\r\nSubject: a\x00b\r\n\r\n\xff\x00caf\xe9"
    found = parse_mail(raw, NOW)
    assert found.text == "ÿcafé"
    assert "\x00" not in found.subject


@given(st.binary(max_size=600))
def test_no_bytes_make_it_raise(raw: bytes) -> None:
    found = parse_mail(raw, NOW)
    assert found.message_id
    assert "\x00" not in found.text + found.subject
    found.text.encode()
    addresses_of(raw)


HEADERS = st.sampled_from(["From", "To", "Subject", "Date", "Message-ID", "References", "Content-Type", "X"])
WORDS = st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=60)


@given(st.lists(st.tuples(HEADERS, WORDS), max_size=12), st.binary(max_size=200))
def test_no_headers_make_it_raise(headers: list[tuple[str, str]], body: bytes) -> None:
    raw = b"".join(f"{name}: {value}\r\n".encode("latin-1") for name, value in headers) + b"\r\n" + body
    parse_mail(raw, NOW)
    addresses_of(raw)


@given(st.text(max_size=300))
def test_no_html_makes_it_raise(html: str) -> None:
    text_of_html(html)


def test_mails_that_are_built_to_break_a_reader_do_not() -> None:
    head = "From: A <a@x.test>\r\nTo: b@y.test\r\n"
    for charset in ("idna", "undefined", "punycode", "nonsense", "utf\0-8"):
        raw = f"{head}Content-Type: text/plain; charset={charset}\r\n\r\nGr\u00fc\u00dfe".encode()
        assert parse_mail(raw, NOW).sender == "a@x.test", charset
    assert addresses_of(b"From: " + b"(" * 2000 + b"\r\nTo: b@y.test\r\n") == frozenset()
    began = time.perf_counter()
    for bit in ("<a ", "<![", "<!--", "<div>", "<script>", "&"):
        text_of_html(bit * 60_000)
    assert addresses_of(b"From: " + b"a " * 50_000 + b"\r\nTo: b@y.test\r\n") == {"b@y.test"}
    parse_mail(f"{head}Subject: {'a ' * 50_000}\r\nDate: {'a ' * 50_000}\r\n\r\nHello".encode(), NOW)
    assert time.perf_counter() - began < 20, "each alone took from five seconds to hours"
    assert text_of_html("<p>One</p><!-- <p>not</p> --><p>Two &lt; three</p><style>x") == "One\n\nTwo < three"


# What programs write, though no standard says so; each was lost or garbled before


def single(body: bytes | str, kind: str = "text/plain", subject: bytes = b"Offer", encoding: str = "8bit") -> bytes:
    raw = body.encode() if isinstance(body, str) else body
    head = f"From: a@x.test\r\nMessage-ID: <1@x.test>\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}"
    return b"Subject: " + subject + b"\r\n" + head.encode() + b"\r\n\r\n" + raw


def multi(kind: str, *parts: tuple[str, str], boundary: str = '"bb"') -> bytes:
    mark = boundary.strip('"')
    inner = "".join(f"--{mark}\r\nContent-Type: {head}\r\n\r\n{body}\r\n" for head, body in parts)
    return f"From: a@x.test\r\nContent-Type: {kind}; boundary={boundary}\r\n\r\n{inner}--{mark}--\r\n".encode()


def text_of(raw: bytes) -> str:
    return parse_mail(raw, NOW).text


@pytest.mark.parametrize(
    ("body", "label", "expected"),
    [
        ("Grüße aus Köln, 450 €".encode(), "us-ascii", "Grüße aus Köln, 450 €"),
        ("Grüße aus Köln".encode("latin-1"), "", "Grüße aus Köln"),
        ("It’s “final”: € 450 – net".encode("cp1252"), "iso-8859-1", "It’s “final”: € 450 – net"),
        ("It’s final".encode("cp1252"), "us-ascii", "It’s final"),
        ("朱镕基 你好".encode("gb18030"), "gb2312", "朱镕基 你好"),
        ("똠방각하 견적".encode("cp949"), "ks_c_5601-1987", "똠방각하 견적"),
        ("①㈱髙橋".encode("cp932"), "shift_jis", "①㈱髙橋"),
        ("見積".encode("iso2022_jp"), "iso-2022-jp", "見積"),
        (b"No. \x1b$B-!8+@Q\x1b(B 2, \x1b$B|b\x1b(B", "iso-2022-jp", "No. ①見積 2, 髙"),
        ("Žluťoučký kůň".encode("cp1250"), "windows-1250", "Žluťoučký kůň"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("Grüße".encode(), "unknown-8bit", "Grüße"),
        ("Grüße".encode("cp1252"), "x-unknown", "Grüße"),
        ("Größe Grüße Köln".encode() + b"\xc3", "utf-8", "Größe Grüße Köln\N{REPLACEMENT CHARACTER}"),
        ("Größe".encode("cp1252"), "utf-8", "Größe"),
        (b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe", "iso-8859-1", "Grüße"),
    ],
)
def test_letters_are_read_as_browsers_read_them(body: bytes, label: str, expected: str) -> None:
    kind = f"text/plain; charset={label}" if label else "text/plain"
    assert text_of(single(body, kind)) == expected


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("Angebot für Müller".encode("latin-1"), "Angebot für Müller"),
        ("Angebot für Müller".encode(), "Angebot für Müller"),
        (b"=?iso-8859-1?q?450_=80?=", "450 €"),
        (b"=?gb2312?b?" + b64encode("朱镕基".encode("gb18030")) + b"?=", "朱镕基"),
        (b"=?utf-8?q?Gr=C3?= =?utf-8?q?=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?q?broken", "=?utf-8?q?broken"),
    ],
)
def test_subjects_are_read_whatever_they_are_written_in(subject: bytes, expected: str) -> None:
    assert parse_mail(single("ok", subject=subject), NOW).subject == expected


def test_names_of_files_are_decoded() -> None:
    raw = multi(
        "multipart/mixed", ("text/plain", "See it."),
        ('application/pdf; name="=?utf-8?q?Gr=C3=BC=C3=9Fe.pdf?="\r\nContent-Disposition: attachment', "x"),
        ("application/pdf\r\nContent-Disposition: attachment; filename*=utf-8''Pr%C3%BCfung.pdf", "x"),
    )  # fmt: skip
    assert parse_mail(raw, NOW).attachments == ("Grüße.pdf", "Prüfung.pdf")


PLAIN, HTML = "text/plain; charset=utf-8", "text/html; charset=utf-8"


def test_a_boundary_without_quotation_marks_is_a_boundary() -> None:
    parts = ((PLAIN, "We accept your offer."), (HTML, "<p>We accept your offer.</p>"))
    found = parse_mail(multi("multipart/alternative", *parts, boundary="----=_Part_7.11"), NOW)
    assert (found.text, found.attachments) == ("We accept your offer.", ())


def test_all_parts_of_a_mixed_mail_are_read_in_order_and_one_of_alternatives() -> None:
    mixed = multi("multipart/mixed", (HTML, "<p>We accept your offer of 4,500.</p>"), (PLAIN, "Scanned for viruses."))
    assert text_of(mixed) == "We accept your offer of 4,500.\n\nScanned for viruses."
    both = ((PLAIN, "Plain"), (HTML, "<p>Rich</p>"))
    assert text_of(multi("multipart/alternative", *both)) == "Plain"
    assert text_of(multi("multipart/alternative", *reversed(both))) == "Plain"
    assert text_of(multi("multipart/alternative", (PLAIN, " "), (HTML, "<p>Rich</p>"))) == "Rich"
    image = "image/png\r\nContent-Disposition: inline; filename=logo.png", "x"
    related = multi("multipart/related", (HTML, "<p>Rich</p>"), image).decode().split("\r\n", 1)[1]
    head, _, body = related.partition("\r\n\r\n")
    nested = multi(
        "multipart/alternative", (PLAIN, "Plain"), (head.removeprefix("Content-Type: "), body), boundary='"a"'
    )
    found = parse_mail(nested, NOW)
    assert (found.text, found.attachments) == ("Plain", ("logo.png",))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<!doctype html><html><head><meta charset=utf-8><body><p>We accept.</p></body></html>", "We accept."),
        ("<head><title>x</title>We accept.", "We accept."),
        (
            "<table><tr><td>Workshop</td><td>2</td><td>1,200.00</td></tr><tr><td>Report<td>1<td>800.00</table>",
            "Workshop 2 1,200.00\nReport 1 800.00",
        ),
        ("<table><tr><td><p>R</p></td>\n<td><p>1</p></td>\n<td><p>800.00</p></td></tr></table>", "R 1 800.00"),
        ("<p>Yes<span style='display: none'>no</span><b hidden>no</b></p><div style='mso-hide:all'>no</div>", "Yes"),
        ("<p>See <a href='https://a.test/x'>the plan</a>, <a href='https://b.test/'>b.test</a></p>",
         "See the plan <https://a.test/x>, b.test"),
        ("<p><a href='javascript:x()'>press</a> <a href=mailto:a@x.test>a@x.test</a></p>", "press a@x.test"),
        ("a<br>b<br><br>c<div>d</div><ul><li>e<li>f</ul>", "a\nb\n\nc\nd\n\ne\nf"),
        ("<style>p{}</style><script>x</script><p>1 &lt; 2 &amp; 3&nbsp;€</p><!-- no --><![CDATA[x]]>", "1 < 2 & 3 €"),
        ("<b>bo</b>ld <i> and </i>not", "bold and not"),
        ("<p>now <del>1,000</del><ins>1,200</ins> for 10<sup>2</sup> m<sup>2</sup></p>", "now 1,000 1,200 for 10^2 m2"),
        ("<p>1,200<sup>1</sup> H<sub>2</sub>O, item 3<sub>4</sub></p>", "1,200^1 H2O, item 3 4"),
        ("<p>So:<pre>\nWorkshop  2\n\nReport    1\n</pre>Bye", "So:\n\nWorkshop  2\n\nReport    1\n\nBye"),
        ("<div style='white-space: pre-wrap'>a  b\n<b>c</b> d\ne</div>f", "a  b\nc d\ne\nf"),
        ("", ""),
    ],
)  # fmt: skip
def test_html_is_read_as_it_is_shown(html: str, expected: str) -> None:
    assert text_of_html(html) == expected


def test_html_may_name_its_letters_itself() -> None:
    body = "<meta http-equiv=Content-Type content='text/html; charset=windows-1251'><p>Привет</p>".encode("cp1251")
    assert text_of(single(body, "text/html")) == "Привет"


@pytest.mark.parametrize(
    ("body", "extra", "expected"),
    [
        ("One sentence that was \r\nbroken.\r\nNext.", "", "One sentence that was broken.\nNext."),
        ("> Quoted and \r\n> broken.\r\nOwn words \r\ngo on.", "", "> Quoted and broken.\nOwn words go on."),
        ("日本 \r\n語", "; delsp=yes", "日本語"),
        ("Bye\r\n-- \r\nConny", "", "Bye\n--\nConny"),
        (" >not quoted", "", ">not quoted"),
    ],
)
def test_lines_that_a_program_broke_are_one_again(body: str, extra: str, expected: str) -> None:
    assert text_of(single(body, f"text/plain; charset=utf-8; format=flowed{extra}")) == expected


def test_a_mail_in_a_mail_is_an_attachment_with_its_subject() -> None:
    inner = "From: c@third.test\r\nSubject: =?utf-8?q?Pr=C3=A9cio?=\r\nContent-Type: text/plain\r\n\r\nOur price is 12."
    raw = multi("multipart/mixed", (PLAIN, "See the attached mail."), ("message/rfc822", inner))
    found = parse_mail(raw, NOW)
    assert (found.text, found.attachments) == ("See the attached mail.", ("Mail: Précio",))
    assert found.recipients == ()


INVITATION = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTART:20260310T090000Z\r\n"
    "DTEND:20260310T100000Z\r\nSUMMARY:Kick-off\r\nLOCATION:Plant 2\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.mark.parametrize("kind", ["message/global", "message/partial; id=x; number=1; total=2", "message/news"])
def test_no_kind_of_mail_in_a_mail_is_the_senders_own(kind: str) -> None:
    raw = multi("multipart/mixed", (PLAIN, "See the attached mail."), (kind, "Subject: Price\r\n\r\nOur price is 12."))
    found = parse_mail(raw, NOW)
    assert (found.text, found.attachments) == ("See the attached mail.", ("Mail: Price",))


@pytest.mark.parametrize("kind", ["text/vcard", "text/x-vcard", "text/csv", "text/rfc822-headers", "text/rtf"])
def test_data_is_an_attachment_though_it_is_text(kind: str) -> None:
    found = parse_mail(multi("multipart/mixed", (PLAIN, "Our card."), (kind, "BEGIN:VCARD")), NOW)
    assert (found.text, found.attachments) == ("Our card.", (kind,))
    found = parse_mail(multi("multipart/alternative", (PLAIN, "Hi"), ("text/x-amp-html", "<html amp4email>")), NOW)
    assert (found.text, found.attachments) == ("Hi", ())


@pytest.mark.parametrize(
    ("encoded", "expected"),
    [
        ("R3LDvMOfZSBhdXMgS8O2bG4=\r\n-- \r\nList info", "Grüße aus Köln\n--\nList info"),
        ("R3LDvMOfZSBhdXMg\r\nS8O2bG4\r\n___\r\nfooter", "Grüße aus Köln\n___\nfooter"),
        ("R3LDvMOfZSBhdXMg\r\nS8O2bG4", "Grüße aus Köln"),
        ("R3LDvMOfZSBh*dXMgS8O2bG4=", "Grüße aus Köln"),
        ("R3LDvMOfZSBhdXMgS8O2b", "Grüße aus Kö"),
        ("Not encoded at all", "Not encoded at all"),
    ],
)
def test_a_footer_after_encoded_words_costs_no_letter(encoded: str, expected: str) -> None:
    """Mailing lists and virus scanners add plain lines to a body that is encoded."""
    assert text_of(single(encoded, PLAIN, encoding="base64")) == expected


@pytest.mark.parametrize("name", ["BASE64 ", '"base64"', "base64;", "Base64 (RFC 2045)"])
def test_an_encoding_is_known_by_its_first_word(name: str) -> None:
    assert text_of(single(b64encode("Grüße".encode()), PLAIN, encoding=name)) == "Grüße"


@pytest.mark.parametrize("head", ["multipart/mixed", "multipart/mixed; boundary=other", 'multipart/mixed; boundary=""'])
def test_a_boundary_that_is_not_named_is_found(head: str) -> None:
    picture = "--b7\r\nContent-Type: image/png\r\n\r\nx\r\n--b7--\r\n"
    body = f"--b7\r\nContent-Type: {PLAIN}\r\n\r\nWe accept – yes.\r\n{picture}"
    found = parse_mail(single(body, head), NOW)
    assert (found.text, found.attachments) == ("We accept – yes.", ("image/png",))
    found = parse_mail(single("We accept – yes.", head), NOW)
    assert (found.text, found.attachments) == ("We accept – yes.", ())


def test_a_plain_part_that_only_points_to_the_other_is_not_the_mail() -> None:
    hint = "Your email program can't show HTML."
    rich = "<p>We accept your offer of 4,500 for the workshop in March. Please send the invoice to our head office.</p>"
    rich += "<p>Kind regards, and thank you for the good work of the last year.</p>"
    assert text_of(multi("multipart/alternative", (PLAIN, hint), (HTML, rich))).startswith("We accept your offer")


def test_lines_before_the_header_are_no_end_of_it() -> None:
    for before in (b"\r\n", b"\n\n", b"\xef\xbb\xbf"):
        found = parse_mail(before + single("We accept."), NOW)
        assert (found.sender, found.text) == ("a@x.test", "We accept.")


def test_an_invitation_is_its_title_and_time() -> None:
    invitation = INVITATION.format(method="REQUEST")
    told = "Invitation: Kick-off\nWhen: 10 Mar 2026 09:00–10:00 UTC\nWhere: Plant 2"
    assert text_of(single(invitation, "text/calendar; charset=utf-8; method=REQUEST")) == told
    cancelled = text_of(single(INVITATION.format(method="CANCEL"), "text/calendar"))
    assert cancelled.startswith("Cancelled: Kick-off")
    outlook = multi("multipart/alternative", ("text/calendar", invitation), (PLAIN, "Please come."))
    assert text_of(outlook) == "Please come."
    broken = parse_mail(single("BEGIN:VCALENDAR", "text/calendar; name=invite.ics"), NOW)
    assert (broken.text, broken.attachments) == ("", ("invite.ics",))


def test_addresses_of_international_domains_have_one_form() -> None:
    raw = "From: Ana <A@Müller.example>\r\nTo: b@XN--MLLER-KVA.example\r\nReply-To: c@müller.example\r\n\r\n".encode()
    found = parse_mail(raw, NOW)
    assert (found.sender, found.recipients) == ("a@xn--mller-kva.example", ("b@xn--mller-kva.example",))
    assert addresses_of(raw) == {f"{name}@xn--mller-kva.example" for name in "abc"}


def test_the_answered_mail_is_a_reference_and_the_first_one_is_never_cut_off() -> None:
    many = " ".join(f"<{n}@x.test>" for n in range(200))
    raw = f"References: {many}\r\nIn-Reply-To: Your mail of Monday <new@x.test>\r\n\r\n".encode()
    found = parse_mail(raw, NOW)
    assert (len(found.references), found.root, found.references[-1]) == (50, "<0@x.test>", "<new@x.test>")


# The child that reads mails


def test_the_child_reads_mail_after_mail_and_outlives_a_bad_one() -> None:
    with child() as reader:
        found = reader.read(single("Hi"), received_at=NOW.isoformat())
        assert found == parse_mail(single("Hi"), NOW)
        deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1500))
        with pytest.raises(ReaderFailed, match="RecursionError"):
            reader.read(deep, received_at=NOW.isoformat())
        assert reader.read(single("Hi"), head=True).subject == "Offer"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("while True: pass", "seconds"),
        ("import time; time.sleep(60)", "longer than 2 seconds"),
        ("return 'x' * 10**9", "MB of memory"),
    ],
)
def test_an_item_that_asks_too_much_ends_alone(body: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "greedy_reader.py").write_text(
        f"def read(item):\n    if item == b'bad':\n        {body}\n    return item\n"
    )
    began = time.monotonic()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
        limits = Limits(memory=200 * 1024 * 1024, cpu_seconds=1, wall_seconds=2)
        with LimitedChild("greedy_reader:read", data_from=(), limits=limits) as reader:
            assert reader.read(b"good") == b"good"
            with pytest.raises(LimitReached, match=reason):
                reader.read(b"bad")
            assert reader.read(b"good") == b"good"
    assert time.monotonic() - began < 30


def test_a_child_knows_no_secrets_and_answers_with_data_only(tmp_path: Path) -> None:
    (tmp_path / "sly_reader.py").write_text(
        "import os\nclass Harm:\n    def __reduce__(self):\n        return os.system, ('true',)\n"
        "def read(item):\n    return Harm() if item else os.environ.get('SECRET_KEY')\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
        patch.setenv("SECRET_KEY", "x")
        with LimitedChild("sly_reader:read", data_from=()) as reader:
            assert reader.read(b"") is None
            with pytest.raises(ReaderFailed):
                reader.read(b"x")
