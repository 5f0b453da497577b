"""How likely is what is found to be right? Asks, fits and reports: `python -m benchmarks.right --data bench`.

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
import gzip
import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from eval import encyclopedia, quality
from index.settings import Settings
from rag import Assistant
from rag.asking.question import analyse
from rag.choosing.chances import LIKELY
from rag.choosing.features import LACKS, features
from rag.finding.finder import Finding
from rag.unanswered import QUOTES

LEARNED, NEWS, SQUAD = "learned", ("news2022", "news2023", "news2024", "news2025"), "squad"
ASKED = 1_100
"""Questions of each sort of each folder, at most."""
SEED = 19
SIZES = (5, 20, 80, 300, 0, 0)
"""Articles of the folders that questions are asked of; 0 is all."""
WHOLE = 1_000
"""Articles of a folder from which the document that answers was taken away, where it is not a small one."""
TOP = 8
"""Sentences of which it is kept whether they hold the answer."""
CHOSEN_ON = NEWS[:3]
"""By these the features and bars are chosen; news2025 and SQuAD's other pages are only reported."""
ALWAYS = (*(f"lacks_{name}" for name in LACKS), "described")
"""Features that are taken in any case: most are rare in news, where they change nothing, and tell near misses and
definitions in small folders."""
FEATURES: dict[str, Sequence[str]] = {
    "right": (
        *("near", "cover_article", "ahead_of_rival", "cosine", "thing", "numbers", "length", "ahead_of_most"),
        *ALWAYS,
    ),
    "nearby": (*("near", "cover_article", "dense", "score", "thing", "name", "numbers", "strict", "words"), *ALWAYS),
}
"""Chosen as `--choose` does it, of some forty features, of which those that none of the choices took are gone."""
STRENGTH = 0.1
"""Inverse strength of regularisation (C)."""
GAIN = 0.001
"""Log loss that another feature has to save."""
Row = dict[str, Any]
Floats = npt.NDArray[np.float64]
Holds = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the document that answers it."""

    text: str
    document: str
    answers: tuple[str, ...]
    """Any of them will do; none where nothing answers it."""
    sort: str


def documents(data: Path) -> tuple[dict[str, tuple[str, str]], list[Question]]:
    """Title and text of each document, and the questions."""
    texts: dict[str, tuple[str, str]] = {}
    asked: list[Question] = []
    for number, row in enumerate(_lines(data / "reader" / "qed.jsonl.gz")):
        name = f"qed{number:04}"
        texts[name] = row["title_text"], _detokenised(row["paragraph_text"])
        spans = tuple({_detokenised(" ".join(s["string"] for s in one)) for one in row["original_nq_answers"] if one})
        if spans:
            asked.append(Question(row["question_text"], name, spans, "qed"))
    sections: dict[tuple[str, str], str] = {}
    for row in _lines(data / "reader" / "selqa.jsonl.gz"):
        key = row["article"], row["section"]
        name = sections.setdefault(key, f"selqa{len(sections):04}")
        texts[name] = f"{key[0]}: {key[1]}", " ".join(row["candidates"])
        asked.append(Question(row["question"], name, tuple(row["candidates"][n] for n in row["answers"]), "selqa"))
    for file, half in (("reader/xquad_en.json", slice(None)), ("squad/dev-v2.0.json", slice(0, None, 2))):
        for number, page in enumerate(json.loads((data / file).read_text("utf-8"))["data"][half]):
            for part, paragraph in enumerate(page["paragraphs"]):
                name = f"{Path(file).stem[:5]}{number:02}-{part:03}"
                texts[name] = page["title"].replace("_", " "), paragraph["context"]
                for row in paragraph["qas"]:
                    answers = () if row.get("is_impossible") else tuple(one["text"] for one in row["answers"])
                    sort = "near miss" if row.get("is_impossible") else Path(file).stem[:5]
                    asked.append(Question(row["question"], name, answers, sort))
    return texts, asked


def _lines(file: Path) -> Iterator[Row]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _detokenised(text: str) -> str:
    """Text whose tokens were set apart, as it is printed."""
    text = re.sub(r" ([,.;:!?)\]%'’]|'s|n't)", r"\1", text.replace("`` ", "“").replace(" ''", "”"))
    return re.sub(r"([(\[$£€]) ", r"\1", text).replace(" -- ", "–").replace(" - ", "-")


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
        self, set: str, sort: str, question: str, holds: Holds | None, within: Sequence[str] | None = None
    ) -> Row:
        """What is kept of a question, asked of the articles `within`, or of all."""
        self.found.clear()
        answer = self.assistant.ask(question, path=within)
        best = max(self.found, key=lambda one: one.sure, default=None)
        top = [self._told(one.evidence, holds) for one in best.voted[:TOP]] if best else []
        return {
            "set": set,
            "sort": sort,
            "question": question,
            "answerable": holds is not None,
            "articles": len(within or self.assistant.articles()),
            "sure": answer.confidence,
            "kind": best.question.kind if best else "",
            "features": features(best) if best else {},
            "first": bool(answer.claims) and holds is not None and holds(answer.claims[0].text),
            "whole": bool(answer.claims) and holds is not None and holds(answer.text),
            "claim": answer.claims[0].text if answer.claims else "",
            "short": answer.short,
            "top": top,
        }

    def _told(self, one: Any, holds: Holds | None) -> Row:
        body = self.assistant._finder.body(one.article)
        around = [n for n, (start, _) in enumerate(body) if start == one.start]
        text = one.article.text
        parts = [text[slice(*body[n])] for at in around[:1] for n in range(max(0, at - 1), min(len(body), at + 2))]
        context = " ".join([one.article.title, *(parts or [one.text])])
        yes = holds or (lambda _: False)
        return {"path": one.article.path, "start": one.start, "quote": yes(one.text), "context": yes(context)}


def of_learned(data: Path, work: Path) -> Iterator[Row]:
    """The questions that are fitted on."""
    texts, asked = documents(data)
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
        with Assistant(folder, index=work / f"learned{half}", bar=0.0) as assistant:
            asking = Asking(assistant)
            for some, count in ((able, ASKED), (able, ASKED // 3), (missing, ASKED // 3), (misses, ASKED // 3)):
                taken_away = some is able and count < ASKED
                for one in rng.sample(some, min(count, len(some))):
                    size = rng.choice(SIZES)
                    within = _within(assistant, one, sorted(inside), size, taken_away, rng)
                    answered = some is able and not taken_away
                    sort = "taken away" if taken_away else one.sort if one.document in inside else "elsewhere"
                    yield asking.row(LEARNED, sort, one.text, _holds(one) if answered else None, within)


def _within(
    assistant: Assistant, one: Question, names: Sequence[str], size: int, taken_away: bool, rng: random.Random
) -> list[str] | None:
    """A small folder: the nearest articles and some by chance; with the document that answers, or without it."""
    if not size and not taken_away:
        return None
    own = f"{one.document}.md"
    hits = assistant.find(analyse(one.text)).hits
    near = [path for path in dict.fromkeys(hit.passage.path for hit in hits) if path != own]
    others = [f"{name}.md" for name in rng.sample(names, min(size or WHOLE, len(names)))]
    chosen = ([] if taken_away or one.document not in names else [own]) + near[: max(2, (size or WHOLE) // 3)]
    return [path for path in dict.fromkeys([*chosen, *others]) if path != own or not taken_away][: size or WHOLE]


def _holds(one: Question) -> Holds:
    """A sentence that holds an answer, or, where whole sentences are the answer, a good part of one."""
    wanted = [" ".join(answer.lower().split()) for answer in one.answers]

    def holds(text: str) -> bool:
        said = " ".join(re.sub(r"\[[^\]]*\]", lambda m: m[0][1:-1], text).lower().split())
        return any(answer in said or (one.sort == "selqa" and answer[:60] in said) for answer in wanted)

    return holds


def of_news(set: str, data: Path, work: Path) -> Iterator[Row]:
    """One year's news."""
    with _opened(work / f"{set}-articles", work / set, data / set) as assistant:
        asking = Asking(assistant)
        for row in quality.rows(data / set / "queries.jsonl"):
            if row["gold_has_answer"]:
                yield asking.row(set, "news", row["question"], lambda text, row=row: quality.holds(row, text))  # type: ignore[misc]
        for row in quality.rows(data / set / "unanswerable.jsonl"):
            yield asking.row(set, "unanswerable", row["question"], None)


