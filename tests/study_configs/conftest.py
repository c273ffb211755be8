"""Study folders for tests: written to disk as a coordinator would have them."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

PROTOCOLS = Path(__file__).parents[2] / "study_configs" / "protocols"

WriteStudy = Callable[..., Path]


def _tables(positive: int, negative: int, practice: int) -> tuple[list[str], list[str]]:
    manifest, reference = ["case,path,history,kind,site"], ["case,positive,lesion,x_mm,y_mm,z_mm,diameter_mm,label"]
    for at in range(practice):
        manifest.append(f"warm-{at},cases/warm-{at},,clinical,east")
    for at in range(positive + negative):
        manifest.append(f"case-{at:02d},cases/case-{at:02d},A cough,phantom,{'east' if at % 3 else 'west'}")
        truth = f"yes,n1,{at}.5,-2,3,8,nodule" if at < positive else "no,,,,,,"
        reference.append(f"case-{at:02d},{truth}")
    return manifest, reference


@pytest.fixture
def write_study(tmp_path: Path) -> WriteStudy:
    """write_study(protocol text, positive=3, negative=3, practice=1) → the protocol's path in a complete folder."""
    number = itertools.count()

    def write(protocol: str, *, positive: int = 3, negative: int = 3, practice: int = 1) -> Path:
        folder = tmp_path / f"study-{next(number)}"
        (folder / "models").mkdir(parents=True)
        (folder / "models" / "nodules.onnx").write_bytes(b"model")
        manifest, reference = _tables(positive, negative, practice)
        for line in manifest[1:]:
            (folder / line.split(",")[1]).mkdir(parents=True)
        (folder / "cases.csv").write_text("\n".join(manifest), "utf-8")
        (folder / "reference.csv").write_text("\n".join(reference), "utf-8")
        (folder / "protocol.yaml").write_text(protocol, "utf-8")
        return folder / "protocol.yaml"

    return write


@pytest.fixture
def demo_study(write_study: WriteStudy) -> Path:
    """The shipped demo protocol over six phantom cases and four to practise on."""
    path = write_study((PROTOCOLS / "demo.yaml").read_text("utf-8"), practice=4)
    model = path.parent / "models" / "nodules"
    model.mkdir()
    shutil.copy(path.parent / "models" / "nodules.onnx", model / "model.onnx")
    (model / "card.yaml").write_text("name: nodules", "utf-8")
    return path
