"""Each measure against values worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from eval import metrics
from eval.facts import Fact
from eval.metrics import Share, failure
from rag.types import Account, Answer, Citation, Claim, Difference, Retrieved, Value

TROOPS = Fact("troops", "How many?", "number", any_of=("2,500",), sources=("a.txt", "b.txt"), also=("c.txt",))
PERSON = Fact("person", "Who?", "person", any_of=("John Brennan",), any_source=("a.txt", "b.txt"))
NOTHING = Fact("nothing", "How much?", "unanswerable", abstain=True)
REFUSED = Answer("?", "?", "Not in these articles.", abstained=True, refusal="nothing close enough")


def answer(text: str, cites: Sequence[tuple[str, str]], passages: Sequence[str] = ()) -> Answer:
    """One claim that cites every (path, quote) of `cites`, and the paths retrieved."""
    citations = tuple(
        Citation(number, path, path, None, None, quote, 0, len(quote), 1)
        for number, (path, quote) in enumerate(cites, 1)
    )
    claim = Claim(text, tuple(range(1, len(cites) + 1)))
    retrieved = tuple(Retrieved(path, 0, 9, 0.5, 0.5, 0.5, 0.5) for path in passages)
    return Answer("?", "?", text, (claim,), citations, passages=retrieved)


RIGHT = answer("2,500 remain.", [("a.txt", "2,500 remain."), ("b.txt", "Some 2,500 forces stay.")])
HALF = answer("2,500 remain.", [("a.txt", "2,500 remain."), ("d.txt", "2,500 remain.")])
WRONG = answer("1,000 remain.", [("a.txt", "1,000 remain.")])


@pytest.mark.parametrize(
    ("fact", "given", "reason"),
    [
        (TROOPS, RIGHT, None),
        (TROOPS, HALF, "does not cite b.txt"),
        (TROOPS, WRONG, "the first claim lacks '2,500': 1,000 remain."),
        (TROOPS, REFUSED, "not found: nothing close enough"),
        (PERSON, answer("John Brennan said so.", [("b.txt", "John Brennan said so.")]), None),
        (PERSON, answer("John Brennan said so.", [("c.txt", "John Brennan said so.")]), "cites none of a.txt, b.txt"),
        (NOTHING, REFUSED, None),
        (NOTHING, RIGHT, "answered, though no article does: 2,500 remain."),
    ],
)
def test_a_fact_passes_or_says_why_not(fact: Fact, given: Answer, reason: str | None) -> None:
    assert failure(fact, given) == reason


SAID = (Value("early 2020", None, (1,)), Value("mid-2020", None, (2,)))
FULL = replace(
    RIGHT,
    short="roughly 2,500",
    accounts=(Account(1, ("a.txt", "b.txt")),),
    differences=(Difference("date", "when", SAID),),
    missing=("How much did it cost?",),
)


@pytest.mark.parametrize(
    ("fact", "reason"),
    [
        (replace(TROOPS, short=("1,000", "2,500")), None),
        (replace(TROOPS, short=("1,000", "900")), "the short answer lacks '1,000' or '900': roughly 2,500"),
        (replace(TROOPS, differs=("Early 2020", "mid-2020")), None),
        (replace(TROOPS, differs=("mid-2020", "2019")), "no difference says '2019': early 2020; mid-2020"),
        (replace(TROOPS, missing=("cost",)), None),
        (replace(TROOPS, missing=("age",)), "does not say that 'age' is missing: How much did it cost?"),
        (replace(TROOPS, accounts=1), None),
        (replace(TROOPS, accounts=2), "independent accounts cited: 1, not 2"),
        (replace(TROOPS, attributed=("Kirby",)), "the first claim does not name ['Kirby']: 2,500 remain."),
    ],
)
def test_what_an_answer_says_besides_its_claims_is_part_of_a_fact(fact: Fact, reason: str | None) -> None:
    assert failure(fact, FULL) == reason


def test_an_answer_that_shows_nothing_besides_its_claims_says_so() -> None:
    assert failure(replace(TROOPS, short=("2",)), RIGHT) is None  # none was sure enough
    assert failure(replace(TROOPS, differs=("2",)), RIGHT) == "no difference says '2': none shown"
    assert failure(replace(TROOPS, missing=("2",)), RIGHT) == "does not say that '2' is missing: nothing is"


def test_an_attributed_fact_wants_the_name_in_brackets() -> None:
    fact = Fact("a", "Who?", "person", any_of=("it was not over",), attributed=("Brennan",), sources=("a.txt",))
    named = [("a.txt", "It was not over, he said."), ("a.txt", "The talks, said John Brennan, ended.")]
    given = answer("[John Brennan:] It was not over.", named)
    assert failure(fact, given) is None
    assert metrics.citation_precision([(fact, given)]) == Share(2, 2)
    plain = answer("It was not over, John Brennan said.", [("a.txt", "It was not over, John Brennan said.")])
    assert str(failure(fact, plain)).startswith("the first claim does not name ['Brennan']: ")


def test_the_answer_must_stand_in_the_first_claim() -> None:
    later = Answer("?", "?", "", (WRONG.claims[0], RIGHT.claims[0]), RIGHT.citations)
    assert failure(TROOPS, later) == "the first claim lacks '2,500': 1,000 remain."


def test_what_is_wanted_is_said_in_full() -> None:
    fact = Fact("a", "?", "place", all_of=("Syria", "Iraq"), any_of=("2014", "2017"), sources=("a.txt",))
    assert "lacks 'Syria' and 'Iraq', and '2014' or '2017': " in str(failure(fact, WRONG))


ASKED = [(TROOPS, RIGHT), (TROOPS, HALF), (TROOPS, WRONG), (PERSON, REFUSED), (NOTHING, REFUSED), (NOTHING, RIGHT)]


def test_accuracy_is_over_all_facts() -> None:
    assert metrics.accuracy(ASKED) == Share(2, 6)


def test_citation_precision_counts_acceptable_files_whose_quote_holds_the_answer() -> None:
    # RIGHT 2 of 2, HALF 1 of 2 (d.txt is no source), WRONG 0 of 1; unanswerable questions do not count.
    assert metrics.citation_precision(ASKED) == Share(3, 5)


def test_citation_recall_is_over_required_sources() -> None:
    # RIGHT 2 of 2, HALF 1 of 2, WRONG 1 of 2 (cited, though for nothing), the refusal 0 of 1.
    assert metrics.citation_recall(ASKED) == Share(4, 7)


def test_abstention_precision_and_recall() -> None:
    assert metrics.abstention_precision(ASKED) == Share(1, 2)
    assert metrics.abstention_recall(ASKED) == Share(1, 2)


@pytest.mark.parametrize(
    "claimed", ["[John Brennan] said it was not over.", "He [John Brennan] said it was not over."]
)
def test_both_sentences_of_a_bracketed_claim_support_it(claimed: str) -> None:
    cites = [("a.txt", "He said it was not over."), ("a.txt", "The talks, said John Brennan, ended.")]
    assert metrics.citation_precision([(PERSON, answer(claimed, cites))]) == Share(2, 2)


def test_a_third_sentence_does_not_support_a_bracketed_claim() -> None:
    given = answer("[John Brennan] said so.", [("a.txt", "He said so."), ("a.txt", "It rained.")])
    assert metrics.citation_precision([(PERSON, given)]) == Share(1, 2)


def test_marked_numbers_are_not_inserted_words() -> None:
    given = answer("John Brennan said so. [1]", [("a.txt", "1 of them said so.")])
    assert metrics.citation_precision([(PERSON, given)]) == Share(0, 1)


def test_articles_are_ranked_by_their_first_passage() -> None:
    asked = [
        (TROOPS, answer("", [], ["d.txt", "d.txt", "c.txt", "a.txt"])),
        (PERSON, answer("", [], ["a.txt"])),
        (PERSON, answer("", [], ["c.txt"])),
        (NOTHING, answer("", [], ["a.txt"])),
    ]
    assert metrics.article_ranks(asked) == [2, 1, None]


def test_hits_and_reciprocal_ranks_stop_at_their_depth() -> None:
    ranks = [1, 2, None, 11]
    assert [metrics.hit_at(ranks, depth) for depth in (1, 4, 11)] == [Share(1, 4), Share(2, 4), Share(3, 4)]
    assert metrics.mean_reciprocal_rank(ranks, 10) == pytest.approx(1.5 / 4)


def test_percentiles_are_nearest_ranks() -> None:
    times = [float(time) for time in range(20, 0, -1)]
    assert metrics.percentile(times, 0.50) == 10
    assert metrics.percentile(times, 0.95) == 19
    assert metrics.percentile([7.0], 0.95) == 7


def test_the_interval_is_wilsons() -> None:
    # 8 of 10: (0.8 + z²/20 ± z·√(0.016 + z²/400)) / (1 + z²/10), z = 1.96
    assert Share(8, 10).interval == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert Share(10, 10).interval == pytest.approx((0.7225, 1.0), abs=1e-4)


def test_what_has_nothing_to_count_is_undefined_and_not_zero() -> None:
    scores = metrics.scores([], [])
    shares = [scores.accuracy, scores.citation_precision, scores.citation_recall]
    shares += [scores.abstention_precision, scores.abstention_recall, *(share for _, share in scores.hits)]
    assert [(share.value, share.interval) for share in shares] == [(None, None)] * 8
    assert (scores.mrr_10, scores.latency_p50, scores.latency_p95) == (None, None, None)
