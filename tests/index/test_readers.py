"""Every format gives its text, what it says of itself, and one clear line where it cannot be read."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import threading
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ArticleError
from index.readers import READERS, html, jsonl, pdf, process
from index.text.articles import parse_article, read_article, read_articles
from index.types import Article, Extracted, Unread

ROOT = Path(__file__).resolve().parents[2]
LEAD = "The minister of finance resigned on Thursday after a vote of no confidence in the lower house."
NEXT = "A successor will be named on Monday, according to the office of the prime minister in the capital."
LAST = "The last minister to lose such a vote left in 1987, after only forty days in office."


def extracted(name: str, data: bytes) -> Extracted:
    return READERS[Path(name).suffix](data, name)


def refused(name: str, data: bytes) -> str:
    with pytest.raises(ArticleError) as raised:
        extracted(name, data)
    assert str(raised.value).startswith(name)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def sentences(article: Article) -> list[str]:
    return [article.text[s.start : s.end] for s in article.sentences]


# HTML

PAGE = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Minister resigns after vote | The Daily Herald</title>
<meta property="og:site_name" content="The Daily Herald">
<meta property="og:image" content="https://img.example.org/2019/01/02/a.jpg">
<meta property="article:modified_time" content="2022-01-03T10:00:00Z">
<meta property="article:published_time" content="2021-12-09T22:10:00-05:00">
<link rel="canonical" href="https://herald.example.org/politics/minister-resigns">
</head><body class="has-cookie-banner">
<div id="cookie-banner"><p>We use cookies to improve your experience on this site. Accept all of them.</p></div>
<header><nav><ul><li><a href="/">Home</a></li><li><a href="/w">World news</a></li></ul></nav></header>
<main><article><h1>Minister resigns after vote</h1>
<p>{LEAD.replace("after", "after" + chr(10))}</p>
<figure><img src="a.jpg"><figcaption>The minister leaves parliament. Photo: Agency</figcaption></figure>
<p>“I have done what I could,” she said – outside.<br>{NEXT}</p>
<ul><li>The vote was 212 to 188.</li></ul><p>{LAST}</p></article>
<aside class="related"><h3>Related stories</h3><p><a href="/1">Markets fall after the vote</a></p></aside>
<section id="comments"><h3>3 comments</h3><p class="comment">A disgrace, she should have gone years ago.</p></section>
</main><footer><p>© 2021 The Daily Herald. All rights reserved.</p></footer></body></html>
"""
PLAIN_PAGE = (
    f"<html><head>%s</head><body><article><h1>Minister resigns</h1>%s<p>{LEAD}</p><p>{NEXT}</p></article></body>"
)


def test_a_page_is_its_main_text_and_what_its_head_says() -> None:
    page = extracted("a.html", PAGE.encode())
    assert page.text.split("\n\n") == [
        "Minister resigns after vote",
        LEAD,
        "“I have done what I could,” she said – outside.",
        NEXT,
        "- The vote was 212 to 188.",
        LAST,
    ]
    assert (page.title, page.published, page.outlet, page.pages) == (
        "Minister resigns after vote",
        "2021-12-09",
        "The Daily Herald",
        (),
    )
    assert page.url == "https://herald.example.org/politics/minister-resigns"


def test_a_page_becomes_an_article_of_whole_sentences(tmp_path: Path) -> None:
    (tmp_path / "a.htm").write_bytes(PAGE.encode())
    article = read_article(tmp_path / "a.htm", "a.htm")
    assert [s.role for s in article.sentences][:2] == ["title", "body"]
    assert {LEAD, NEXT, LAST} <= set(sentences(article))


