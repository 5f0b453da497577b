"""A folder of files that were made to harm: damaged, disguised, endless, misnamed, pointing outside. By a seed.

Every file starts from a small valid one of its format, made here. What the hostile ones try to reach lies beside the
folder, in "outside"; its words, SECRET, are in no file of the folder.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import socket
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

SECRET = "Xylophone-Marmalade"
STORY = (
    "The harbour of Tallinn was closed on Monday, 6 May 2019, after a storm sank two barges.",
    "“We heard nothing until the lamps went out,” said Mari Tamm, who keeps the light.",
    "The port authority put the damage at 3.5 million euros – the most since 1987.",
)
PAGED = "<html><head><title>Harbour closed</title>%s</head><body><article>%s</article></body></html>"
WORD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'
XML = b'<?xml version="1.0" encoding="UTF-8"?>'
TYPES = (
    XML + b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    b'<Override PartName="/word/document.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"%s/></Relationships>'
)


@dataclass(frozen=True, slots=True)
class Hostile:
    """What was made: a folder of hostile files, and what none of them may lead to."""

    folder: Path
    files: tuple[bytes, ...]
    """Every file with the suffix of an article, relative to the folder; links, pipes and sockets are not among
    them."""
    outside: Path
    """The folder that the links and references point into."""


def hostile(folder: Path, count: int, seed: int) -> Hostile:
    """Writes `count` hostile files, and links and special files beside them; the same for the same arguments, but
    for the folder's own name."""
    random = Random(seed)
    outside = folder.with_name("outside")
    for made in (folder, outside):
        made.mkdir(parents=True)
    for name in ("secret.txt", "secret.xml", "secret.html", "secret.dtd"):
        (outside / name).write_text(f"The code word of the vault is {SECRET}.\n")
    kinds = list(attacks(outside))
    Random(0).shuffle(kinds)
    names: list[bytes] = []
    for n in range(count):
        if n % 2 == 0:
            suffix, data = kinds[(seed * count + n) // 2 % len(kinds)]  # each seed goes on where the last one ended
        else:
            suffix, data = mutated(random)
        names.append(_put(folder, random, n, suffix, data))
    _links(folder, outside)
    return Hostile(folder, tuple(names), outside)


# --- names ------------------------------------------------------------------------------------------------

NAMES: tuple[Callable[[bytes, bytes], bytes], ...] = (
    lambda n, suffix: n + b"\nbyline: two lines" + suffix,
    lambda n, suffix: n + b' it\'s "quoted" `x` $(y)' + suffix,
    lambda n, suffix: n + b"\ttab\r\x1b[31mred" + suffix,
    lambda n, suffix: b"--rebuild=" + n + suffix,
    lambda n, suffix: n + " 🚢 e\u0301té".encode() + suffix,
    lambda n, suffix: n + "\u202etxt.\u200f\u2028".encode() + suffix,
    lambda n, suffix: n + b"n" * (255 - len(n) - len(suffix)) + suffix,
    lambda n, suffix: n + b"caf\xe9\xff" + suffix,
    lambda n, suffix: n + b"%s {0} \\udce9 \\n" + suffix,
    lambda n, suffix: n + b".jsonl#1" + suffix,
    lambda n, suffix: n + suffix.upper(),
    lambda n, suffix: b"sub " + n + b"/" + b"d/" * 40 + n + suffix,
    lambda n, suffix: n + b" " + suffix,
    lambda n, suffix: b"<img src=x onerror=alert(1)>".replace(b"/", b"") + n + suffix,
)


def _put(folder: Path, random: Random, n: int, suffix: str, data: bytes) -> bytes:
    number, end = b"%04d" % n, suffix.encode()
    name = random.choice(NAMES)(number, end) if random.random() < 0.4 else number + end
    file = os.path.join(os.fsencode(folder), name)  # noqa: PTH118 - bytes, as no Path can be
    os.makedirs(os.path.dirname(file), exist_ok=True)  # noqa: PTH103, PTH120
    with open(file, "wb") as opened:  # noqa: PTH123
        opened.write(data)
    return name


def _links(folder: Path, outside: Path) -> None:
    """Links that leave the folder, go round in it or nowhere, pipes, sockets, and a folder that is closed."""
    for name, target in {
        "out.txt": outside / "secret.txt",
        "out": outside,
        "up": "..",
        "up and back.html": "../outside/secret.html",
        "here": ".",
        "self.txt": "self.txt",
        "one.md": "two.md",
        "two.md": "one.md",
        "nowhere.pdf": "no such file",
        "endless.txt": "/dev/zero",
        "memory.txt": "/proc/self/mem",
        "twice/over": "../twice",
    }.items():
        link = folder / name
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(target)
    for a in range(8):
        (folder / f"web {a}").mkdir()
        for b in range(8):
            (folder / f"web {a}" / f"to {b}").symlink_to(f"../web {b}")
    os.mkfifo(folder / "pipe.txt")
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as bound:  # where its name is too long
        bound.bind(str(folder / "socket.html"))
    (folder / "folder.txt").mkdir()
    (folder / "closed").mkdir(mode=0)


# --- valid files ------------------------------------------------------------------------------------------


def page(head: str = "", body: str = "") -> bytes:
    return (PAGED % (head, "".join(f"<p>{line}</p>" for line in STORY) + body)).encode()


def pdf(drawn: bytes | None = None, *further: bytes, root: bytes = b"", page: bytes = b"", **given: bytes) -> bytes:
    """A PDF of one page: `drawn` on it, `further` objects from number 7, and what goes into some dictionaries;
    `given` puts another object in the place of one ("pages", "font", "contents")."""
    text = b" ".join(b"(%s) ' 0 -14 Td" % line.encode("cp1252") for line in STORY)
    drawn = b"BT /F 12 Tf 14 TL 72 740 Td " + text + b" ET" if drawn is None else drawn
    objects = {
        "catalog": b"<</Type/Catalog/Pages 2 0 R%s>>" % root,
        "pages": b"<</Type/Pages/Kids[4 0 R]/Count 1>>",
        "font": b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        "page": b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>/XObject<</X 7 0 R>>>>"
        b"/Contents 5 0 R%s>>" % page,
        "contents": stream(drawn),
        "info": b"<</Title(Harbour closed)>>",
    } | given
    out, places = b"%PDF-1.7\n", []
    for n, body in enumerate((*objects.values(), *further), 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R/Info 6 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (size, table, size, len(out))
    )


def stream(data: bytes, keys: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(data), keys, data)


def docx(body: str | bytes | None = None, **parts: bytes) -> bytes:
    """A Word document; `body` stands in for its document.xml, `parts` for or beside its other parts."""
    paragraphs = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in STORY)
    document = WORD % paragraphs if body is None else body
    return packed(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": (RELATIONS % ("officeDocument", "word/document.xml", "")).encode(),
            "word/document.xml": document.encode() if isinstance(document, str) else document,
        }
        | parts
    )


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive, the same at any time of day."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name, (2019, 5, 6, 0, 0, 0))
            entry.compress_type = method
            archive.writestr(entry, data)
    return out.getvalue()


