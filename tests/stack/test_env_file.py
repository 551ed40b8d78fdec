"""What another terminal learns of a stack, and when."""

import subprocess
from pathlib import Path

import pytest

from stack.data_dirs import kept_dirs, running_environment
from stack.env_file import FILE_NAME, exports, published_env
from stack.errors import StackError

ENVIRONMENT = {"KOPEYKA_DATABASE_URL": "postgresql://nobody", "HOME": "/home/ivan"}


def test_without_a_stack_another_terminal_is_told_to_start_one(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="make up"):
        running_environment(tmp_path)


def test_a_stack_is_known_from_its_start_to_its_end(tmp_path: Path) -> None:
    with kept_dirs(tmp_path) as dirs:
        with pytest.raises(StackError, match="still starting"):
            running_environment(tmp_path)
        with published_env(dirs.folder, ENVIRONMENT):
            found = running_environment(tmp_path)
    assert found == {"KOPEYKA_DATABASE_URL": "postgresql://nobody"}
    with pytest.raises(StackError, match="no stack runs"):
        running_environment(tmp_path)


def test_what_a_killed_stack_announced_is_not_believed(tmp_path: Path) -> None:
    with kept_dirs(tmp_path) as dirs:
        left = dirs.folder / FILE_NAME
    left.write_text('{"KOPEYKA_DATABASE_URL": "postgresql://yesterday"}')
    with pytest.raises(StackError, match="no stack runs"):
        running_environment(tmp_path)
    with kept_dirs(tmp_path), pytest.raises(StackError, match="still starting"):
        running_environment(tmp_path)


def test_the_keys_in_it_are_for_the_owners_eyes(tmp_path: Path) -> None:
    with kept_dirs(tmp_path) as dirs, published_env(dirs.folder, ENVIRONMENT):
        assert (dirs.folder / FILE_NAME).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("value", ["Копейка <a@b.example>", "it's", "$HOME `id`", ""])
def test_a_shell_takes_every_value_as_it_is(value: str) -> None:
    script = exports({"KOPEYKA_COMPANY": value}) + '\nprintf %s "$KOPEYKA_COMPANY"'
    told = subprocess.run(  # noqa: S603 - a shell is what is tried
        ["/bin/sh", "-c", script], capture_output=True, text=True, check=True
    )
    assert told.stdout == value
