"""How likely is what is found to be right? Asks, fits and reports: `python -m benchmarks.quality.right --data bench`.

With `--reader` it is asked with a reader, whose readings are kept in the work folder. One that learned from these
texts (`benchmarks.reader.data`) is judged by the documents alone that were held back from it.

Prints, for each set, how often answers of each state are right. `--choose` chooses the features anew, of those that
`rag.choosing.features` gives, by the log loss on the news of all years but one, whose figures it prints; `--write`
keeps the weights.

Fitted is on questions whose licences allow it: those typed to a search engine (QED), made for sections of an
encyclopedia (SelQA, XQuAD) and about every other page of half of SQuAD 2.0, near misses that people wrote among them.
Their articles are laid into two folders; questions about one are asked of the other too, which has no answer. News is
never fitted on. `--work` keeps folders, indexes and what was found; a second run fits only.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from benchmarks.quality import encyclopedia
from benchmarks.quality import news as news_set
from benchmarks.reader.documents import Question, documents, held_back
from benchmarks.reader.memo import remembering
from index.settings import Settings
from rag import Assistant
from rag.answer.unanswered import QUOTES
from rag.choosing.chances import LIKELY, bar_for, chances
from rag.choosing.features import LACKS, features, of_words
from rag.choosing.fitting import Curve, order_weights
from rag.finder import Finding
from rag.question.query import analyse
from rag.ranking.voting import Voted
from rag.reading.reader import NONE, PACKAGED

LEARNED, NEWS, SQUAD = "learned", ("news2022", "news2023", "news2024", "news2025"), "squad"
ASKED, ASKED_READER = 1_100, 400
"""Questions of each sort of each folder, at most; with a reader, which takes longer, fewer."""
SEED = 19
SIZES = (5, 20, 80, 300, 0, 0)
"""Articles of the folders that questions are asked of; 0 is all."""
WHOLE = 1_000
"""Articles of a folder from which the document that answers was taken away, where it is not a small one."""
TOP, READ = 8, 24
"""Sentences of which it is kept whether they hold the answer, without and with a reader."""
CHOSEN_ON = NEWS[:3]
"""By those of these that are asked features are chosen."""
ALWAYS = tuple(f"lacks_{name}" for name in LACKS)
"""Features that are taken in any case: most are rare in news, where they change nothing, and tell near misses and
definitions in small folders."""
FEATURES: dict[str, dict[str, Sequence[str]]] = {
    NONE: {
        "right": (
            *("near", "cover_article", "ahead_of_rival", "cosine", "thing", "numbers", "length", "ahead_of_most"),
            *ALWAYS,
        ),
        "nearby": (
            *("near", "cover_article", "dense", "score", "thing", "name", "numbers", "strict", "words"),
            *ALWAYS,
        ),
        "short": ("right", "votes", "votes_ahead", "weight", "alone", "long", "strict", "person"),
    },
    PACKAGED: {
        "right": (
            *("score", "read", "ahead_of_rival", "cover_article", "thing", "strict", "read_ahead", "words"),
            *ALWAYS,
        ),
        "nearby": ("cosine", "cover_article", "score", "thing", "read_ahead", "dense", "numbers", *ALWAYS),
        "short": ("right", "votes_ahead", "long"),
    },
}
"""Chosen as `--choose` does it, of some forty features, of which those that none of the choices took are gone."""
GAIN = 0.001
"""Log loss that another feature has to save."""
Row = dict[str, Any]
Floats = npt.NDArray[np.float64]
Holds = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Truth:
    """What answers a question."""

    holds: Holds
    """Whether a text does."""
    agrees: Holds
    """Whether a few words are the answer, or a part of it, or hold it."""


class Asking:
    """An assistant that answers whatever it finds, and what it found."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.found: list[Finding] = []
        find = assistant.find

        def kept(*args: Any, **kwargs: Any) -> Finding:
            self.found.append(find(*args, **kwargs))
            return self.found[-1]

        assistant.find = kept  # type: ignore[method-assign]

    def row(
        self, set: str, sort: str, question: str, truth: Truth | None, within: Sequence[str] | None = None
    ) -> Row:
        """What is kept of a question, asked of the articles `within`, or of all; no `truth` where none answers it."""
        self.found.clear()
        answer = self.assistant.ask(question, path=within)
        holds = truth.holds if truth else None
        best = max(self.found, key=lambda one: chances(one).right, default=None)
        top = [self._told(one, holds) for one in self._top(best)]
        return {
            "set": set,
            "sort": sort,
            "question": question,
            "answerable": holds is not None,
            "articles": len(within or self.assistant.articles()),
            "sure": answer.confidence,
            "kind": best.query.kind if best else "",
            "features": features(best) if best else {},
            "first": bool(answer.claims) and holds is not None and holds(answer.claims[0].text),
            "whole": bool(answer.claims) and holds is not None and holds(answer.text),
            "claim": answer.claims[0].text if answer.claims else "",
            "short": answer.short,
            "short_right": _short_right(best, truth) if sort != "selqa" else None,
            "words": of_words(best, 0.5) if best else {},
            "top": top,
        }

    @staticmethod
    def _top(found: Finding | None) -> Sequence[Voted]:
        if not found or not found.voted:
            return ()
        return found.voted[: READ if found.voted[0].span else TOP]

    def _told(self, voted: Voted, holds: Holds | None) -> Row:
        one = voted.evidence
        body = self.assistant._finder.body(one.article)
        around = [n for n, (start, _) in enumerate(body) if start == one.start]
        text = one.article.text
        parts = [text[slice(*body[n])] for at in around[:1] for n in range(max(0, at - 1), min(len(body), at + 2))]
        context = " ".join([one.article.title, *(parts or [one.text])])
        yes = holds or (lambda _: False)
        told = {"path": one.article.path, "start": one.start, "quote": yes(one.text), "context": yes(context)}
        if not voted.span:
            return told
        return told | {"vote": voted.score(), "read": voted.span.score}