def export(*rows: str | bytes) -> bytes:
    good = json.dumps({"title": "Harbour closed", "text": " ".join(STORY), "date": "2019-05-06"})
    return b"\n".join(row.encode() if isinstance(row, str) else row for row in (good, *rows, good))


VALID: dict[str, Callable[[], bytes]] = {
    ".txt": lambda: ("Harbour closed\n\n" + "\n\n".join(STORY)).encode(),
    ".md": lambda: ("---\ntitle: Harbour closed\ndate: 2019-05-06\n---\n\n" + "\n\n".join(STORY)).encode(),
    ".html": page,
    ".htm": page,
    ".pdf": pdf,
    ".docx": docx,
    ".jsonl": export,
    ".ndjson": export,
}


# --- damage of any format ---------------------------------------------------------------------------------

ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "utf-7", "cp037", "koi8-r", "shift_jis", "cp1252", "mac-roman")
SPLINTERS = (
    b"\0",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    b"\x1b",
    b"\r",
    b"<",
    b"]]>",
    b"\xef\xbb\xbf",
    b"9" * 40,
)


def mutated(random: Random) -> tuple[str, bytes]:
    """A suffix, and a valid file with several damages; now and then it is a file of another format."""
    suffix = random.choice(tuple(VALID))
    data = VALID[random.choice(tuple(VALID)) if random.random() < 0.2 else suffix]()
    for _ in range(random.randint(1, 4)):
        data = random.choice(DAMAGES)(random, data)
    return suffix, data


