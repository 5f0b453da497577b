"""The invariants of docs/architecture.md 1 to 3, over articles, questions and edits that hypothesis makes up."""

from __future__ import annotations

import os
import random
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from made_folders import BRIDGE, QUESTIONS, configured, few, held, opened, vectors_stored, write

from index.catalog.catalog import Catalog
from index.encoder import PassageText
from index.errors import FolderError, QuestionError
from index.search.vectors import VectorStore
from index.store import Index
from rag import Answer, Assistant
from rag.answer.verify import Verifier
from rag.ranking.evidence import Evidence
from rag.reading.reader import Span

WORDS = [
    "the",
    "minister",
    "Anna",
    "Müller",
    "troops",
    "2,500",
    "$3.5",
    "Dec.",
    "U.S.",
    "bridge",
    "said",
    "opened",
    "Oslo",
    "in",
    "of",
    "“no”",
    "12%",
    "Iraq",
    "été",
    "naïve",
    "Zoë",
    "東京",
    "Москва",
    "🚢",
    "👩\u200d🚀",
    "O’Brien",
    "left-wing",
    "2021",
    "May",
    "café",
    "1.5",
    "million",
    "(AP)",
    "—",
    "he",
    "They",
]
ODD = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)
SENTENCE = st.builds(
    lambda words, end: " ".join(words) + end,
    st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(WORDS), ODD), min_size=3, max_size=12),
    st.sampled_from([".", "?", "!", ".”", "...", ""]),
)
ENDS = ("\n", "\n\n", "\r\n", "\r\n\r\n", "\r", " ", "\u2028", "\f", "\x85", "\t")
TEXT = st.lists(st.tuples(SENTENCE, st.sampled_from(ENDS)), min_size=1, max_size=6).map(
    lambda parts: "".join(sentence + end for sentence, end in parts)
)
ENCODING = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])
FOLDER = st.dictionaries(st.sampled_from(["a.txt", "b.md", "sub/c.txt"]), st.tuples(TEXT, ENCODING), min_size=1)
QUESTION = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(lambda words: "What of " + " ".join(words) + "?"),
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=40),
)
NOTES = (
    r"One article says this\.",
    r"\d+ articles say this, one account: they are copies or rewordings of each other\.",
    r"\d+ articles, \d+ independent accounts, say this\.",
    r"This is from one article\.|This is gathered from \d+ articles, \d+ independent accounts\.",
    r"(?s)Nothing answers “.+”",
    r"(?s)(?:Sources (?:differ on|contradict each other)|.+ is quoted in different words).*: “.+” \(.+\)\.",
    r"(?s)Only .+ looked at\..*|The (?:new|old)est articles that answer come first\.",
    r"[\d,]+ articles? without a date (?:was|were) left out\.",
    r"(?s)No answer was found in .+, so .+ looked at(?: too)?\.",
    r"(?:What \[\d+\] says may be denied, doubted, corrected or overtaken by \[\d+\]: read both\. ?)+",
    r"\S.* has changed since it was indexed, so it is not quoted\.",
)
LINE_END = re.compile(r"\r\n|\r|\n")


def quoted(claim: str, quote: str) -> bool:
    """Whether a claim is its quote but for what stands in square brackets."""
    if claim == quote:
        return True
    parts = re.split(r"\[[^\[\]]*\]", claim)
    return len(parts) > 1 and bool(
        re.fullmatch(".*".join(re.escape(part.strip()) for part in parts), quote, re.DOTALL)
    )


