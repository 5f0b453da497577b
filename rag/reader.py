"""Retrieved passages as the model and the full-text index see them, kept in memory for the next question."""

from __future__ import annotations

import os
import threading
from collections import Counter, OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from index.encoder import Reading
from index.sync import Index, passage_text
from index.terms import terms
from index.types import Article, Passage, Sentence
from rag.retrieve import Hit

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
        self._kept: OrderedDict[str, Reading] = OrderedDict()
        self._counted: OrderedDict[str, tuple[str, Counter[str]]] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, hits: Sequence[Hit]) -> list[View]:
        """A view of each hit whose article is still in the catalog, in the order of `hits`."""
        articles = {path: self._index.catalog.article(path) for path in {hit.passage.path for hit in hits}}
        counts = {path: self._counts(article) for path, article in articles.items() if article}
        pairs = [(hit, article) for hit in hits if (article := articles[hit.passage.path])]
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            readings = list(pool.map(lambda pair: self._reading(*pair), pairs))
        return [
            _view(hit, article, reading, counts[article.path])
            for (hit, article), reading in zip(pairs, readings, strict=True)
        ]

    def _counts(self, article: Article) -> Counter[str]:
        """How often each stem stands in an article (from memory, where it was counted before)."""
        with self._lock:
            kept = self._counted.get(article.path)
        if kept is not None and kept[0] == article.text:
            return kept[1]
        counts = Counter(terms(article.text))
        with self._lock:
            self._counted[article.path] = article.text, counts
            while len(self._counted) > KEPT:
                self._counted.popitem(last=False)
        return counts

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


def _view(hit: Hit, article: Article, reading: Reading, counts: Counter[str]) -> View:
    sentences = tuple(frozenset(terms(article.text[start:end])) for start, end in hit.passage.sentences)
    topics = frozenset(stem for stem, count in counts.items() if count >= TOPICAL)
    return View(hit, article, reading, sentences, frozenset(terms(article.title)), frozenset(counts), topics)
