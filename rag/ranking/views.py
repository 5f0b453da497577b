"""Retrieved passages as the model and the full-text index see them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from index.encoder import PassageText, Reading, Vectors, cores, load_encoder, passage_text
from index.settings import PACKAGED_MODEL
from index.store import Index
from index.text.terms import stems, terms
from index.token_codes import Codes, cosines, split, turned
from index.types import Article, Passage, Sentence
from rag.question.query import Name, Word
from rag.retrieval.retrieve import Hit

KEPT = 512
"""Articles whose words are kept in memory for the next question, about 30 KB each; of a model whose token vectors are
not in the index, also passages, about 200 KB each."""
BEGUN = 16
"""Questions whose reading is kept: one is asked in several ways before it is refused."""
Stems = frozenset[str]
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of a passage as the model read them."""

    held: Vectors | Codes
    """Unit vectors, shape (tokens, dim), or the codes that the index keeps of them, shape (tokens, parts)."""
    offsets: npt.NDArray[np.int64]
    """(start, end) of each in the article's text, shape (tokens, 2)."""

    def only(self, places: npt.NDArray[np.intp]) -> Tokens:
        """Those at these places."""
        return Tokens(self.held[places], self.offsets[places])


def near(tokens: Sequence[Tokens], asked: Vectors) -> Vectors:
    """The cosines of the tokens of passages, one passage behind the other, to a question's, shape (tokens, asked)."""
    held = np.concatenate([one.held for one in tokens])
    return cosines(held, asked) if held.dtype == np.uint8 else held @ asked.T


def tokens_of(part: Word | Name, reading: Reading) -> npt.NDArray[np.intp]:
    """The tokens of a part of a question."""
    return np.flatnonzero((reading.offsets[:, 0] < part.end) & (reading.offsets[:, 1] > part.start))


def inside(parts: Sequence[Word | Name], reading: Reading) -> npt.NDArray[np.bool_]:
    """Which tokens belong to one of these parts of the question, shape (tokens,)."""
    tokens = [tokens_of(part, reading) for part in parts]
    return np.isin(np.arange(len(reading.tokens)), np.concatenate(tokens) if tokens else [])


@dataclass(frozen=True, slots=True)
class View:
    """One passage of an article, read."""

    hit: Hit
    article: Article
    tokens: Tokens
    views: Views

    @property
    def whole(self) -> PassageText:
        """The passage as a model reads it."""
        return _text_of(self.hit, self.article)

    def text(self, sentence: int) -> str:
        """A sentence of the passage."""
        start, end = self.hit.passage.sentences[sentence]
        return self.article.text[start:end]

    def stems(self, sentence: int) -> Stems:
        """Those of a sentence of the passage."""
        return stems(self.text(sentence))

    @property
    def title(self) -> Stems:
        """Those of the article's title."""
        return stems(self.article.title)

    @property
    def words(self) -> Stems:
        """Those of the article but for its title; none once it is gone from the catalog."""
        return self.views.words(self.hit.passage.article, self.article)