def test_what_stands_around_an_article_is_left_out_and_its_lead_is_not() -> None:
    around = (
        '<div class="nav"><a href="/">Home</a> <a href="/w">World</a></div>%s<section><h2>You may also like</h2>'
        '<div class="card"><h3><a href="/1">Storm hits the coast</a></h3><p>The storm tore off many roofs.</p></div>'
        '</section><div class="gdpr">This website stores cookies. <button>OK</button></div>'
    )
    page = f"<header><h1>Minister resigns</h1><p>{LEAD}</p></header><p>{NEXT}</p><p>Nobody came.</p><p>{LAST}</p>"
    read = extracted("a.html", f"<html><body>{around % f'<article>{page}</article>'}</body></html>".encode())
    assert read.text.split("\n\n") == ["Minister resigns", LEAD, NEXT, "Nobody came.", LAST]


def test_tables_that_lay_out_a_page_are_no_tables() -> None:
    old = f"<tr><td><a href=/>Home</a><br><a href=/w>World</a></td><td><p>{LEAD}<p>{NEXT}<p>{LAST * 2}</td></tr>"
    read = extracted("a.html", f"<html><body><table>{old}</table></body></html>".encode())
    assert read.text.split("\n\n") == [LEAD, NEXT, LAST * 2]
    figures = "<table><tr><th>Party</th><th>Seats</th></tr><tr><td>Red</td><td>12</td></tr></table>"
    read = extracted("a.html", (PLAIN_PAGE % ("", f"<p>{LAST}</p>{figures}")).encode())
    assert read.text.split("\n\n")[2:4] == ["| Party | Seats |", "| Red | 12 |"]


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        ("", "", None),
        ("", "<p>It began on 2021-12-09, when the first ministers left the government.</p>", None),
        ('<meta property="og:image" content="https://x.org/2019/01/02/a.jpg">', "", None),
        ('<meta property="article:modified_time" content="2022-01-03T10:00:00Z">', "", None),
        ('<meta itemprop="copyrightYear" content="2021">', "", None),
        ('<meta name="date" content="03/04/2021">', "", None),
        ('<meta name="DC.date.issued" content="9 December 2021">', "", "2021-12-09"),
        ("", '<time datetime="2021-12-09T10:00Z">Thursday</time>', "2021-12-09"),
        ("", '<span class="post-date">December 9, 2021</span>', "2021-12-09"),
        ("", '<span class="updated-date">Updated December 9, 2021</span>', None),
        ("", '<time datetime="2021-12-09">1</time><time datetime="2021-12-10">2</time>', None),
        ('<link rel="canonical" href="https://x.org/2021/12/09/minister">', "", "2021-12-09"),
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "VideoObject", "datePublished": "2019-01-01"},'
            '{"@type": "NewsArticle", "headline": "x", "dateModified": "2022-01-01", "datePublished":'
            ' "2021-12-09"}]}</script>',
            "",
            "2021-12-09",
        ),
    ],
)
def test_a_page_is_dated_by_what_it_states_and_never_by_a_guess(head: str, body: str, published: str | None) -> None:
    page = extracted("a.html", (PLAIN_PAGE % (head, body)).encode())
    assert page.published == published
    assert LEAD in page.text


def test_a_page_is_read_in_the_encoding_it_declares_or_shows() -> None:
    story = f"<p>Der Präsident traf – in Köln – die Ministerin. {LEAD}</p>"
    body = f"<body><article><p>{NEXT}</p>{story}</article></body></html>"
    old = f'<html><head><meta charset="iso-8859-1"></head>{body}'
    xml = f'<?xml version="1.0" encoding="windows-1252"?><html xmlns="http://www.w3.org/1999/xhtml"><head/>{body}'
    for data in (
        old.encode(),
        old.encode("cp1252"),
        xml.encode("cp1252"),
        f"<html>{body}".encode("utf-16"),
        b"\xef\xbb\xbf" + f"<html>{body}".encode(),
    ):
        assert "Der Präsident traf – in Köln – die Ministerin." in extracted("a.html", data).text
    assert LEAD in extracted("a.html", old.encode("cp1252").replace(b"iso-8859-1", b"no-such-charset")).text
    assert LEAD in extracted("a.html", f"<p>{LEAD}</p>".encode()).text


@pytest.mark.parametrize("page", ["", "<html><body><nav><a href='/'>Home</a></nav></body></html>", "<html></html>"])
def test_a_page_without_main_text_is_reported(page: str) -> None:
    assert "a.html has no main text: " in refused("a.html", page.encode())


