"""The firm's letterhead: a logo that is only a picture, and address, legal, tax and bank data wherever clients look."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image, PngImagePlugin

from accord.accounts.models import Account
from accord.core.models import Event
from accord.people.actions.set_logo import as_png, remove_logo, set_logo
from accord.people.letters import letter
from accord.people.models import Firm, FirmLogo, Role, User
from accord.sales.actions.quote_work import create_quote_link, save_line, write_quote
from accord.sales.models import Quote, QuoteLine
from accord.sales.quote_pdf import _data, quote_pdf

pytestmark = pytest.mark.django_db

LETTERHEAD = {
    "legal_name": "Ada & Söhne <GmbH>", "street": "Ufer 1", "postcode": "31785", "city": "Hameln", "country": "Germany",
    "phone": "+49 5151 1", "email": "info@ada.test", "website": "https://ada.test",
    "register_entry": "Amtsgericht Hannover, HRB 12345", "directors": "Ada Firm", "tax_number": "23/456/78901",
    "vat_id": "DE136695976", "bank": "Sparkasse", "iban": "DE89370400440532013000", "bic": "COBADEFFXXX",
}  # fmt: skip


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 300), **more: Any) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, (11, 107, 95)).save(written, kind, **more)
    return written.getvalue()


def bomb() -> bytes:
    """A PNG of a few bytes that claims 60,000 × 60,000 pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"0")) + chunk(b"IEND", b"")


@pytest.fixture
def firm() -> Firm:
    Firm.objects.filter(pk=Firm.current().pk).update(**LETTERHEAD, name="Ada")
    return Firm.current()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_logo_is_written_anew_without_what_stood_beside_its_pixels(kind: str) -> None:
    extra: dict[str, Any] = {}
    if kind == "PNG":
        words = PngImagePlugin.PngInfo()
        words.add_text("Comment", "<script>alert(1)</script>")
        extra["pnginfo"] = words
    if kind == "JPEG":
        extra["comment"] = b"<script>alert(1)</script>"
    data = picture(kind, **extra) + b"<script>alert(2)</script>"
    png, width, height = as_png(data)
    assert png.startswith(b"\x89PNG")
    assert b"script" not in png
    assert (width, height) == (900, 300)
    assert as_png(picture(size=(4000, 1000)))[1:] == (1200, 300)


@pytest.mark.parametrize(
    "data",
    [b"", b"nothing", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", picture()[:60], picture("BMP"),
     picture("TIFF"), bomb(), b"%!PS-Adobe-3.0 EPSF-3.0\n", b"\0" * (2 * 1024 * 1024 + 1)],
)  # fmt: skip
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(ValidationError, match="Choose a"):
        as_png(data)


def test_only_administrators_set_the_logo(admin: User, firm: Firm) -> None:
    finance = User.objects.create_user("f@firm.test", "x" * 12, name="F", roles=[Role.FINANCE])
    with pytest.raises(PermissionDenied):
        set_logo(firm=firm, data=picture(), by=finance)
    set_logo(firm=firm, data=picture(), by=admin)
    assert Event.objects.get(kind="firm.logo_changed").after == {"logo": "900 × 300 pixels"}


