"""A question to the sentences that may answer it: retrieved, read, checked, told with names, voted on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from index.encoder import Reading
from index.errors import FolderError
from index.search.counts import ArticleFrequencies
from index.search.scope import Scope
from index.store import Index
from index.text.terms import terms
from index.types import Article
from rag.accounts.groups import Accounts
from rag.answer.verify import Hashes, Verifier
from rag.attribution.disputes import disputing
from rag.question.filters import Filter, ordered
from rag.question.intent import Intent, intent_of
from rag.question.query import Query, analyse
from rag.question.sought import Sought
from rag.ranking.evidence import Evidence, rank
from rag.ranking.injection import asked_about, asks, instructs, restates
from rag.ranking.signals import COMMON_ARTICLES, COMMON_RARITY, Lack, Signals, lacking, signals
from rag.ranking.views import KEPT, Views
from rag.ranking.voting import VOTERS, Voted, vote
from rag.reading.reader import Reader
from rag.reading.reread import reread
from rag.retrieval.overview import openings
from rag.retrieval.quoted_people import ARTICLES, NEWEST, among, callings, evidence, one_each
from rag.retrieval.retrieve import Hit, retrieve

PASSAGES = 20
"""Passages retrieved: what an answer tells of where it looked, and what hit@10 is counted over."""
READ = 8
"""Passages of a large folder whose sentences are read: the rest add nothing to the best sentence there, and each
costs a forward pass. In a small folder, all of whose passages stay in the memory, every passage retrieved is
read."""
OTHERS = 3
"""Other accounts of which it is judged whether they answer, too."""
BEST = 20
"""Sentences of these passages that go on, the best of some 32 by their score: on 425 questions about news the others
were in no answer, and every signal of it is the same. In a small folder all go on."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found for one query."""

    query: Query
    hits: tuple[Hit, ...]
    ranked: tuple[Evidence, ...]
    """Sentences that hold what their files say, the likeliest answer first."""
    voted: tuple[Voted, ...]
    """The first of them after the vote."""
    signals: Signals | None
    """Of the first of `voted`; None where no words were asked for (an overview, who is quoted)."""
    lack: tuple[Lack, str] | None
    """What it lacks that an answer must have."""
    stale: tuple[str, ...]
    """Articles whose files have changed since they were indexed, so that they are not quoted."""
    notes: tuple[str, ...] = ()
    """Byline's own words on how it was found."""
    speakers: bool = False
    """Whether it was asked who is quoted, so that each of `voted` quotes another."""
    about: Finding | None = None
    """What was found for that of which they were to speak."""
    apart: tuple[Finding, ...] = ()
    """The same for other accounts than that of the first of `voted`, each as if nothing else had been found."""


