"""Retrieved passages as the model and the full-text index see them, kept in memory for the next question."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from index.encoder import Reading, passage_text
from index.store import Index
from index.terms import stems, terms
from index.types import Article, Passage, Sentence
from rag.finding.retrieve import Hit

TOPICAL = 3
"""Mentions by which an article is about a name throughout, also in sentences that do not repeat it."""
KEPT = 512
"""Passages kept, about 100 KB each."""
Stems = frozenset[str]


@dataclass(frozen=True, slots=True)
class View:
    """One passage of an article, read."""

    hit: Hit
    article: Article
    reading: Reading
    """Of the article's title, a line end and the passage."""
    sentences: tuple[Stems, ...]
    """Stems of each sentence of the passage."""
    title: Stems
    words: Stems
    """Stems of the whole article."""
    topics: Stems
    """Those of them that it has TOPICAL times or more."""


class Reader:
    """Reads passages, several at once; threads may share it."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._kept: OrderedDict[bytes, Reading] = OrderedDict()
        self._counted: OrderedDict[str, tuple[str, Stems, Stems]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, hits: Sequence[Hit]) -> list[View]:
        """A view of each hit whose article is still in the catalog, in the order of `hits`."""
        # By id and not by path: a sync in between may have put another article there.
        articles = self._index.catalog.articles_of(sorted({hit.passage.article for hit in hits}))
        pairs = [(hit, articles[hit.passage.article]) for hit in hits if hit.passage.article in articles]
        self._read_new([pair for pair in pairs if pair[0].passage.content not in self._kept])
        return [_view(hit, article, self._reading(hit, article), *self._words(article)) for hit, article in pairs]

    def _read_new(self, pairs: Sequence[tuple[Hit, Article]]) -> None:
        """Several passages at once; the model runs one text on one core."""
        if len(pairs) > 1:
            with ThreadPoolExecutor(self._index.encoder.workers) as pool:
                list(pool.map(lambda pair: self._reading(*pair), pairs))

    def _words(self, article: Article) -> tuple[Stems, Stems]:
        """An article's stems and those that it is about (from memory, where they were counted before)."""
        with self._lock:
            kept = self._counted.get(article.path)
        if kept is None or kept[0] != article.text:
            counts = Counter(terms(article.text))
            topics = frozenset(stem for stem, count in counts.items() if count >= TOPICAL)
            kept = article.text, frozenset(counts), topics
            with self._lock:
                self._counted[article.path] = kept
                while len(self._counted) > KEPT:
                    self._counted.popitem(last=False)
        return kept[1], kept[2]

    def _reading(self, hit: Hit, article: Article) -> Reading:
        """From memory, where these words behind this title were read before."""
        key = hit.passage.content
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        spans = tuple(Sentence(start, end) for start, end in hit.passage.sentences)
        passage = Passage(hit.passage.start, hit.passage.end, spans)
        reading = self._index.encoder.read(passage_text(article, passage).text)
        with self._lock:
            self._kept[key] = reading
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return reading


def _view(hit: Hit, article: Article, reading: Reading, words: Stems, topics: Stems) -> View:
    sentences = tuple(stems(article.text[start:end]) for start, end in hit.passage.sentences)
    return View(hit, article, reading, sentences, stems(article.title), words, topics)
