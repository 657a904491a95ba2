"""Files on pages and over the API: served as attachments, shown as data, found by name."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accord.core.files.actions import attach_file, remove_file, replace_file, save_files
from accord.core.files.contents import storage, store_bytes
from accord.core.models import File
from accord.correspondence.models import Mailbox, MailMessage
from tests.factories import browser_of
from tests.world import World

pytestmark = pytest.mark.django_db

PAYLOAD = "<img src=x onerror=alert(1)>.txt"


def signed_in(world: World, role: str) -> Client:
    return browser_of(world.users[role])


def sent(name: str = "plan.txt", data: bytes = b"hops", kind: str = "text/html") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, kind)


def whole(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def url_of(side: Any, thing: str) -> str:
    record = side.things[thing]
    return reverse("record-files", args=[record._meta.label_lower, record.pk])


@pytest.mark.parametrize(
    ("thing", "role"),
    [
        ("account", "account_manager"), ("contact", "account_manager"), ("interaction", "account_manager"),
        ("opportunity", "account_manager"), ("quote", "account_manager"), ("agreement", "account_manager"),
        ("request", "account_manager"), ("project", "project_manager"), ("task", "project_manager"),
        ("deliverable", "project_manager"), ("risk", "project_manager"), ("issue", "project_manager"),
        ("change", "project_manager"), ("invoice", "account_manager"), ("decision", "project_manager"),
        ("lesson", "project_manager"), ("staffing_request", "project_manager"), ("expense", "project_manager"),
    ],
)  # fmt: skip
def test_every_record_takes_files_and_hides_them_from_others(
    world: tuple[World, dict[str, Any]], thing: str, role: str
) -> None:
    firm, _ = world
    client, url = signed_in(firm, role), url_of(firm.ours, thing)
    answer = client.post(url, {"files": [sent(PAYLOAD), sent("b.txt")]})
    assert answer.status_code == 302
    page = client.get(answer["Location"].partition("#")[0]).content.decode()
    assert "b.txt" in page
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page
    record = firm.ours.things[thing]
    file = File.objects.get(subject_type=record._meta.label_lower, subject_id=record.pk, name="b.txt")
    stranger = signed_in(firm, "stranger")
    for name in ("file", "file-preview", "file-picture", "file-version-new", "file-removal"):
        assert stranger.get(reverse(name, args=[file.pk])).status_code == 404
    assert stranger.post(url, {"files": [sent()]}).status_code == 404
    assert stranger.get(f"/api/files/{file.pk}/content").status_code == 404
    theirs = url_of(firm.theirs, thing)
    assert client.get(theirs).status_code == 404
    assert client.post(theirs, {"files": [sent()]}).status_code == 404


def test_members_read_and_do_not_attach_where_they_may_not_change(world: tuple[World, dict[str, Any]]) -> None:
    firm, _ = world
    member, url = signed_in(firm, "member"), url_of(firm.ours, "account")
    page = member.get(url).content.decode()
    assert "Recipe.txt" in page
    assert "files-form" not in page
    before = File.objects.count()
    assert member.post(url, {"files": [sent()]}).status_code == 403
    assert File.objects.count() == before
    # What is commercial is not there for them at all.
    for thing in ("quote", "invoice", "agreement", "opportunity"):
        assert member.get(url_of(firm.ours, thing)).status_code == 404, thing


def test_no_other_kind_of_record_has_files(world: tuple[World, dict[str, Any]]) -> None:
    firm, _ = world
    client = signed_in(firm, "administrator")
    for label in ("people.user", "core.event", "nonsense", "accounts.Account:1", "people.apitoken"):
        assert client.get(reverse("record-files", args=[label, 1])).status_code == 404


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("page.html", b"<html><script>alert(1)</script></html>"),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
        ("paper.pdf", b"%PDF-1.7\n/JS (app.alert(1))"),
        ('a"; filename=evil.html;\u20ac.txt', b"hops"),
    ],
)
def test_a_file_is_saved_and_never_a_page(world: tuple[World, dict[str, Any]], name: str, data: bytes) -> None:
    firm, _ = world
    file = save_files(subject=firm.ours.account, stored=[store_bytes(data, name)], by=firm.ours.users["member"])[0]
    client = signed_in(firm, "member")
    for url in (reverse("file", args=[file.pk]), f"/api/files/{file.pk}/content"):
        answer = client.get(url)
        assert whole(answer) == data
        assert answer["Content-Disposition"].startswith("attachment; filename")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert "html" not in answer["Content-Type"]
        assert "svg" not in answer["Content-Type"]
        assert "no-store" in answer["Cache-Control"]
    shown = client.get(reverse("file-preview", args=[file.pk]))
    if name.endswith("pdf"):
        assert shown.status_code == 404
    else:
        assert b"<script>alert" not in shown.content
        assert b"<svg xmlns=" not in shown.content.partition(b"<main")[2]


def test_a_picture_is_written_anew_and_a_broken_one_is_not_shown(world: tuple[World, dict[str, Any]]) -> None:
    firm, _ = world
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    Image.new("RGB", (40, 20), "red").save(made, "JPEG", exif=exif)
    assert b"secret place" in made.getvalue()
    client = signed_in(firm, "member")
    stored = [store_bytes(made.getvalue(), "photo.jpg"), store_bytes(made.getvalue()[:60], "broken.jpg")]
    photo, broken = save_files(subject=firm.ours.account, stored=stored, by=None)
    answer = client.get(reverse("file-picture", args=[photo.pk]))
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"secret place" not in answer.content
    assert Image.open(io.BytesIO(answer.content)).size == (40, 20)
    assert client.get(reverse("file-picture", args=[broken.pk])).status_code == 404
    assert client.get(reverse("file-preview", args=[broken.pk])).status_code == 200


def test_words_of_a_refusal_come_with_the_card_and_the_rest_is_attached(
    world: tuple[World, dict[str, Any]], settings: Any
) -> None:
    firm, _ = world
    settings.ACCORD_MAX_FILE = 2048
    client, url = signed_in(firm, "account_manager"), url_of(firm.ours, "account")
    answer = client.post(
        url, {"files": [sent("big.txt", b"x" * 3000), sent("good.txt")]}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "“big.txt” is larger than 2 KB." in text
    assert "good.txt" in text
    assert "File attached." in text
    assert "Choose a file." in client.post(url, {}, headers={"HX-Request": "true"}).content.decode()


def test_an_upload_beyond_the_bound_is_not_written(
    world: tuple[World, dict[str, Any]], settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm, _ = world
    settings.ACCORD_MAX_FILE = settings.ACCORD_MAX_UPLOAD = 1000
    client, url = signed_in(firm, "account_manager"), url_of(firm.ours, "account")
    answer = client.post(url, {"files": [sent("big.txt", b"x" * 400_000)]}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "The upload was too large." in answer.content.decode()


def test_a_full_disk_is_told_in_words(world: tuple[World, dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    firm, _ = world
    client, url = signed_in(firm, "account_manager"), url_of(firm.ours, "account")
    client.raise_request_exception = False

    def full(*args: Any, **kwargs: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(storage()), "save", full)
    before = File.objects.count()
    answer = client.post(url, {"files": [sent()]})
    assert answer.status_code == 503
    assert "The disk is full" in answer.content.decode()
    assert File.objects.count() == before


def test_the_same_form_sent_twice_attaches_once(world: tuple[World, dict[str, Any]]) -> None:
    firm, _ = world
    client, url = signed_in(firm, "account_manager"), url_of(firm.ours, "account")
    for _ in range(2):
        client.post(url, {"files": [sent("once.txt")], "once": "a-token-of-one-form"})
    assert File.objects.filter(name="once.txt").count() == 1


def test_a_new_version_and_the_deletion_by_the_pages(world: tuple[World, dict[str, Any]]) -> None:
    firm, _ = world
    client, account = signed_in(firm, "account_manager"), firm.ours.account
    file = attach_file(subject=account, content=sent("v.txt"), name="v.txt", by=firm.ours.users["account_manager"])
    assert client.post(reverse("file-version-new", args=[file.pk]), {"file": sent("v2.txt")}).status_code == 302
    page = client.get(url_of(firm.ours, "account")).content.decode()
    assert "1 earlier version" in page
    again = client.post(reverse("file-version-new", args=[file.pk]), {"file": sent("v3.txt")})
    assert again.status_code == 422
    assert "Someone else uploaded a newer version" in again.content.decode()
    assert client.post(reverse("file-version-new", args=[file.pk]), {}).status_code == 422
    assert "with its 2 versions" in client.get(reverse("file-removal", args=[file.pk])).content.decode()
    assert client.post(reverse("file-removal", args=[file.pk])).status_code == 302
    assert not File.objects.filter(name__startswith="v").exists()


def test_files_are_found_by_name_by_who_sees_their_record(world: tuple[World, dict[str, Any]]) -> None:
    firm, _ = world
    save_files(subject=firm.ours.quote, stored=[store_bytes(b"x", "Zwickel calculation.txt")], by=None)
    assert "Zwickel" in signed_in(firm, "account_manager").get("/palette?q=zwick").content.decode()
    assert "Zwickel" not in signed_in(firm, "member").get("/palette?q=zwick").content.decode()
    assert "Zwickel" not in signed_in(firm, "stranger").get("/palette?q=zwick").content.decode()


def test_attachments_of_a_mail_are_read_by_who_reads_the_mail(world: tuple[World, dict[str, Any]]) -> None:
    """The account manager's mailbox tells others no more than participants and date."""
    firm, _ = world
    file, mail = firm.ours.mail_file, firm.ours.mail
    url, page = reverse("file", args=[file.pk]), reverse("mail", args=[mail.pk])
    for role in ("administrator", "project_manager", "member"):
        client = signed_in(firm, role)
        assert client.get(url).status_code == 404, role
        assert url not in client.get(page).content.decode()
        assert url not in client.get(reverse("account-timeline", args=[firm.ours.account.pk])).content.decode()
        assert client.get(f"/api/files?subject=correspondence.mailmessage:{mail.pk}").status_code == 404
    owner = signed_in(firm, "account_manager")
    assert whole(owner.get(url)).startswith(b": hops") or owner.get(url).status_code == 200
    assert url in owner.get(page).content.decode()
    assert url in owner.get(reverse("account-timeline", args=[firm.ours.account.pk])).content.decode()
    assert owner.post(url_of(firm.ours, "mail"), {"files": [sent()]}).status_code == 403
    assert owner.get(reverse("file-version-new", args=[file.pk])).status_code == 403
    Mailbox.objects.filter(pk=firm.ours.mailbox.pk).update(privacy=Mailbox.Privacy.OPEN)
    assert signed_in(firm, "member").get(url).status_code == 200
    MailMessage.objects.filter(pk=mail.pk).update(holds_prices=True)
    assert signed_in(firm, "member").get(url).status_code == 404
    assert signed_in(firm, "project_manager").get(url).status_code == 200
    MailMessage.objects.filter(pk=mail.pk).update(holds_prices=False)
    Mailbox.objects.filter(pk=firm.ours.mailbox.pk).update(privacy=Mailbox.Privacy.SUBJECT)


