"""Rewrites of an article, as sites make them of other sites' stories: what `benchmarks.quality.planted` plants as
copies.

Each change is mechanical and seeded. Words are replaced from a short table of what news says in two ways, and
beyond it by the word whose embedding (the packaged model's own, of single words) is nearest; such words are near
and not always true, so a rewrite is good for asking whether two texts are one story, and not for what it says.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from typing import Literal

import numpy as np

from index.encoder import Vectors
from index.packaged_model import model_folder
from index.text.sentences import split_sentences, words_of

Strength = Literal["light", "middling", "strong"]
Paragraphs = list[list[str]]
"""The sentences of each paragraph."""
GROUPS = """
talks|discussions|negotiations; about|roughly|around|some; troops|soldiers|forces; killed|slain;
wounded|injured|hurt; police|officers|law enforcement; said|stated|noted|explained; told|informed;
children|kids|youngsters; big|large; officials|authorities; announced|declared|revealed|unveiled;
began|started|commenced; begin|start|launch; end|finish; ended|concluded|wrapped up; help|assist|aid|support;
helped|aided|assisted; helping|aiding|assisting; many|numerous; attack|assault|strike; attacks|assaults|strikes;
decision|ruling|move; because|since; but|however|yet; also|too; show|demonstrate|indicate;
shows|indicates|suggests; showed|revealed|indicated; used|utilized|employed; use|utilize;
according to|as reported by|in the words of; more than|upwards of; less than|under|fewer than; near|close to;
last week|the previous week; this week|in recent days; on Monday|at the start of the week;
earlier|previously|before; several|a number of|various; statement|declaration|release; report|account|study;
found|discovered|uncovered; although|though|even though; while|whereas; company|firm|business;
companies|firms|businesses; buy|purchase; bought|purchased|acquired; deal|agreement|pact; money|cash|funds;
cost|price; increase|rise|uptick|jump; fell|dropped; increased|rose|climbed|grew; decreased|declined|shrank;
people|individuals|persons; home|house|residence; city|town; homes|houses|residences; area|region|zone;
areas|regions|zones; important|significant|crucial|key; first|initial; new|fresh|recent; major|big|significant;
very|extremely|highly; quickly|rapidly|swiftly; slowly|gradually; hit|struck; good|positive|favorable;
bad|poor|negative; difficult|hard|tough|challenging; easy|simple; need|require; needs|requires; wants|seeks|hopes;
want|wish|desire; wanted|sought|hoped; think|believe|feel; thinks|believes|feels; thought|believed;
know|understand|realize; see|view|witness; saw|witnessed|observed; seen|observed|witnessed; make|create|produce;
made|created|produced; get|obtain|receive; got|obtained|received; give|provide|offer; gave|provided|offered;
won|claimed; given|provided|offered; take|seize|grab; took|seized; keep|maintain|retain; kept|maintained|retained;
let|allow|permit; allowed|permitted|let; leave|depart|exit; left|departed|exited; continue|carry on|proceed;
continued|carried on|went on; stop|halt|cease; stopped|halted|ceased; arrested|detained|apprehended;
charged|accused; died|passed away|lost their lives; death|passing|demise; dead|deceased; fire|blaze|inferno;
storm|tempest; election|vote|poll; president|head of state; war|conflict|fighting; country|nation|state;
countries|nations|states; government|administration; law|legislation|statute;
lawmakers|legislators|members of Congress; court|tribunal|bench; judge|justice; lawyer|attorney|counsel;
trial|hearing; victim|casualty; victims|casualties; crime|offense; problem|issue|trouble; problems|issues|troubles;
risk|danger|threat; danger|peril|hazard; fear|worry|concern; fears|worries|concerns; angry|furious|enraged;
happy|glad|pleased|delighted; called|dubbed|labeled|termed; call|urge|appeal; called for|demanded|urged;
plan|scheme|proposal; plans|proposals|schemes; planned|scheduled|slated; expected|anticipated|projected;
likely|probable; unclear|unknown|uncertain; clear|evident|plain; remain|stay; remains|stays; remained|stayed;
build|construct|erect; built|constructed|erected; destroyed|wrecked|razed; damage|destruction|harm; damaged|harmed;
school|academy; teachers|educators|instructors; students|pupils|learners; doctors|physicians|medics;
patients|sufferers; hospital|clinic|medical center; disease|illness|ailment; virus|pathogen; vaccine|shot|jab;
experts|specialists|analysts; scientists|researchers; research|investigation|inquiry; team|squad|side;
game|match|contest; games|matches|contests; player|athlete; players|athletes; win|victory|triumph; loss|defeat;
star|icon; film|movie|picture; show|program|series; song|track|tune; book|volume|title; car|vehicle|automobile;
cars|vehicles|autos; plane|aircraft|jet; ship|vessel|boat; road|street|route; workers|employees|staff;
job|position|post; jobs|positions|posts; pay|wages|salary; growth|expansion; economy|economic system;
market|marketplace; rate|pace|level; rates|levels; year|twelve months; month|four weeks; two weeks|a fortnight;
currently|at present|at the moment|now; recently|lately; often|frequently|regularly;
sometimes|at times|occasionally; always|constantly|invariably; never|at no time|not once;
during|throughout|in the course of; after|following|in the wake of; before|prior to|ahead of;
due to|owing to|because of; such as|including; at least|no fewer than|a minimum of; across|throughout|all over;
former|onetime; woman|lady; man|gentleman; women|ladies; men|gentlemen; group|organization|body;
groups|organizations; leader|chief|head; leaders|chiefs|heads; member|participant; members|participants;
suspect|alleged culprit; gun|firearm; guns|firearms; shot|gunned down; shooting|gunfire|gun attack; search|hunt;
searching|hunting|looking; hoping|wishing; trying|attempting|seeking; try|attempt|seek; tried|attempted|sought;
working|laboring; work|labor; worked|labored; face|confront; faces|confronts; faced|confronted; facing|confronting;
amid|against a backdrop of|in the midst of; including|among them; whether|if; until|till;
however|nevertheless|still; meanwhile|at the same time|in the meantime; additionally|in addition|furthermore;
huge|enormous|massive|vast; small|little|minor|tiny; old|aged|elderly; whole|entire
"""
DECORATION = re.compile(
    r"(?<=\w )(?:very|really|just|quite|also|already|recently|currently|immediately|reportedly|officially|largely"
    r"|mostly|nearly|simply|actually|certainly|clearly|finally|initially|particularly|especially|significantly)\s"
)
SAYING = r"(?:said|says|added|told CNN|explained|noted|stated|wrote|tweeted)"
SAID_AFTER = re.compile(rf"[“\"]([^“”\"]{{10,400}}?)[,.]?[”\"],? ({SAYING}) ([^.“”\"]{{3,120}})\.")
NAME_SAID = re.compile(rf"[“\"]([^“”\"]{{10,400}}?)[,.]?[”\"],? ((?:[A-Z]\S+ ){{1,4}}|he |she |they )({SAYING})\b\.?")
REPORTED = (
    *((r"\bI’m\b", "he was"), (r"\bI\b", "he"), (r"\bwe’re\b", "they were"), (r"\b[Ww]e\b", "they")),
    *((r"\b[Mm]y\b", "his"), (r"\b[Oo]ur\b", "their"), (r"\bwill\b", "would"), (r"\bis\b", "was")),
    *((r"\bare\b", "were"), (r"\bhave\b", "had"), (r"\bcan\b", "could")),
)
LEADING = re.compile(r"^((?:In|On|After|Before|During|By|At|Since|For|Under|With|As|When) [^,“”]{4,80}), ([^“”]+)\.$")
TRAILING = re.compile(r"^([A-Z][^,“”]{20,200}?),? (after|when|while|because|as|before|since) ([^,“”]{10,140})\.$")
TITLE = re.compile(
    r"\b(?:President|Prime Minister|Secretary|Senator|(?:Sen|Rep|Gov|Gen|Maj|Lt|Sgt|Dr|Mr|Ms|Mrs)\.)\s"
    r"(?:of \w+ )?(?=[A-Z])"
)
FULL_NAME = re.compile(r"\b([A-Z][a-z]+) ((?:Mc|Mac|O’)?[A-Z][a-z]+)\b(?! [A-Z])")
THOUSANDS = re.compile(r"(?<![\d.,$€£])(\d{1,3}),(\d{3})(?![\d,])")
SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
LEADS = (
    "Here is what is known: {}",
    "In the latest development, {}",
    "{}, it has emerged.",
    "It comes down to this: {}",
)
ASIDE = re.compile(
    r"(?<=[a-z]), (?:who|which|a|an|the|where|including)\s[^,.]{5,90}, | [–—] [^–—.]{5,90} [–—] | \([^()]{1,80}\) "
)
TAIL = re.compile(r"(?<=[a-z]{3}), (?:which|who|where|with|including|according|[a-z]+ing)\s[^,]{5,120}\.$")
FILLERS = (
    "It was not immediately clear what would happen next.",
    "The news was met with a range of reactions.",
    "More details are expected to become public in the coming days.",
    "We have asked for comment and will update readers when we hear back.",
    "Those close to the matter have followed it with great attention.",
    "It is a story that many have been watching for some time.",
)
SUFFIXES = ("ing", "ed", "ly", "s", "er", "est", "ion")
GRAMMAR = words_of(
    """
    that this these those which what when where them they their there then than with from into have been were will
    would could should another other because while like just only even also more most some such very each both
    """
)
"""Words that hold a sentence together: another of them makes it none."""
NEAR = 0.4
"""Cosine of two words' embeddings from which on one stands for the other; below are strangers."""