def _opened(articles: Path, index: Path, data: Path) -> Assistant:
    if not articles.exists():
        with quality.news(data, index, index.parent):
            pass
    return Assistant(articles, index=index, bar=0.0)


def of_squad(data: Path, work: Path) -> Iterator[Row]:
    """The pages that are left out of what is fitted, and their near misses."""
    pages = json.loads((data / SQUAD / "dev-v2.0.json").read_text("utf-8"))["data"]
    able, unable = encyclopedia.asked(pages, 300, 1)
    encyclopedia.write(pages, work / f"{SQUAD}-articles")
    with Assistant(work / f"{SQUAD}-articles", index=work / SQUAD, bar=0.0) as assistant:
        asking = Asking(assistant)
        for row in able:
            yield asking.row(SQUAD, "squad", row["question"], lambda text, row=row: encyclopedia.holds(row, text))  # type: ignore[misc]
        for row in unable:
            yield asking.row(SQUAD, "near miss", row["question"], None)


def collect(data: Path, work: Path, sets: list[str]) -> None:
    """Asks what has not been asked yet; a file of rows each set."""
    for name in sets:
        file = work / f"{name}.found.jsonl"
        if file.exists():
            continue
        ways = {LEARNED: of_learned, SQUAD: of_squad}
        made = ways[name](data, work) if name in ways else of_news(name, data, work)
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made), encoding="utf-8")


# --- fitting ----------------------------------------------------------------------------------------------


def right(row: Row) -> bool:
    """Whether the first sentence answers."""
    return bool(row["first"])


def nearby(row: Row) -> bool:
    """Whether one of the quotes that would be offered does, in its context."""
    return bool(row["answerable"]) and any(one["context"] for one in row["top"][:QUOTES])


