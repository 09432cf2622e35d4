"""Word-level differences: right, complete, and in bounded time."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from models_registry.cards.diff import DELETED, INSERTED, SAME, word_diff

WORDS = st.lists(st.sampled_from(["loan", "age", "0.81", "the", "\n", "#", "é"]), max_size=40).map(
    " ".join
)


def kinds(old, new):
    return [(piece.kind, piece.text) for piece in word_diff(old, new)]


def test_one_changed_word_is_one_deletion_and_one_insertion():
    assert kinds("Not for mortgages today.", "Not for cards today.") == [
        (SAME, "Not for "),
        (DELETED, "mortgages "),
        (INSERTED, "cards "),
        (SAME, "today."),
    ]


def test_a_paragraph_that_is_only_wrapped_anew_does_not_differ():
    found = word_diff("one two three\nfour five", "one two\nthree four\nfive")
    assert {piece.kind for piece in found} == {SAME}


@given(WORDS, WORDS)
@settings(max_examples=150, deadline=None)
def test_the_pieces_make_up_both_texts(old, new):
    pieces = word_diff(old, new)
    assert "".join(p.text for p in pieces if p.kind != DELETED) == new
    before = "".join(p.text for p in pieces if p.kind != INSERTED)
    assert before.split() == old.split()


@given(WORDS)
@settings(max_examples=50, deadline=None)
def test_a_text_does_not_differ_from_itself(text):
    assert {piece.kind for piece in word_diff(text, text)} <= {SAME}


def test_huge_and_repetitive_texts_are_compared_within_a_second():
    begun = time.monotonic()
    word_diff("a b " * 50_000, "b a " * 50_000)
    word_diff("a b\n" * 20_000, "b a\n" * 20_000)
    word_diff(" ".join(map(str, range(100_000))), " ".join(map(str, range(50_000, 150_000))))
    assert time.monotonic() - begun < 5
