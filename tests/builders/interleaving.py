"""Two people on one question, in an order that a seed decides."""

import random
from dataclasses import dataclass, field
from typing import Any

from accounts.models import User
from governance.assessments.actions import save_answer
from governance.assessments.models import Answer, Assessment
from tests.world import World


@dataclass
class Desk:
    """One of them: what he has seen, and what stands in his form."""

    person: User
    field: str
    seen: dict[str, Any]
    form: dict[str, Any]
    typed: list[str] = field(default_factory=list)

    def type(self, word: str) -> None:
        """Add a word to the text, at the front or at the back."""
        self.typed.append(word)
        front = len(self.typed) % 2
        text = self.form["text"]
        self.form["text"] = f"{word} {text}".strip() if front else f"{text} {word}".strip()

    def save(self, target: Assessment, key: str) -> bool:
        """Send the form; on a clash keep both texts, as the page offers. Whether it was stored."""
        saved = save_answer(
            by=self.person, assessment=target, key=key, mine=self.form, base=self.seen
        )
        mine, self.seen = self.form, dict(saved.answer.values)
        self.form = dict(self.seen)  # what did not clash is stored, the other's words are seen
        for clash in saved.clashes:
            if clash.name == "text":
                theirs = str(clash.theirs)
                own = [w for w in str(mine["text"]).split() if w not in theirs.split()]
                self.form["text"] = " ".join([theirs, *own]).strip()
        return not saved.clashes


def lost(world: World, target: Assessment, seed: int, steps: int = 6) -> set[str]:
    """What was typed or chosen by either of them and does not stand in the answer at the end."""
    dice = random.Random(seed)
    nodes = target.framework_version.nodes.filter(assessable=True)
    keys = list(nodes.order_by("order").values_list("key", flat=True))
    key = keys[seed % len(keys)]
    stored = Answer.objects.filter(assessment=target, node__key=key).first()
    now = stored.values if stored else Answer().values
    desks = [
        Desk(person, name, dict(now), dict(now))
        for person, name in ((world.officer, "level"), (world.owner, "due_date"))
    ]
    chosen: dict[str, Any] = {}
    for step in range(steps):
        desk = dice.choice(desks)
        act = dice.choice(("type", "type", "choose", "save"))
        if act == "type":
            desk.type(f"s{seed}w{step}")
        elif act == "choose":
            value: Any = step % 5 if desk.field == "level" else f"2027-01-0{step + 1}"
            chosen[desk.field] = desk.form[desk.field] = value
        else:
            desk.save(target, key)
    for desk in desks:
        while not desk.save(target, key):
            pass
    final = Answer.objects.filter(assessment=target, node__key=key).first()
    text = final.text.split() if final else []
    words = {word for desk in desks for word in desk.typed if text.count(word) != 1}
    return words | {
        name for name, value in chosen.items() if str(getattr(final, name)) != str(value)
    }
