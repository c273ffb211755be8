"""Encryption at rest: which key the stores of this program are opened with, and lines of a journal under that key.

What belongs here: the one option (an environment variable that names a key file), making a key, what is said where it
does not fit. What does not: opening a file with it (connection, sqlcipher), converting stores (converting).

A key is 32 random bytes, written as 64 hexadecimal digits in a file of its own, for its owner alone. The store is
SQLCipher 4 with its defaults: AES-256-CBC and HMAC-SHA512 page by page (4096 bytes), the key used as it is (nothing is
derived from a passphrase). Lines of the emergency journal are AES-256-GCM under a key that HMAC-SHA256 makes of it.
"""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from functools import cache
from pathlib import Path

from study_configs.problem import StudyProblem
from study_configs.words import phrase

VARIABLE = "READERLAB_STORE_KEY_FILE"
OPTION = "--key-file"
KEY_BYTES = 32
PLAIN = b"SQLite format 3\0"  # how the file of a store begins that is not encrypted
NONCE_BYTES = 12
JOURNAL = b"ReaderLab emergency journal 1"

NO_PACKAGE = phrase("Problems", "Encrypted stores need a part of ReaderLab that is not installed here.")
INSTALL = phrase(
    "Problems", "Install ReaderLab with its extra `encryption` (packages sqlcipher3-wheels, cryptography)."
)
WRONG_KEY = phrase("Problems", "The key does not fit this store, or the file is damaged.")
RIGHT_KEY = phrase("Problems", "Name the key file that was made for it, or go back to its last copy.")
NOT_ENCRYPTED = phrase("Problems", "The store is not encrypted, although a key was named.")
ENCRYPT_IT = phrase("Problems", "Encrypt it with `readerlab encrypt`, or leave the key out.")


def wanted() -> bool:
    """Whether a key was named: every store of this program is an encrypted one then."""
    return bool(os.environ.get(VARIABLE))


def store_key() -> bytes | None:
    """The key that was named, None where none was. Raises StudyProblem where its file can't be used."""
    named = os.environ.get(VARIABLE)
    return _kept_key(Path(named)) if named else None


@cache
def _kept_key(file: Path) -> bytes:
    """Read once: a key on a stick that is taken out does not stop a sitting."""
    return read_key(file)


def read_key(file: Path) -> bytes:
    """The key in a file. Raises StudyProblem where there is none, or others can read it."""
    try:
        text = file.read_text(encoding="ascii").strip()
        readable = os.name == "posix" and file.stat().st_mode & 0o077
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "it is no text"
        raise StudyProblem(f"The key file can't be read: {said}.", where=str(file), todo=RIGHT_KEY) from error
    if readable:
        todo = f"Take it from group and others: chmod 600 {file}"
        raise StudyProblem("Others can read the key file.", where=str(file), todo=todo)
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        said = f"A key file holds {2 * KEY_BYTES} hexadecimal digits and nothing else."
        raise StudyProblem(said, where=str(file), todo="Make one with `readerlab encrypt STORE --new-key FILE`.")
    return key


def make_key(file: Path) -> bytes:
    """A new random key in a new file, for its owner alone. Raises StudyProblem where it can't be made, or is there."""
    key = secrets.token_bytes(KEY_BYTES)
    try:
        made = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(made, "w", encoding="ascii") as opened:
            opened.write(key.hex() + "\n")
            opened.flush()
            os.fsync(made)
    except OSError as error:
        said = f"The key file can't be made: {error.strerror}."
        raise StudyProblem(
            said, where=str(file), todo="Name a file that does not exist, in a folder of yours."
        ) from error
    return key


def needs(package: ImportError) -> StudyProblem:
    """What is said where a package of the extra is missing."""
    return StudyProblem(NO_PACKAGE, where=str(package.name), todo=INSTALL)


def is_plain(path: Path) -> bool:
    """Whether a file is a store that is not encrypted. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(PLAIN)) == PLAIN


def refuse_plain(path: Path) -> None:
    """Raise StudyProblem for a plain store: it would not be what whoever named a key believes it to be."""
    if path.is_file() and is_plain(path):
        raise StudyProblem(NOT_ENCRYPTED, where=str(path), todo=ENCRYPT_IT)


def closed_line(line: bytes) -> bytes:
    """A line of a journal as it may be written: under the key, where one was named. Raises StudyProblem."""
    key = store_key()
    if key is None:
        return line
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.b64encode(nonce + _cipher(key).encrypt(nonce, line.removesuffix(b"\n"), None)) + b"\n"


def opened_line(line: bytes) -> bytes:
    """What `closed_line` was given, without its end; the line itself where it is in clear, or is not to be opened."""
    key = store_key()
    if key is None or line.startswith(b"{"):
        return line
    from cryptography.exceptions import InvalidTag

    try:
        given = base64.b64decode(line, validate=True)
        return bytes(_cipher(key).decrypt(given[:NONCE_BYTES], given[NONCE_BYTES:], None))
    except (ValueError, InvalidTag):
        return line


def refuse_unready() -> None:
    """Raise StudyProblem where a key was named and can't be used: before anything is held that needs it."""
    key = store_key()
    if key is not None:
        _cipher(key)


def _cipher(key: bytes):  # type: ignore[no-untyped-def]  # AESGCM; its package is optional
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as error:
        raise needs(error) from error
    return AESGCM(hmac.digest(key, JOURNAL, "sha256"))
