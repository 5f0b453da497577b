"""How good answers are on several sets side by side: `python -m benchmarks.quality.sets --data bench [--work
FOLDER]`.

DATA holds news2022 to news2025 (corpus.jsonl.gz, queries.jsonl, unanswerable.jsonl, as `benchmarks.quality.news`
reads them) and squad/dev-v2.0.json, of whose every other page 300 questions of either sort are asked
(`benchmarks.quality.encyclopedia`). Prints a table with a column for each set; with `--json`, what was asked and
answered, a line each, for error reading and fitting. `--work` keeps the folders and indexes, so that a second run
takes a minute.

Counted are, of the questions that an article answers: the first sentence shown (a claim, or the first of the quotes
offered as near) holds the answer; anything shown holds it, without and with titles and the grey sentences around
quotes; the state of the answer and how often it is right there; bold words right, and how often shown. Of those
that none answers: how often one is answered all the same. Confidence against the first sentence being right, over
all questions: expected calibration error in ten bins of even width (Guo et al. 2017, arXiv:1706.04599).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.quality import encyclopedia
from benchmarks.quality.news import agrees, holds, news, rows
from benchmarks.reader.memo import remembering
from eval.metrics import Share
from rag import Answer, Assistant
from rag.reading.reader import NONE

NEWS = ("news2022", "news2023", "news2024", "news2025")
SQUAD, SQUAD_COUNT, SQUAD_SEED = "squad", 300, 1
ANSWERED, LIKELY, NOT_FOUND = "answered", "likely here", "not found"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what is counted of its answer."""

    set: str
    question: str
    answerable: bool
    state: str
    confidence: float
    first: bool
    """The first sentence shown holds the answer."""
    anywhere: bool
    """Something shown does."""
    around: bool
    """Something shown does, or a title, or what stands in grey around the quotes that are offered as near."""
    bold: bool | None
    """The bold words are right; None where none are."""
    shown: str
    """The first sentence shown."""
    short: str | None


Holds = Callable[[str], bool]
Most = tuple[int | None, int | None]
"""Answerable and unanswerable questions of a set, at most."""


def asked(set: str, question: str, answer: Answer, holds: Holds | None, agrees: Holds | None) -> Asked:
    """What is counted; `holds` and `agrees` say whether a text has the answer, None where there is no answer."""
    nearby = [quote.quote for quote in getattr(answer, "nearby", ())]
    shown = [claim.text for claim in answer.claims] or nearby
    state = str(getattr(answer, "state", NOT_FOUND if answer.abstained else ANSWERED))
    first = bool(shown) and holds is not None and holds(shown[0])
    anywhere = holds is not None and (any(map(holds, shown)) or (bool(shown) and holds(" ".join(shown))))
    context = [f"{quote.title}\n{quote.context}" for quote in getattr(answer, "nearby", ())]
    context += [citation.title for citation in answer.citations]
    around = anywhere or (holds is not None and any(map(holds, context)))
    bold = None if answer.short is None else agrees is not None and agrees(answer.short)
    return Asked(
        set,
        question,
        holds is not None,
        state,
        answer.confidence,
        first,
        anywhere,
        around,
        bold,
        shown[0] if shown else "",
        answer.short,
    )


def of_news(set: str, data: Path, work: Path, reader: str, most: Most) -> Iterator[Asked]:
    """The questions about one year's news that an article answers, and those that none does."""
    with news(data / set, work / set, work, reader=reader) as assistant:
        for row in [row for row in rows(data / set / "queries.jsonl") if row["gold_has_answer"]][: most[0]]:
            answer = assistant.ask(row["question"])
            yield asked(
                set,
                row["question"],
                answer,
                lambda text, row=row: holds(row, text),  # type: ignore[misc]
                lambda text, row=row: agrees(row, text),  # type: ignore[misc]
            )
        for row in rows(data / set / "unanswerable.jsonl")[: most[1]]:
            yield asked(set, row["question"], assistant.ask(row["question"]), None, None)


