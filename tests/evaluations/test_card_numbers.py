"""Numbers of a card against the newest results: what is read, what agrees, what is shown."""

import pytest
from django.urls import reverse

from evaluations.card_numbers import AGREES, DIFFERS, NOTHING, card_numbers, compare
from evaluations.models import MetricResult
from models_registry.actions import import_card
from models_registry.cards import parse_card
from models_registry.cards.statements import in_line, statements
from tests.builders.evaluations import finished_run
from tests.builders.models_registry import card_bytes, version


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("The accuracy is 0.91 on the test set.", [("accuracy", 0.91, 0.005)]),
        ("Accuracy: 91.2 %", [("accuracy", 0.912, 0.0005)]),
        ("| **Accuracy** | 0.910 |", [("accuracy", 0.91, 0.0005)]),
        (
            "It reached an F1-score of 0.8 and a recall of 0.75.",
            [("F1", 0.8, 0.05), ("recall", 0.75, 0.005)],
        ),
        ("91% accuracy", [("accuracy", 0.91, 0.005)]),
        ("accuracy 88", [("accuracy", 0.88, 0.005)]),
        ("MCC = -0.12", [("MCC", -0.12, 0.005)]),
        ("Accuracy below 0.8 stops the line.", []),
        ("accuracy 0.80–0.90", []),
        ("accuracy 0.80 to 0.90", []),
        ("accuracy 1.2.3", []),
        ("Accuracy was measured on 3 tables.", []),
        ("recall-oriented 0.4", []),
        ("ROC AUC 0.81", [("ROC AUC", 0.81, 0.005)]),
        ("The precision of 20 instruments", [("precision", 0.2, 0.005)]),
    ],
)  # fmt: skip
def test_a_number_counts_only_beside_the_name_of_its_metric(line, expected):
    found = [(s.metric, s.value, s.half) for s in in_line(line)]
    assert [(m, pytest.approx(v), pytest.approx(h)) for m, v, h in expected] == found


def test_numbers_in_code_are_left_alone():
    card = parse_card(b"# M\n\n```\naccuracy = 0.5\n```\n\naccuracy = 0.6\n")
    assert [s.text for s in statements(card.parsed())] == ["0.6"]


def test_figures_of_the_model_index_come_with_what_they_were_measured_on():
    found = statements(parse_card(card_bytes()).parsed())
    assert (found[0].metric, found[0].text) == ("ROC AUC", "0.810")
    assert found[0].about.startswith("Loans granted")


def test_hostile_lines_are_read_in_no_time():
    for line in ("accuracy " * 400, "0.1 " * 1000, "accuracy" + " of" * 900, "9" * 5000):
        list(in_line(line))


@pytest.mark.parametrize(
    ("text", "estimate", "low", "high", "outcome"),
    [
        ("0.91", 0.9149, None, None, AGREES),
        ("0.91", 0.9151, None, None, DIFFERS),
        ("0.91", 0.874, 0.85, 0.90, DIFFERS),
        ("0.9", 0.874, 0.85, 0.86, AGREES),
        ("0.88", 0.874, 0.85, 0.90, AGREES),
        ("0.91", None, None, None, NOTHING),
    ],
)
def test_a_number_agrees_within_its_rounding_and_the_interval(text, estimate, low, high, outcome):
    (said,) = in_line(f"accuracy {text}")
    found = MetricResult(metric="accuracy", estimate=estimate, low=low, high=high, n=10)
    assert compare(said, found) == outcome


def numbers(world, text):
    made = version(world)
    import_card(by=world.engineer, version=made, data=text.encode(), file_name="card.md")
    return made


def test_the_page_of_the_version_and_the_api_tell_where_card_and_checks_disagree(world):
    run = finished_run(world)
    accuracy = run.results.get(metric="accuracy", slice="")
    right = f"{accuracy.estimate:.3f}"
    text = f"# Lantern\n\nAccuracy: {right}\n\nPrecision: 0.40\n\nROC AUC: 0.81\n"
    made = numbers(world, text)
    client = world.client(world.auditor)
    html = client.get(made.cards.first().get_absolute_url()).content.decode()
    assert "Numbers in the card" in html
    assert "1 number differs from the newest check." in html
    assert run.get_absolute_url() in html
    card = made.cards.first()
    api = world.api(world.auditor)
    got = api.get(reverse("api:card-number-list", kwargs={"pk": card.pk})).json()
    assert [(row["name"], row["outcome"]) for row in got] == [
        ("Accuracy", AGREES), ("Precision", DIFFERS), ("ROC AUC", NOTHING),
    ]  # fmt: skip
    assert got[0]["n"] == accuracy.n


def test_without_a_check_nothing_is_confirmed(world):
    made = numbers(world, "# Lantern\n\nAccuracy: 0.9\n")
    rows = card_numbers(world.engineer, made.cards.first())
    assert [row.outcome for row in rows] == [NOTHING]
    html = world.client(world.engineer).get(made.cards.first().get_absolute_url()).content.decode()
    assert "stand unconfirmed" in html


def test_many_numbers_need_no_more_queries(world, django_assert_max_num_queries):
    finished_run(world)
    text = "# Lantern\n\n" + "\n\n".join(f"Accuracy: 0.{i}" for i in range(100, 300))
    card = numbers(world, text).cards.first()
    with django_assert_max_num_queries(6):
        assert len(card_numbers(world.engineer, card)) == 200