LABELS: dict[str, Callable[[Row], bool]] = {"right": right, "nearby": nearby}


@dataclass(frozen=True, slots=True)
class Curve:
    """A logistic regression over features."""

    weights: dict[str, float]
    constant: float

    @classmethod
    def of(cls, rows: Sequence[Row], names: Sequence[str], label: Callable[[Row], bool]) -> Curve:
        """Fitted on these rows (scikit-learn's, over standardised features)."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.preprocessing import StandardScaler

        values = _values(rows, names)
        scaler = StandardScaler().fit(values)
        model = LogisticRegression(C=STRENGTH, max_iter=2_000).fit(scaler.transform(values), list(map(label, rows)))
        weights = model.coef_[0] / scaler.scale_
        constant = float(model.intercept_[0] - weights @ scaler.mean_)
        pairs = zip(names, weights, strict=True)
        return cls({name: round(float(weight), 4) for name, weight in pairs}, round(constant, 4))

    def chances(self, rows: Sequence[Row]) -> Floats:
        """Of each row, 0..1."""
        values = _values(rows, list(self.weights)) @ np.array(list(self.weights.values()))
        made: Floats = 1 / (1 + np.exp(-values - self.constant))
        return made


def _values(rows: Sequence[Row], names: Sequence[str]) -> Floats:
    return np.array([[row["features"][name] for name in names] for row in rows])


def chosen(learned: Sequence[Row], news: Sequence[Sequence[Row]], label: Callable[[Row], bool]) -> Sequence[str]:
    """Features one after the other, each the one with which the curve that is fitted on `learned` loses least on the
    news, as long as it loses less."""
    found = list(ALWAYS)
    least = float("inf")
    left = sorted(set(learned[0]["features"]) - set(ALWAYS))
    while left:
        losses = {name: _loss(Curve.of(learned, [*found, name], label), news, label) for name in left}
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
        chances, truth = curve.chances(rows), np.array(list(map(label, rows)))
        losses.append(-np.log(np.where(truth, chances, 1 - chances)).mean())
    return float(np.mean(losses))


def report(curves: Mapping[str, Curve], sets: Mapping[str, Sequence[Row]], bar: float) -> str:
    """What would be answered, offered and not found, as Markdown."""
    lines = [f"| bars {bar:g}, {LIKELY:g} | {' | '.join(sets)} |", "|---" * (len(sets) + 1) + "|"]
    columns = [_figures(curves, rows, bar) for rows in sets.values()]
    lines += [f"| {name} | {' | '.join(column[name] for column in columns)} |" for name in columns[0]]
    return "\n".join(lines)


def _figures(curves: Mapping[str, Curve], rows: Sequence[Row], bar: float) -> dict[str, str]:
    sure = curves["right"].chances(rows)
    near = np.maximum(sure, curves["nearby"].chances(rows))
    able = np.array([row["answerable"] for row in rows])
    first, context = np.array(list(map(right, rows))), np.array(list(map(nearby, rows)))
    answered = sure >= bar
    shown = answered | (near >= LIKELY)
    return {
        "answered, of the answerable": _share(answered[able]),
        "right of those": _share(first[able & answered]),
        "not found, of the answerable": _share(~shown[able]),
        "right in what is shown, with context": _share(np.where(answered, first, context & shown)[able]),
        "answered, of the unanswerable": _share(answered[~able]),
        "likely here, of the unanswerable": _share((shown & ~answered)[~able]),
        "calibration error": f"{_calibration_error(sure, first):.3f}",
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
    parser.add_argument("--choose", action="store_true")
    parser.add_argument("--write", type=Path, metavar="FILE")
    given = parser.parse_args()
    given.work.mkdir(parents=True, exist_ok=True)
    collect(given.data, given.work, given.sets)
    sets = {name: _kept(given.work / f"{name}.found.jsonl") for name in given.sets}
    learned = sets[LEARNED]
    bar, names = Settings().bar, dict(FEATURES)
    if given.choose:
        for out in CHOSEN_ON:
            others = [sets[name] for name in CHOSEN_ON if name != out]
            names = {kind: chosen(learned, others, label) for kind, label in LABELS.items()}
            print(f"\nChosen without {out}: {names}\n")
            curves = {kind: Curve.of(learned, names[kind], label) for kind, label in LABELS.items()}
            print(report(curves, {out: sets[out]}, bar))
        names = {kind: chosen(learned, [sets[one] for one in CHOSEN_ON], label) for kind, label in LABELS.items()}
        print(f"\nChosen: {names}\n")
    curves = {kind: Curve.of(learned, names[kind], label) for kind, label in LABELS.items()}
    print(report(curves, sets, bar))
    if given.write:
        kept = {kind: {"weights": one.weights, "constant": one.constant} for kind, one in curves.items()}
        given.write.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


def _kept(file: Path) -> list[Row]:
    rows = (json.loads(line) for line in file.read_text("utf-8").splitlines())
    return [row for row in rows if row["features"]]


if __name__ == "__main__":
    main()
