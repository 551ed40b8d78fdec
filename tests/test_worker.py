"""What the worker takes for granted, and when it does not begin."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from db.schema_version import REVISIONS
from environment import temporal_options
from stack.postgres import Postgres
from tests.database_at import database_at
from tests.starter.test_cli import ENVIRONMENT, LIMIT_SECONDS

CHECKOUT = Path(__file__).parents[1]


def test_payloads_have_no_codec_and_no_outside_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    """The class `_PlainPayloads` of the worker stands on it: it goes before either comes."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", ENVIRONMENT["TEMPORAL_ADDRESS"])
    converter = temporal_options()["data_converter"]
    assert (converter.payload_codec, converter.external_storage) == (None, None)


def worker(environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """`python worker.py` in a process of its own."""
    return subprocess.run(
        [sys.executable, "worker.py"],
        cwd=CHECKOUT,
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )


@pytest.mark.parametrize(
    ("revision", "says"),
    [
        ("0014", "start with an empty database"),
        ("0099_pages", "start the release that migrated the database"),
        (REVISIONS[0], "run `python -m starter migrate` first"),
        (None, "run `python -m starter migrate` first"),
    ],
)
def test_a_worker_does_not_begin_on_another_schema(
    revision: str | None, says: str, postgres: Postgres
) -> None:
    with database_at(postgres, revision) as url:
        done = worker(ENVIRONMENT | {"KOPEYKA_DATABASE_URL": url})
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("the database")
    assert says in line


@pytest.mark.parametrize("missing", ["KOPEYKA_DATABASE_URL", "TEMPORAL_ADDRESS"])
def test_a_worker_without_a_setting_says_which(missing: str) -> None:
    done = worker({name: value for name, value in ENVIRONMENT.items() if name != missing})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{missing} is not set")
    assert len(done.stderr.splitlines()) == 1
