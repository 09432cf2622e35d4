"""Who says something about what, and who is told."""

from tests.builders.comments import comment, notice
from tests.builders.risks import risk
from tests.security.route import Route
from tests.security.routes.assessments import READ, READ_API, may

EVERYBODY = {"anonymous": 302, "*": 200}
SPEAKERS = {"engineer", "owner", "officer", "approver"}
MINE = {"anonymous": 302, "*": 404, "engineer": 303}


def pk(world):
    return {"pk": comment(world).pk}


def told(world):
    return {"pk": notice(world).pk}


def none(world):
    comment(world)
    return {}


def said(world):
    return {"subject": risk(world).key, "body": "Hello"}


def needs_match(name, args=pk, expect=None, **more):
    expect = expect or {"anonymous": 401, "stranger": 404, "*": 428}
    return Route(f"api:{name}", expect, args, **{"method": "post", **more})


ROUTES = [
    Route("comments:comment-list", EVERYBODY, none, page=True, page_as="officer"),
    Route("comments:comment-add", may(SPEAKERS, 303), method="post", data=said),
    Route("comments:comment-detail", READ, pk, page=True, page_as="officer"),
    Route("comments:comment-edit", may({"officer"}, 303), pk, method="post",
          data=lambda w: {"body": "Other"}),
    Route("comments:comment-withdraw", may({"officer"}, 303), pk, method="post"),
    Route("comments:notice-list", EVERYBODY, none, page=True, page_as="engineer"),
    Route("comments:notice-seen", MINE, told, method="post"),
    Route("api:comment-list", {"anonymous": 401, "*": 200}, none),
    Route("api:comment-list", {"anonymous": 401, "*": 400}, method="post"),
    Route("api:comment-detail", READ_API, pk),
    needs_match("comment-detail", method="patch"),
    needs_match("comment-withdraw"),
    Route("api:notice-list", {"anonymous": 401, "*": 200}, none),
    Route("api:notice-detail", {"anonymous": 401, "*": 404, "engineer": 200}, told),
    needs_match("notice-seen", told, {"anonymous": 401, "*": 404, "engineer": 428}),
]  # fmt: skip
