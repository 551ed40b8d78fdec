"""The check of locked packages for known vulnerabilities."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from requirements.audit import audit

AUDIT = Path(__file__).parent.parent.parent / "requirements" / "audit.py"
WEAK = {
    "id": "PYSEC-2026-1",
    "summary": "reads what it must not",
    "affected": [
        {
            "package": {"name": "tzdata", "ecosystem": "PyPI"},
            "ranges": [
                {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2026.9"}]},
            ],
        }
    ],
}


@contextmanager
def database_of_vulnerabilities(answer: dict[str, object], status: int = 200) -> Iterator[str]:
    """A server that answers every question alike; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its parent's name
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def locked(tmp_path: Path) -> Path:
    file = tmp_path / "locked.txt"
    file.write_text(f"tzdata==2026.1 --hash=sha256:{'0' * 64}\n")
    return file


def test_a_known_vulnerability_fails_and_says_what_mends_it(
    locked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with database_of_vulnerabilities({"vulns": [WEAK]}) as url:
        assert audit(locked, url) == 1
    assert capsys.readouterr().out == "tzdata 2026.1: PYSEC-2026-1, mended in 2026.9\n"


def test_packages_without_a_known_vulnerability_pass(
    locked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with database_of_vulnerabilities({}) as url:
        assert audit(locked, url) == 0
    assert capsys.readouterr().out == "Known vulnerabilities: none in 1 locked packages\n"


def test_a_database_that_fails_is_said_not_to_have_been_asked(
    locked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with database_of_vulnerabilities({}, status=503) as url:
        assert audit(locked, url) == 0
    assert capsys.readouterr().out.startswith("Known vulnerabilities: not asked")


def test_a_locked_set_that_cannot_be_read_fails(
    locked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    locked.write_text("tzdata===\n")
    with database_of_vulnerabilities({}) as url:
        assert audit(locked, url) == 1
    assert "tzdata" in capsys.readouterr().out


def test_a_database_that_is_not_there_stops_nothing() -> None:
    done = subprocess.run(  # noqa: S603  our own arguments
        [sys.executable, str(AUDIT), "http://127.0.0.1:9/v1/query"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.startswith("Known vulnerabilities: not asked")
    assert done.stdout.count("\n") == 1
