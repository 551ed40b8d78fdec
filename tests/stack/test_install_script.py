"""`requirements/install.sh`: uv installs, and pip where uv cannot.

Programs that note how they are called stand for both.
"""

import os
import subprocess
from pathlib import Path

import pytest

SHELL = "/bin/sh"
REQUIREMENTS = Path(__file__).parents[2] / "requirements"
NOTES = (
    'echo "$(basename "$0") ${UV_SYSTEM_CERTS:-own} ${UV_DEFAULT_INDEX:--}'
    ' ${SSL_CERT_FILE:--} $*" >>"$NOTES"\n'
)
PYTHON = "#!/bin/sh\ncase $1 in -c) exit 0;; esac\n" + NOTES
"""Says yes to every question, and notes what it was asked to run."""


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    programs = tmp_path / "venv" / "bin"
    programs.mkdir(parents=True)
    _program(programs / "python", PYTHON)
    return programs.parent


def test_uv_installs_with_the_certificates_of_the_machine(venv: Path) -> None:
    _uv(venv)
    calls = _install(venv)
    assert [call.split()[:2] for call in calls] == [["uv", "1"]]
    assert f"--require-hashes -r {REQUIREMENTS}/stack.txt" in calls[0]
    assert _is_locked(venv)


def test_uv_tries_its_own_certificates_where_the_machines_do_not_hold(venv: Path) -> None:
    _uv(venv, '[ -z "${UV_SYSTEM_CERTS:-}" ]')
    assert [call.split()[:2] for call in _install(venv)] == [["uv", "1"], ["uv", "own"]]
    assert _is_locked(venv)


def test_pip_installs_with_hashes_where_uv_cannot(venv: Path) -> None:
    _uv(venv, "exit 1")
    *_, last = _install(venv)
    assert last.startswith("python ")
    assert "-m pip install" in last
    assert f"--require-hashes -r {REQUIREMENTS}/stack.txt" in last
    assert _is_locked(venv)


def test_pip_installs_where_uv_cannot_be_had(venv: Path) -> None:
    _program(venv / "bin" / "python", PYTHON + 'case "$*" in *tools.txt*) exit 1;; esac\n')
    *_, last = _install(venv)
    assert last.endswith(f"--require-hashes -r {REQUIREMENTS}/stack.txt")
    assert _is_locked(venv)


def test_a_set_that_nothing_can_install_is_not_taken_for_installed(venv: Path) -> None:
    _program(venv / "bin" / "python", PYTHON + "exit 1\n")
    _uv(venv, "exit 1")
    _install(venv, expected=1)
    assert not (venv / ".locked-stack").exists()


def test_uv_looks_where_pip_is_told_to_look_and_trusts_whom_pip_trusts(venv: Path) -> None:
    _uv(venv)
    (call,) = _install(venv, PIP_INDEX_URL="https://packages.example/simple", PIP_CERT="/ca.pem")
    assert call.split()[2:4] == ["https://packages.example/simple", "/ca.pem"]


def test_nothing_is_installed_twice(venv: Path) -> None:
    _uv(venv)
    assert _install(venv)
    (venv.parent / "notes").unlink()
    assert not _install(venv)


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def _uv(venv: Path, outcome: str = "exit 0") -> None:
    _program(venv / "bin" / "uv", f"#!/bin/sh\n{NOTES}{outcome}\n")


def _install(venv: Path, expected: int = 0, **told: str) -> list[str]:
    """What was called, one line each: program, certificates, index, CA file, arguments."""
    notes = venv.parent / "notes"
    whole = {"PATH": os.environ["PATH"], "NOTES": str(notes), "VENV": str(venv), **told}
    whole["PYTHON"] = str(venv / "bin" / "python")
    done = subprocess.run(  # noqa: S603 - our own script
        [SHELL, str(REQUIREMENTS / "install.sh"), "stack"], env=whole, capture_output=True
    )
    assert done.returncode == expected, done.stderr.decode()
    return notes.read_text().splitlines() if notes.exists() else []


def _is_locked(venv: Path) -> bool:
    return (venv / ".locked-stack").read_bytes() == (REQUIREMENTS / "stack.txt").read_bytes()
