"""What people say to each other about a record."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.html import strip_tags

from accounts.actions import create_user, grant_role
from accounts.models import User
from accounts.roles import Role
from governance.comments.actions import add_comment, edit_comment, put_away, withdraw_comment
from governance.comments.mentions import pieces, stored, typed
from governance.comments.models import Comment
from governance.comments.places import Subject, find
from governance.comments.queries import notices, readers, waiting_notices
from governance.risks.actions import close_risk
from ledger.errors import Refused
from ledger.models import Event
from tests.builders.assessments import assessment, evidence
from tests.builders.comments import comment, notice
from tests.builders.risks import risk

ADA, ADAM, TWIN = (
    User(pk=pk, name=name, email=email)
    for pk, name, email in (
        (1, "Ada Fenn", "ada@x.example"),
        (2, "Ada Fennimore", "adam@x.example"),
        (3, "Ines", "ines@x.example"),
    )
)
OTHER = User(pk=4, name="Ines", email="ines.b@x.example")
PEOPLE = [ADA, ADAM, TWIN, OTHER]


def words(response) -> str:
    assert response.status_code == 200
    return " ".join(strip_tags(response.content.decode()).split())


@pytest.mark.parametrize(
    ("text", "kept", "named"),
    [
        ("Look, @Ada Fenn.", "Look, @[1].", {1}),
        ("@ada fennimore and @ADA", "@[2] and @[1]", {1, 2}),
        ("@ines.b@x.example?", "@[4]?", {4}),
        ("(@adam)", "(@[2])", {2}),
        ("@[2] and @[77]", "@[2] and @ [77]", {2}),
        ("Mail ada@x.example at 5 @ noon", "Mail ada@x.example at 5 @ noon", set()),
    ],
)
def test_people_are_named_by_number(text, kept, named):
    assert stored(text, PEOPLE) == (kept, named)


@pytest.mark.parametrize("text", ["@nobody", "@Ines", "@Ada Fennel is @adamant"])
def test_an_at_that_names_nobody_or_two_is_refused(text):
    with pytest.raises(Refused) as refused:
        stored(text, PEOPLE)
    assert refused.value.field == "body"


def test_what_is_stored_is_shown_with_names_of_today():
    names = {1: "Ada Lind"}
    assert [p.text for p in pieces("Hello @[1], @[9]", names)] == [
        "Hello ",
        "@Ada Lind",
        ", ",
        "@?",
    ]
    assert typed("Hello @[1]", names) == "Hello @Ada Lind"


def test_whoever_is_named_is_told_once_and_the_ledger_holds_no_name(world):
    made = comment(world)
    assert made.body == f"@[{world.engineer.pk}], when is the new data in?"
    (told,) = waiting_notices(world.engineer)
    assert (told.title, told.comment) == (str(risk(world)), made)
    assert "Engineer" not in Event.objects.get(subject=made.key).body
    edit_comment(by=world.officer, comment=made, body="@Engineer @Owner @Officer, when?")
    assert notices(world.engineer).count() == notices(world.owner).count() == 1
    assert not notices(world.officer).exists()
    put_away(by=world.engineer, notice=told)
    assert not waiting_notices(world.engineer).exists()
    with pytest.raises(PermissionDenied):
        put_away(by=world.officer, notice=notices(world.owner).get())


def test_nobody_is_named_who_may_not_see_the_record(world):
    assert world.stranger not in readers(world.lending)
    assert world.administrator in readers(world.lending)  # a role in the unit above
    with pytest.raises(Refused):
        add_comment(by=world.officer, subject=Subject(risk(world)), body="@Stranger")


def test_only_the_author_changes_a_comment_and_nobody_once_it_is_withdrawn(world):
    made = comment(world)
    for act in (edit_comment, withdraw_comment):
        more = {"body": "Other"} if act is edit_comment else {}
        with pytest.raises(PermissionDenied):
            act(by=world.owner, comment=made, **more)
    with pytest.raises(Refused):
        edit_comment(by=world.officer, comment=made, body="Other", version=made.version + 1)
    withdraw_comment(by=world.officer, comment=made)
    assert not notices(world.engineer).exists()
    with pytest.raises(Refused):
        edit_comment(by=world.officer, comment=made, body="Other")
    page = world.client(world.engineer).get(risk(world).get_absolute_url())
    assert "when is the new data" not in words(page)
    assert "Withdrawn by its author" in words(page)


def test_readers_and_strangers_say_nothing(world):
    for who in (world.auditor, world.administrator, world.stranger):
        with pytest.raises(PermissionDenied):
            add_comment(by=who, subject=Subject(risk(world)), body="Hello")
    with pytest.raises(Refused) as refused:
        find(world.stranger, risk(world).key)
    assert refused.value.status == 404


def test_nothing_more_is_said_about_what_is_closed(world):
    made = comment(world)
    close_risk(by=world.officer, risk=risk(world), reason="Retired.")
    shut = find(world.officer, risk(world).key)
    with pytest.raises(Refused):
        add_comment(by=world.officer, subject=shut, body="Hello")
    with pytest.raises(Refused):
        edit_comment(by=world.officer, comment=made, body="Hello")


@pytest.mark.parametrize("what", ["question", "evidence", "risk"])
def test_a_comment_stands_on_the_page_of_what_it_is_about(world, what):
    made = {
        "question": lambda: (assessment(world).key, "measure-2.11"),
        "evidence": lambda: (evidence(world).key, ""),
        "risk": lambda: (risk(world).key, ""),
    }[what]()
    page = world.client(world.officer)
    sent = {"subject": made[0], "part": made[1], "body": "<b>Who</b> counts? @Owner"}
    response = page.post(reverse("comments:comment-add"), sent)
    assert response.status_code == 303
    found = Comment.objects.get()
    assert found.part in {"", "MEASURE 2.11"}
    shown = page.get(response["Location"].partition("#")[0]).content.decode()
    assert "&lt;b&gt;Who&lt;/b&gt; counts? " in shown
    assert "<b>@Owner</b>" in shown
    mine = world.client(world.owner).get(reverse("assessments:my-answers"))
    assert found.title in words(mine)


@pytest.mark.parametrize("part", ["measure-9.9", "nonsense"])
def test_a_question_that_does_not_exist_takes_no_comment(world, part):
    with pytest.raises(Refused):
        find(world.officer, assessment(world).key, part)
    sent = {"subject": assessment(world).key, "part": part, "body": "A"}
    assert world.client(world.officer).post(
        reverse("comments:comment-add"), sent
    ).status_code == 404  # fmt: skip


def test_the_history_of_a_comment_shows_earlier_words_with_names(world):
    made = comment(world)
    page, url = world.client(world.officer), made.get_absolute_url()
    assert "@Engineer, when" in page.get(url).content.decode()
    sent = {"body": "@Owner, when?", "version": made.version}
    assert page.post(f"{url}edit/", sent).status_code == 303
    assert "@Engineer, when is the new data in? → @Owner, when?" in words(page.get(url))
    assert page.post(f"{url}edit/", sent).status_code == 422
    assert page.post(f"{url}withdraw/", {"version": made.version + 1}).status_code == 303
    listed = page.get(reverse("comments:comment-list"), {"format": "csv"})
    assert "Owner" not in b"".join(listed.streaming_content).decode()


def test_the_api_says_changes_and_puts_away(world):
    api = world.api(world.officer)
    sent = {"subject": risk(world).key, "body": "@Owner?"}
    made = api.post(reverse("api:comment-list"), sent, format="json")
    assert made.status_code == 201
    url, tag = f"/api/v1/comments/{made.json()['id']}/", {"If-Match": made["ETag"]}
    assert api.patch(url, {"body": "@nobody"}, format="json", headers=tag).status_code == 422
    changed = api.patch(url, {"body": "@Owner!"}, format="json", headers=tag)
    assert changed.status_code == 200
    gone = add_comment(by=world.officer, subject=Subject(risk(world)), body="Wrong")
    withdraw_comment(by=world.officer, comment=gone)
    assert api.get(f"/api/v1/comments/{gone.pk}/").json()["body"] == ""
    theirs = world.api(world.owner)
    (told,) = theirs.get(reverse("api:notice-list")).json()["results"]
    seen = f"/api/v1/notices/{told['id']}/"
    tag = {"If-Match": theirs.get(seen)["ETag"]}
    assert theirs.post(f"{seen}seen/", headers=tag).json()["seen_at"]
    assert api.get(seen).status_code == 404


def test_a_page_costs_the_same_with_two_comments_and_with_forty(
    world, django_assert_max_num_queries
):
    subject, page = Subject(risk(world)), world.client(world.auditor)
    page.get(subject.url)
    for count in (2, 38):
        for number in range(count):
            add_comment(by=world.officer, subject=subject, body=f"@Owner {number}")
        with django_assert_max_num_queries(18):
            page.get(subject.url)


def test_a_name_that_two_people_share_needs_the_address(world):
    twin = create_user(by=world.service, email="owner2@acme.example", name="Owner")
    grant_role(by=world.service, user=twin, unit=world.lending, role=Role.ENGINEER)
    subject = Subject(risk(world))
    with pytest.raises(Refused):
        add_comment(by=world.officer, subject=subject, body="@Owner")
    add_comment(by=world.officer, subject=subject, body="@owner2@acme.example")
    assert notices(twin).exists()
    assert notice(world).person == world.engineer