def of_squad(data: Path, work: Path, reader: str, most: Most) -> Iterator[Asked]:
    """Questions about an encyclopedia, half of them near misses that people wrote."""
    pages = json.loads((data / SQUAD / "dev-v2.0.json").read_text("utf-8"))["data"]
    able, unable = encyclopedia.asked(pages, SQUAD_COUNT, SQUAD_SEED)
    with _over(pages, work, reader) as assistant:
        for row in able[: most[0]]:
            answer = assistant.ask(row["question"])
            yield asked(
                SQUAD,
                row["question"],
                answer,
                lambda text, row=row: encyclopedia.holds(row, text),  # type: ignore[misc]
                lambda text, row=row: encyclopedia.agrees(row, text),  # type: ignore[misc]
            )
        for row in unable[: most[1]]:
            yield asked(SQUAD, row["question"], assistant.ask(row["question"]), None, None)


@contextmanager
def _over(pages: list[encyclopedia.Row], work: Path, reader: str) -> Iterator[Assistant]:
    articles = work / f"{SQUAD}-articles"
    encyclopedia.write(pages, articles)
    with Assistant(articles, index=work / SQUAD, reader=reader) as assistant:
        yield assistant


def measures(found: Sequence[Asked]) -> dict[str, str]:
    """The figures of one set, by name."""
    able, unable = [one for one in found if one.answerable], [one for one in found if not one.answerable]
    figures = {
        "first sentence right": _share([one.first for one in able]),
        "right in what is shown": _share([one.anywhere for one in able]),
        "the same, with titles and the sentences around": _share([one.around for one in able]),
    }
    for state in (ANSWERED, LIKELY, NOT_FOUND):
        inside = [one for one in able if one.state == state]
        figures[f"{state}, of the answerable"] = _share([one.state == state for one in able])
        if state != NOT_FOUND:
            figures[f"{state}: first sentence right"] = _share([one.first for one in inside])
    bold = [one.bold for one in able if one.bold is not None]
    return figures | {
        "bold shown, of the answerable": _share([one.bold is not None for one in able]),
        "bold right, where shown": _share(bold),
        "answered, of the unanswerable": _share([one.state == ANSWERED for one in unable]),
        "calibration error": f"{calibration_error(found):.3f}",
    }


def calibration_error(found: Sequence[Asked], bins: int = 10) -> float:
    """Mean distance of confidence and the share of right first sentences, over bins of even width."""
    total = 0.0
    for number in range(bins):
        inside = [one for one in found if min(int(one.confidence * bins), bins - 1) == number]
        total += abs(sum(one.confidence - one.first for one in inside))
    return total / len(found) if found else 0.0


def _share(flags: Sequence[bool]) -> str:
    share = Share(sum(flags), len(flags))
    low, high = share.interval or (0.0, 1.0)
    return f"{share.value:.3f} ({low:.2f} to {high:.2f})" if share.value is not None else "–"


def report(found: Sequence[Asked]) -> str:
    """All sets side by side, as Markdown."""
    sets = list(dict.fromkeys(one.set for one in found))
    columns = [measures([one for one in found if one.set == name]) for name in sets]
    counted = [
        f"{sum(one.answerable for one in found if one.set == name)} + "
        f"{sum(not one.answerable for one in found if one.set == name)}"
        for name in sets
    ]
    lines = [f"| | {' | '.join(sets)} |", "|---" * (len(sets) + 1) + "|"]
    lines.append(f"| questions, answerable + unanswerable | {' | '.join(counted)} |")
    lines += [f"| {name} | {' | '.join(column[name] for column in columns)} |" for name in columns[0]]
    return "\n".join(lines)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True, help="where articles and indexes are kept")
    parser.add_argument("--sets", nargs="+", default=[*NEWS, SQUAD], choices=[*NEWS, SQUAD])
    parser.add_argument("--reader", default=NONE, help="what it says is kept in WORK")
    parser.add_argument("--able", type=int, help="answerable questions of each set, at most")
    parser.add_argument("--unable", type=int, help="unanswerable ones, at most")
    parser.add_argument("--json", type=Path, metavar="OUT", help="every question and answer, a line each")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    found: list[Asked] = []
    most = given.able, given.unable
    with remembering(given.work / "readings.sqlite"):
        for name in given.sets:
            if name == SQUAD:
                found += of_squad(given.data, given.work, given.reader, most)
            else:
                found += of_news(name, given.data, given.work, given.reader, most)
    if given.json:
        lines = (json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in found)
        given.json.write_text("".join(lines), encoding="utf-8")
    print(report(found))


if __name__ == "__main__":
    main()