def test_hostile_pages_are_reported_or_read() -> None:
    deep = b"<html><body>" + b"<div>" * 100_000 + LEAD.encode() + b"</div>" * 100_000
    assert "nested" in refused("a.html", deep)
    entities = b"".join(b"<!ENTITY a%d '%s'>" % (n + 1, b"&a%d;" % n * 10) for n in range(30))
    bomb = b"<!DOCTYPE html [<!ENTITY a0 'ha'>" + entities + b"]><html><body><p>&a30; " + LEAD.encode() * 3
    assert len(extracted("a.html", bomb).text) < 1000


# PDF


def made_pdf(*pages: list[tuple[float, float, float, str]], info: str = "") -> bytes:
    """A PDF of lines (x, y, size, text) in Helvetica."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for n, lines in enumerate(pages):
        drawn = "\n".join(f"BT /F {size} Tf {x} {y} Td ({text}) Tj ET" for x, y, size, text in lines)
        objects.append(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>"
            f"/Contents {5 + 2 * n} 0 R>>"
        )
        objects.append(f"<</Length {len(drawn.encode('cp1252'))}>>stream\n{drawn}\nendstream")
    objects.append(f"<<{info}>>")
    out = b"%PDF-1.4\n"
    places = []
    for n, body in enumerate(objects):
        places.append(len(out))
        out += f"{n + 1} 0 obj\n{body}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"<</Size {len(objects) + 1}/Root 1 0 R/Info {len(objects)} 0 R>>"
    size = len(objects) + 1
    return (
        out + f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer{trailer}\nstartxref\n{len(out)}\n%%EOF".encode()
    )


def set_lines(lines: list[str], top: float = 740, left: float = 72) -> list[tuple[float, float, float, str]]:
    """Lines under each other, 14 points apart; an empty one leaves half a line's room."""
    placed, y = [], top
    for line in lines:
        placed += [(left, y, 12, line)] if line else []
        y -= 14 if line else 10
    return placed


HEAD = (72.0, 800.0, 9.0, "The Daily Herald")
FIRST_PAGE = [
    HEAD,
    (72, 770, 20, "Minister resigns after vote"),
    *set_lines(
        [
            "The minister of finance resigned on Thursday after a vote of no con-",
            "fidence in the lower house, in which 212 of the 400 members present",
            "voted against her. President Joseph Smith of the neighbouring Republic",
            "Of Examples sent well-known words of regret, as did many others.",
            "",
            "The second paragraph begins here and says nothing much, in a long-",
            "winded way, of the long-winded debate that went on until it was well-",
            "known that the house would have to decide, before the",
        ]
    ),
    (290, 30, 9, "Page 1"),
]
SECOND_PAGE = [
    HEAD,
    *set_lines(["end of the year, on a budget. It did not.", "", "“Nothing more,” said al-", "Araji, who left."]),
    (290, 30, 9, "Page 2"),
]


