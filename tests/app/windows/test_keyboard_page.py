from pathlib import Path

from app.windows.commands import APP_COMMANDS
from app.windows.keyboard_page import markdown
from viewers.commands import COMMANDS

PAGE = Path(__file__).parents[3] / "docs" / "keyboard.md"


def test_that_the_page_about_keys_says_what_the_program_does():
    assert PAGE.read_text(encoding="utf-8") == markdown(), "python -m app.windows.keyboard_page > docs/keyboard.md"


def test_that_the_page_leaves_no_command_out():
    page = markdown()
    assert all(f"| {command.title} |" in page for command in (*COMMANDS, *APP_COMMANDS))
