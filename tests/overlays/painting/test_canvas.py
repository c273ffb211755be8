from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage, QPainter

from overlays.painting.canvas import SMALLEST_WORDS, Blocks, image_of

SIDE = int(SMALLEST_WORDS**0.5) + 10


def test_that_memory_comes_back_only_when_the_last_picture_in_it_is_let_go():
    blocks = Blocks()
    words = blocks.words(SIDE, SIDE)
    at, image = words.ctypes.data, image_of(words)
    del words
    other = blocks.words(SIDE, SIDE)
    assert other.ctypes.data != at, "the picture is still there"
    del image
    assert blocks.words(SIDE, SIDE).ctypes.data == at


def test_that_a_picture_is_what_its_words_say_at_any_scale_of_the_screen():
    words = Blocks().words(SIDE, SIDE)
    words[:] = np.uint32(0xFF336699).view(np.int32)
    image = image_of(words)
    image.setDevicePixelRatio(2.0)
    on = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    with QPainter(on) as qpainter:
        qpainter.drawImage(0, 0, image)
    assert on.pixel(SIDE // 2 - 1, SIDE // 2 - 1) == 0xFF336699


def test_that_no_more_memory_is_kept_than_was_agreed():
    blocks = Blocks(most_free_bytes=4 * SIDE * SIDE * 2)
    held = [blocks.words(SIDE, SIDE) for _ in range(10)]
    del held
    assert 0 < blocks.free_bytes <= 4 * SIDE * SIDE * 2