def test_a_pdf_is_paragraphs_of_whole_sentences_without_running_heads(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(made_pdf(FIRST_PAGE, SECOND_PAGE))
    article = read_article(tmp_path / "a.pdf", "a.pdf")
    assert article.text.split("\n\n") == [
        "Minister resigns after vote",
        "The minister of finance resigned on Thursday after a vote of no confidence in the lower house, in which 212 "
        "of the 400 members present voted against her. President Joseph Smith of the neighbouring Republic Of "
        "Examples sent well-known words of regret, as did many others.",
        "The second paragraph begins here and says nothing much, in a long-winded way, of the long-winded debate "
        "that went on until it was well-known that the house would have to decide, before the end of the year, on a "
        "budget. It did not.",
        "“Nothing more,” said al-Araji, who left.",
    ]
    assert article.title == "Minister resigns after vote"
    assert len(article.pages) == 2
    assert article.text[article.pages[0] :].startswith("Minister resigns")
    assert article.text[article.pages[1] :].startswith("end of the year")


def test_two_columns_are_read_one_after_the_other() -> None:
    left = set_lines(["The first column tells how the whole", "story began, and it ends with half of a"], left=50)
    right = set_lines(["sentence. The second column goes on", "to the end of it, which is here."], left=310)
    assert extracted("a.pdf", made_pdf([*left, *right])).text == (
        "The first column tells how the whole story began, and it ends with half of a sentence. The second column "
        "goes on to the end of it, which is here."
    )


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("The mission in the country will have ended by Dec.", "31. Some are to stay.", " 31. Some"),
        ("It was announced after a talk of both in a joint U.S.-", "Iraqi statement.", "U.S.-Iraqi"),
        ("The minister, of whom it is said that she left early", "– nobody saw it – resigned.", "early – nobody"),
        ("There are two things which have to be said about this:", "• She resigned.", "this:\n• She"),
    ],
)
def test_sentences_run_on_over_the_ends_of_lines(before: str, after: str, joined: str) -> None:
    assert joined in extracted("a.pdf", made_pdf(set_lines([before, after]))).text


def test_pages_without_text_are_counted_too() -> None:
    story = set_lines([LEAD])
    read = extracted("a.pdf", made_pdf([], story, [], set_lines([NEXT]), []))
    assert read.text == f"{LEAD}\n\n{NEXT}"
    assert read.pages == (0, 0, len(LEAD) + 2, len(LEAD) + 2, len(read.text))


def test_the_files_own_title_counts_only_where_the_page_shows_it_and_its_date_never() -> None:
    made = "/CreationDate(D:20190101120000Z)"
    shown = extracted("a.pdf", made_pdf(FIRST_PAGE, info=f"/Title(Minister resigns  after vote){made}"))
    named = extracted("a.pdf", made_pdf(FIRST_PAGE, info=f"/Title(Microsoft Word - draft7.doc){made}"))
    assert (shown.title, shown.published) == ("Minister resigns after vote", None)
    assert (named.title, named.published) == (None, None)


def test_a_scan_is_told_to_be_recognised_first() -> None:
    assert "a.pdf has no text (a scan?): run OCR on it first." in refused("a.pdf", made_pdf([], []))


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_pdf_with_a_password_is_reported_and_one_with_an_empty_password_is_read(algorithm: str) -> None:
    for password in ("secret", ""):
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(made_pdf(FIRST_PAGE)))
        writer.encrypt(password, owner_password="owner", algorithm=algorithm)
        written = io.BytesIO()
        writer.write(written)
        if password:
            assert "is encrypted: save it without a password" in refused("a.pdf", written.getvalue())
        else:
            assert extracted("a.pdf", written.getvalue()).text.startswith(HEAD[3])


def test_damaged_pdfs_are_reported() -> None:
    whole = made_pdf(FIRST_PAGE, SECOND_PAGE)
    for data in (b"", b"no PDF", whole[:120], whole.replace(b"/Kids", b"/Dogs"), b"%PDF-1.4\n" + bytes(range(256))):
        refused("a.pdf", data)
    loop = whole.replace(b"/Kids[4 0 R 6 0 R]", b"/Kids[2 0 R 2 0 R]")
    assert loop != whole
    refused("a.pdf", loop)


# Word


def made_docx(text: str = LEAD, **properties: str) -> bytes:
    document = docx.Document()
    for name, value in properties.items():
        setattr(document.core_properties, name, value)
    document.add_paragraph(text)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Votes for", "188"
    document.add_paragraph(NEXT)
    return saved(document)


def saved(document: object) -> bytes:
    out = io.BytesIO()
    document.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def with_body(xml: bytes, name: str = "word/document.xml") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made_docx())) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, xml if part.filename == name else old.read(part))
    return out.getvalue()


WORD = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>%s</w:body></w:document>'


def test_a_word_document_is_its_paragraphs_and_tables_in_order() -> None:
    read = extracted("a.docx", made_docx(title="Minister resigns"))
    assert read.text == f"{LEAD}\n\nVotes for | 188\n\n{NEXT}"
    assert (read.title, read.published, read.pages) == ("Minister resigns", None, ())


