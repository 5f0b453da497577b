"""Words that several of the best sentences have and the question lacks are the short answer."""

from __future__ import annotations

from index.types import Article
from rag.question.query import analyse
from rag.ranking.evidence import Evidence, Features
from rag.ranking.voting import SHARE, VOTERS, Voted, vote

RARE = 5.0
MANY = 1_000


def sentence(
    text: str, score: float, path: str = "a.txt", title: str = "News", values: tuple[str, ...] = ()
) -> Evidence:
    features = Features(score, 1, score, 1, score)
    return Evidence(Article(path, text, title, None, None, None), 0, len(text), text, features, score, values)


def voted(question: str, *evidence: Evidence, copies: dict[str, int] | None = None):  # type: ignore[no-untyped-def]
    asked = analyse(question)
    return vote(asked, evidence, lambda stems: dict.fromkeys(stems, RARE), copies or {}, MANY)


def test_a_sentence_that_restates_the_question_gives_way_to_one_with_the_answer() -> None:
    first, *_ = voted(
        "Who won the ferry race?",
        sentence("The ferry race was won by the favourite on Sunday.", 0.8, "a.txt"),
        sentence("The ferry race went to Kari Nordmann by a length.", 0.75, "b.txt"),
        sentence("Kari Nordmann thanked her crew after the race.", 0.7, "c.txt"),
    )
    assert first.evidence.article.path == "b.txt"
    best = first.best()
    assert best is not None
    assert first.evidence.text[best.start : best.end] == "Kari Nordmann"


def test_what_the_question_says_is_no_answer() -> None:
    ranked = voted("Who beat Kari Nordmann?", sentence("Kari Nordmann was beaten by Ola Hansen.", 0.8))
    words = [ranked[0].evidence.text[word.start : word.end] for word in ranked[0].words]
    assert words == ["Ola Hansen"]


def test_copies_share_one_vote() -> None:
    said_twice = [sentence("The race went to Ola Hansen.", 0.7, path) for path in ("a.txt", "b.txt")]
    said_by_others = [
        sentence("The race went to Kari Nordmann.", 0.7, "c.txt"),
        sentence("Kari Nordmann took the race.", 0.69, "d.txt"),
    ]
    first, *_ = voted("Who won?", *said_twice, *said_by_others, copies={"a.txt": 2, "b.txt": 2})
    assert "Kari Nordmann" in first.evidence.text


def test_what_has_been_said_counts_for_nothing_again() -> None:
    ranked = voted("Who won?", sentence("Kari Nordmann won.", 0.8), sentence("Kari Nordmann won again.", 0.7))
    used = frozenset(word.stems for word in ranked[0].words)
    assert ranked[1].score() > ranked[1].score(used) == ranked[1].evidence.score


def test_votes_weigh_less_among_few_articles() -> None:
    one = sentence("Kari Nordmann won.", 0.8)
    asked = analyse("Who won?")
    few, many = (vote(asked, [one], lambda _: {}, {}, articles)[0].share for articles in (5, MANY))
    assert few < many < SHARE


def test_a_number_that_all_of_a_few_articles_tell_is_none_the_worse_for_it() -> None:
    places = ("Oslo", "Bergen", "Bodo")
    said = [sentence(f"There are 2,500 soldiers in {place}.", 0.7, place, values=("2500",)) for place in places]
    other = sentence("There are 1,000 guests and 2,500 soldiers.", 0.75, "d.txt", values=("1000", "2500"))
    asked, common = analyse("How many soldiers are there?"), {"2500": 0.1, "1000": 1.5}
    best = vote(asked, [other, *said], lambda stems: {stem: common.get(stem, 1.0) for stem in stems}, {}, 4)[0].best()
    assert best is not None
    assert best.stems == ("2500",)


def test_only_so_many_sentences_vote_and_none_is_lost_to_strange_text() -> None:
    evidence = [sentence(f"\ud7ff [“{number}”] \u2028 ’s", 0.5) for number in range(VOTERS + 5)]
    assert len(voted("Who?", *evidence)) == VOTERS
    assert vote(analyse("Who?"), [], lambda _: {}, {}, 0) == []


def words_of(question: str, text: str) -> list[str]:
    (only,) = voted(question, sentence(text, 0.8))
    return [only.evidence.text[word.start : word.end] for word in only.words]


def test_a_day_is_an_answer_only_to_when() -> None:
    said = "The harbour office bought new cranes on Tuesday."
    assert "Tuesday" not in words_of("What did the office buy?", said)
    assert words_of("When did the harbour office buy them?", said) == ["Tuesday"]


def test_a_country_comes_before_other_names_where_one_is_asked_for() -> None:
    (only,) = voted("Which country lost?", sentence("Prime Minister Kari Nordmann of Norway conceded.", 0.8))
    best = only.best()
    assert best is not None
    assert only.evidence.text[best.start : best.end] == "Norway"


def test_only_a_name_says_which_company() -> None:
    assert words_of("Which company bought the cranes?", "Fjord Lines spent 2 billion on its fleet.") == [
        "Fjord Lines"
    ]


def test_a_title_that_several_articles_have_names_a_series_and_has_no_vote() -> None:
    def tally(asked: list[Voted], stem: str) -> float:
        return max((share for one in asked for stems, share in one.votes.items() if stem in stems), default=0.0)

    live = [sentence("The harbour was closed.", 0.8, f"{n}.txt", "Closed: live") for n in range(2)]
    apart = [sentence("The harbour was closed.", 0.8, f"{n}.txt", f"Closed: {n}") for n in range(2)]
    question = "What happened to the harbour?"
    assert tally(voted(question, *live), "close") < tally(voted(question, *apart), "close")