def rewrite(article_text: str, strength: Strength, rng: random.Random) -> str:
    """The text as another site would print it, paragraphs divided by blank lines; the same for the same seed.

    "light": a paragraph moved, a tenth cut, some words replaced. "middling": reordered, a quarter cut, more
    words replaced, speech and clauses turned. "strong": two thirds of the words, every quote reworded or reported,
    sentences joined and split, numbers rounded, names shortened, a third cut, another lead.
    """
    steps: dict[Strength, tuple[Callable[[Paragraphs, random.Random], Paragraphs], ...]] = {
        "light": (_cut(0.1), _words(0.3), _moved),
        "middling": (_cut(0.25), _clauses(0.4), _quotes(0.4), _words(0.7), reordered),
        "strong": (
            *(_cut(1 / 3), _quotes(0.9), _condensed(0.7), _clauses(0.6), _joined(0.4), _names, _numbers),
            *(_words(1.0), reordered, new_lead, padded),
        ),
    }
    return changed(article_text, rng, *steps[strength])


KINDS: dict[str, tuple[Callable[[Paragraphs, random.Random], Paragraphs], ...]] = {}
"""Single changes by name, filled below."""


def changed(text: str, rng: random.Random, *steps: Callable[[Paragraphs, random.Random], Paragraphs]) -> str:
    """The text after these changes, one after the other."""
    paragraphs = [
        [text[slice(*span)] for span in split_sentences(text, *where)]
        for where in (match.span() for match in re.finditer(r"\S[^\n]*", text))
    ]
    for step in steps:
        paragraphs = [kept for kept in step(paragraphs, rng) if kept]
    return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs)


