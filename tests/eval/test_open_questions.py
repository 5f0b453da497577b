"""The questions that are not answered yet are facts like the others, kept apart."""

from pathlib import Path

import eval
from eval.facts import load_facts

FOLDER = Path(eval.__file__).parent
OPEN = load_facts(FOLDER / "open" / "seeds.jsonl")
HELD = load_facts(FOLDER / "facts" / "seeds.jsonl")


def test_no_question_is_both_open_and_held() -> None:
    assert not {fact.id for fact in OPEN} & {fact.id for fact in HELD}
    assert not {fact.question for fact in OPEN} & {fact.question for fact in HELD}


def test_open_questions_can_be_answered_from_the_articles() -> None:
    seeds = FOLDER.parent / "seeds"
    assert all((seeds / path).is_file() for fact in OPEN for path in (*fact.sources, *fact.any_source, *fact.also))