class Finder:
    """Finds sentences in one index; threads may share it."""

    def __init__(self, index: Index, reader: Callable[[], Reader | None], order: Mapping[str, float]) -> None:
        """With a reader, which is asked for when one is needed, and what vote and reader weigh."""
        self._index = index
        self._model, self._order = reader, order
        self._views = Views(index)
        self._hashes = Hashes()
        self._accounts = Accounts(index)
        self._frequencies = ArticleFrequencies(index.catalog)

    def close(self) -> None:
        """Ends its threads; `find` is an error afterwards."""
        self._views.close()

    def expect(self, question: str) -> None:
        """Begins to read what will be asked in these words, or nearly so."""
        self._views.begin(question)

    def intent(self, question: str) -> Intent:
        """What a standalone question asks for."""
        return intent_of(self._views.asked(question))

    def accounts(self, paths: Iterable[str]) -> dict[str, int]:
        """The account of each path, from 1, in the order in which they first appear."""
        return self._accounts.numbered(paths)

    def body(self, article: Article) -> tuple[tuple[int, int], ...]:
        """The sentences of an article but for its title's; none where the index no longer has this text of it."""
        return self._accounts.body(article)

    def disputing(self, told: Evidence) -> Evidence | None:
        """A sentence of the same article that denies, doubts, corrects or overtakes what one states, if there is
        one."""
        article = told.article
        span = disputing(article.text, (told.start, told.end), self.body(article), self._views.vectors)
        text = article.text[slice(*span)] if span else ""
        if span is None or instructs(text) or asks(text):
            return None
        return replace(told, start=span[0], end=span[1], text=text, values=(), match=None)

    def find(self, query: Query, *, every: bool = False) -> Finding:
        """What the articles within the query's filter say about it; `every` sentence instead of the BEST, and none
        of them as a reader has it.

        Raises FolderError where nothing is indexed.
        """
        if query.sought:
            return self._quoted(query, query.sought)
        return self._overview(query) if query.asks == "digest" else self._search(query, every)

    def _search(self, query: Query, every: bool) -> Finding:
        """The sentences that answer it, retrieved, ranked, voted on and read."""
        articles, passages = self._index.catalog.counts()
        if not articles:
            raise FolderError(f"no article in {self._index.settings.folder} is indexed: run byline index")
        asked = self._views.begin(query.text)
        scope = self._scope(query.filter)
        passages = len(scope.passages) if scope else passages
        rarity = self._rarity(query.content, len(scope.articles) if scope else articles, scope)
        hits = retrieve(self._index, query, lambda: asked.result().vector, PASSAGES, query.filter)
        small = passages <= KEPT
        most = None if small or every or query.filter.order or query.known else BEST
        ranked, stale = self._read(query, asked.result(), hits if small else hits[:READ], most)
        ranked = ordered(ranked, query.filter.order)
        voted = self._voted(query, ranked[:VOTERS], articles)
        # A reader knows neither the order that is asked for nor what was said before.
        model = None if every or query.filter.order or query.known or not voted else self._model()
        if model:
            voted = reread(model, query.text, voted, ranked, self._order)
        if query.filter.order:  # who comes first is the filter's to say, not the vote's
            place = {id(one): number for number, one in enumerate(ranked)}
            voted.sort(key=lambda one: place[id(one.evidence)])
        dense = max((hit.dense for hit in hits), default=0.0)

        def judged(voted: Sequence[Voted], apart: tuple[Finding, ...] = ()) -> Finding:
            known, lack = None, None
            if voted:
                lack = lacking(query, voted[0].evidence, partial(self._common, articles))
                known = signals(query, voted[0].evidence, dense, rarity)
            return Finding(query, tuple(hits), tuple(ranked), tuple(voted), known, lack, stale, apart=apart)

        return judged(voted, tuple(judged(one) for one in self._others(voted)))

    def _others(self, voted: Sequence[Voted]) -> list[list[Voted]]:
        """The sentences of each account but that of the first, in the order of their first."""
        numbers = self._accounts.numbered(one.evidence.article.path for one in voted)
        told: dict[int, list[Voted]] = {}
        for one in voted:
            told.setdefault(numbers[one.evidence.article.path], []).append(one)
        return list(told.values())[1 : 1 + OTHERS]

    def _overview(self, query: Query) -> Finding:
        """The openings of the articles within its filter that are most like all of them, one from each account."""
        verifier = Verifier(self._index.catalog, self._index.settings.folder, self._hashes)
        hits, found = openings(
            self._index, query.filter, lambda one: verifier.holds(one) and not _addressed(query, one)
        )
        ranked = ordered(found, query.filter.order)
        accounts = self._accounts.numbered(one.article.path for one in ranked)
        firsts = {accounts[one.article.path]: one for one in reversed(ranked)}
        voted = tuple(Voted(one, (), {}) for one in ranked if firsts[accounts[one.article.path]] is one)
        return Finding(query, hits, tuple(ranked), voted, None, None, tuple(verifier.stale))

    def _quoted(self, query: Query, wanted: Sought) -> Finding:
        """Whom the articles within its filter quote by name, a sentence of each.

        Those who speak of something are looked for among the sentences that are found for it.
        """
        about = None
        if wanted.about:
            about = self._search(analyse(wanted.about, "overview", query.filter), every=True)
        hits = about.hits if about else self._newest(query.filter, callings(wanted))
        found = self._index.catalog.articles_of(sorted({hit.passage.article for hit in hits}))
        articles = sorted(found.values(), key=lambda article: article.path)
        articles.sort(key=lambda article: article.published or "", reverse=True)  # those of a day by path still
        verifier = Verifier(self._index.catalog, self._index.settings.folder, self._hashes)
        near = {(one.article.path, one.start) for one in about.ranked} if about else None
        held = [
            (evidence(article, one), one)
            for article, one in among([(article, self.body(article)) for article in articles], wanted)
            if near is None or (article.path, one.start) in near
        ]
        held = [pair for pair in held if verifier.holds(pair[0]) and not _addressed(query, pair[0])]
        voted = tuple(one_each(held, wanted, self._accounts.numbered))
        stale = tuple(dict.fromkeys((*verifier.stale, *(about.stale if about else ()))))
        ranked = tuple(one for one, _ in held)
        lack: tuple[Lack, str] | None = None if held or about else ("quoted", wanted.called)
        notes = (NEWEST,) if held and not about and len(articles) == ARTICLES else ()
        return Finding(query, hits, ranked, voted, None, lack, stale, notes, speakers=True, about=about)

    def _newest(self, filter: Filter, stems: Sequence[str]) -> tuple[Hit, ...]:
        """The first passages of the newest articles within a filter that have one of these stems, where any are
        given."""
        catalog = self._index.catalog
        firsts = catalog.passages(catalog.scopes.first_passages(filter, ARTICLES, stems))
        return tuple(Hit(one, 0.0, 0.0, 0.0, 0.0) for one in firsts)

    def _common(self, articles: int, name: str) -> bool:
        """Whether a name stands in so many articles that it goes without saying."""
        words = terms(name)
        held = self._frequencies.of(words)
        often = bool(words) and all(held[stem] >= COMMON_ARTICLES for stem in words)
        return often and max(self._rarity(words, articles).values()) <= COMMON_RARITY

    def _scope(self, filter: Filter) -> Scope | None:
        """What a filter leaves, where that is so little that words are weighed as if nothing else were indexed."""
        scope = self._index.catalog.scopes.within(filter) if filter.limits else None
        return scope if scope is not None and scope.owners is not None else None

    def _rarity(self, words: Iterable[str], articles: int, scope: Scope | None = None) -> dict[str, float]:
        """The inverse article frequency of stems, in all articles or in those of a small scope, which are so many."""
        catalog = self._index.catalog
        if scope:
            having = {stem: catalog.scopes.having(stem) for stem in set(words)}
            held = {stem: scope.articles_of(ids[scope.holds(ids)]) for stem, ids in having.items()}
        else:
            held = self._frequencies.of(words)
        return {stem: math.log((articles + 1) / (count + 0.5)) for stem, count in held.items()}

    def _read(
        self, query: Query, reading: Reading, hits: Sequence[Hit], most: int | None
    ) -> tuple[list[Evidence], tuple[str, ...]]:
        """The sentences that may be quoted, of the best `most`, and whose files no longer hold them."""
        verifier = Verifier(self._index.catalog, self._index.settings.folder, self._hashes)
        about, views = asked_about(query.text), self._views.read(hits)

        def held(most: int | None) -> list[Evidence]:
            found = rank(query, reading, views, most)
            return [one for one in found if verifier.holds(one) and (about or not _addressed(query, one))]

        best = held(most)
        if most and len(best) < VOTERS:  # many of the best cannot be quoted: those behind them go on too
            best = held(None)
        if query.known:  # only what was not said before is an answer
            best = [one for one in best if one.values] or best
        return best, tuple(verifier.stale)

    def _voted(self, query: Query, voters: Sequence[Evidence], articles: int) -> list[Voted]:
        accounts = self._accounts.numbered(one.article.path for one in voters)
        sizes = Counter(accounts.values())
        copies = {path: sizes[number] for path, number in accounts.items()}
        return vote(query, voters, lambda stems: self._rarity(stems, articles), copies, articles)


def _addressed(query: Query, evidence: Evidence) -> bool:
    """Whether a sentence speaks to whoever reads it for an answer, instead of reporting."""
    return instructs(evidence.text) or restates(query.text, evidence.text) or asks(evidence.text)