def check(answer: Answer) -> None:
    """What holds of every answer, in whichever state."""
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert answer.abstained == (not answer.claims) == (not numbers) == (answer.refusal is not None)
    assert answer.abstained == (answer.state != "answered")
    assert bool(answer.nearby) == (answer.state == "likely here")
    assert 0 <= answer.confidence <= 1
    for claim in answer.claims:
        assert claim.citations
        assert quoted(claim.text, answer.citations[claim.citations[0] - 1].quote)
        assert claim.text in answer.text
        assert claim.short is None or 0 <= claim.short[0] < claim.short[1] <= len(claim.text)
    differing = {n for one in answer.differences for value in one.values for n in value.citations}
    assert {number for claim in answer.claims for number in claim.citations} | differing == set(numbers)
    assert answer.short is None or answer.short in answer.claims[0].text
    told = {path: account.number for account in answer.accounts for path in account.articles}
    assert {citation.path: citation.account for citation in answer.citations} == told
    for note in answer.notes:
        assert any(re.fullmatch(template, note) for template in NOTES), note
    for passage in answer.passages:
        assert passage.score == pytest.approx(
            0.3 * passage.lexical + 0.2 * passage.article + 0.5 * passage.dense, abs=1e-5
        )
        assert 0 <= passage.lexical <= 1
        assert 0 <= passage.article <= 1
        assert -1.0001 <= passage.dense <= 1.0001


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder whose articles each example replaces."""
    with tempfile.TemporaryDirectory() as made:
        yield write(Path(made) / "articles", {"a.txt": BRIDGE}).resolve()


@pytest.fixture(scope="module")
def open_to_all(folder: Path) -> Iterator[Assistant]:
    """An assistant that refuses nothing, so that as much as possible is quoted."""
    with opened(folder, folder.parent / "index", bar=0.0) as assistant:
        yield assistant


class Wild:
    """A reader that takes any words of any sentence for the answer."""

    name = "wild"

    def read(self, question: str, passages: Sequence[PassageText]) -> list[tuple[Span | None, ...]]:
        return [tuple(self._span(question, one, *bounds) for bounds in one.sentences) for one in passages]

    def _span(self, question: str, passage: PassageText, start: int, end: int) -> Span | None:
        rng = random.Random(f"{question} {passage.text} {start}")
        first, last = sorted((rng.randint(start, end - 1), rng.randint(start, end - 1)))
        return Span(first, last + 1, rng.uniform(-20, 20), rng.random() < 0.8) if rng.random() < 0.9 else None


@pytest.fixture(scope="module")
def led_astray(folder: Path) -> Iterator[Assistant]:
    """One with a reader that makes nothing of what it reads."""
    with (
        pytest.MonkeyPatch.context() as patched,
        opened(folder, folder.parent / "index", bar=0.0, reader="wild", sync=False) as assistant,
    ):
        patched.setattr(assistant._finder, "_model", Wild)
        yield assistant


@pytest.fixture(params=["whatever is found is claimed", "nothing is claimed", "a reader chooses by chance"])
def made(
    request: pytest.FixtureRequest, open_to_all: Assistant, led_astray: Assistant, monkeypatch: pytest.MonkeyPatch
) -> Assistant:
    """An assistant that shows as much as possible, in each of these ways."""
    if request.param == "nothing is claimed":
        monkeypatch.setattr(open_to_all._pipeline, "_bar", 1.0)
        monkeypatch.setattr("rag.choosing.choice.LIKELY", 0.0)
    return led_astray if request.param == "a reader chooses by chance" else open_to_all


def replaced(folder: Path, files: dict[str, tuple[str, str]]) -> None:
    shutil.rmtree(folder)
    write(folder, {path: text.encode(encoding) for path, (text, encoding) in files.items()})


@few(25)
@given(files=FOLDER, question=QUESTION)
@example(
    files={"a.txt": ("One.\fTwo of three.\u2028Four more were in Oslo.\r\nFive.", "utf-8")}, question="Who of Oslo?"
)
@example(files={"a.txt": ("Ἡ 🚢 ship\r\rIt sank in the e\u0301te\u0301 of 2021.", "utf-8-sig")}, question="When?")
def test_whatever_is_quoted_is_the_exact_words_of_its_file_and_so_is_its_context(
    folder: Path, made: Assistant, files: dict[str, tuple[str, str]], question: str
) -> None:
    assume(any(text.strip() for text, _ in files.values()))
    replaced(folder, files)
    made.sync(allow_mass_delete=True)
    try:
        answer = made.ask(question)
    except (QuestionError, FolderError):
        return
    check(answer)
    for one in (*answer.citations, *answer.nearby):
        text, _ = files[one.path]
        assert text[one.start : one.end] == one.quote != ""
        assert one.line == len(LINE_END.findall(text[: one.start])) + 1
    for one in answer.nearby:
        text, _ = files[one.path]
        assert text[one.context_start : one.context_start + len(one.context)] == one.context
        assert one.context_start <= one.start < one.end <= one.context_start + len(one.context)


@few(10)
@given(
    files=FOLDER, changed=TEXT, how=st.sampled_from(["edit", "same size and time", "delete", "folder in its place"])
)
def test_a_file_that_changed_after_it_was_indexed_is_never_quoted(
    folder: Path, open_to_all: Assistant, files: dict[str, tuple[str, str]], changed: str, how: str
) -> None:
    replaced(folder, {**files, "bridge.txt": (BRIDGE, "utf-8")})
    open_to_all.sync(allow_mass_delete=True)
    before = open_to_all.ask(QUESTIONS[0])
    assert before.citations
    changed_path = before.citations[0].path
    alter(folder / changed_path, changed, how)
    after = open_to_all.ask(QUESTIONS[0])
    check(after)
    assert changed_path not in {citation.path for citation in after.citations}
    assert f"{changed_path} has changed since it was indexed, so it is not quoted." in after.notes


def alter(file: Path, text: str, how: str) -> None:
    before = file.stat()
    if how == "edit":
        file.write_bytes(file.read_bytes() + text.encode() + b"!")
    elif how == "same size and time":
        data = file.read_bytes()
        letter = next(n for n, byte in enumerate(data) if 97 <= byte <= 122 or 65 <= byte <= 90)
        file.write_bytes(data[:letter] + b"*" + data[letter + 1 :])
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    else:
        file.unlink()
        if how == "folder in its place":
            file.mkdir()


def test_a_quote_found_before_the_index_followed_a_change_is_not_shown_after_it(small: Path, tmp_path: Path) -> None:
    with opened(small, tmp_path / "index", bar=0.0) as assistant:
        text = BRIDGE
        old = assistant.article("bridge.txt")
        assert old is not None
        start = text.index("About 12,000")
        found = Evidence.__new__(Evidence)
        for name, value in {"article": old, "start": start, "end": len(text) - 1, "text": text[start:-1]}.items():
            object.__setattr__(found, name, value)
        index = Index(assistant.settings)
        assert Verifier(index.catalog, small).holds(found)
        write(small, {"bridge.txt": text.replace("12,000", "15,000")})
        assistant.sync()
        assert not Verifier(index.catalog, small).holds(found)


@pytest.mark.parametrize("question", [*QUESTIONS, "How do I bake sourdough bread?", "東京は？", "Why?"])
def test_answers_and_refusals_over_real_articles_keep_to_the_same_rules(assistant: Assistant, question: str) -> None:
    check(assistant.ask(question))


# --- whatever is edited and wherever a sync is cut short --------------------------------------------------


class CutShort(BaseException):
    """Stands in for the end of the process: nothing of Byline's catches it."""


