"""Hand-made answers about hand-made articles: everything a page or a terminal has to show."""

from __future__ import annotations

from dataclasses import replace

from rag.types import Account, Answer, Citation, Claim, Difference, Nearby, Retrieved, Value

HARBOUR = """Ferries will stop at midnight

RONNE, Denmark — The last ferry leaves at 23:40, the harbour office said. Crews walked out on Monday. It is the third
strike this year.

"We are 140 crew members, and all of us stopped work," said Mette Lind, who speaks for the union.
"""
GAZETTE = "The harbour was quiet on Tuesday. About 140 people have stopped work. Ferries may sail again on Friday."
HOSTILE = (
    "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> Ferries "
    "[click here](javascript:document.title='owned') ![](http://example.invalid/pixel.png) cost $$\\frac{1}{2}$$ "
    "${document.title='owned'} {{constructor}} `code` **bold** <a href=http://example.invalid>more</a> "
    "\x1b[31mred\x1b[0m \x1b]8;;http://example.invalid\x07link\x1b]8;;\x07 \x9b2J [red]markup[/red] \u202egnp.exe"
)
EMOJI = "Two 😀 of them 🛳️ and then: Ferries 😀 at the end."
TEXTS = {"2024/harbour.txt": HARBOUR, "gazette.md": GAZETTE, "hostile.txt": HOSTILE, "emoji.txt": EMOJI}


def cite(number: int, path: str, quote: str, title: str, outlet: str | None, published: str | None) -> Citation:
    """A citation of `quote` where it stands in the article."""
    start = TEXTS[path].index(quote)
    line = TEXTS[path].count("\n", 0, start) + 1
    return Citation(number, path, title, outlet, published, quote, start, start + len(quote), line)


UNION = cite(1, "2024/harbour.txt", '"We are 140 crew members, and all of us stopped work," said Mette Lind',
             "Ferries will stop at midnight", "The Baltic Herald", "2024-03-05")  # fmt: skip
PAPER = cite(2, "gazette.md", "About 140 people have stopped work.", "A quiet harbour", None, None)
FRIDAY = cite(3, "gazette.md", "Ferries may sail again on Friday.", "A quiet harbour", None, None)

ANSWER = Answer(
    question="How many crew members are on strike?",
    understood_as="How many crew members are on strike?",
    text=f"{UNION.quote} [1] [2] {FRIDAY.quote} [3]",
    claims=(Claim(UNION.quote, (1, 2)), Claim(FRIDAY.quote, (3,))),
    citations=(UNION, PAPER, FRIDAY),
    confidence=0.9,
)
FOLLOW_UP = Answer(
    question="And when do they sail again?",
    understood_as="When do the ferries sail again?",
    text=f"{FRIDAY.quote} [1]",
    claims=(Claim(FRIDAY.quote, (1,)),),
    citations=(cite(1, "gazette.md", FRIDAY.quote, "A quiet harbour", None, None),),
    notes=("Nothing says which Friday is meant.",),
    confidence=0.7,
)
REFUSAL = Answer(
    question="Who owns the ferries?",
    understood_as="Who owns the ferries?",
    text="I did not find this in the articles.",
    state="not found",
    abstained=True,
    refusal="Looked for: owns, ferries.",
    nearest=("Ferries will stop at midnight", "A quiet harbour"),
    passages=tuple(
        Retrieved(path, start, start + 60, 0.5, 0.4, 0.3, 0.2)
        for path, start in (("2024/harbour.txt", 0), ("2024/harbour.txt", 60), ("gazette.md", 0), ("hostile.txt", 0))
    ),
)


def nearby(cited: Citation, before: str, after: str) -> Nearby:
    """The quote of a citation between what stands around it."""
    at, context = cited.start - len(before), before + cited.quote + after
    assert TEXTS[cited.path][at : at + len(context)] == context
    about = cited.path, cited.title, cited.outlet, cited.published, cited.quote, cited.start, cited.end, cited.line
    return Nearby(*about, cited.page, context, at)


LIKELY = Answer(
    question="Why do the ferries stop?",
    understood_as="Why do the ferries stop?",
    text="I am not sure which of these answers it.",
    state="likely here",
    nearby=(nearby(PAPER, "The harbour was quiet on Tuesday. ", " Ferries may sail again on Friday."),),
    abstained=True,
    refusal="Looked for: ferries, stop.",
    confidence=0.4,
)
COUNTED = cite(2, "2024/harbour.txt", "It is the third\nstrike this year.",
               "Ferries will stop at midnight", "The Baltic Herald", "2024-03-05")  # fmt: skip
DIFFERING = Answer(
    question="How many crew members are on strike and who pays them?",
    understood_as="How many crew members are on strike? Who pays them?",
    text="[Mette Lind] said [sic] that 140 crew members stopped work. [1] [3] It is the third\nstrike this year. [2]",
    claims=(
        Claim("[Mette Lind] said [sic] that 140 crew members stopped work.", (1, 3), (29, 45)),
        Claim(COUNTED.quote, (2,)),
    ),
    citations=(
        replace(UNION, quote="“We are 140 crew members,” she said [sic]."),
        COUNTED,
        replace(PAPER, number=3, account=2),
    ),
    short="140 crew members",
    accounts=(Account(1, ("2024/harbour.txt", "herald.txt")), Account(2, ("gazette.md",))),
    differences=(
        Difference(
            "number",
            "crew members",
            (Value("140", "2024-03-05", (1,)), Value("About 140", None, (3,))),
            "Sources differ on the number of crew members",
            "Sources differ on the number of crew members: “140” (5 March 2024 [1]) or “About 140” (undated [3]).",
        ),
        Difference(
            "wording",
            "Mette <Lind>",
            (Value("all <b>of</b> us", "2024-03-05", (1,)), Value("we", None, (3,))),
            "Mette <Lind> is quoted in different words",
            "Mette <Lind> is quoted in different words: “all <b>of</b> us” (5 March 2024 [1]) or “we” (undated [3]).",
        ),
    ),
    support="2 articles, 2 independent accounts, say this.",
    missing=("Who pays them?",),
    notes=(
        "2 articles, 2 independent accounts, say this.",
        "Sources differ on the number of crew members: “140” (5 March 2024 [1]) or “About 140” (undated [3]).",
        "Mette <Lind> is quoted in different words: “all <b>of</b> us” (5 March 2024 [1]) or “we” (undated [3]).",
        "Nothing answers “Who pays them?”",
        "1 article without a date was left out.",
    ),
    confidence=0.8,
)
INJECTION = cite(1, "hostile.txt", HOSTILE, HOSTILE[:90], "<b>Outlet</b>", "2024-03-05")
ATTACK = Answer(
    question="<img src=x onerror=alert(1)> **why** $$x$$",
    understood_as="<img src=x onerror=alert(2)>",
    text=f"{HOSTILE} [1]",
    claims=(Claim(HOSTILE, (1,)),),
    citations=(INJECTION,),
    notes=("<i>note</i>",),
)
