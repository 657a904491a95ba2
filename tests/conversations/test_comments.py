"""Comments on every record, who is told of them, and who watches."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Count
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from accord.accounts.actions.merge_records import merge_records, undo_merge
from accord.accounts.models import Account, AccountMember
from accord.conversations.actions.post_comment import edit_comment, post_comment
from accord.conversations.models import Comment, NoticeKind, NoticeSetting, Notification, Watch
from accord.conversations.queries import can_be_mentioned, conversation
from accord.conversations.subjects import SUBJECTS, concerned, name_of, subject_of
from accord.conversations.watching import set_watching, watchers_of
from accord.core import editing
from accord.core.editing import Conflict
from accord.core.files.actions import save_files
from accord.core.files.contents import storage, store_bytes
from accord.core.files.orphans import remove_orphans
from accord.core.models import Event, File, Record
from accord.people.models import Person, User
from accord.projects.models import Assignment, Resource
from accord.web.shell.addresses import PAGES, PLACES
from tests.factories import browser_of
from tests.world import Side, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def side(firm: World) -> Side:
    return firm.ours


@pytest.fixture(autouse=True)
def _told_of_nothing(firm: World) -> None:
    Notification.objects.all().delete()


def is_watching(user: User, record: Record) -> bool:
    return conversation(record, user, 1)[1]


def told(user: User) -> list[tuple[str, str]]:
    rows = Notification.objects.filter(user=user).order_by("pk")
    return list(rows.values_list("kind", "text"))


# The records of the small firm that can be discussed, and the page that shows the comments.
SHOWN = {
    "account": "account", "contact": "contact", "opportunity": "opportunity", "quote": "quote",
    "agreement": "agreement", "request": "request", "project": "project", "deliverable": "deliverable",
    "risk": "risk", "issue": "issue", "change": "change", "invoice": "invoice", "task": "task-edit",
}  # fmt: skip
BESIDE = ("decision", "lesson", "playbook_run", "survey_answer")


def test_every_record_that_can_be_discussed_is_tried_here(side: Side) -> None:
    labels = {side.things[name]._meta.label_lower for name in (*SHOWN, *BESIDE)}
    assert labels == set(SUBJECTS)
    assert labels <= set(PAGES) | set(PLACES), "each of them is seen somewhere"


@pytest.mark.parametrize("name", [*SHOWN, *BESIDE])
def test_who_sees_it_comments_on_it_and_reads_it_there(firm: World, side: Side, name: str) -> None:
    record = side.things[name]
    client = browser_of(firm.administrator)
    url = f"{reverse('comment-new')}?subject={name_of(record)}"
    assert client.post(url, {"body": "Is this *right*?"}).status_code == 302
    comment = Comment.objects.get(subject_type=record._meta.label_lower, subject_id=record.pk, body__contains="right")
    pages = [url, reverse(SHOWN[name], args=[record.pk])] if name in SHOWN else [url]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200
        assert b"Is this <em>right</em>?" in answer.content, page
        assert reverse("comment-edit", args=[comment.pk]).encode() in answer.content
    assert client.get(url, headers={"HX-Request": "true"}).status_code == 200
    stranger = browser_of(firm.users["stranger"])
    assert stranger.get(url).status_code == 404
    assert stranger.post(url, {"body": "Hm"}).status_code == 404


NO_RECORDS = (
    "", "projects.task", "projects.task:", "projects.task:x", "people.user:1", "no.such:1",
    "projects.task:99999999999999999999", "correspondence.mailbox:1",
)  # fmt: skip


@pytest.mark.parametrize("name", NO_RECORDS)
def test_what_names_no_record_is_not_found(firm: World, name: str) -> None:
    with pytest.raises(Http404):
        subject_of(firm.administrator, name)


def test_an_answer_to_an_anonymous_survey_is_not_discussed(firm: World, side: Side) -> None:
    answer = side.survey_answer
    assert subject_of(firm.administrator, name_of(answer)) == answer
    type(answer.survey).objects.filter(pk=answer.survey_id).update(anonymous=True)
    with pytest.raises(Http404):
        subject_of(firm.administrator, name_of(answer))


def test_the_archive_is_frozen(firm: World, side: Side) -> None:
    comment = post_comment(subject=side.risk, by=firm.administrator, body="Before")
    type(side.project).objects.filter(pk=side.project.pk).update(archived_at=timezone.now())
    side.risk.refresh_from_db()
    with pytest.raises(PermissionDenied):
        post_comment(subject=side.risk, by=firm.administrator, body="After")
    with pytest.raises(PermissionDenied):
        edit_comment(comment=Comment.objects.get(pk=comment.pk), by=firm.administrator, version=1, body="Other")
    page = browser_of(firm.administrator).get(reverse("risk", args=[side.risk.pk])).content.decode()
    assert "Before" in page
    assert "comment-box" not in page


def test_nothing_is_not_said(firm: World, side: Side) -> None:
    with pytest.raises(ValidationError):
        post_comment(subject=side.risk, by=firm.administrator, body="  \n ")


def test_watchers_and_mentioned_are_told_once_and_nobody_of_their_own(firm: World, side: Side) -> None:
    manager, leader, member = (side.users[r] for r in ("account_manager", "project_manager", "member"))
    set_watching(user=member, record=side.project, on=True)
    post_comment(subject=side.project, by=leader, body=f"Look, @{member.email}")  # the project manager's own project
    assert told(member) == [("mention", f"{leader} mentioned you in a comment on {side.project}")]
    assert told(leader) == []
    post_comment(subject=side.project, by=member, body="I did.")
    assert told(leader) == [("comment", f"{member} commented on {side.project}")]
    assert len(told(member)) == 1
    assert told(manager) == [], "who neither owns, watches nor is mentioned"


def test_who_comments_watches_and_who_stopped_hears_nothing(firm: World, side: Side) -> None:
    leader, member = side.users["project_manager"], side.users["member"]
    post_comment(subject=side.project, by=member, body="First")
    assert is_watching(member, side.project)
    for user in (leader, member):
        set_watching(user=user, record=side.project, on=False)
    Notification.objects.all().delete()
    post_comment(subject=side.project, by=firm.administrator, body="Second")
    assert (told(leader), told(member)) == ([], [])
    post_comment(subject=side.project, by=member, body="Third")
    assert not is_watching(member, side.project), "they chose not to"


def test_who_lost_sight_of_it_hears_nothing(firm: World, side: Side) -> None:
    member = side.users["member"]
    set_watching(user=member, record=side.account, on=True)
    assert member in watchers_of(side.account)
    AccountMember.objects.filter(user=member).delete()
    side.project.members.filter(user=member).delete()
    if side.account.allows(member, "view"):
        pytest.skip("the member still sees the client otherwise")
    post_comment(subject=side.account, by=firm.administrator, body=f"Secret, @{member.email}")
    assert told(member) == []


def test_a_task_concerns_who_is_assigned(firm: World, side: Side) -> None:
    member = side.users["member"]
    person, _ = Person.objects.get_or_create(user=member, defaults={"name": member.name})
    resource = Resource.objects.create(project=side.project, uid=900, name="Them", person=person)
    Assignment.objects.create(project=side.project, uid=900, task=side.task, resource=resource, work_minutes=60)
    assert concerned(side.task) >= {member.pk}
    post_comment(subject=side.task, by=firm.administrator, body="How far?")
    assert told(member) == [("comment", f"{firm.administrator} commented on {side.task}")]


def test_one_edits_and_deletes_only_ones_own(firm: World, side: Side) -> None:
    leader, member = side.users["project_manager"], side.users["member"]
    comment = post_comment(subject=side.risk, by=leader, body="Hello")
    edit = reverse("comment-edit", args=[comment.pk])
    assert browser_of(member).get(edit).status_code == 404
    mine = browser_of(leader)
    assert mine.get(edit).status_code == 200
    Notification.objects.all().delete()
    assert mine.post(edit, {"body": f"Hello @{member.email}", "version": 1}).status_code == 302
    comment.refresh_from_db()
    assert (comment.body, comment.is_edited) == (f"Hello @{member.email}", True)
    assert [kind for kind, _ in told(member)] == ["mention"]
    assert b"edited" in mine.get(reverse("risk", args=[side.risk.pk])).content
    assert mine.post(edit, {"body": "Stale", "version": 1}).status_code == 409
    with pytest.raises(Conflict):
        edit_comment(comment=comment, by=leader, version=1, body="Stale")
    with pytest.raises(TypeError):
        editing.change(comment, by=leader, version=comment.version, body="Another way")
    removal = reverse("comment-removal", args=[comment.pk])
    assert browser_of(member).post(removal).status_code == 404
    assert mine.post(removal).status_code == 302
    assert not Comment.objects.filter(pk=comment.pk).exists()


def test_those_are_offered_who_see_it(firm: World, side: Side) -> None:
    by = firm.administrator
    stranger, member = firm.users["stranger"], side.users["member"]
    User.objects.filter(pk=stranger.pk).update(name="Zoe Stranger")
    User.objects.filter(pk=member.pk).update(name="Zoe Member")
    assert [user.name for user in can_be_mentioned(side.risk, "zo", by=by)] == ["Zoe Member"]
    assert [user.name for user in can_be_mentioned(side.risk, "memb", by=by)] == ["Zoe Member"]
    answer = browser_of(by).get(f"{reverse('mention-names')}?subject={name_of(side.risk)}&q=zo").json()
    assert answer == {"people": [{"name": "Zoe Member", "email": member.email}]}


def test_the_button_watches_and_stops(firm: World, side: Side) -> None:
    client = browser_of(firm.administrator)
    page = reverse("account", args=[side.account.pk])
    assert b"Stop watching" not in client.get(page).content
    client.post(f"{reverse('watches')}?subject={name_of(side.account)}")
    assert b"Stop watching" in client.get(page).content
    client.post(f"{reverse('watch-removal')}?subject={name_of(side.account)}")
    assert b"Stop watching" not in client.get(page).content


def test_a_merge_takes_the_watchers_along_and_gives_them_back(firm: World) -> None:
    boss, other = firm.administrator, firm.ours.users["member"]
    one, two = Account.objects.create(name="MergeKind Ltd"), Account.objects.create(name="MergeKind Limited")
    for user, account in ((boss, one), (boss, two), (other, two)):
        Watch.objects.create(user=user, subject_type="accounts.account", subject_id=account.pk)
    before = set(Watch.objects.values_list("pk", "user", "subject_id"))
    merge = merge_records(kept=one, gone=two, take=set(), by=boss)
    watching = Watch.objects.filter(subject_type="accounts.account", subject_id=one.pk)
    assert dict(watching.values_list("user").annotate(Count("pk"))) == {boss.pk: 1, other.pk: 1}
    undo_merge(merge=merge, by=boss)
    assert set(Watch.objects.values_list("pk", "user", "subject_id")) == before


def test_programs_read_and_write_comments(firm: World, side: Side) -> None:
    client = browser_of(side.users["member"])
    url = f"/api/comments?subject={name_of(side.task)}"
    made = client.post(url, json.dumps({"body": "From afar"}), content_type="application/json")
    assert (made.status_code, made.json()["author"]["name"]) == (201, str(side.users["member"]))
    assert [row["body"] for row in client.get(url).json()["items"]] == ["From afar"]
    assert client.post(url, json.dumps({"body": " "}), content_type="application/json").status_code == 422
    theirs = f"/api/comments?subject={name_of(firm.theirs.task)}"
    assert client.get(theirs).status_code == 404
    assert client.post(theirs, json.dumps({"body": "Hm"}), content_type="application/json").status_code == 404


def test_a_kind_that_is_off_is_not_even_noted(firm: World, side: Side) -> None:
    leader = side.users["project_manager"]
    NoticeSetting.objects.create(user=leader, kind=NoticeKind.COMMENT, delivery="off")
    post_comment(subject=side.project, by=firm.administrator, body="Hello")
    post_comment(subject=side.project, by=firm.administrator, body=f"Hello @{leader.email}")
    assert [kind for kind, _ in told(leader)] == ["mention"]


def with_file(side: Side, by: User, subject: str = "risk") -> tuple[Comment, File]:
    said = post_comment(
        subject=side.things[subject], by=by, body="See this", stored=[store_bytes(b"hops", "Zwickel.txt")]
    )
    return said, File.objects.get(subject_type="conversations.comment", subject_id=said.pk)


def test_a_comment_comes_with_files_that_are_read_by_who_reads_it(firm: World, side: Side) -> None:
    member, leader = side.users["member"], side.users["project_manager"]
    files = [SimpleUploadedFile("<b>Plan.txt", b"one"), SimpleUploadedFile("Notes.txt", b"two")]
    url = f"{reverse('comment-new')}?subject={name_of(side.risk)}"
    assert browser_of(member).post(url, {"body": "See these", "files": files}).status_code == 302
    said = Comment.objects.get(body="See these")
    found = list(File.objects.filter(subject_type="conversations.comment", subject_id=said.pk))
    assert {file.name for file in found} == {"<b>Plan.txt", "Notes.txt"}
    assert {(file.root_type, file.root_id) for file in found} == {("projects.project", side.project.pk)}
    page = browser_of(leader).get(reverse("risk", args=[side.risk.pk])).content.decode()
    assert "&lt;b&gt;Plan.txt" in page
    for file in found:
        assert reverse("file", args=[file.pk]) in page
        assert browser_of(leader).get(reverse("file", args=[file.pk])).status_code == 200
        assert browser_of(firm.users["stranger"]).get(reverse("file", args=[file.pk])).status_code == 404
    event = Event.objects.get(kind="comment.posted", subject_type="projects.risk", after__comment="See these")
    assert set(event.after["files"].split(", ")) == {"<b>Plan.txt", "Notes.txt"}
    assert set(File.objects.visible_to(leader)) >= set(found)
    assert not File.objects.visible_to(firm.users["stranger"]).exists()


def test_files_of_a_comment_on_a_quote_are_hidden_from_who_may_not_see_it(firm: World, side: Side) -> None:
    _, file = with_file(side, side.users["account_manager"], "quote")
    member = browser_of(side.users["member"])
    assert member.get(reverse("file", args=[file.pk])).status_code == 404
    assert member.get(f"/api/files/{file.pk}/content").status_code == 404
    assert "Zwickel.txt" not in member.get("/palette?q=zwick").content.decode()
    owner = browser_of(side.users["account_manager"])
    assert reverse("file", args=[file.pk]) in owner.get(reverse("quote", args=[side.quote.pk])).content.decode()
    assert f"/quotes/{side.quote.pk}/#comment-{file.subject_id}" in owner.get("/palette?q=zwick").content.decode()


def test_only_who_wrote_a_comment_changes_its_files(firm: World, side: Side) -> None:
    leader, member = side.users["project_manager"], side.users["member"]
    said, file = with_file(side, member)
    url = reverse("record-files", args=["conversations.comment", said.pk])
    assert browser_of(leader).get(url).status_code == 200
    assert browser_of(leader).post(url, {"files": [SimpleUploadedFile("a.txt", b"x")]}).status_code == 403
    assert browser_of(leader).post(reverse("file-removal", args=[file.pk])).status_code == 403
    mine = browser_of(member)
    assert "Zwickel.txt" in mine.get(reverse("comment-edit", args=[said.pk])).content.decode()
    assert mine.post(url, {"files": [SimpleUploadedFile("a.txt", b"x")]}).status_code == 302
    assert mine.post(reverse("file-removal", args=[file.pk])).status_code == 302
    assert not File.objects.filter(pk=file.pk).exists()


def test_a_refused_file_keeps_the_comment_in_its_box(firm: World, side: Side) -> None:
    url = f"{reverse('comment-new')}?subject={name_of(side.risk)}"
    files = [SimpleUploadedFile("good.txt", b"x"), SimpleUploadedFile("run.exe", b"x")]
    answer = browser_of(side.users["member"]).post(url, {"body": "Look at this", "files": files})
    assert answer.status_code == 422
    assert "files of type exe are not allowed" in answer.content.decode()
    assert "Look at this" in answer.content.decode()
    assert not Comment.objects.filter(body="Look at this").exists()
    assert not File.objects.filter(name="good.txt").exists()


@pytest.mark.parametrize("gone", ["comment", "record"])
def test_files_of_a_comment_go_with_it_and_with_its_record(
    firm: World, side: Side, gone: str, django_capture_on_commit_callbacks: Any
) -> None:
    said, file = with_file(side, side.users["member"])
    assert remove_orphans() == 0
    if gone == "comment":
        editing.remove(said, by=said.author)
    else:
        type(side.risk).objects.filter(pk=side.risk.pk).delete()
    assert browser_of(said.author).get(reverse("file", args=[file.pk])).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_orphans() == 1
    assert not storage().exists(file.stored_as)


def test_what_has_no_page_shows_its_files_beside_its_comments(firm: World, side: Side) -> None:
    save_files(subject=side.things["decision"], stored=[store_bytes(b"x", "Minutes.txt")], by=None)
    url = f"{reverse('comment-new')}?subject={name_of(side.things['decision'])}"
    assert "Minutes.txt" in browser_of(side.users["member"]).get(url).content.decode()


def test_a_page_reads_the_comments_and_the_watch_in_one_query(side: Side, django_assert_num_queries: Any) -> None:
    """The latest ones with their authors; what the reader chose about watching comes with them, comments or not."""
    manager, leader = side.users["account_manager"], side.users["project_manager"]
    with django_assert_num_queries(1):
        assert conversation(side.risk, manager, 3) == ([], False)
    set_watching(user=manager, record=side.risk, on=True)
    assert conversation(side.risk, manager, 3) == ([], True)
    for n in range(4):
        post_comment(subject=side.risk, by=leader, body=f"Note {n}")
    Comment.objects.update(created_at=timezone.now())  # those of one moment keep their order
    leader.name = ""
    leader.save()
    set_watching(user=manager, record=side.risk, on=False)
    with django_assert_num_queries(1):
        said, watches = conversation(side.risk, manager, 3)
    assert [(line.body, line.author, line.is_edited) for line in said] == [
        (f"Note {n}", leader.email, False) for n in (3, 2, 1)
    ]
    assert not watches
    set_watching(user=leader, record=side.issue, on=True)
    assert conversation(side.issue, manager, 3) == ([], False), "neither of another record nor of another user"
