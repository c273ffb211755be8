"""The way to the central database under TLS: a real server with a certificate of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from app.store.central.database import prepare
from benchmarks.postgres import ADMIN, Server, home, server
from study_configs.problem import StudyProblem
from tests.app.store.central.syncing import delivered, station

x509 = pytest.importorskip("cryptography.x509", reason="the extra `encryption` is not installed")

__all__ = ["station"]
pytestmark = pytest.mark.skipif(home() is None, reason="PostgreSQL's server is not installed")
Station = Callable[..., Path]
ROOT = Path(__file__).parents[4]
PASSWORD = "a very secret word"


def certificate(folder: Path, name: str, host: str) -> Path:
    """A certificate for that host, signed by its own key, which lies beside it."""
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / f"{name}.key").write_bytes(private)
    (folder / f"{name}.pem").write_bytes(made.public_bytes(pem))
    return folder / f"{name}.pem"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Of the server (`localhost`), of somebody else, and of a server with another name."""
    folder = tmp_path_factory.mktemp("tls")
    hosts = {"server": "localhost", "stranger": "localhost", "misnamed": "another.example"}
    return {name: certificate(folder, name, host) for name, host in hosts.items()}


@pytest.fixture(scope="module")
def secure(certificates: dict[str, Path]) -> Iterator[Server]:
    """A server that is reached under TLS alone, and with a password; it logs all that it is told."""
    with server("log_statement=all", "log_connections=on") as running:
        give(running, certificates["server"])
        running.sql("ALTER SYSTEM SET ssl = on")
        running.sql(f"ALTER ROLE {ADMIN} PASSWORD '{PASSWORD}'")
        running.sql("CREATE DATABASE lab")
        prepare(running.url("lab"), "test")
        rules = running.folder / "data" / "pg_hba.conf"
        rules.write_text("hostssl lab all all scram-sha-256\nhost postgres all 127.0.0.1/32 trust\n")
        running.sql("SELECT pg_reload_conf()")
        (running.folder / "log").write_text("")  # what the test itself told
        yield running


def give(running: Server, certificate: Path) -> None:
    """Put certificate and key where the server looks for them, as its own."""
    data = running.folder / "data"
    owner = data.stat()
    for source, name in ((certificate, "server.crt"), (certificate.with_suffix(".key"), "server.key")):
        file = data / name
        file.write_bytes(source.read_bytes())
        file.chmod(0o600)
        os.chown(file, owner.st_uid, owner.st_gid)


def address(running: Server, **options: object) -> str:
    asked = "&".join(f"{name}={quote(str(value), safe='/')}" for name, value in options.items())
    return f"postgresql://{ADMIN}@localhost:{running.port}/lab?{asked}"


@pytest.fixture
def password(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    return PASSWORD


def test_that_a_server_with_the_right_certificate_is_delivered_to(
    secure: Server, certificates: dict[str, Path], station: Station, password: str
) -> None:
    to = address(secure, sslmode="verify-full", sslrootcert=certificates["server"])
    assert len(delivered(station("north", "R1"), to).delivered) == 1


@pytest.mark.parametrize(
    ("root", "told", "todo"),
    [
        ("stranger", "certificate is not one that this machine trusts", "docs/sync.md"),
        ("nowhere", "TLS needs the certificate of the server's authority", "docs/sync.md"),
    ],
)
def test_that_a_wrong_root_certificate_is_told_and_nothing_sent(
    secure: Server, certificates: dict[str, Path], station: Station, password: str, root: str, told: str, todo: str
) -> None:
    file = certificates.get(root, Path("/nowhere/root.pem"))
    with pytest.raises(StudyProblem, match=told) as refused:
        delivered(station("north", "R2"), address(secure, sslmode="verify-full", sslrootcert=file))
    assert todo in refused.value.todo
    assert PASSWORD not in str(refused.value)


def test_that_a_server_under_another_name_is_told(
    secure: Server, certificates: dict[str, Path], station: Station, password: str
) -> None:
    give(secure, certificates["misnamed"])
    secure.sql("SELECT pg_reload_conf()")
    try:
        to = address(secure, sslmode="verify-full", sslrootcert=certificates["misnamed"])
        with pytest.raises(StudyProblem, match="certificate names another server"):
            delivered(station("north", "R3"), to)
    finally:
        give(secure, certificates["server"])
        secure.sql("SELECT pg_reload_conf()")


def test_that_a_way_without_tls_is_not_taken(secure: Server, station: Station, password: str) -> None:
    with pytest.raises(StudyProblem, match="does not let this machine in"):
        delivered(station("north", "R4"), address(secure, sslmode="disable"))


def test_that_a_password_stands_in_no_argument_no_output_and_no_log(
    secure: Server, certificates: dict[str, Path], station: Station
) -> None:
    path = station("north", "R5")
    right = address(secure, sslmode="verify-full", sslrootcert=certificates["server"])
    wrong = address(secure, sslmode="verify-full", sslrootcert=certificates["stranger"])
    told = ""
    for to, word in ((wrong, PASSWORD), (right, "not " + PASSWORD), (right, PASSWORD)):
        told += sync(path, to, word)
    assert "1 delivered" in told
    assert "does not take this name and password" in told
    assert PASSWORD not in told
    assert PASSWORD not in (secure.folder / "log").read_text(errors="replace")
    assert PASSWORD.encode() not in path.read_bytes()


def sync(path: Path, to: str, word: str) -> str:
    """The command in a process of its own, which is asked for its arguments while it runs; all that it says."""
    command = [sys.executable, "-m", "app", "sync", str(path), to]
    options: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PGPASSWORD": word}, **options) as running:
        arguments = Path(f"/proc/{running.pid}/cmdline")
        listed = arguments.read_text() if arguments.is_file() else ""
        said, _ = running.communicate(timeout=120)
    return listed + said