STEPS: tuple[tuple[type, str], ...] = (
    (VectorStore, "add"),
    (VectorStore, "delete"),
    (Catalog, "put"),
    (Catalog, "_put_passage"),
    (Catalog, "remove"),
    (Catalog, "rearrange"),
    (Catalog, "move"),
    (Catalog, "touch"),
    (Catalog, "seen"),
    (Catalog, "skip"),
    (Catalog, "forget"),
    (Catalog, "clear"),
    (Catalog, "stored"),
    (Catalog, "remember"),
)


@contextmanager
def cut_short(after: int) -> Iterator[None]:
    """Raises CutShort at the `after`-th place before or behind a step that writes, if there are so many."""
    left = [after]

    def place() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise CutShort

    def breaking(step: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(step)
        def broken(*args: Any, **kwargs: Any) -> Any:
            place()
            done = step(*args, **kwargs)
            place()
            return done

        return broken

    with pytest.MonkeyPatch.context() as patched:
        for owner, name in STEPS:
            patched.setattr(owner, name, breaking(getattr(owner, name)))
        yield


class Edits(RuleBasedStateMachine):
    """A folder under edits and its index; every text holds a word of its own, by which it would be found."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.folder = write(self.root / "articles", {"README.md": "not an article"})
        self.texts: dict[str, str] = {}
        self.gone: set[str] = set()
        self.count = 0

    @initialize(paths=st.sets(st.sampled_from("abc"), min_size=1))
    def begin(self, paths: set[str]) -> None:
        for path in sorted(paths):
            self.edit(path, 1, False)
        self.index = Index(configured(self.folder, self.root / "index"))
        self.index.sync(allow_mass_delete=True)

    @rule(path=st.sampled_from("abcd"), sentences=st.integers(1, 12), bad=st.integers(0, 5).map(lambda n: n == 0))
    def edit(self, path: str, sentences: int, bad: bool) -> None:
        self.forget(path)
        self.count += 1
        word = "zq" + "".join("abcdefghij"[int(digit)] for digit in str(self.count)) + "x"
        said = (
            f"The {word} in Oslo opened after {n} long years of very slow and costly work." for n in range(sentences)
        )
        text = f"{word.title()} report\n\n" + " ".join(said) + "\n"
        write(self.folder, {f"{path}.txt": b"\0" * len(text) if bad else text})
        if not bad:
            self.texts[path] = word

    @rule(path=st.sampled_from("abcd"))
    def delete(self, path: str) -> None:
        self.forget(path)
        (self.folder / f"{path}.txt").unlink(missing_ok=True)

    @rule(old=st.sampled_from("abcd"), new=st.sampled_from("abcd"))
    def rename(self, old: str, new: str) -> None:
        if old in self.texts and old != new:
            self.forget(new)
            (self.folder / f"{old}.txt").replace(self.folder / f"{new}.txt")
            self.texts[new] = self.texts.pop(old)

    @precondition(lambda self: any(self.folder.glob("[a-d].txt")))
    @rule()
    def sync(self) -> None:
        self.index.sync(allow_mass_delete=True)
        self.nothing_gone_is_found()

    @precondition(lambda self: any(self.folder.glob("[a-d].txt")))
    @rule(after=st.integers(0, 25), manifest=st.integers(0, 4).map(lambda n: n == 0))
    def sync_cut_short(self, after: int, manifest: bool) -> None:
        if manifest:
            self.index.catalog.remember("model", "another")
        try:
            with cut_short(after):
                self.index.sync(allow_mass_delete=True)
        except CutShort:
            pass
        self.index.close()
        self.index = Index(self.index.settings)
        self.nothing_gone_is_quoted()
        self.index.sync(allow_mass_delete=True)
        self.nothing_gone_is_found()

    def forget(self, path: str) -> None:
        if word := self.texts.pop(path, None):
            self.gone.add(word)

    def nothing_gone_is_quoted(self) -> None:
        with Assistant(settings=self.index.settings, sync=False, bar=0.0) as assistant:
            if assistant.articles():
                answer = assistant.ask("When did the work in Oslo open?")
                check(answer)
                for citation in answer.citations:
                    assert not any(word in citation.quote for word in self.gone)

    def nothing_gone_is_found(self) -> None:
        catalog = self.index.catalog
        assert {article.path[0] for article in catalog.articles()} == set(self.texts)
        assert vectors_stored(self.index) == set(catalog.ids_after(0).tolist())
        assert not catalog.match(sorted(self.gone), 10) if self.gone else True
        for path, word in self.texts.items():
            found = catalog.passages(ids=[number for number, _ in catalog.match([word], 10)])
            assert {passage.path for passage in found} == {f"{path}.txt"}
        nearest = catalog.passages(self.index.dense.nearest(self.index.encoder.read("work in Oslo").vector, 20))
        assert {passage.path[0] for passage in nearest} == set(self.texts)

    def teardown(self) -> None:
        try:
            if any(self.folder.glob("[a-d].txt")) and hasattr(self, "index"):
                self.index.sync(allow_mass_delete=True)
                self.equals_a_clean_build()
        finally:
            shutil.rmtree(self.root)

    def equals_a_clean_build(self) -> None:
        self.nothing_gone_is_found()
        clean = Index(configured(self.folder, self.root / "clean"))
        clean.sync()
        assert held(self.index) == held(clean)
        if self.texts:
            question = f"When did the {next(iter(self.texts.values()))} in Oslo open?"
            with Assistant(settings=self.index.settings, sync=False) as one:
                first = one.ask(question)
            with Assistant(settings=clean.settings, sync=False) as other:
                assert first == other.ask(question)


class TestEdits(Edits.TestCase):  # type: ignore[misc,name-defined]
    """No text of a deleted or replaced article is found again, whatever was cut short, and no build differs."""

    settings = few(5)
