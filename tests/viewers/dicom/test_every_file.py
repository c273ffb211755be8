"""Stored values of every real image at hand, against GDCM, DCMTK and pydicom; every difference has its reason here.

docs/pixels.md shows the same reasons to people.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import shutil
import subprocess
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pydicom
import pytest
from numpy.typing import NDArray

from viewers.dicom import colour
from viewers.dicom.decode import open_source, stored_frame
from viewers.dicom.problems import BadFile

Pixels = NDArray[np.generic]
Peer = Callable[[Path, Path], Pixels]
BASE = "1.2.840.10008.1.2."
LOSSY = {BASE + f"4.{n}" for n in (50, 51, 81, 91, 93, 203)}
LOSSY_TOLERANCE = 1

# Files where a peer has other values, and why ours are right. By name; names stand for all files of that name.
DIFFERENCES = {
    "GH195.dcm": "JFIF image with halved chrominance under a header that says RGB: DCMTK and GDCM believe the header "
    "and show false colours, pydicom and libjpeg believe the image.",
    "JLSL_16_15_1_1F.dcm": "15 bits with a sign: GDCM does not extend it.",
    "SC_rgb_rle_16bit.dcm": "16-bit colour in RLE: GDCM takes the byte planes in another order.",
    "SC_rgb_rle_16bit_2frame.dcm": "16-bit colour in RLE: GDCM takes the byte planes in another order.",
}
# Files that a peer reads and we refuse, and why.
REFUSED = {
    "bad_seg_more_frames_declared_than_groups.dcm": "fewer pixels than its frames need: GDCM fills up with zeros",
    "bad_seg_pixeldata_short.dcm": "fewer pixels than its frames need: GDCM fills up with zeros",
    "TC0285_buf_half.dcm": "fewer pixels than its frames need: GDCM fills up with zeros",
    "TC0393_meta_glen_one.dcm": "its meta information is overwritten: DCMTK skips what it cannot read",
    "TC0397_meta_glen_huge.dcm": "its meta information is overwritten: DCMTK skips what it cannot read",
}
ONLY_DCMTK = {"TC0393_meta_glen_one.dcm", "TC0397_meta_glen_huge.dcm"}  # reads them, wrongly or not
# Files that no peer here reads at all; held by another test or by nothing else.
ALONE = {
    "TC0277_missing_delim.dcm": "plain pixels after a sequence without its end: peers stop there",
    "emri_small_jpeg_2k_lossless_too_short.dcm": "the file ends early, after its images: the values of the whole one",
    "liver_deflate.dcm": "deflated frames, new in DICOM: the same as liver.dcm (test_decode)",
    "liver_rle.dcm": "1-bit RLE: the same as liver.dcm (test_decode)",
}


def by_pydicom(path: Path, folder: Path) -> Pixels:
    return np.asarray(_read(path).pixel_array)


def _read(path: Path) -> pydicom.Dataset:
    data = pydicom.dcmread(path, force=True)
    if "TransferSyntaxUID" not in data.file_meta:
        data.file_meta.TransferSyntaxUID = BASE.rstrip(".") if data.original_encoding[0] else BASE + "1"
    return data


TOOLS = {BASE + "4.80": "dcmdjpls", BASE + "4.81": "dcmdjpls", BASE + "5": "dcmdrle"} | {
    BASE + f"4.{n}": "dcmdjpeg" for n in (50, 51, 53, 55, 57, 70)
}


def by_dcmtk(path: Path, folder: Path) -> Pixels:
    syntax = _read(path).file_meta.TransferSyntaxUID
    command = [TOOLS[syntax]] if syntax in TOOLS else ["dcmconv", "+te"]
    (folder / "plain.dcm").unlink(missing_ok=True)
    subprocess.run([*command, path, folder / "plain.dcm"], check=True, capture_output=True, timeout=60)
    return np.asarray(pydicom.dcmread(folder / "plain.dcm", force=True).pixel_array)


SCALARS = {"UINT8": "u1", "INT8": "i1", "UINT12": "<u2", "INT12": "<i2", "UINT16": "<u2", "INT16": "<i2",
           "UINT32": "<u4", "INT32": "<i4", "FLOAT32": "<f4", "FLOAT64": "<f8", "SINGLEBIT": "u1"}  # fmt: skip


def by_gdcm(path: Path, folder: Path) -> Pixels:
    """GDCM's own pixels, from a process of their own: some of these files kill it."""
    (folder / "gdcm.npy").unlink(missing_ok=True)
    process = multiprocessing.get_context("fork").Process(target=_save_gdcm, args=(path, folder / "gdcm.npy"))
    process.start()
    process.join(60)
    process.kill()
    return np.asarray(np.load(folder / "gdcm.npy"))


