"""Which stack may use which folder, and what stays of it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stack.data_dirs import clean, fresh_dirs, kept_dirs
from stack.embedded import Stack
from stack.errors import StackError
from stack.folders import STATE_FOLDER, exclusive, fresh_folder, server_folder

RUNS_IN_A_ROW = 25
AT_ONCE = 8


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / ".kopeyka"
    yield folder
    if folder.exists():
        clean(folder)
    assert not server_folder(folder).exists()


def fail(state: Path) -> None:
    with fresh_dirs(state) as dirs:
        dirs.log("api").write_text("why")
        raise OSError("it has gone wrong")


def test_a_second_stack_on_the_same_data_is_refused_in_one_line(state: Path) -> None:
    with kept_dirs(state), pytest.raises(StackError) as refusal, Stack.kept(state):
        pytest.fail("both run")
    assert "runs already" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_stack_of_its_own_runs_beside_the_kept_one_and_beside_another(state: Path) -> None:
    with kept_dirs(state) as kept, fresh_dirs(state) as one, fresh_dirs(state) as two:
        folders = {dirs.folder for dirs in (kept, one, two)}
        homes = {dirs.database_home for dirs in (kept, one, two)}
        keys = {dirs.installation.development_key for dirs in (kept, one, two)}
    assert [len(folders), len(homes), len(keys)] == [3, 3, 3]
    assert not one.folder.exists()
    assert not one.database_home.exists()


def test_keys_and_the_databases_folder_are_the_same_on_the_next_start(state: Path) -> None:
    with kept_dirs(state) as before:
        before.log("api").write_text("an error of yesterday")
    with kept_dirs(state) as after:
        assert after == before
        assert not after.log("api").exists()
        assert (after.folder / "logs.previous" / "api.log").exists()


def test_the_keys_are_for_the_owners_eyes(state: Path) -> None:
    with kept_dirs(state) as dirs:
        assert (dirs.folder / "installation.json").stat().st_mode & 0o077 == 0


def test_history_without_its_database_is_refused_rather_than_mixed_with_an_empty_one(
    state: Path,
) -> None:
    with kept_dirs(state) as dirs:
        dirs.history.touch()
    with pytest.raises(StackError, match="make clean"), kept_dirs(state):
        pytest.fail("half of the data was accepted")


def test_a_failed_run_keeps_its_logs_until_the_next_one(state: Path) -> None:
    with pytest.raises(OSError, match="gone wrong"):
        fail(state)
    log = next(state.glob("runs/*/logs/api.log"))
    assert log.read_text() == "why"
    with fresh_dirs(state):
        assert not log.exists()


def test_what_a_killed_run_left_is_removed_but_not_what_runs(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    with fresh_folder(runs) as running:
        killed = runs / "run-killed"
        (killed / "data").mkdir(parents=True)
        with fresh_folder(runs):
            assert not killed.exists()
            assert running.exists()
    assert not runs.exists()


def test_runs_that_begin_while_others_end_take_nothing_from_them(tmp_path: Path) -> None:
    def come_and_go(_: int) -> None:
        for _ in range(RUNS_IN_A_ROW):
            with fresh_folder(tmp_path / "runs") as folder:
                (folder / "work").touch()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        assert list(threads.map(come_and_go, range(AT_ONCE))) == [None] * AT_ONCE
    assert not (tmp_path / "runs").exists()


def test_cleaning_waits_for_nobody_and_takes_nothing_from_a_running_stack(state: Path) -> None:
    with fresh_dirs(state) as dirs:
        with pytest.raises(StackError, match="still uses"):
            clean(state)
        assert dirs.folder.exists()
    with kept_dirs(state), pytest.raises(StackError, match="runs already"):
        clean(state)


def test_a_folder_somebody_else_can_write_to_is_not_used(tmp_path: Path) -> None:
    shared = tmp_path / "runs"
    shared.mkdir()
    shared.chmod(0o777)
    with pytest.raises(StackError, match="alone"), fresh_folder(shared):
        pytest.fail("a folder open to everybody was used")


def test_a_held_folder_is_free_when_its_holder_lets_go(tmp_path: Path) -> None:
    with exclusive(tmp_path), pytest.raises(BlockingIOError), exclusive(tmp_path):
        pytest.fail("held twice")
    with exclusive(tmp_path):
        assert tmp_path.exists()


def test_the_state_lies_in_the_checkout() -> None:
    assert (STATE_FOLDER.parent / "stack").is_dir()
