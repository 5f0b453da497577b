"""How plainly typed questions about articles new to everybody are answered: `python -m benchmarks.quality.plain`.

Three folders of five invented articles, and 40 questions that were written down with their answers before any was
asked, by somebody who did not know Byline. A sentence is right where the pattern of its question matches it. Nothing
is fitted on them, and no rule was made for what they show: once they have been looked at to change something, others
have to be written. Prints, of the questions that are answered, how often the first sentence is right, something
shown is, and what is claimed is; of the others, how many are claimed.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter
from pathlib import Path

from rag import Assistant
from rag.reading.reader import NONE

HERE = Path(__file__).parent / "plain_articles"


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reader", default=NONE)
    parser.add_argument("--verbose", action="store_true", help="print every answer")
    given = parser.parse_args()
    asked = [json.loads(line) for line in (HERE / "questions.jsonl").read_text("utf-8").splitlines()]
    counts: Counter[str] = Counter()
    for folder in sorted({row["folder"] for row in asked}):
        with (
            tempfile.TemporaryDirectory() as index,
            Assistant(HERE / folder, index=index, reader=given.reader) as assistant,
        ):
            for row in (row for row in asked if row["folder"] == folder):
                answer = assistant.ask(row["question"])
                shown = [claim.text for claim in answer.claims] or [quote.quote for quote in answer.nearby]
                right = [bool(row["any"] and re.search(row["any"], text, re.IGNORECASE)) for text in shown]
                sort = "answerable" if row["any"] else "unanswerable"
                counts.update([sort, f"{sort}, {answer.state}"])
                counts["first right"] += right[:1] == [True]
                counts["shown right"] += any(right)
                counts["claimed right"] += answer.state == "answered" and right[:1] == [True]
                if given.verbose:
                    first = shown[0] if shown else ""
                    print(f"{answer.state:11} {answer.confidence:.2f} {right[:1]} {row['question']} | {first}")
    for name, count in sorted(counts.items()):
        print(f"{name}: {count}")


if __name__ == "__main__":
    main()