def test_the_api_lists_attaches_replaces_and_deletes(world: tuple[World, dict[str, Any]]) -> None:
    firm, _ = world
    key = {"HTTP_AUTHORIZATION": "Bearer key-Ours"}
    client, subject = Client(), f"projects.project:{firm.ours.project.pk}"
    owner = firm.ours.users["account_manager"]
    assert owner
    refused = client.post(f"/api/files?subject={subject}", {"file": sent()}, **key)  # type: ignore[arg-type]
    assert refused.status_code == 403, "an account manager does not change the project"
    subject = f"accounts.contact:{firm.ours.contact.pk}"
    made = client.post(f"/api/files?subject={subject}", {"file": sent("../a.txt")}, **key)  # type: ignore[arg-type]
    assert made.status_code == 201
    file = made.json()
    assert (file["name"], file["size"], file["media_type"], file["number"]) == ("a.txt", 4, "text/plain", 1)
    newer = client.post(f"/api/files/{file['id']}/versions", {"file": sent("b.txt")}, **key)  # type: ignore[arg-type]
    assert newer.json()["number"] == 2
    (item,) = client.get(f"/api/files?subject={subject}", **key).json()["items"]  # type: ignore[arg-type]
    assert (item["id"], [each["id"] for each in item["earlier"]]) == (newer.json()["id"], [file["id"]])
    assert whole(client.get(item["content"], **key)) == b"hops"  # type: ignore[arg-type]
    for wrong in ("accounts.contact", "accounts.contact:x", f"accounts.contact:{10**30}"):
        assert client.get(f"/api/files?subject={wrong}", **key).status_code == 422  # type: ignore[arg-type]
    assert client.post(f"/api/files?subject={subject}", **key).status_code == 422  # type: ignore[arg-type]
    assert client.delete(f"/api/files/{item['id']}", **key).status_code == 204  # type: ignore[arg-type]
    assert client.get(f"/api/files?subject={subject}", **key).json()["count"] == 0  # type: ignore[arg-type]


