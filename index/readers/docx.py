"""Word documents: paragraphs and rows of tables in the order in which they stand (python-docx).

Read in the helper process. What a reviewer deleted is not read, what a reviewer inserted is: the text is that of
the page with all changes accepted. Headers, footers, notes and text boxes are not.
"""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from index.errors import ArticleError
from index.readers.files import printable, without_strays
from index.types import Extracted

if TYPE_CHECKING:
    from docx.document import Document

MAX_UNPACKED = 200_000_000
"""Bytes; a document of 20 MB with pictures, which do not shrink, unpacks to little more."""
MAX_RATIO = 100
"""Word's XML packs to about a tenth; what packs to less than a hundredth was made to fill memory."""
SMALL = 10_000_000
"""Bytes that may be unpacked whatever the ratio."""
ROWS = ".//w:p[not(ancestor::w:tbl) and not(ancestor::w:txbxContent)] | .//w:tr[not(ancestor::w:tr)]"
RUNS = ".//w:r[not(ancestor::w:del or ancestor::w:moveFrom or ancestor::w:txbxContent)]"


def read(data: bytes, path: str) -> Extracted:
    """The document's text, a blank line between paragraphs, and its title where it has one: a paragraph in the
    style "Title", else its properties' title. When it was made is not when it was published."""
    try:
        import docx
    except ImportError as error:
        raise ArticleError(
            f'{printable(path)} needs python-docx to be read: run pip install python-docx (Byline\'s extra "docx").'
        ) from error
    _check_size(data, path)
    try:
        document = docx.Document(io.BytesIO(data))
    except (KeyError, ValueError) as error:
        raise _not_word(path) from error
    _check_entities(document, path)
    parts = [without_strays(part).strip() for part in _parts(document)]
    text = "\n\n".join(part for part in parts if part)
    if not text:
        raise ArticleError(f"{printable(path)} has no text: fill it or remove it.")
    return Extracted(text, _title(document))


def _check_size(data: bytes, path: str) -> None:
    """Raises ArticleError for what is no archive, and for one that declares more than a document holds; no more
    than it declares is ever unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _not_word(path) from error
    if size > MAX_UNPACKED or size > max(SMALL, MAX_RATIO * len(data)):
        raise ArticleError(
            f"{printable(path)} unpacks to {size / 1e6:.0f} MB, which no article does: save its text as .txt."
        )


def _check_entities(document: Document, path: str) -> None:
    """Raises ArticleError where text stands behind a name that the document declares itself: python-docx does not
    look such names up, and would leave out the rest of the line with them. Word declares none."""
    from lxml.etree import Entity  # type: ignore[import-untyped]

    for root in (document.element, document.core_properties._element):
        if (found := next(root.iter(Entity), None)) is not None:
            raise ArticleError(
                f"{printable(path)} holds text that it names {printable(found.text[:50])} and keeps elsewhere, which "
                "no Word document does: open it and save it again as .docx or .txt."
            )


def _not_word(path: str) -> ArticleError:
    return ArticleError(f"{printable(path)} is no Word document, or a damaged one: save it again as .docx or .txt.")


def _parts(document: Document) -> list[str]:
    """The texts of paragraphs, and of each row of a table with its cells side by side."""
    parts: list[str] = []
    for element in document.element.body.xpath(ROWS):
        if element.tag.endswith("}p"):
            parts.append(_runs(element))
        else:
            cells = (" ".join(_runs(p) for p in cell.xpath(".//w:p")) for cell in element.xpath("./w:tc"))
            parts.append(" | ".join(cell.strip() for cell in cells if cell.strip()))
    return parts


def _runs(element: object) -> str:
    # Paragraph.text leaves out what stands in a tracked insertion, and so could turn a sentence round.
    return "".join(run.text for run in element.xpath(RUNS))  # type: ignore[attr-defined]  # lxml has no stubs


def _title(document: Document) -> str | None:
    titled = (p.text for p in document.paragraphs if p.style is not None and p.style.name == "Title")
    found = next((text for text in titled if text.strip()), None) or document.core_properties.title
    return " ".join(without_strays(found).split()) or None