def _save_gdcm(path: Path, out: Path) -> None:
    faulthandler.disable()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    np.save(out, _gdcm_pixels(path))


def _gdcm_pixels(path: Path) -> Pixels:
    """It leaves luminance and chrominance as they are, which are turned into RGB here."""
    import gdcm

    reader = gdcm.ImageReader()
    reader.SetFileName(str(path))
    if not reader.Read():
        raise ValueError("GDCM refuses it")
    image = reader.GetImage()
    kind, samples = image.GetPixelFormat().GetScalarTypeAsString(), image.GetPixelFormat().GetSamplesPerPixel()
    shape = [image.GetDimension(n) for n in range(image.GetNumberOfDimensions())][::-1]
    raw = image.GetBuffer()
    values = np.frombuffer(raw.encode("utf-8", "surrogateescape") if isinstance(raw, str) else raw, SCALARS[kind])
    if kind == "SINGLEBIT":
        values = np.unpackbits(values, bitorder="little")[: int(np.prod(shape))]
    if samples == 1:
        return values.reshape(shape)
    if image.GetPlanarConfiguration():
        values = values.reshape(-1, samples, shape[-2] * shape[-1]).transpose(0, 2, 1)
    values = values.reshape(*shape, samples)
    return colour.ybr_to_rgb(values) if str(image.GetPhotometricInterpretation()).startswith("YBR_FULL") else values


PEERS: dict[str, Peer] = {"pydicom": by_pydicom, "GDCM": by_gdcm}
if shutil.which("dcmdjpeg"):
    PEERS["DCMTK"] = by_dcmtk


def images(shared: Path) -> Iterator[Path]:
    """Everything that may be an image among the shared files, and what pydicom-data holds."""
    from data_store import __file__ as data_store

    for folder in (shared, Path(data_store).parent):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix not in (".csv", ".md", ".json", ".txt", ".nii", ".gz", ".py", ".pyc"):
                yield path


def same(ours: Pixels, theirs: Pixels, lossy: bool) -> bool:
    if ours.size != theirs.size:
        return False
    theirs = theirs.reshape(ours.shape)
    if ours.dtype.kind == "f" or not lossy:
        return np.array_equal(ours, theirs, equal_nan=ours.dtype.kind == "f")
    return int(np.abs(ours.astype(np.int64) - theirs).max()) <= LOSSY_TOLERANCE


def answers(path: Path, folder: Path) -> dict[str, Pixels]:
    found = {}
    for name, peer in PEERS.items():
        try:
            found[name] = peer(path, folder)
        except Exception:  # noqa: BLE001  (a peer that cannot read a file has no say about it)
            continue
    return found


@pytest.mark.slow
def test_that_every_file_has_the_values_of_the_peers_or_a_reason(shared: Path, tmp_path: Path) -> None:
    seen: dict[str, list[str]] = defaultdict(list)
    for path in images(shared):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            seen[verdict(path, tmp_path)].append(path.name)
    print({how: len(names) for how, names in seen.items()})
    assert set(seen["different"]) == set(DIFFERENCES)
    assert set(seen["alone"]) == set(ALONE)
    assert set(seen["refused by us"]) == (set(REFUSED) if "DCMTK" in PEERS else set(REFUSED) - ONLY_DCMTK)
    assert len(seen["equal"]) > 600
    assert len(seen["refused by all"]) < 90


def verdict(path: Path, folder: Path) -> str:
    """How our values of a file compare with those of the peers that read it."""
    try:
        source = open_source(path)
        ours = np.stack([stored_frame(path, number) for number in range(source.frames)])
    except BadFile:
        return "refused by us" if answers(path, folder) else "refused by all"
    theirs = answers(path, folder)
    if not theirs:
        return "alone"
    lossy = source.elements.syntax in LOSSY
    return "equal" if all(same(ours, pixels, lossy) for pixels in theirs.values()) else "different"