def _edited(random: Random, data: bytes) -> bytes:
    for _ in range(random.randint(1, 30)):
        at, gone = random.randint(0, len(data)), random.choice((0, 0, 1, 3, 40))
        put = random.choice((*SPLINTERS, random.randbytes(random.randint(0, 4))))
        data = data[:at] + put + data[at + gone :]
    return data


def _flipped(random: Random, data: bytes) -> bytes:
    flipped = bytearray(data)
    for _ in range(random.randint(1, 20) if data else 0):
        flipped[random.randrange(len(flipped))] ^= 1 << random.randrange(8)
    return bytes(flipped)


def _recoded(random: Random, data: bytes) -> bytes:
    text = data.decode("utf-8", "replace")
    at = random.choice((0, 0, len(text) // 2))  # from there on, so that a file may have two encodings
    return text[:at].encode() + text[at:].encode(random.choice(ENCODINGS), "replace")


def _spliced(random: Random, data: bytes) -> bytes:
    other = random.choice(tuple(VALID.values()))()
    return data[: random.randint(0, len(data))] + other[random.randint(0, len(other)) :]


def _repeated(random: Random, data: bytes) -> bytes:
    start = random.randint(0, len(data))
    return data[:start] + data[start : start + random.randint(1, 60)] * random.randint(2, 300) + data[start:]


DAMAGES: tuple[Callable[[Random, bytes], bytes], ...] = (
    lambda random, data: data[: random.randint(0, len(data))],
    lambda random, data: data[random.randint(0, min(len(data), 60)) :],
    _edited,
    _flipped,
    _recoded,
    _spliced,
    _repeated,
)


# --- attacks on one format --------------------------------------------------------------------------------


def attacks(outside: Path) -> tuple[tuple[str, bytes], ...]:
    """Suffix and bytes of each attack that was thought of; some have to know what to point at."""
    secret = outside / "secret.txt"
    return (
        *_on_text(),
        *((".html", data) for data in _on_html(secret)),
        *((".pdf", data) for data in _on_pdf(secret)),
        *((".docx", data) for data in _on_docx(secret)),
        *((".jsonl", data) for data in _on_exports()),
        *((suffix, make()) for suffix in VALID for make in (page, pdf, docx) if VALID[suffix] is not make),
    )


def _on_text() -> tuple[tuple[str, bytes], ...]:
    story = "\n\n".join(STORY).encode()
    bomb = b"a0: &a0 [x]\n" + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b"*a%d," % (n - 1) * 9) for n in range(1, 30))
    fronts = (
        bomb + b"title: Harbour closed",
        b"title: !!python/object/apply:os.system [touch hacked]",
        b"title: " + b"[" * 3000,
        b"a: &a {b: *a}\ntitle: *a",
        b"title: " + b"9" * 10_000,
        b"date: 0000-00-00\ntitle: 2019-99-99 99:99:99",
        b"date: " + b":".join([b"59"] * 3000),
        b"title: " + b"\xed\xa0\xbd",
        b"? [[a]]: b\n!!binary x: !!int y",
    )
    return (
        *((".md", b"---\n" + front + b"\n---\n\n" + story) for front in fronts),
        (".txt", b"a" * 1_000_000),
        (".txt", b"Mr. " * 100_000),
        (".txt", b"\"'(" * 100_000),
        (".txt", b"\n" * 1_000_000 + story),
        (".md", b"#" * 200_000 + b"\n" + story),
        (".md", b"> " * 100_000 + b"|" * 100_000),
        (".txt", "e\u0301\u202e\u200d".encode() * 50_000),
        (".txt", story + b"\0" + story),
        (".txt", b"\xff\xfe" + story.decode().encode("utf-16-le")[:-1]),
        (".txt", b"\x00\x00\xfe\xff" + story),
        (".txt", gzip.compress(story, mtime=0)),
        (".txt", b"\x80\x81\xfe" * 100_000),
        (".txt", b""),
    )


