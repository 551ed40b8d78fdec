"""What the worker takes for granted, and what it says when it is not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from settings import temporal_options


def test_payloads_have_no_codec_and_no_outside_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    """The class `_PlainPayloads` of the worker stands on it: it goes before either comes."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:7233")
    converter = temporal_options()["data_converter"]
    assert (converter.payload_codec, converter.external_storage) == (None, None)


DATABASE = {"KOPEYKA_DATABASE_URL": "postgresql://user@127.0.0.1:1/name"}


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({}, "KOPEYKA_DATABASE_URL is not set"),
        (DATABASE, "KOPEYKA_MAIL_FROM is not set"),
        (DATABASE | {"KOPEYKA_BANK_DAYS_AHEAD": "1"}, "KOPEYKA_BANK_DAYS_AHEAD is refused"),
    ],
)
def test_a_missing_setting_is_one_line_and_exit_code_2(
    environment: dict[str, str], says: str
) -> None:
    root = Path(__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "worker.py"],
        cwd=root,
        env={"PATH": os.defpath, **environment},
        capture_output=True,
        text=True,
    )
    (line,) = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (2, "")
    assert line.startswith(says)
