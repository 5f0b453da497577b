"""What is measured of answers to known facts: pure functions of (fact, answer) pairs.

A share that has nothing to be a share of is undefined, and None; it is never counted as 0 or 1.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from eval.facts import Fact, holds_any, lacking, plain
from rag.types import Answer, Claim

Asked = Sequence[tuple[Fact, Answer]]

DEPTHS = (1, 4, 10)
"""The k of hit@k: one article, about what a reader looks at, and what answers are chosen from."""
Z95 = 1.959964
"""Standard normal quantile of a two-sided 95% interval."""

INSERTED = re.compile(r"\[([^\[\]]*[^\W\d_][^\[\]]*)\]")
"""Words in square brackets; a citation's number has no letter."""


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` out of `of`."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """In 0..1; None where there was nothing to count."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The Wilson score interval at 95%, in 0..1 (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""
        if not self.of:
            return None
        share, z2 = self.hits / self.of, Z95 * Z95
        middle = share + z2 / (2 * self.of)
        spread = Z95 * math.sqrt(share * (1 - share) / self.of + z2 / (4 * self.of * self.of))
        scale = 1 + z2 / self.of
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)

    def shown(self, digits: int = 3) -> str:
        """With its interval and of how many: "0.940 (0.917 to 0.957, n=560)"; nothing counted shows as 0 (0 to 1)."""
        low, high = self.interval or (0.0, 1.0)
        return f"{self.value or 0:.{digits}f} ({low:.{digits}f} to {high:.{digits}f}, n={self.of})"


def share_of(flags: Sequence[bool], digits: int = 3) -> str:
    """The share of these that are true, as `Share.shown`."""
    return Share(sum(flags), len(flags)).shown(digits)


@dataclass(frozen=True, slots=True)
class Scores:
    """Everything that is measured of one run."""

    accuracy: Share
    citation_precision: Share
    citation_recall: Share
    abstention_precision: Share
    abstention_recall: Share
    hits: tuple[tuple[int, Share], ...]
    """(k, hit@k) for each of DEPTHS."""
    mrr_10: float | None
    latency_p50: float | None
    """Milliseconds, like `latency_p95`."""
    latency_p95: float | None


def scores(asked: Asked, milliseconds: Sequence[float]) -> Scores:
    """All measures of the answers, which took `milliseconds` each."""
    ranks = article_ranks(asked)
    return Scores(
        accuracy(asked),
        citation_precision(asked),
        citation_recall(asked),
        abstention_precision(asked),
        abstention_recall(asked),
        tuple((depth, hit_at(ranks, depth)) for depth in DEPTHS),
        mean_reciprocal_rank(ranks, 10),
        percentile(milliseconds, 0.50),
        percentile(milliseconds, 0.95),
    )


def failure(fact: Fact, answer: Answer) -> str | None:
    """Why the answer fails the fact, in one line; None when it passes.

    It passes when the first claim holds the answer, the sources that must be cited are cited, and the short answer,
    attribution, differences, missing parts and accounts are as the fact has them; or when nothing is claimed and the
    first of the quotes that may answer holds it and is of an acceptable file. Where the articles do not answer the
    question, it passes when nothing is claimed.
    """
    if fact.state and answer.state != fact.state:
        return f"the state is {answer.state!r}, not {fact.state!r}"
    if fact.abstain:
        return f"answered, though no article does: {answer.claims[0].text}" if answer.claims else None
    if answer.nearby:
        return _fails_nearby(fact, answer)
    if refused(answer):
        return f"not found: {answer.refusal or answer.text}"
    first = answer.claims[0].text
    if not fact.held_by(first):
        return f"the first claim lacks {_wanted(fact)}: {first}"
    cited = {citation.path for citation in answer.citations}
    missing = [path for path in fact.sources if path not in cited]
    if missing:
        return f"does not cite {', '.join(missing)}"
    if fact.any_source and cited.isdisjoint(fact.any_source):
        return f"cites none of {', '.join(fact.any_source)}"
    return _lacks(fact, answer)


def _fails_nearby(fact: Fact, answer: Answer) -> str | None:
    """Why the quotes that may answer fail the fact; None where the first of them passes."""
    if not fact.held_by(answer.nearby[0].quote):
        return f"the first quote that may answer lacks {_wanted(fact)}: {answer.nearby[0].quote}"
    if answer.nearby[0].path not in fact.acceptable:
        return f"the first quote that may answer is of {answer.nearby[0].path}"
    return None


def _lacks(fact: Fact, answer: Answer) -> str | None:
    """What the answer says besides its claims that is not as the fact has it; None where all is."""
    if fact.short and answer.short and not holds_any(answer.short, fact.short):
        return f"the short answer lacks {_either(fact.short)}: {answer.short}"
    named = INSERTED.findall(answer.claims[0].text)
    if fact.attributed and not any(holds_any(name, fact.attributed) for name in named):
        return f"the first claim does not name [{_either(fact.attributed)}]: {answer.claims[0].text}"
    said = [value.text for difference in answer.differences for value in difference.values]
    if lacks := lacking(fact.differs, said):
        return f"no difference says {_every(lacks)}: {'; '.join(said) or 'none shown'}"
    if lacks := lacking(fact.missing, answer.missing):
        return f"does not say that {_every(lacks)} is missing: {'; '.join(answer.missing) or 'nothing is'}"
    if fact.accounts is not None and len(answer.accounts) != fact.accounts:
        return f"independent accounts cited: {len(answer.accounts)}, not {fact.accounts}"
    return None


def refused(answer: Answer) -> bool:
    """Whether nothing was found: no claim is made and no quote is offered."""
    return not answer.claims and not answer.nearby


def _wanted(fact: Fact) -> str:
    every, either = _every(fact.all_of), _either(fact.any_of)
    return f"{every}, and {either}" if every and either else every or either


def _every(parts: Sequence[str]) -> str:
    return " and ".join(map(repr, parts))


def _either(parts: Sequence[str]) -> str:
    return " or ".join(map(repr, parts))


def accuracy(asked: Asked) -> Share:
    """Facts that pass, of all facts."""
    return _share([failure(fact, answer) is None for fact, answer in asked])


def citation_precision(asked: Asked) -> Share:
    """Of the citations behind the first claims of answered facts, those that support it."""
    return _share(
        [
            supports(fact, answer, number)
            for fact, answer in asked
            if not fact.abstain and answer.claims
            for number in answer.claims[0].citations
        ]
    )


def supports(fact: Fact, answer: Answer, number: int) -> bool:
    """Whether citation `number` of the first claim supports it: an acceptable file, whose quote holds the answer.

    Words in square brackets ("[John Brennan] said") come from another sentence of the file than the rest of
    the claim. There the two quotes hold the answer together, and each supports its own part.
    """
    claim = answer.claims[0]
    cited = [citation for citation in answer.citations if citation.number == number]
    if not cited or cited[0].path not in fact.acceptable:
        return False
    quote = cited[0].quote
    return fact.held_by(quote) or (fact.held_by(claim.text) and _part_of(claim, quote))


def _part_of(claim: Claim, quote: str) -> bool:
    """Whether the quote is where a bracketed claim's inserted words, or its other words, come from."""
    claimed, quoted = plain(claim.text), plain(quote)
    inserts = [words.rstrip(":") for words in INSERTED.findall(claimed)]
    if not inserts:
        return False
    rest = [re.escape(piece.strip()) for piece in re.split(r"\[[^\[\]]*\]", claimed)]
    return any(words in quoted for words in inserts) or re.fullmatch(".*".join(rest), quoted) is not None


def citation_recall(asked: Asked) -> Share:
    """Of the sources that must be cited, those that are; `any_source` counts as one."""
    found: list[bool] = []
    for fact, answer in asked:
        cited = {one.path for one in answer.citations} | {one.path for one in answer.nearby}
        found += [path in cited for path in fact.sources]
        if fact.any_source:
            found.append(not cited.isdisjoint(fact.any_source))
    return _share(found)


def abstention_precision(asked: Asked) -> Share:
    """Of the answers that found nothing, those to questions that the articles do not answer."""
    return _share([fact.abstain for fact, answer in asked if refused(answer)])


def abstention_recall(asked: Asked) -> Share:
    """Of the questions that the articles do not answer, those of which nothing is claimed."""
    return _share([not answer.claims for fact, answer in asked if fact.abstain])


def article_ranks(asked: Asked) -> list[int | None]:
    """For each fact that has an answer, the rank of the first acceptable article, from 1; None if not retrieved.

    Articles are ranked by their first passage.
    """
    ranks: list[int | None] = []
    for fact, answer in asked:
        if not fact.abstain:
            paths = list(dict.fromkeys(passage.path for passage in answer.passages))
            ranks.append(next((rank for rank, path in enumerate(paths, 1) if path in fact.acceptable), None))
    return ranks


def hit_at(ranks: Sequence[int | None], depth: int) -> Share:
    """Ranks no greater than `depth`, of all."""
    return _share([rank is not None and rank <= depth for rank in ranks])


def mean_reciprocal_rank(ranks: Sequence[int | None], depth: int) -> float | None:
    """The mean of 1/rank, in 0..1, a rank beyond `depth` counting 0; None without ranks."""
    if not ranks:
        return None
    return sum(1 / rank for rank in ranks if rank is not None and rank <= depth) / len(ranks)


def percentile(values: Sequence[float], part: float) -> float | None:
    """The nearest-rank percentile, `part` in 0..1, in the unit of `values`; None without values."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)] if values else None


def _share(found: Sequence[bool]) -> Share:
    return Share(sum(found), len(found))