def headline(text: str, rng: random.Random) -> str:
    """Another headline: the first words of one of the first sentences, replaced as strongly as can be."""
    sentences = [text[slice(*span)] for span in split_sentences(text[:3000])]
    long = [sentence for sentence in sentences if len(sentence) > 40][:4] or sentences
    return " ".join(_replaced(rng.choice(long), 1.0, rng).split()[: rng.randint(7, 12)]) if long else text


def reordered(paragraphs: Paragraphs, rng: random.Random) -> Paragraphs:
    """Every paragraph but the first in another place."""
    rest = paragraphs[1:]
    rng.shuffle(rest)
    return [*paragraphs[:1], *rest]


def new_lead(paragraphs: Paragraphs, rng: random.Random) -> Paragraphs:
    """The first sentence is gone; another one's fact is told first, under an opening of its own."""
    body = [list(paragraph) for paragraph in paragraphs]
    if sum(map(len, body)) < 3:
        return body
    body[0] = body[0][1:]
    drawn = rng.choice([sentence for paragraph in body for sentence in paragraph])
    return [[rng.choice(LEADS).format(_replaced(drawn, 0.8, rng).rstrip("."))], *body]


def padded(paragraphs: Paragraphs, rng: random.Random) -> Paragraphs:
    """With a sentence that says nothing behind every fifth paragraph or so."""
    made = [[*paragraph, rng.choice(FILLERS)] if rng.random() < 0.2 else paragraph for paragraph in paragraphs]
    return [*made, [rng.choice(FILLERS)]]