def test_a_title_paragraph_goes_before_the_title_property(tmp_path: Path) -> None:
    document = docx.Document()
    document.core_properties.title = "Template of 2009"
    document.add_heading("Minister resigns after vote", 0)
    document.add_paragraph(LEAD)
    (tmp_path / "a.docx").write_bytes(saved(document))
    article = read_article(tmp_path / "a.docx", "a.docx")
    assert article.title == "Minister resigns after vote"
    assert [s.role for s in article.sentences] == ["title", "body"]


def test_changes_under_review_are_read_as_accepted() -> None:
    runs = b"<w:r><w:t xml:space='preserve'>She did </w:t></w:r><w:ins><w:r><w:t>not resign</w:t></w:r></w:ins>"
    runs += b"<w:del><w:r><w:delText>resign</w:delText></w:r></w:del><w:r><w:t>.</w:t></w:r>"
    assert extracted("a.docx", with_body(WORD % (b"<w:p>" + runs + b"</w:p>"))).text == "She did not resign."


def test_hostile_and_damaged_documents_are_reported() -> None:
    assert "unpacks to 62 MB, which no article does" in refused("a.docx", with_body(WORD % b"" + b" " * 61_000_000))
    entities = b'<!DOCTYPE d [<!ENTITY a0 "ha">'
    entities += b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(12)) + b"]>"
    refused("a.docx", with_body(entities + WORD % b"<w:p><w:r><w:t>&a12;</w:t></w:r></w:p>"))
    refused("a.docx", with_body(WORD % (b"<w:p>" * 100_000 + b"</w:p>" * 100_000)))
    refused("a.docx", with_body(b"<a/>", "[Content_Types].xml"))
    assert "has no text" in refused("a.docx", with_body(WORD % b"<w:p/>"))
    for data in (b"", b"old .doc", made_docx()[:2000]):
        assert "is no Word document" in refused("a.docx", data)


def test_a_document_shows_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the secret")
    entity = f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'.encode()
    data = with_body(entity + WORD % b"<w:p><w:r><w:t>Hello &x; there</w:t></w:r></w:p>")
    assert "holds text that it names &x;" in refused("a.docx", data)


def test_no_text_behind_a_name_that_a_document_declares_is_lost_without_a_word() -> None:
    told = WORD % b"<w:p><w:r><w:t>Rain &amp; wind &lt;of 90&#160;km/h&gt; did %s stop the ferry.</w:t></w:r></w:p>"
    read = extracted("a.docx", with_body(told % b"")).text
    assert " ".join(read.split()) == "Rain & wind <of 90 km/h> did stop the ferry."
    declared = b'<!DOCTYPE d [<!ENTITY x "not">]>'
    reason = refused("a.docx", with_body(declared + told % b"&x;"))
    assert reason == (
        "a.docx holds text that it names &x; and keeps elsewhere, which no Word document does: open it and save it "
        "again as .docx or .txt."
    )


# The helper process


@pytest.fixture
def fresh_helper() -> Iterator[None]:
    process.helper.close()
    yield
    process.helper.close()


SLOW = b"<html><body>" + b"<div></div>" * 1_000_000


def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    extracted("a.html", PAGE.encode())
    monkeypatch.setattr(process, "SECONDS", 0.5)
    started = time.perf_counter()
    assert "slow.html took longer than 0.5 s to read: " in refused("slow.html", SLOW)
    assert time.perf_counter() - started < 3
    monkeypatch.undo()
    assert extracted("a.html", PAGE.encode()).title == "Minister resigns after vote"


def test_a_file_that_ends_its_reader_is_reported_and_the_next_one_is_read() -> None:
    extracted("a.html", PAGE.encode())
    running = process.helper._process
    assert running is not None
    threading.Timer(0.3, running.kill).start()
    assert "slow.html crashed its reader" in refused("slow.html", SLOW)
    assert extracted("a.html", PAGE.encode()).title == "Minister resigns after vote"


