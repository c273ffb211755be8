"""Pictures of every type of question and scope, from the YAML of docs/questions.md, in the real panel.

What belongs here: reading that page and what is done before each picture. What does not: the panel and the engine.
Run as `python -m app.simulated.question_pictures docs/questions.md docs/images/questions`; the size of type comes last
(`2` for scale 2, with a folder of its own).
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from app.simulated.form import Form, phase_of, question
from app.simulated.hands import Hands, code_of
from app.simulated.shooting import rest
from app.windows.language import choose, install_language
from app.windows.questions.answer_keys import Slot
from app.windows.questions.question_panel import QuestionPanel
from app.windows.theme import apply_theme, current_theme
from study_configs.problem import StudyProblem

BLOCK = re.compile(r"```yaml\n(.*?)```\n<!-- picture (\w+):(.*?)-->", re.DOTALL)
HEIGHT = 700  # logical px that the panel has beside the images of a screen of 1280 × 800
REST_MS = 60


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: the questions of a phase and the acts before it is taken."""

    name: str
    questions: dict[str, dict[str, Any]]
    acts: tuple[str, ...]


def shots(page: str) -> tuple[Shot, ...]:
    """The pictures that a page of documentation asks for. Raises StudyProblem where its YAML is none."""
    found = []
    for text, name, acts in BLOCK.findall(page):
        values = yaml.safe_load(text)
        if not isinstance(values, dict):
            raise StudyProblem(f"The YAML of the picture {name} is no mapping of questions.")
        found.append(Shot(name, values, tuple(act.strip() for act in acts.split(",") if act.strip())))
    return tuple(found)


def take(shot: Shot, folder: Path) -> Path:
    """Ask the questions in a panel, do the acts, take the picture."""
    window, panel = _window()
    asked = [question(name, values) for name, values in shot.questions.items()]
    phases = (phase_of(asked, "own view"), phase_of(asked, "with AI"))
    count = {act.split()[0]: int(act.split()[1]) for act in shot.acts if act.split()[0] in ("findings", "lesions")}
    findings = tuple(f"f{at}" for at in range(1, count.get("findings", 0) + 1))
    lesions = {f"lesion-{at}": (0.0, 0.0, float(at)) for at in range(1, count.get("lesions", 0) + 1)}
    form = Form(panel, phases, findings=findings, lesions=lesions)
    for act in shot.acts:
        _do(act, form, Hands(window))
    rest(REST_MS)
    panel.setFixedHeight(min(current_theme().px(HEIGHT), panel.needed_height))
    rest(REST_MS)
    path = folder / f"{shot.name}.png"
    panel.grab().save(str(path))
    window.close()
    window.deleteLater()
    return path


def _window() -> tuple[QWidget, QuestionPanel]:
    window, panel = QWidget(), QuestionPanel()
    images = QWidget()
    images.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    row = QHBoxLayout(window)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(images, 1)
    row.addWidget(panel, 0, Qt.AlignmentFlag.AlignTop)
    panel.setFixedWidth(panel.minimumWidth())
    window.resize(current_theme().px(500), current_theme().px(HEIGHT))
    panel.setFixedHeight(current_theme().px(HEIGHT))
    panel.left.connect(images.setFocus)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    images.setFocus()
    return window, panel


def _do(act: str, form: Form, hands: Hands) -> None:
    panel = form.panel
    match act.split():
        case ["focus", name]:
            key = panel.keys.get(Slot(name, None)) or panel.keys.get(Slot(name, None, "right"))
            field = panel.field(name, panel.selected(form.scope_of(name)))
            if key is not None:
                QTest.keyClick(panel, *code_of(key))
            elif field is not None:
                field.go_to()
        case ["mark", name]:
            form.mark(f"m{len(form.log)}", name, 40 + len(form.log))
        case ["measured", length]:
            panel.offer_measured(float(length))
        case ["confirm"]:
            form.confirm()
        case ["findings" | "lesions", _]:
            pass
        case _ if act.startswith('"'):
            hands.type(act.strip('"'))
        case [key]:
            hands.key(key) if panel.here is not None else QTest.keyClick(panel, *code_of(key))
    rest(REST_MS)


def main(page: str, folder: str, scale: str = "1") -> None:
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)  # made here
    apply_theme(app, float(scale))
    install_language(app, choose("en"))
    Path(folder).mkdir(parents=True, exist_ok=True)
    for shot in shots(Path(page).read_text(encoding="utf-8")):
        print(take(shot, Path(folder)))


if __name__ == "__main__":
    main(*sys.argv[1:])
