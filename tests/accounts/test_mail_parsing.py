"""Mails as they come: whatever is in one, it is read without raising."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from accord.accounts.mail_parsing import addresses_of, parse_mail, text_of_html

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