def _on_html(secret: Path) -> tuple[bytes, ...]:
    there = secret.as_uri()
    reaching = (
        f'<base href="{there}"><link rel="import" href="secret.html"><link rel="canonical" href="{there}">',
        f'<meta http-equiv="refresh" content="0;url={there}"><link rel="stylesheet" href="{there}">',
        f'<script src="{there}"></script><style>@import url("{there}");</style>',
    )
    entity = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{there}"><!ENTITY % p SYSTEM "{there}"> %p;]>'
    inclusion = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{there}" parse="text"/>'
    included = f'<!--#include file="{secret}"--><iframe src="{there}"></iframe><object data="{there}"></object>'
    charsets = ("utf-7", "rot13", "zlib", "undefined", "unicode_escape", "idna", "x" * 40, "utf-16")
    dated = '<script type="application/ld+json">' + '[{"headline":' * 5000 + "</script>"
    return (
        *(page(head) for head in reaching),
        page(body=inclusion + included),
        entity.encode() + page(body="<p>The code word is &x;, said the keeper of the vault on Monday.</p>"),
        XML + entity.encode() + page(body=inclusion),
        f'<?xml-stylesheet type="text/xsl" href="{there}"?>'.encode() + page(),
        *(page(f'<meta charset="{name}">') + b"<p>\xe9\xff</p>" for name in charsets),
        page(body="<div>" * 100_000),
        page(body="<ul><li>" * 110 + "Deep." + "</li></ul>" * 110),
        page(body="<table><tr><td>" * 80),
        page(body="<b>" * 3000 + "<p>" * 3000),
        page(body="<p " + " ".join(f'a{n}="b"' for n in range(100_000)) + ">Many.</p>"),
        page(body='<td colspan="999999999" rowspan="999999999">wide</td>'),
        page(body='<a href="x">y</a>' * 20_000),
        page(body="&#xD800;&#x110000;&#0;&lt" * 5000),
        page(body="<" * 50_000 + "&" * 50_000),
        page(body="<!--" + "-" * 100_000),
        page(body="<script>" + "</" * 50_000),
        page(dated, "<p>\0\x01</p>"),
        page("<title>" + "a | " * 50_000 + "</title><meta property='og:site_name' content='(((a+)+)+$|['>"),
        b"<html>" * 3000 + page(),
        b"\xff\xfe" + page().decode().encode("utf-16-le")[:-1],
    )