def test_the_timeline_tells_of_files(world: tuple[World, dict[str, Any]]) -> None:
    firm, _ = world
    owner, quote = firm.ours.users["account_manager"], firm.ours.quote
    file = attach_file(subject=quote, content=sent("terms.txt"), name="terms.txt", by=owner)
    newer = replace_file(file=file, content=sent("terms 2.txt"), name="terms 2.txt", by=owner)
    remove_file(file=newer, by=owner)
    page = signed_in(firm, "account_manager").get(reverse("quote", args=[quote.pk])).content.decode()
    for sentence in (
        "attached “terms.txt” to",
        "uploaded a new version of “terms 2.txt” to",
        "deleted “terms 2.txt” from",
    ):
        assert f"{owner} {sentence} {quote}" in page


def test_a_client_sees_no_files(world: tuple[World, dict[str, Any]]) -> None:
    """Neither on their page nor by an address."""
    firm, _ = world
    project = firm.ours.project
    file = save_files(subject=project, stored=[store_bytes(b"x", "Calculation.txt")], by=None)[0]
    page = Client().get(reverse("client", args=[firm.ours.secret])).content.decode()
    assert project.name in page
    assert "Calculation" not in page
    assert "/files/" not in page
    for name in ("file", "file-preview", "file-picture"):
        answer = Client().get(reverse(name, args=[file.pk]))
        assert answer.status_code == 302
        assert "/sign-in" in answer["Location"] or "login" in answer["Location"]
    assert Client().get(f"/api/files/{file.pk}/content").status_code == 401


def test_a_place_on_the_same_page_is_fetched_anew(world: tuple[World, dict[str, Any]]) -> None:
    """A browser that is led from /accounts/1/ to /accounts/1/#files would show the page as it was."""
    firm, _ = world
    client, account = signed_in(firm, "account_manager"), firm.ours.account
    page = reverse("account", args=[account.pk])
    for here, refreshed in ((page, True), (f"{page}#files-account-{account.pk}", True), ("/palette", False)):
        file = save_files(subject=account, stored=[store_bytes(b"x", "gone.txt")], by=None)[0]
        headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{here}"}
        answer = client.post(reverse("file-removal", args=[file.pk]), headers=headers)
        assert answer["HX-Redirect"] == f"{page}#files-account-{account.pk}"
        assert answer.has_header("HX-Refresh") is refreshed
