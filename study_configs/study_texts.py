"""Texts, media and questionnaires of a protocol's pages.

What belongs here: finding and reading them. What does not: showing them (app.windows), the questions of questionnaires
(instruments).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from study_configs.cases import inside
from study_configs.instruments import instrument, shipped_instruments
from study_configs.pages import FILMS, PICTURES, Page
from study_configs.problems import closest, listed
from study_configs.protocol import Protocol
from study_configs.study_files import StudyFiles
from study_configs.yaml12 import Path as KeyPath


@dataclass(frozen=True, slots=True)
class StudyText:
    """One versioned text: Markdown, and the SHA-256 of its UTF-8 bytes."""

    id: str
    title: str
    markdown: str
    sha256: str


def texts_of(files: StudyFiles) -> dict[str, StudyText]:
    """The texts of all pages, and those before blocks of a condition, by id; what is missing is reported."""
    texts: dict[str, StudyText] = {}
    for path, page in _pages(files.protocol):
        text = _text(files, page, path)
        if text is not None:
            texts[page.id] = text
        if page.media is not None:
            _check_media(files, page.media, (*path, "media"))
    return texts


def _pages(protocol: Protocol) -> Iterator[tuple[KeyPath, Page]]:
    for place, pages in (("before", protocol.before), ("after", protocol.after)):
        for at, page in enumerate(pages):
            yield (place, at), page
    for name, condition in protocol.conditions.items():
        for at, text in enumerate(condition.before):
            yield ("conditions", name, "before", at), Page(id=text)


def _text(files: StudyFiles, page: Page, path: KeyPath) -> StudyText | None:
    if page.text is not None:
        return _made(page, page.text)
    file = text_file(files.folder, page.id)
    if file is not None:
        return _read(files, page, file, path)
    sheet = instrument(page.id)
    if sheet is not None:
        return _made(page, sheet.markdown, sheet.title)
    if not page.answer and page.media is None:
        known = [*shipped_texts(), *shipped_instruments()]
        what = f"There is no text {page.id}."
        expected = f"texts/{page.id}.md, or one of {listed(known, 40)}"
        files.report.add("RL306", path, what, expected=expected, suggestion=closest(page.id, known))
    return None


def text_file(folder: Path, name: str) -> Traversable | None:
    """The file of a text: the study's own, else the shipped one; None where there is neither."""
    own = own_text_file(folder, name)
    shipped = resources.files("study_configs") / "texts" / f"{name}.md"
    return own or (shipped if shipped.is_file() else None)


def own_text_file(folder: Path, name: str) -> Path | None:
    """The study's own file of a text; None where it has none."""
    own = inside(folder, f"texts/{name}.md")
    return own if own is not None and own.is_file() else None


def _read(files: StudyFiles, page: Page, file: Traversable, path: KeyPath) -> StudyText | None:
    try:
        return _made(page, file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        what = f"The text {page.id} cannot be read: {error}."
        files.report.add("RL306", path, what, expected=f"texts/{page.id}.md in UTF-8")
        return None


def _made(page: Page, markdown: str, heading: str = "") -> StudyText:
    headings = [line.lstrip("# ").strip() for line in markdown.splitlines() if line.startswith("#")]
    title = page.title or heading or (headings[0] if headings else page.id)
    return StudyText(page.id, title, markdown, hashlib.sha256(markdown.encode("utf-8")).hexdigest())


def _check_media(files: StudyFiles, media: str, path: KeyPath) -> None:
    known = sorted(PICTURES | FILMS)
    if Path(media).suffix.lower() not in known:
        what = f"{media} is neither a picture nor a film that can be shown."
        files.report.add("RL529", path, what, expected=f"a file that ends in one of {', '.join(known)}")
    else:
        files.path(media, path)


def shipped_texts() -> list[str]:
    """Ids of the texts that come with ReaderLab."""
    shipped = (resources.files("study_configs") / "texts").iterdir()
    return sorted(file.name.removesuffix(".md") for file in shipped if file.name.endswith(".md"))
