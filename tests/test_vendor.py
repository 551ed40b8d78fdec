"""What browsers are given of others is what `make vendor` took, with its licences."""

import hashlib
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WANTED = json.loads((ROOT / "requirements/vendor.json").read_text("utf-8"))
LOCK = json.loads((ROOT / "requirements/vendor.lock.json").read_text("utf-8"))
FOLDERS = {WANTED["into"], *(one["into"] for one in WANTED["packages"].values() if "into" in one)}


@pytest.mark.parametrize("path", sorted(LOCK))
def test_a_file_is_the_one_that_was_taken(path: str) -> None:
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == LOCK[path]["sha256"]


def test_nothing_else_lies_beside_them() -> None:
    found = {
        file.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for file in (ROOT / folder).iterdir()
    }
    assert found == set(LOCK)


def test_each_package_is_the_version_wanted_and_comes_with_its_licence() -> None:
    locked = {(one["package"], one["version"]) for one in LOCK.values()}
    assert locked == {(name, one["version"]) for name, one in WANTED["packages"].items()}
    for name, one in WANTED["packages"].items():
        assert one["files"].get("LICENSE", "").endswith(".LICENSE.txt"), name
