"""Whether the sentences that answers cite hold what is claimed, by labels that were given by reading.

    python -m benchmarks.quality.support --labels benchmarks/quality/labels/support.jsonl

Asks the labelled questions of the seeds anew and prints a JSON line: the share of citations that support their claim,
with Wilson's interval, and the share that has a label. A citation without a label counts as unknown, and is listed
before it with `--unlabelled`, in the form in which a label is written: add "holds", true or false.

A citation supports its claim where its quote, read alone, holds what the claim says; of a claim with words in square
brackets, where it holds the claim's other words, or is where the bracketed name comes from.

    python -m benchmarks.quality.support --data bench/news2022 [--index FOLDER]

Asks the odd rows of DATA (as in `benchmarks.quality.news`), on which no rule of support was set. There a claim's own
sentence counts as holding it, and the other citations are labelled by a checksum, so that no text of DATA is kept
here.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.quality.news import news, rows
from eval.metrics import Share
from index.errors import BylineError
from index.settings import CHECKOUT_SEEDS
from rag import Answer, Assistant

NEWS = Path(__file__).with_name("labels") / "news_support.jsonl"


class LabelsError(BylineError):
    """A labels file that cannot be used; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim of the answer to a question, and one sentence it cites."""

    question: str
    claim: str
    path: str
    start: int
    """In code points from the beginning of the article's text; `end` is exclusive."""
    end: int
    quote: str

    @property
    def key(self) -> str:
        """Names the pair without its text."""
        told = f"{self.question}\n{self.claim}\n{self.path}:{self.start}:{self.end}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]


Labels = Mapping[Pair, bool]


@dataclass(frozen=True, slots=True)
class Support:
    """What the labels say of answers."""

    supported: Share
    """Of the labelled citations, those that hold their claim."""
    labelled: Share
    """Of all citations, those with a label."""
    unsupported: tuple[Pair, ...]
    unlabelled: tuple[Pair, ...]


def load_labels(path: str | Path) -> dict[Pair, bool]:
    """The labels of a file, in its order. Raises LabelsError, naming the line, for what is none or comes again."""
    found: dict[Pair, bool] = {}
    try:
        lines = Path(path).read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelsError(f"cannot read the labels file {path}: {error}; name a .jsonl file") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            pair, holds = _label(line)
        except (TypeError, ValueError) as error:
            raise LabelsError(f"{path}:{number}: {error}") from error
        if pair in found:
            raise LabelsError(f"{path}:{number}: this citation is labelled by an earlier line")
        found[pair] = holds
    return found


def _label(line: str) -> tuple[Pair, bool]:
    data = json.loads(line)
    if not isinstance(data, dict) or not isinstance(data.get("holds"), bool):
        raise ValueError("a label is a JSON object with holds, true or false")
    holds = data.pop("holds")
    return Pair(**data), holds


def pairs(answer: Answer) -> list[Pair]:
    """Every claim of the answer with each of its citations, in order; none of a refusal."""
    cited = {citation.number: citation for citation in answer.citations}
    return [
        Pair(answer.question, claim.text, one.path, one.start, one.end, one.quote)
        for claim in answer.claims
        for one in (cited[number] for number in claim.citations)
    ]


def judge(labels: Labels, answers: Iterable[Answer]) -> Support:
    """What the labels say of these answers' citations; a citation that comes twice counts once."""
    found = list(dict.fromkeys(pair for answer in answers for pair in pairs(answer)))
    known = [pair for pair in found if pair in labels]
    return Support(
        Share(sum(labels[pair] for pair in known), len(known)),
        Share(len(known), len(found)),
        tuple(pair for pair in known if not labels[pair]),
        tuple(pair for pair in found if pair not in labels),
    )


def judge_news(labels: Mapping[str, bool], answers: Sequence[Answer]) -> Support:
    """The same of answers to DATA, with labels by `Pair.key`: a claim's first citation is its own sentence."""
    found = {pair: number == 0 for answer in answers for number, pair in _numbered(answer)}
    known = {pair: own or labels[pair.key] for pair, own in found.items() if own or pair.key in labels}
    return Support(
        Share(sum(known.values()), len(known)),
        Share(len(known), len(found)),
        tuple(pair for pair, holds in known.items() if not holds),
        tuple(pair for pair in found if pair not in known),
    )


def _numbered(answer: Answer) -> Iterator[tuple[int, Pair]]:
    """Each citation of each claim, numbered from 0 within its claim."""
    told = iter(pairs(answer))
    for claim in answer.claims:
        yield from ((number, next(told)) for number in range(len(claim.citations)))


def questions(labels: Labels) -> list[str]:
    """The labelled questions, each once, in the order of the labels."""
    return list(dict.fromkeys(pair.question for pair in labels))


def summary(support: Support) -> dict[str, object]:
    """The measures, JSON-ready: shares in 0..1, None where there is nothing to count."""
    share = support.supported
    return {
        "supported": share.value,
        "hits": share.hits,
        "of": share.of,
        "interval_95": share.interval,
        "coverage": support.labelled.value,
        "unlabelled": len(support.unlabelled),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality.support", description="Do citations hold their claims?"
    )
    parser.add_argument("--labels", default=Path(__file__).with_name("labels") / "support.jsonl", type=Path)
    parser.add_argument("--data", type=Path, help="ask about this folder of news instead of the seeds")
    parser.add_argument("--index", type=Path, help="with --data: keep the index here, not in a temporary folder")
    parser.add_argument("--unsupported", action="store_true", help="print those labelled as not holding their claim")
    parser.add_argument("--unlabelled", action="store_true", help="print those without a label")
    options = parser.parse_args(arguments)
    if options.data:
        support = _of_news(options.data, options.index)
    else:
        labels = load_labels(options.labels)
        with tempfile.TemporaryDirectory() as index, Assistant(CHECKOUT_SEEDS, index=index) as assistant:
            support = judge(labels, [assistant.ask(question) for question in questions(labels)])
    for pair in support.unsupported if options.unsupported else ():
        print(json.dumps({**asdict(pair), "holds": False}, ensure_ascii=False))
    for pair in support.unlabelled if options.unlabelled else ():
        print(json.dumps({**asdict(pair), "key": pair.key} if options.data else asdict(pair), ensure_ascii=False))
    print(json.dumps(summary(support)))


def _of_news(data: Path, index: Path | None) -> Support:
    labels = {row["key"]: bool(row["holds"]) for row in rows(NEWS)}
    with tempfile.TemporaryDirectory() as folder, news(data, index, Path(folder)) as assistant:
        return judge_news(labels, [assistant.ask(row["question"]) for row in rows(data / "queries.jsonl")[1::2]])


if __name__ == "__main__":
    main()
