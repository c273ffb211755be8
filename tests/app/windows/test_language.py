import ast
import xml.etree.ElementTree as ET
from importlib.resources import files
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QWidget

from app.analysis.operating_points import Counted
from app.reading.script import AskedQuestion
from app.windows.about import AboutOverlay
from app.windows.help_overlay import command_groups
from app.windows.language import choose, current_language, suit
from app.windows.questions.answer_keys import assign_keys, options
from app.windows.text_page import TextPage
from app.windows.theme import apply_theme, current_theme
from overlays.layers.layer import from_protocol
from study_configs.ai import AI
from study_configs.layers import Layer
from study_configs.questions import YesNo
from study_configs.words import LANGUAGES, plain, translate, use_translator
from viewers.settings import Settings, SettingsFile, settings_path

ROOT = Path(__file__).resolve().parents[3]
CALLS = {"translate", "phrase"}


@pytest.mark.parametrize(
    ("setting", "protocol", "system", "language"),
    [
        ("nl", "en", "de_DE", "nl"),
        ("", "nl", "en_GB", "nl"),
        ("", None, "nl_BE", "nl"),
        ("", None, "de_DE", "en"),
        ("", None, "C", "en"),
        ("en", "nl", "nl_NL", "en"),
    ],
)
def test_that_reader_then_protocol_then_system_decide_the_language(setting, protocol, system, language):
    assert choose(setting, protocol, system) == language


def test_that_dutch_reaches_windows_tables_plurals_and_qt_itself(dutch, qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    assert AboutOverlay(parent).accessibleName() == "Over ReaderLab"
    assert translate("Commands", "Next image") == "Volgend beeld"
    assert [translate("Answers", "%n mark(s)", None, n) for n in (1, 2)] == ["1 markering", "2 markeringen"]
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Annuleren"
    assert current_language() == "nl"
    assert QLocale().name().startswith("nl")


def test_that_what_thresholds_mean_is_told_in_the_language_of_the_moment(dutch):
    counted = Counted((0.9,), (), (0.9,), (0.1,))  # counted once, told to every reader
    assert counted.at(0.5).basis.startswith("geteld over 2 casussen met 1 afwijkingen; treffer: het midden")
    use_translator(plain)
    assert counted.at(0.5).basis.startswith("counted over 2 cases with 1 lesions; a hit: a finding's middle")


def test_that_a_layer_without_a_title_has_one_in_the_readers_language(dutch):
    ai = AI(shown_as="LungAid", results="ai/*.json")
    assert from_protocol("heat", Layer(ai="nodules", draw="heatmap"), ai).title == "Heatmap"


def test_that_english_needs_no_words_but_plurals(qapp):
    assert [translate("Answers", "%n mark(s)", None, n) for n in (1, 2)] == ["1 mark", "2 marks"]
    assert [plain("Answers", "%n mark(s)", None, n) for n in (1, 2)] == ["1 mark", "2 marks"]
    assert translate("Nowhere", "As it is {here}") == "As it is {here}"


def test_that_a_language_moves_no_key(dutch):
    question = AskedQuestion("lesion", YesNo(ask="?", answer="yes_no", dont_know=True))
    keys = {slot.value: key for slot, key in assign_keys([question]).items()}
    assert options(question.spec) == (("yes", "Ja"), ("no", "Nee"), ("dont_know", "Weet ik niet"))
    assert keys["yes"] == "Y"
    assert keys["no"] == "N"


def test_that_no_title_of_a_command_stays_english_in_the_list_of_keys(dutch, qapp):
    groups = command_groups()
    english = {c.text for c in _messages("Commands") if c.text == c.dutch}
    assert english <= {"AI", "Zoom"}  # the same word in both
    assert [g.title for g in groups][:4] == ["Antwoorden", "Markeringen", "Werklijst", "AI"]


def test_that_every_literal_that_is_asked_for_was_found_by_linguist():
    found = {(m.context, m.text) for m in _messages()}
    asked = {call for room in ("app", "overlays", "viewers", "study_configs") for call in _asked(ROOT / room)}
    assert asked - found == set()
    assert len(asked) > 200


def test_that_a_reader_s_size_of_type_reaches_the_look(qapp):
    apply_theme(qapp, 1.0)
    suit(qapp, Settings(font_scale=1.5), height=800)
    assert current_theme().scale == 1.5
    assert qapp.font().pointSizeF() == pytest.approx(1.5 * 9.5)
    apply_theme(qapp, 1.0)


def test_that_a_page_made_in_dutch_says_so(dutch, qtbot):
    page = TextPage()
    qtbot.addWidget(page)
    assert page.button.accessibleName() == "Verder"


class _Message:
    def __init__(self, context, message):
        translation = message.find("translation")
        self.context, self.text = context, message.findtext("source")
        self.dutch = "".join(translation.itertext())


def _messages(context=""):
    assert set(LANGUAGES) == {"en", "nl"}
    text = files("resources").joinpath("translations", "readerlab_nl.ts").read_text(encoding="utf-8")
    made = [_Message(c.findtext("name"), m) for c in ET.fromstring(text).iter("context") for m in c.findall("message")]
    return [each for each in made if context in ("", each.context)]


def _asked(room):
    """Context and text of every call with literals."""
    for path in room.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            literals = [a.value for a in node.args[:2] if isinstance(a, ast.Constant)] if name in CALLS else []
            if len(literals) == 2:
                yield tuple(literals)


def test_that_a_room_is_made_in_the_language_of_the_reader_who_signs_in(start, dutch, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    SettingsFile(settings_path("lezer")).change(language="nl")
    SettingsFile(settings_path("reader")).change(language="en")
    run = start()
    titles = [run.composer.sign_in(name).plan.layers["box"].title for name in ("lezer", "reader", "lezer")]
    assert titles == ["Markeringen", "Marks", "Markeringen"]
