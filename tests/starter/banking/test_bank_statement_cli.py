"""Bank statements on the command line: given files, and a watched folder."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from temporalio.testing import WorkflowEnvironment

from starter.cli.watched_folder import WatchedFolder
from tests.patience import PATIENCE_SECONDS
from tests.starter.banking.statement_of import statement
from tests.starter.banking.test_bank_statement import unique
from tests.starter.bookkeeping import Bookkeeping

ROOT = Path(__file__).parents[3]


@pytest.fixture
def variables(environment: dict[str, str], temporal_env: WorkflowEnvironment) -> dict[str, str]:
    address = temporal_env.client.service_client.config.target_host
    return {
        **environment,
        "PATH": os.defpath,
        "TEMPORAL_ADDRESS": address,
        "TEMPORAL_NAMESPACE": temporal_env.client.namespace,
        "TEMPORAL_CONFIG_FILE": os.devnull,
    }


async def starter(variables: dict[str, str], *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "starter", "bank-statement", *arguments, "--by", "kuznetsova"),
        cwd=ROOT,
        env=variables,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def watching(
    variables: dict[str, str], folder: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A watcher, told to stop at the end."""
    process = await starter(variables, "watch", str(folder))
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)


async def test_files_are_imported_and_a_refused_one_says_why(
    bookkeeping: Bookkeeping, variables: dict[str, str], tmp_path: Path
) -> None:
    right, wrong = tmp_path / "right.txt", tmp_path / "wrong.txt"
    right.write_bytes(statement(unique()))
    wrong.write_bytes(statement(unique(), closing=1))
    process = await starter(variables, "import", str(right), str(wrong))
    out, _ = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
    told = out.decode().splitlines()
    assert process.returncode == 1
    assert told[0] == "right.txt: imported"
    assert told[1].startswith("wrong.txt: ")
    assert "Остатки не сходятся" in told[1]
    rows = bookkeeping.books.rows(
        "SELECT status FROM bank_statements WHERE uploaded_by = 'kuznetsova'"
    )
    assert sorted(row.status for row in rows) == ["imported", "refused"]


@pytest.mark.usefixtures("bookkeeping")
async def test_a_watched_folder_is_emptied_into_done_and_refused(
    variables: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "kl_to_1c.txt").write_bytes(statement(unique()))
    (tmp_path / "broken.txt").write_bytes(statement(unique())[:-20])
    (tmp_path / "half.txt.part").write_bytes(b"1C")
    done, refused = tmp_path / "done" / "kl_to_1c.txt", tmp_path / "refused" / "broken.txt"
    async with watching(variables, tmp_path) as process, asyncio.timeout(PATIENCE_SECONDS):
        while not (done.exists() and refused.exists()):  # noqa: ASYNC110 - another's work
            await asyncio.sleep(0.1)
    assert process.returncode == 0
    reason = refused.with_name("broken.txt.reason.txt").read_text("utf-8")
    assert reason.startswith("Строка ")
    assert not (tmp_path / "broken.txt").exists()
    assert (tmp_path / "half.txt.part").exists()


def test_a_file_that_grows_is_left_alone_until_it_is_whole(tmp_path: Path) -> None:
    folder, file = WatchedFolder(tmp_path), tmp_path / "kl_to_1c.txt"
    file.write_bytes(b"1C")
    assert folder.whole_files() == []
    file.write_bytes(b"1CClient")
    assert folder.whole_files() == []
    assert folder.whole_files() == [file]


def test_files_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    folder, file = WatchedFolder(tmp_path), tmp_path / "kl_to_1c.txt"
    for content in ("one", "two"):
        file.write_text(content)
        folder.put_away(file, None)
    done = tmp_path / "done"
    assert (done / "kl_to_1c.txt").read_text() == "one"
    assert (done / "kl_to_1c-2.txt").read_text() == "two"


@pytest.mark.parametrize("name", ["kl_to_1c.xml", ".hidden.txt", "empty.txt"])
def test_what_is_no_whole_text_file_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("" if name == "empty.txt" else "x")
    folder = WatchedFolder(tmp_path)
    assert folder.whole_files() == folder.whole_files() == []