def test_one_helper_serves_all_threads_and_gives_each_its_own_answer() -> None:
    pages = [
        PLAIN_PAGE % ("", f"<p>This is the page of number {n}, and of no other number at all.</p>") for n in range(12)
    ]
    with ThreadPoolExecutor(4) as pool:
        texts = list(pool.map(lambda page: extracted("a.html", page.encode()).text, pages))
    assert all(f"the page of number {n}," in text for n, text in enumerate(texts))


def test_the_same_bytes_give_the_same_text_in_every_helper(fresh_helper: None) -> None:
    files = {"a.html": PAGE.encode(), "a.pdf": made_pdf(FIRST_PAGE, SECOND_PAGE), "a.docx": made_docx()}
    once = {name: extracted(name, data) for name, data in files.items()}
    process.helper.close()
    assert {name: extracted(name, data) for name, data in files.items()} == once


@pytest.mark.parametrize(
    ("name", "library", "package"),
    [
        ("a.html", "trafilatura", "trafilatura"),
        ("a.pdf", "pypdf", "pypdf"),
        ("a.docx", "docx", "python-docx"),
    ],
)
def test_a_library_that_is_not_installed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_helper: None, name: str, library: str, package: str
) -> None:
    (tmp_path / f"{library}.py").write_text("raise ImportError")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    extra = name.removeprefix("a.")
    assert refused(name, b"any") == (
        f'{name} needs {package} to be read: run pip install {package} (Byline\'s extra "{extra}").'
    )


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="the end of a process is seen in /proc")
def test_the_helper_ends_with_its_program_and_never_runs_it_again(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(PAGE.encode())
    script = tmp_path / "script.py"  # without a guard around its main part, as people write them
    script.write_text(
        f"import os, sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path\n"
        "from index.text.articles import read_article\n"
        "from index.readers.process import helper\n"
        f"print(read_article(Path({str(tmp_path / 'page.html')!r}), 'page.html').title)\n"
        "print(helper._process.pid, flush=True)\n"
        "os._exit(1)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    title, pid = done.stdout.splitlines()
    assert title == "Minister resigns after vote"
    deadline = time.perf_counter() + 5
    while running(pid) and time.perf_counter() < deadline:
        time.sleep(0.02)
    assert not running(pid)


def running(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not hasattr(os, "fork"), reason="nothing to test where no process forks")
def test_a_forked_program_has_a_helper_of_its_own() -> None:
    code = (
        "import os, sys; from index.readers import process\n"
        "page = b'<html><body><p>The minister resigned on Monday.</p></body></html>'\n"
        "read = lambda: (process.helper.read('html', page, 'a').text, process.helper._process.pid)\n"
        "before = read()\n"
        "if os.fork() == 0: sys.exit(read()[1] == before[1])\n"
        "print(os.waitstatus_to_exitcode(os.wait()[1]), read() == before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "True"]


WHOLE = {".html": PAGE.encode(), ".pdf": made_pdf(FIRST_PAGE, SECOND_PAGE), ".docx": made_docx()}


@given(
    st.sampled_from(sorted(WHOLE)),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), st.binary(max_size=8)), min_size=1, max_size=20),
)
@settings(max_examples=150, deadline=None)
def test_however_a_file_is_damaged_it_is_an_article_or_an_error(
    suffix: str, damages: list[tuple[float, int, bytes]]
) -> None:
    data = WHOLE[suffix]
    for place, gone, put in damages:
        at = int(place * len(data))
        data = data[:at] + put + data[at + gone :]
    try:
        read = extracted(f"a{suffix}", data)
    except ArticleError as error:
        assert str(error).startswith(f"a{suffix} ")
        assert "\n" not in str(error)
        return
    assert read.text.encode()
    assert list(read.pages) == sorted(read.pages)
    assert parse_article(read, f"a{suffix}").sentences