def _moved(paragraphs: Paragraphs, rng: random.Random) -> Paragraphs:
    rest = paragraphs[1:]
    if rest:
        rest.insert(rng.randrange(len(rest) + 1), rest.pop(rng.randrange(len(rest))))
    return [*paragraphs[:1], *rest]


def _cut(share: float) -> Callable[[Paragraphs, random.Random], Paragraphs]:
    """Half of what goes is the end, half is taken from anywhere behind the first sentence."""

    def cut(paragraphs: Paragraphs, rng: random.Random) -> Paragraphs:
        places = [(p, s) for p, paragraph in enumerate(paragraphs) for s in range(len(paragraph))]
        gone = round(share * len(places))
        if gone < 1 or len(places) < 3:
            return paragraphs
        kept = places[: len(places) - gone // 2]
        dropped = set(rng.sample(kept[1:], min(gone - gone // 2, len(kept) - 1)))
        whole = set(kept) - dropped
        return [[text for s, text in enumerate(par) if (p, s) in whole] for p, par in enumerate(paragraphs)]

    return cut


def _each(change: Callable[[str, random.Random], str]) -> Callable[[Paragraphs, random.Random], Paragraphs]:
    return lambda paragraphs, rng: [[change(sentence, rng) for sentence in one] for one in paragraphs]


def _words(share: float) -> Callable[[Paragraphs, random.Random], Paragraphs]:
    return _each(lambda sentence, rng: _replaced(sentence, share, rng))


def _quotes(share: float) -> Callable[[Paragraphs, random.Random], Paragraphs]:
    return _each(lambda sentence, rng: _reported(sentence, rng) if rng.random() < share else sentence)


def _clauses(share: float) -> Callable[[Paragraphs, random.Random], Paragraphs]:
    return _each(lambda sentence, rng: _turned(sentence) if rng.random() < share else sentence)


def _condensed(share: float) -> Callable[[Paragraphs, random.Random], Paragraphs]:
    """Asides between commas or dashes, and what trails behind a comma, are left out of some sentences."""

    def one(sentence: str, rng: random.Random) -> str:
        if rng.random() >= share or "“" in sentence or '"' in sentence:
            return sentence
        return TAIL.sub(".", ASIDE.sub(" ", sentence, count=1), count=1)

    return _each(one)


def _replaced(sentence: str, share: float, rng: random.Random) -> str:
    """With about `share` of the words that have another to stand for them replaced."""
    sentence = DECORATION.sub(lambda m: "" if rng.random() < share else m.group(), sentence)
    pattern, table = _table()
    told = pattern.sub(lambda m: rng.choice(table[m.group()]) if rng.random() < share else m.group(), sentence)
    return re.sub(
        r"(?<![\w’'-])[a-z]{4,}(?![\w’'-])",
        lambda m: _near(m.group()) if rng.random() < share**2 else m.group(),
        told,
    )


@cache
def _table() -> tuple[re.Pattern[str], dict[str, list[str]]]:
    table: dict[str, list[str]] = {}
    for group in GROUPS.replace("\n", " ").split(";"):
        words = group.strip().split("|")
        for word in words:
            table.setdefault(word, []).extend(other for other in words if other != word)
    longest = sorted(table, key=lambda word: (-len(word), word))
    return re.compile(r"(?<![\w’'-])(?:" + "|".join(map(re.escape, longest)) + r")(?![\w’'-])"), table


@cache
def _near(word: str) -> str:
    """The word with the nearest embedding that can stand for this one; itself where there is none."""
    words, rows = _embeddings()
    place = words.get(word)
    if place is None:
        return word
    names, cosines = list(words), rows @ rows[place]
    nearest = np.argpartition(-cosines, 12)[:12]
    order = nearest[np.argsort(-cosines[nearest], kind="stable")]
    return next((names[n] for n in order if cosines[n] >= NEAR and _stands_for(word, names[n])), word)


@cache
def _embeddings() -> tuple[dict[str, int], Vectors]:
    """The words that are one token, with their rows, and the unit vectors, shape (words, dim)."""
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    vocabulary = Tokenizer.from_file(str(model_folder() / "tokenizer.json")).get_vocab()
    weights = load_file(model_folder() / "model.safetensors")
    matrix: Vectors = next(array for name, array in weights.items() if name.endswith("word_embeddings.weight"))
    words = sorted(word for word in vocabulary if re.fullmatch(r"[a-z]{4,}", word))
    rows = matrix[[vocabulary[word] for word in words]]
    return {word: n for n, word in enumerate(words)}, rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _stands_for(word: str, other: str) -> bool:
    """Not another form of the same word, and of the same ending, so that the sentence still parses."""
    if word[:4] == other[:4] or not GRAMMAR.isdisjoint((word, other)) or not set(SMALL).isdisjoint((word, other)):
        return False
    return all(word.endswith(suffix) == other.endswith(suffix) for suffix in SUFFIXES)


def _reported(sentence: str, rng: random.Random) -> str:
    """A quote as reported speech, or, where its speaker is not told in the usual way, in other words."""
    match = SAID_AFTER.search(sentence) or NAME_SAID.search(sentence)
    if not match:
        return re.sub(r"[“”\"]", "", sentence) if rng.random() < 0.5 else _replaced(sentence, 0.7, rng)
    words, who = match[1], match[3] if match.re is SAID_AFTER else match[2].strip()
    for pattern, other in REPORTED:
        words = re.sub(pattern, other, words)
    told = f"{who[0].upper()}{who[1:]} said that {words[0].lower()}{words[1:]}."
    return sentence[: match.start()] + told + sentence[match.end() :]


def _turned(sentence: str) -> str:
    """The leading clause put last, or the trailing one first."""
    if match := LEADING.match(sentence):
        return f"{match[2][0].upper()}{match[2][1:]} {match[1][0].lower()}{match[1][1:]}."
    if match := TRAILING.match(sentence):
        return f"{match[2].capitalize()} {match[3]}, {match[1][0].lower()}{match[1][1:]}."
    return sentence


def _joined(share: float) -> Callable[[Paragraphs, random.Random], Paragraphs]:
    """Some neighbours made one sentence, some long ones two."""

    def join(paragraphs: Paragraphs, rng: random.Random) -> Paragraphs:
        made: Paragraphs = []
        for sentence in (sentence for paragraph in paragraphs for sentence in paragraph):
            before = made[-1][-1] if made else ""
            if before.endswith(".") and len(before + sentence) < 260 and rng.random() < share:
                made[-1][-1] = (
                    f"{before[:-1]}, {rng.choice(('and', 'while', 'as'))} {sentence[0].lower()}{sentence[1:]}"
                )
            elif len(parts := re.split(r"(?:, (?:and|but|while)|;) (?=\w+ )", sentence, maxsplit=1)) > 1:
                made.append([parts[0].rstrip(".") + ".", parts[1][0].upper() + parts[1][1:]])
            else:
                made.append([sentence])
        return made

    return join


def _names(paragraphs: Paragraphs, rng: random.Random) -> Paragraphs:
    """Titles are left out, and of a full name all but the last word, except at its first mention."""
    seen: set[str] = set()

    def short(match: re.Match[str]) -> str:
        known = match.group() in seen
        seen.add(match.group())
        return match[2] if known else match.group()

    return [[FULL_NAME.sub(short, TITLE.sub("", sentence)) for sentence in one] for one in paragraphs]


def _numbers(paragraphs: Paragraphs, rng: random.Random) -> Paragraphs:
    """Thousands rounded to hundreds and called so; numbers up to twelve in words or in figures."""

    def rounded(match: re.Match[str]) -> str:
        number = round(int(match[1] + match[2]), -2)
        return f"{rng.choice(('nearly', 'about', 'approximately'))} {number:,}"

    spelt = re.compile(r"\b(?:" + "|".join(SMALL[1:]) + r")\b")

    def one(sentence: str, _: random.Random) -> str:
        told = spelt.sub(lambda m: str(SMALL.index(m.group()) + 1), THOUSANDS.sub(rounded, sentence))
        return told if told != sentence else re.sub(r"(?<![\d.,$€£-])([2-9])(?= [a-z])", _spelt, sentence)

    return _each(one)(paragraphs, rng)


def _spelt(match: re.Match[str]) -> str:
    return SMALL[int(match[1]) - 1]


KINDS |= {
    "reordered": (reordered,),
    "a third cut": (_cut(1 / 3),),
    "half cut": (_cut(1 / 2),),
    "words": (_words(0.8),),
    "quotes": (_quotes(1.0),),
    "joined and split": (_joined(0.6), _clauses(0.8)),
    "another lead": (new_lead, _cut(0.15)),
}