class Views:
    """Makes views of passages, and reads questions for them; threads may share it."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._kept: OrderedDict[bytes, Tokens] = OrderedDict()
        self._counted: OrderedDict[int, Stems] = OrderedDict()
        self._begun: OrderedDict[str, Future[Reading]] = OrderedDict()
        self._lock = threading.Lock()
        self._asked = ThreadPoolExecutor(cores(), "question")
        self._packaged = cache(partial(load_encoder, PACKAGED_MODEL))
        self._alone = lru_cache(KEPT)(self._vector)

    def close(self) -> None:
        """Ends the threads that read questions; `begin` is an error afterwards."""
        self._asked.shutdown()

    def begin(self, question: str) -> Future[Reading]:
        """Begins to read a question, with token vectors to be compared with those of `read`, beside what the caller
        does next; one that was read a moment ago is not read again."""
        started = threading.Event()
        with self._lock:
            begun = self._begun.get(question)
            if begun is None or (begun.done() and begun.exception() is not None):
                begun = self._asked.submit(self._question, question, started)
            else:
                started.set()
            _keep(self._begun, question, begun, BEGUN)
        started.wait()  # it has the interpreter now, until the model computes; else it would wait for this thread
        return begun

    def asked(self, question: str) -> Reading:
        """A question as the packaged model reads it, whichever one the index is of."""
        if self._index.encoder.keeps_tokens:  # it is the one
            return self.begin(question).result()
        reading = self._packaged().read(question)
        return replace(reading, tokens=turned(reading.tokens))

    def _vector(self, sentence: str) -> Vectors:
        encoder = self._index.encoder if self._index.encoder.keeps_tokens else self._packaged()
        return encoder.read(sentence).vector

    def vectors(self, sentences: Sequence[str]) -> list[Vectors]:
        """Those of sentences by themselves, as the packaged model reads them."""
        return list(self._asked.map(self._alone, sentences))

    def _question(self, question: str, started: threading.Event) -> Reading:
        started.set()
        reading = self._index.encoder.read(question)
        return replace(reading, tokens=turned(reading.tokens)) if self._index.encoder.keeps_tokens else reading

    def read(self, hits: Sequence[Hit]) -> list[View]:
        """A view of each hit whose article is still in the catalog, in the order of `hits`."""
        # By id and not by path: a sync in between may have put another article there.
        articles = self._index.catalog.articles_of(sorted({hit.passage.article for hit in hits}))
        pairs = [(hit, articles[hit.passage.article]) for hit in hits if hit.passage.article in articles]
        tokens = self._stored(pairs) if self._index.encoder.keeps_tokens else self._read(pairs)
        found = ((hit, article, tokens.get(hit.passage.id)) for hit, article in pairs)
        return [View(hit, article, held, self) for hit, article, held in found if held is not None]

    def _stored(self, pairs: Sequence[tuple[Hit, Article]]) -> dict[int, Tokens]:
        """The tokens of these passages that the index keeps, by passage id."""
        packed = self._index.catalog.tokens([hit.passage.id for hit, _ in pairs])
        found = {}
        for hit, _ in pairs:
            if hit.passage.id in packed:
                codes, offsets = split(packed[hit.passage.id])
                first = hit.passage.sentences[0][0] if hit.passage.sentences else 0
                found[hit.passage.id] = Tokens(codes, offsets + first)
        return found

    def _read(self, pairs: Sequence[tuple[Hit, Article]]) -> dict[int, Tokens]:
        """The same of a model for which the index keeps none: several passages at once go through it."""
        with ThreadPoolExecutor(self._index.encoder.workers) as pool:
            read = pool.map(lambda pair: self._tokens(*pair), pairs)
            return {hit.passage.id: tokens for (hit, _), tokens in zip(pairs, read, strict=True)}

    def _tokens(self, hit: Hit, article: Article) -> Tokens:
        """From memory, where this passage was read before."""
        key = hit.passage.content + hit.passage.start.to_bytes(8, "big")
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        reading = self._index.encoder.read(_text_of(hit, article).text)
        tokens = Tokens(reading.tokens, reading.offsets + (hit.passage.start - len(article.title) - 1))
        with self._lock:
            _keep(self._kept, key, tokens)
        return tokens

    def words(self, number: int, article: Article) -> Stems:
        """Those of an article, of this id, without its title's (from memory, where they were asked for before: a
        changed article has another id)."""
        with self._lock:
            if number in self._counted:
                return self._counted[number]
        whole = self._index.catalog.stems_of([number]).get(number)
        title = len(terms(article.title))  # stands first
        words = frozenset(whole.text.split()[title:] if whole else ())
        with self._lock:
            _keep(self._counted, number, words)
        return words


def _text_of(hit: Hit, article: Article) -> PassageText:
    spans = tuple(Sentence(start, end) for start, end in hit.passage.sentences)
    return passage_text(article, Passage(hit.passage.start, hit.passage.end, spans))


def _keep(kept: OrderedDict[K, V], key: K, value: V, most: int = KEPT) -> None:
    kept[key] = value
    while len(kept) > most:
        kept.popitem(last=False)