def test_ctrl_c_during_a_file_leaves_no_answer_to_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    extracted("a.html", PAGE.encode())
    with monkeypatch.context() as patched:
        patched.setattr(process, "_receive", interrupted)
        with pytest.raises(KeyboardInterrupt):
            extracted("a.html", (PLAIN_PAGE % ("", "")).encode())
    assert extracted("a.html", PAGE.encode()).title == "Minister resigns after vote"


def test_nothing_large_is_loaded_by_the_program_itself() -> None:
    code = "import sys, index.text.articles; print({'trafilatura', 'pypdf', 'docx', 'lxml'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_helper_can_neither_use_the_network_nor_start_programs() -> None:
    code = (
        "import os, socket, subprocess; from index.readers import process; process._confine()\n"
        "for forbidden in (lambda: socket.create_connection(('127.0.0.1', 9)), lambda: os.system('true'),\n"
        "                  lambda: subprocess.run(['true'])):\n"
        "    try: forbidden()\n"
        "    except PermissionError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.count("is not for a reader of files") == 3


def test_too_much_text_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "MAX_BYTES", 100)
    assert "holds more than" in str(process._answer("html", PAGE.encode(), "a.html")["error"])
    monkeypatch.setattr(pdf, "MAX_BYTES", 10)
    assert "holds more than" in str(process._answer("pdf", made_pdf(FIRST_PAGE), "a.pdf")["error"])


# Exports


def exported(folder: Path, *lines: object) -> Path:
    written = (line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    (folder / "x.jsonl").write_bytes(b"\n".join(written) + b"\n")
    return folder / "x.jsonl"


def one(folder: Path, record: object, **fields: str) -> Article:
    article = next(read_articles(exported(folder, record), "x.jsonl", fields))
    assert isinstance(article, Article)
    return article


def test_each_line_of_an_export_is_an_article_and_a_bad_one_costs_no_other(tmp_path: Path) -> None:
    file = exported(
        tmp_path,
        {"title": "Minister resigns", "text": LEAD, "date": "2021-12-09", "source": "AP", "url": "https://x.org/1"},
        b"",
        b"{no json",
        ["no object"],
        {"title": "No text", "text": "  \n"},
        b'{"text": "\xff"}',
        b"[" * 100_000,
        {"body": NEXT},
    )
    read = list(read_articles(file, "sub/x.jsonl"))
    first, last = read[0], read[-1]
    assert isinstance(first, Article)
    assert isinstance(last, Article)
    assert (first.path, first.title, first.published) == ("sub/x.jsonl#1", "Minister resigns", "2021-12-09")
    assert (first.outlet, first.url, first.text) == ("AP", "https://x.org/1", LEAD)
    assert (last.path, last.text, last.published) == ("sub/x.jsonl#8", NEXT, None)
    unread = [one for one in read if isinstance(one, Unread)]
    assert [one.path for one in unread] == [f"sub/x.jsonl#{n}" for n in (3, 4, 5, 6, 7)]
    assert all(one.reason.startswith(one.path) and "\n" not in one.reason and ": " in one.reason for one in unread)


def test_the_fields_of_an_export_can_be_named(tmp_path: Path) -> None:
    record = {
        "body": {"plain": LEAD, "html": "<p>"},
        "text": "Summary only.",
        "kicker.title": "Minister resigns",
        "when": {"day": "9 December 2021"},
        "source": {"id": None, "name": "The Herald"},
    }
    article = one(tmp_path, record, text="body.plain", title="kicker.title", published="when.day", url="none.of.it")
    assert (article.text, article.title, article.published) == (LEAD, "Minister resigns", "2021-12-09")
    assert (article.outlet, article.url) == ("The Herald", None)
    (unread,) = read_articles(exported(tmp_path, record), "x.jsonl", {"text": "body.text"})
    assert isinstance(unread, Unread)
    assert "x.jsonl#1 has no text in 'body.text': " in unread.reason


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("2021-12-09T23:30:00-05:00", "2021-12-09"),
        ("Thu, 09 Dec 2021 10:00:00 GMT", "2021-12-09"),
        (1639008000, "2021-12-09"),
        (1639008000.5, "2021-12-09"),
        ("1639008000000", "2021-12-09"),
        (20211209, "2021-12-09"),
        ("20211209T101500Z", "2021-12-09"),
        ({"$date": "2021-12-09T10:00:00Z"}, "2021-12-09"),
        ("03/04/2021", None),
        ("yesterday", None),
        (2021, None),
        (True, None),
        (None, None),
    ],
)
def test_dates_of_exports_are_read_where_they_are_complete(
    tmp_path: Path, date: object, published: str | None
) -> None:
    assert one(tmp_path, {"text": LEAD, "title": "A", "date": date}).published == published