def test_settings_take_the_letterhead_and_check_it(admin: User, client: Client) -> None:
    client.force_login(admin)
    firm = Firm.current()
    form: dict[str, Any] = LETTERHEAD | {
        "name": "Ada", "currency": "EUR", "time_zone": "UTC", "calendar": firm.calendar_id, "sponsor_silence": 60,
            "value_horizon_months": 36, "discount_percent": "10", "fee_increase_percent": "2",
            "shortest_silence": 9, "longest_silence": 24,
        "version": firm.version, "iban": "de89 3704 0044 0532 0130 00",
    }  # fmt: skip
    wrong = client.post(reverse("firm-edit"), form | {"iban": "DE00370400440532013000", "bic": "NO"})
    assert wrong.status_code == 422
    for words in ("This isn&#x27;t an IBAN", "This isn&#x27;t a BIC"):
        assert words in wrong.content.decode()
    no_picture = SimpleUploadedFile("logo.png", b"<svg onload=alert(1)>", "image/png")
    assert client.post(reverse("firm-edit"), form | {"logo": no_picture}).status_code == 422
    logo = SimpleUploadedFile("logo.exe", picture("JPEG"), "application/x-msdownload")
    assert client.post(reverse("firm-edit"), form | {"logo": logo}).status_code == 302
    firm.refresh_from_db()
    assert firm.iban == "DE89370400440532013000"
    assert firm.bank_lines == ["Sparkasse", "IBAN DE89 3704 0044 0532 0130 00", "BIC COBADEFFXXX"]
    stored = FirmLogo.objects.get()
    served = Client().get(reverse("logo", args=[stored.digest]))
    assert served["Content-Type"] == "image/png"
    assert served["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served["Content-Security-Policy"]
    assert served.content == bytes(stored.png)
    assert Client().get(reverse("logo", args=["0" * 64])).status_code == 404
    client.post(reverse("firm-edit"), form | {"version": firm.version, "remove_logo": "on"})
    assert not FirmLogo.objects.exists()


def quote_with_link(admin: User) -> tuple[Quote, str]:
    account = Account.objects.create(name="Quast AG", owner=admin, status="client")
    quote = write_quote(quote=Quote(account=account, title="Audit"), by=admin, today=timezone.localdate())
    save_line(line=QuoteLine(quote=quote, description="Day", quantity=2, unit_price=900), by=admin)
    return quote, create_quote_link(quote=quote, by=admin, now=timezone.now())


def test_letterhead_stands_on_quote_page_and_pdf(admin: User, firm: Firm) -> None:
    set_logo(firm=firm, data=picture(), by=admin)
    quote, secret = quote_with_link(admin)
    page = Client().get(reverse("quote-answer", args=[secret])).content.decode()
    assert f'src="{reverse("logo", args=[FirmLogo.objects.get().digest])}"' in page
    assert "Ada &amp; Söhne &lt;GmbH&gt; · Ufer 1 · 31785 Hameln" in page
    for words in ("HRB 12345", "VAT ID: DE136695976", "info@ada.test"):
        assert words in page
    data = _data(Quote.objects.get(pk=quote.pk))
    assert data["sender"] == "Ada & Söhne <GmbH> · Ufer 1 · 31785 Hameln · Germany"
    assert data["foot"][1] == [
        "Amtsgericht Hannover, HRB 12345", "Managing directors: Ada Firm", "Tax number: 23/456/78901",
        "VAT ID: DE136695976",
    ]  # fmt: skip
    assert data["foot"][2][1] == "IBAN DE89 3704 0044 0532 0130 00"
    with_logo = quote_pdf(quote)
    assert with_logo.startswith(b"%PDF")
    assert b"/Subtype/Image" in with_logo
    remove_logo(firm=firm, by=admin)
    assert b"/Subtype/Image" not in quote_pdf(quote)


def test_letters_carry_it_in_text_and_html(admin: User, firm: Firm) -> None:
    set_logo(firm=firm, data=picture(), by=admin)
    letter(subject="A\nB", text="One\n\n<b>two</b> https://x.test/?a=1&b=2", to=["c@client.test"]).send()
    [sent] = mail.outbox
    assert sent.subject == "A B"
    assert "VAT ID: DE136695976" in sent.body
    html, _ = sent.alternatives[0]
    assert "&lt;b&gt;two&lt;/b&gt;" in html
    assert 'href="https://x.test/?a=1&amp;b=2"' in html
    assert 'src="cid:letterhead"' in html
    raw = sent.message().as_bytes()
    assert b"Content-ID: <letterhead>" in raw
    assert b"multipart/related" in raw


def test_invoice_page_names_the_issuer(admin: User, firm: Firm, client: Client) -> None:
    from accord.money.models import Invoice

    account = Account.objects.create(name="Quast AG", owner=admin, status="client")
    invoice = Invoice.objects.create(account=account, number="1", issued_on=timezone.localdate())
    client.force_login(admin)
    page = client.get(reverse("invoice", args=[invoice.pk])).content.decode()
    for words in ("Ada &amp; Söhne &lt;GmbH&gt;", "DE136695976", "IBAN DE89 3704 0044 0532 0130 00"):
        assert words in page