def _on_pdf(secret: Path) -> tuple[bytes, ...]:
    there = os.fsencode(secret)
    whole = pdf()
    start = whole.rindex(b"xref\n0 ")
    looped = whole.replace(b"/Info 6 0 R>>", b"/Info 6 0 R/Prev %d>>" % start)
    onward = b"trailer<</Root 1 0 R/Size 8/Prev %d>>\nstartxref\n%d\n%%%%EOF"
    drawn = b"/X Do " * 2
    # Each form draws the next one twice: as often as 2 to the power of 40.
    chain = [
        stream(drawn, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (n + 8))
        for n in range(40)
    ]
    bomb = zlib.compress(b"(a) Tj " * 12_000_000, 1)
    cmap = b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFFFFFF> <0041> endbfrange"
    font = b"<</Type/Font/Subtype/Type0/BaseFont/A/Encoding/Identity-H/ToUnicode 7 0 R/DescendantFonts[8 0 R]>>"
    wide = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/A/W[0 999999999 500]>>"
    cells = stream(b"8 0 9 9 <</Type/ObjStm>>", b"/Type/ObjStm/N 999999999/First 8/Extends 7 0 R")
    return (
        pdf(pages=b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"),
        pdf(pages=b"<</Type/Pages/Kids[4 0 R 2 0 R 4 0 R]/Parent 2 0 R/Count 999999999>>"),
        pdf(pages=b"<</Type/Pages/Kids 2 0 R/Count -1>>"),
        pdf(pages=b"2 0 R"),
        pdf(page=b"/Parent 4 0 R/Resources 4 0 R"),
        looped,
        whole + onward % (len(whole), len(whole)),
        whole + b"xref\n0 999999999\n" + onward % (start, len(whole)),
        whole.replace(b"startxref\n", b"startxref\n-"),
        whole.replace(b"startxref\n", b"startxref\n9999999999999999999"),
        whole.replace(b"/Size 7", b"/Size 999999999"),
        whole[:start],
        pdf(contents=b"<</Length 999999999999>>stream\n(a) Tj\nendstream"),
        pdf(contents=b"<</Length 5 0 R>>stream\n(a) Tj\nendstream"),
        pdf(contents=b"<</Length -5>>stream\n(a) Tj\nendstream"),
        pdf(contents=b"[5 0 R 5 0 R]"),
        pdf(contents=stream(bomb, b"/Filter/FlateDecode")),
        pdf(contents=stream(zlib.compress(bomb), b"/Filter[/FlateDecode/FlateDecode]")),
        pdf(contents=stream(b"x", b"/Filter[" + b"/ASCIIHexDecode" * 5000 + b"]")),
        pdf(contents=stream(bomb[:200], b"/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 999999999>>")),
        pdf(contents=stream(b"", b"/F(%s)/FFilter/ASCIIHexDecode" % there)),
        pdf(b"[" * 50_000),
        pdf(b"<<" * 50_000 + b"(" * 50_000),
        pdf(b"BT " + b"q " * 200_000 + b"ET"),
        pdf(b"BT /F 1e999 Tf 1e308 0 0 1e308 9e307 nan Tm (Far.) Tj ET"),
        pdf(b"BI /W 999999999 /H 999999999 ID EI"),
        pdf(drawn, stream(drawn, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 7 0 R>>>>")),
        pdf(drawn, *chain),
        pdf(None, stream(cmap), wide, font=font),
        pdf(None, b"7 0 R", font=b"<</Type/Font/Subtype/Type0/Encoding 7 0 R/DescendantFonts[3 0 R]>>"),
        pdf(None, cells, font=b"9 0 R"),
        pdf(root=b"/AcroForm<</XFA(%s)>>/OpenAction<</S/Launch/F(%s)>>/Outlines 1 0 R" % (there, there)),
        pdf(root=b"/Names 1 0 R/Version 1 0 R/PageLabels<</Nums[0 1 0 R]/Kids[1 0 R]>>", info=b"6 0 R"),
        whole.replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt<</Filter/Standard/V 5/R 6/O()/U()/P 0>>"),
        b"%PDF-1.7\n" + b"1 0 obj\n<</A " * 3000,
    )


def _on_docx(secret: Path) -> tuple[bytes, ...]:
    there = secret.as_uri()
    declared = "".join(f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(12))
    entities = f'<!DOCTYPE d [<!ENTITY a0 "ha">{declared}]>'
    outer = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{there}"><!ENTITY % p SYSTEM "{there}"> %p;]>'
    told = WORD % "<w:p><w:r><w:t>The code word is &x; of course.</w:t></w:r></w:p>"
    included = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{there}" parse="text"/>'
    zeros = bytes(12_000_000)
    lying = bytearray(packed({"[Content_Types].xml": TYPES, "word/document.xml": zeros}))
    at = lying.rindex(b"PK\x01\x02") + 24
    lying[at : at + 4] = (1000).to_bytes(4, "little")  # it says that it unpacks to 1,000 bytes
    nested = docx()
    for _ in range(20):
        nested = packed({"word/document.xml": nested, "[Content_Types].xml": TYPES})
    relations = "word/_rels/document.xml.rels"
    return (
        docx(zeros),
        docx(WORD % ("<w:p/>" * 1_500_000)),
        bytes(lying),
        packed({f"{n}.xml": zeros[:500_000] for n in range(60)}),
        packed({"word/document.xml": zeros[:5_000_000]}, zipfile.ZIP_LZMA),
        nested,
        docx(entities + WORD % "<w:p><w:r><w:t>&a12;</w:t></w:r></w:p>"),
        docx(outer + told),
        docx(outer.replace("<!ENTITY x", '<!DOCTYPE e SYSTEM "file:///x"><!ENTITY x') + told),
        docx(f'<!DOCTYPE d SYSTEM "{there.replace(".txt", ".dtd")}">' + told.replace("&x;", "")),
        docx(WORD % included),
        docx(**{"[Content_Types].xml": (outer + TYPES.removeprefix(XML).decode().replace("xml", "&x;")).encode()}),
        docx(**{relations: (RELATIONS % ("styles", there, ' TargetMode="External"')).encode()}),
        docx(**{relations: (RELATIONS % ("styles", "../../../../../.." + str(secret), "")).encode()}),
        docx(**{relations: (RELATIONS % ("officeDocument", "document.xml", "")).encode()}),
        docx(**{"_rels/.rels": (RELATIONS % ("officeDocument", "../outside/secret.txt", "")).encode()}),
        docx(**{"../../outside/secret.txt": b"overwritten", "/etc/byline": b"x", "a\0b": b"x"}),
        docx(WORD % ("<w:p>" * 100_000)),
        docx(WORD % ("<w:tbl><w:tr><w:tc>" * 80 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 80)),
        docx(WORD % ("<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='999999999'/></w:tcPr></w:tc></w:tr></w:tbl>")),
        docx(WORD % ("<w:p " + " ".join(f'a{n}="b"' for n in range(100_000)) + "/>")),
        docx(XML.replace(b"UTF-8", b"UTF-16") + (WORD % "").encode()),
        docx(XML.replace(b"UTF-8", b"UTF-7") + (WORD % "+ADw-").encode()),
        docx()[:-30],
        docx().replace(b"PK\x01\x02", b"PK\x01\x03"),
        packed({}),
    )


def _on_exports() -> tuple[bytes, ...]:
    rows = (
        '{"text": "Deep.", "title": ' + "[" * 100_000,
        '{"text": "Deep.", "source": ' + '{"name":' * 100_000,
        "[" * 50_000 + "]" * 50_000,
        '{"text": "Long.", "date": ' + "9" * 100_000 + "}",
        '{"text": "Endless.", "date": 1e999, "title": NaN, "source": -Infinity}',
        '{"text": "Late.", "date": 9999999999999}',
        '{"text": "Late.", "date": {"$date": {"$date": "2019-99-99"}}}',
        '{"text": "Twice.", "text": "Again.", "TEXT": "And again."}',
        '{"text": "Half \\ud83d of \\udea2 a pair.", "title": "\\ud800", "url": "https://x.org/\\udfff"}',
        '{"text": "Nul \\u0000 and \\u001b[31m.", "title": "a\\nb\\tc"}',
        '{"text": ["Paragraphs.", 7], "body": [[]], "content": {}}',
        '{"text": "' + "a" * 500_000 + '"}',
        '{"title": "' + "a " * 200_000 + '", "text": "Short."}',
        '{"text": "Odd.", "url": "javascript:alert(1)", "date": "' + "2019-" * 50_000 + '"}',
        *("null", "7", '"text"', "[]", "{}", "true", "NaN", "{", "}", ","),
        b'{"text": "\xff\xfe"}',
        b"\0" * 1000,
        b"\xef\xbb\xbf" * 3,
        "\u2028\u0085\x0b",
    )
    return (
        export(*rows),
        *(export(*rows[n : n + 5]) for n in range(0, len(rows), 5)),
        *(row if isinstance(row, bytes) else row.encode() for row in rows[:6]),
        export().replace(b"\n", b"\r"),
        export().decode().encode("utf-16"),
        b"\n" * 100_000,
        b"[1]\n" * 5000,
        gzip.compress(export(), mtime=0),
    )