def test_usual_names_are_tried_in_order_and_whatever_their_case(tmp_path: Path) -> None:
    article = one(tmp_path, {"Content": [LEAD, NEXT], "body": "", "HEADLINE": "A  b", "publisher": 5, "link": "x"})
    assert (article.text, article.title) == (f"{LEAD}\n\n{NEXT}", "A b")
    assert (article.outlet, article.url) == (None, None)


def test_what_no_store_could_hold_is_taken_out_of_an_export(tmp_path: Path) -> None:
    text = one(tmp_path, rb'{"text": "Half \ud83d of a pair\u0000, whole \ud83d\ude00.", "title": "\ud83d"}').text
    assert text == "Half \ufffd of a pair , whole 😀."


def test_an_export_is_read_a_line_at_a_time(tmp_path: Path) -> None:
    file = exported(tmp_path, *[{"text": "word " * 100_000}] * 60)
    tracemalloc.start()
    assert sum(1 for _ in jsonl.read(file, "x.jsonl", {})) == 60
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert file.stat().st_size > 30_000_000 > 4 * peak


def test_a_line_too_long_to_hold_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "MAX_BYTES", 300)
    file = exported(tmp_path, {"text": "long " * 1000}, {"text": LEAD}, {"text": "x" * 287})
    read = list(jsonl.read(file, "x.jsonl", {}))
    assert [type(found) for found in read] == [Unread, Extracted, Extracted]
    assert isinstance(read[0], Unread)
    assert "x.jsonl#1 is longer than" in read[0].reason
    assert [found.record for found in read[1:] if isinstance(found, Extracted)] == [2, 3]


def test_an_export_that_is_none_is_one_error_and_not_a_million(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match=r"x\.jsonl is empty"):
        list(read_articles(exported(tmp_path, b"", b" "), "x.jsonl"))
    with pytest.raises(ArticleError, match=r"x\.jsonl has no article in its first 100 lines"):
        list(read_articles(exported(tmp_path, *[b'"pretty":'] * 200), "x.jsonl"))
    with pytest.raises(ArticleError, match="cannot be read"):
        list(read_articles(tmp_path / "none.jsonl", "none.jsonl"))
    with (tmp_path / "big.jsonl").open("wb") as file:
        file.truncate(5_000_000_000)
    with pytest.raises(ArticleError, match=r"big\.jsonl is too large .*5000 MB, the limit is 4000 MB"):
        list(read_articles(tmp_path / "big.jsonl", "big.jsonl"))


def test_an_export_is_not_one_article(tmp_path: Path) -> None:
    with pytest.raises(ArticleError, match="many articles"):
        read_article(exported(tmp_path, {"text": LEAD}), "x.jsonl")


def test_a_date_in_a_pages_data_may_be_nested_as_deep_as_it_likes() -> None:
    data = '<script type="application/ld+json">' + "[" * 100_000 + "</script>"
    assert html.read((PLAIN_PAGE % (data, "")).encode(), "a.html").published is None


def test_a_pages_data_is_gone_through_once_however_long_it_is() -> None:
    """A million numbers before the date: each was taken from the front of a list, which took minutes."""
    last = '{"headline": "A", "datePublished": "2019-05-03"}'
    data = f'<script type="application/ld+json">[{"1," * 1_000_000}{last}]</script>'
    assert html.read((PLAIN_PAGE % (data, "")).encode(), "a.html").published == "2019-05-03"
