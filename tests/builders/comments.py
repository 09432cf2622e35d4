"""Comments made by the real actions."""

from governance.comments.actions import add_comment
from governance.comments.models import Comment, Notice
from governance.comments.places import Subject
from tests.builders.risks import risk
from tests.world import World


def comment(world: World) -> Comment:
    """The officer asks the engineer something about a risk."""
    subject = Subject(risk(world))
    body = "@Engineer, when is the new data in?"
    return world.once("comment", lambda: add_comment(by=world.officer, subject=subject, body=body))


def notice(world: World) -> Notice:
    """What the engineer is told of it."""
    return comment(world).notices.get()
