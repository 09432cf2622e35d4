"""The right incident is found by its words, and the reason is told."""

from incidents.exchange.reading import read_file
from incidents.exchange.record import identifiers_of
from incidents.similar.engine import Corpus, text_of, words_of
from tests.incidents.test_exchange import real, real_lookup

TEXTS = [
    ("a", text_of("Refusals doubled overnight", "Income was sent in cents instead of euros")),
    ("b", text_of("The helpdesk assistant leaks tickets", "Prompt injection, AML.T0051.001")),
    ("c", text_of("Crash when loading a model", "CVE-2099-12345 in the pickle loader")),
    ("d", text_of("Drift of income", "The feed of income changed its unit to cents")),
]


def test_words_are_small_whole_and_without_the_commonest() -> None:
    assert words_of("The model_x of CVE-2024-1 is LOUD.") == ["model_x", "cve-2024-1", "loud"]


def test_a_hit_tells_the_words_that_it_shares_the_weightiest_first() -> None:
    (first, *_) = Corpus(TEXTS).like(text_of("Income in cents", ""), top=3)
    assert first.key in "ad"
    assert set(first.terms) == {"income", "cents"}


def test_the_same_cve_comes_first_whatever_the_words_say() -> None:
    asked = text_of("Refusals doubled overnight", "Perhaps CVE-2099-12345")
    hits = Corpus(TEXTS).like(asked, top=2)
    assert [hit.key for hit in hits] == ["c", "a"]
    assert hits[0].cves == ("CVE-2099-12345",)


def test_the_same_technique_is_named() -> None:
    (hit,) = Corpus(TEXTS).like(text_of("x", "aml.t0051.001"), top=1)
    assert hit.techniques == ("AML.T0051.001",)


def test_an_empty_question_and_an_empty_corpus_find_nothing() -> None:
    assert Corpus(TEXTS).like(text_of("", ""), top=5) == []
    assert Corpus([]).like(text_of("income", ""), top=5) == []


def test_titles_of_real_reports_find_their_report_among_the_first_five() -> None:
    lookup = real_lookup()
    records = [
        found.record
        for path in real("avid") + real("atlas")
        for found in read_file(path.name, path.read_bytes(), lookup).found
    ]
    bodies = [
        (at, text_of("", record["summary"], [i for i in identifiers_of(record) if "CVE" not in i]))
        for at, record in enumerate(records)
    ]
    corpus = Corpus(bodies)
    hits = sum(
        at
        in {
            hit.key
            for hit in corpus.like(text_of(records[at]["title"].split("(CVE")[0], ""), top=5)
        }
        for at in range(len(records))
    )
    assert hits / len(records) >= 0.75