def _short_right(found: Finding | None, truth: Truth | None) -> bool | None:
    """Whether the words are right that answer in the first sentence; None where there are none."""
    short = found.voted[0].short() if found and found.voted else None
    if found is None or short is None:
        return None
    return truth is not None and truth.agrees(found.voted[0].evidence.text[short.start : short.end])


def of_learned(data: Path, work: Path, reader: str) -> Iterator[Row]:
    """The questions that are fitted on."""
    texts, asked = documents(data)
    most = ASKED if reader == NONE else ASKED_READER
    if reader == PACKAGED:
        asked = [one for one in asked if held_back(texts[one.document][0])]
    for half in (0, 1):
        inside = {name: told for name, told in texts.items() if crc32(told[0].partition(":")[0].encode()) % 2 == half}
        folder = work / f"learned{half}-articles"
        folder.mkdir(parents=True, exist_ok=True)
        for name, (title, text) in inside.items():
            (folder / f"{name}.md").write_text(f"---\ntitle: {json.dumps(title)}\n---\n\n{text}\n", encoding="utf-8")
        rng = random.Random(SEED + half)
        able = [one for one in asked if one.document in inside and one.answers]
        missing = [one for one in asked if one.document not in inside and one.answers]
        misses = [one for one in asked if one.document in inside and not one.answers]
        with Assistant(folder, index=work / f"learned{half}", bar=0.0, reader=reader) as assistant:
            asking = Asking(assistant)
            for some, count in ((able, most), (able, most // 3), (missing, most // 3), (misses, most // 3)):
                taken_away = some is able and count < most
                for one in rng.sample(some, min(count, len(some))):
                    size = rng.choice(SIZES)
                    within = _within(assistant, one, sorted(inside), size, taken_away, rng)
                    answered = some is able and not taken_away
                    sort = "taken away" if taken_away else one.sort if one.document in inside else "elsewhere"
                    yield asking.row(LEARNED, sort, one.text, _truth(one) if answered else None, within)


def _within(
    assistant: Assistant, one: Question, names: Sequence[str], size: int, taken_away: bool, rng: random.Random
) -> list[str] | None:
    """A small folder: the nearest articles and some by chance; with the document that answers, or without it."""
    if not size and not taken_away:
        return None
    own = f"{one.document}.md"
    hits = assistant._finder.find(analyse(one.text), every=True).hits  # which no reader reads
    near = [path for path in dict.fromkeys(hit.passage.path for hit in hits) if path != own]
    others = [f"{name}.md" for name in rng.sample(names, min(size or WHOLE, len(names)))]
    chosen = ([] if taken_away or one.document not in names else [own]) + near[: max(2, (size or WHOLE) // 3)]
    return [path for path in dict.fromkeys([*chosen, *others]) if path != own or not taken_away][: size or WHOLE]


def _truth(one: Question) -> Truth:
    """A sentence that holds an answer, or, where whole sentences are the answer, a good part of one."""
    wanted = [" ".join(answer.lower().split()) for answer in one.answers]

    def holds(text: str) -> bool:
        said = " ".join(re.sub(r"\[[^\]]*\]", lambda m: m[0][1:-1], text).lower().split())
        return any(answer in said or (one.sort == "selqa" and answer[:60] in said) for answer in wanted)

    def agrees(words: str) -> bool:
        said = " ".join(words.lower().split())
        return any(answer in said or said in answer for answer in wanted)

    return Truth(holds, agrees)


def of_news(set: str, data: Path, work: Path, reader: str, able: int | None, unable: int | None) -> Iterator[Row]:
    """One year's news."""
    with _opened(work / f"{set}-articles", work / set, data / set, reader) as assistant:
        asking = Asking(assistant)
        answered = [row for row in news_set.rows(data / set / "queries.jsonl") if row["gold_has_answer"]]
        for row in answered[:able]:
            truth = Truth(partial(news_set.holds, row), partial(news_set.agrees, row))
            yield asking.row(set, "news", row["question"], truth)
        for row in news_set.rows(data / set / "unanswerable.jsonl")[:unable]:
            yield asking.row(set, "unanswerable", row["question"], None)


def _opened(articles: Path, index: Path, data: Path, reader: str) -> Assistant:
    if not articles.exists():
        with news_set.news(data, index, index.parent):
            pass
    return Assistant(articles, index=index, bar=0.0, reader=reader)


def of_squad(data: Path, work: Path, reader: str, able: int | None, unable: int | None) -> Iterator[Row]:
    """The pages that are left out of what is fitted, and their near misses."""
    pages = json.loads((data / SQUAD / "dev-v2.0.json").read_text("utf-8"))["data"]
    answered, missed = encyclopedia.asked(pages, 300, 1)
    encyclopedia.write(pages, work / f"{SQUAD}-articles")
    with Assistant(work / f"{SQUAD}-articles", index=work / SQUAD, bar=0.0, reader=reader) as assistant:
        asking = Asking(assistant)
        for row in answered[:able]:
            truth = Truth(partial(encyclopedia.holds, row), partial(encyclopedia.agrees, row))
            yield asking.row(SQUAD, "squad", row["question"], truth)
        for row in missed[:unable]:
            yield asking.row(SQUAD, "near miss", row["question"], None)


def collect(
    data: Path, work: Path, sets: list[str], reader: str, able: int | None = None, unable: int | None = None
) -> None:
    """Asks what has not been asked yet; a file of rows each set."""
    for name in sets:
        file = _file(work, name, reader)
        if file.exists():
            continue
        if name == LEARNED:
            made = of_learned(data, work, reader)
        elif name == SQUAD:
            made = of_squad(data, work, reader, able, unable)
        else:
            made = of_news(name, data, work, reader, able, unable)
        with remembering(work / "readings.sqlite"), file.with_suffix(".new").open("w", encoding="utf-8") as lines:
            for row in made:
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
        file.with_suffix(".new").replace(file)


def _file(work: Path, name: str, reader: str) -> Path:
    return work / f"{name}.{reader}.found.jsonl"


# --- fitting ----------------------------------------------------------------------------------------------


def right(row: Row) -> bool:
    """Whether the first sentence answers."""
    return bool(row["first"])


def nearby(row: Row) -> bool:
    """Whether one of the quotes that would be offered does, in its context."""
    return bool(row["answerable"]) and any(one["context"] for one in row["top"][:QUOTES])


def short_right(row: Row) -> bool:
    """Whether the words of the first sentence do that answer by themselves."""
    return bool(row["short_right"])


LABELS: dict[str, Callable[[Row], bool]] = {"right": right, "nearby": nearby, "short": short_right}


def chosen(
    learned: Sequence[Row], news: Sequence[Sequence[Row]], label: Callable[[Row], bool], always: Sequence[str]
) -> Sequence[str]:
    """Features one after the other, each the one with which the curve that is fitted on `learned` loses least on the
    news, as long as it loses less."""
    found = list(always)
    least = float("inf")
    left = sorted(set(learned[0]["features"]) - set(always))
    while left:
        losses = {name: _loss(_curve(learned, [*found, name], label), news, label) for name in left}
        best = min(left, key=lambda name: losses[name])
        if losses[best] > least - GAIN:
            break
        least = losses[best]
        found.append(best)
        left.remove(best)
    return found


def _loss(curve: Curve, sets: Sequence[Sequence[Row]], label: Callable[[Row], bool]) -> float:
    """The mean over the sets of the log loss."""
    losses = []
    for rows in sets:
        chances, truth = curve.chances(_features(rows)), np.array(list(map(label, rows)))
        losses.append(-np.log(np.where(truth, chances, 1 - chances)).mean())
    return float(np.mean(losses))


def _curve(rows: Sequence[Row], names: Sequence[str], label: Callable[[Row], bool]) -> Curve:
    return Curve.of(_features(rows), names, list(map(label, rows)))


def _features(rows: Sequence[Row]) -> list[dict[str, float]]:
    return [row["features"] for row in rows]


def fit(learned: Sequence[Row], names: Mapping[str, Sequence[str]]) -> dict[str, Curve]:
    """The three curves, each over its features."""
    curves = {kind: _curve(learned, names[kind], LABELS[kind]) for kind in ("right", "nearby")}
    return curves | {"short": _curve(of_short(curves["right"], learned), names["short"], short_right)}


def of_short(right_of: Curve, rows: Sequence[Row]) -> list[Row]:
    """The rows of which it is known whether their words are right, with what is known of those as features."""
    sure = np.clip(right_of.chances(_features(rows)), 1e-6, 1 - 1e-6)
    return [
        row | {"features": row["words"] | {"right": float(np.log(chance / (1 - chance)))}, "sure": float(chance)}
        for row, chance in zip(rows, sure, strict=True)
        if row["words"] and row["short_right"] is not None
    ]


def order(rows: Sequence[Row]) -> dict[str, float]:
    """What vote and reader weigh in the order of sentences."""
    read = [[one for one in row["top"] if "read" in one] for row in rows if row["answerable"]]
    return order_weights(
        [
            (np.array([[one["vote"], one["read"]] for one in some]), np.array([one["quote"] for one in some]))
            for some in read
            if some
        ]
    )


def report(curves: Mapping[str, Curve], sets: Mapping[str, Sequence[Row]], bar: float, bold: float) -> str:
    """What would be answered, offered and not found, as Markdown."""
    lines = [f"| bars {bar:g}, {LIKELY:g}, {bold:g} | {' | '.join(sets)} |", "|---" * (len(sets) + 1) + "|"]
    columns = [_figures(curves, rows, bar, bold) for rows in sets.values()]
    lines += [f"| {name} | {' | '.join(column[name] for column in columns)} |" for name in columns[0]]
    return "\n".join(lines)


def _figures(curves: Mapping[str, Curve], rows: Sequence[Row], bar: float, bold: float) -> dict[str, str]:
    sure = curves["right"].chances(_features(rows))
    near = np.maximum(sure, curves["nearby"].chances(_features(rows)))
    able = np.array([row["answerable"] for row in rows])
    first, context = np.array(list(map(right, rows))), np.array(list(map(nearby, rows)))
    answered = sure >= bar
    shown = answered | (near >= LIKELY)
    words = of_short(curves["right"], rows)
    certain = curves["short"].chances(_features(words))
    set_apart = np.array([row["sure"] >= bar for row in words]) & (certain >= bold)
    among = np.array([row["answerable"] for row in words])
    fine = np.array(list(map(short_right, words)))
    return {
        "first sentence right": _share(first[able]),
        "answered, of the answerable": _share(answered[able]),
        "right of those": _share(first[able & answered]),
        "not found, of the answerable": _share(~shown[able]),
        "right in what is shown, with context": _share(np.where(answered, first, context & shown)[able]),
        "answered, of the unanswerable": _share(answered[~able]),
        "likely here, of the unanswerable": _share((shown & ~answered)[~able]),
        "calibration error": f"{_calibration_error(sure, first):.3f}",
        "bold, of the answerable": _share(set_apart[among]),
        "right of those words": _share(fine[among & set_apart]),
    }


def _share(flags: Any) -> str:
    return f"{np.mean(flags):.3f}" if len(flags) else "–"


def _calibration_error(chances: Floats, truth: Any) -> float:
    bins = np.minimum((chances * 10).astype(int), 9)
    return float(sum(abs((chances[bins == n] - truth[bins == n]).sum()) for n in range(10)) / len(chances))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--sets", nargs="+", default=[LEARNED, *NEWS, SQUAD])
    parser.add_argument("--reader", default=NONE, help=f"{PACKAGED}, or a model by name or path")
    parser.add_argument("--able", type=int, help="answerable questions of each set that is reported, at most")
    parser.add_argument("--unable", type=int, help="unanswerable ones, at most")
    parser.add_argument("--order", action="store_true", help="fit what vote and reader weigh, too")
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--write", type=Path, metavar="FILE")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    collect(given.data, given.work, given.sets, given.reader, given.able, given.unable)
    sets = {name: _kept(_file(given.work, name, given.reader)) for name in given.sets}
    learned = sets[LEARNED]
    settings, names = (
        Settings(reader=given.reader),
        dict(FEATURES[given.reader if given.reader == NONE else PACKAGED]),
    )
    if given.choose:
        years = [one for one in CHOSEN_ON if one in sets]
        for out in years:
            names = _chosen(learned, [sets[name] for name in years if name != out])
            print(f"\nChosen without {out}: {names}\n")
            print(report(fit(learned, names), {out: sets[out]}, bar_for(settings), settings.bold))
        names = _chosen(learned, [sets[one] for one in years])
        print(f"\nChosen: {names}\n")
    curves = fit(learned, names)
    print(report(curves, sets, bar_for(settings), settings.bold))
    kept: Row = {kind: one.to_dict() for kind, one in curves.items()}
    if given.order:
        kept["order"] = order(learned)
        print(
            f"\nOrder: {kept['order']}; on the news of each year: {[order(sets[one]) for one in NEWS if one in sets]}"
        )
    if given.write:
        known = json.loads(given.write.read_text("utf-8")) if given.write.exists() else {}
        before = known.get(given.reader, {})
        known[given.reader] = ({"order": before["order"]} if "order" in before else {}) | kept
        given.write.write_text(json.dumps(known, indent=2) + "\n", encoding="utf-8")


def _chosen(learned: Sequence[Row], news: Sequence[Sequence[Row]]) -> dict[str, Sequence[str]]:
    """The features of each curve, chosen on some news."""
    names: dict[str, Sequence[str]] = {
        kind: chosen(learned, news, LABELS[kind], ALWAYS) for kind in ("right", "nearby")
    }
    right_of = _curve(learned, names["right"], right)
    words = of_short(right_of, learned), [of_short(right_of, one) for one in news]
    return names | {"short": chosen(*words, short_right, ())}


def _kept(file: Path) -> list[Row]:
    rows = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    return [row for row in rows if row["features"]]


if __name__ == "__main__":
    main()
