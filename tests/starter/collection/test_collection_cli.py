"""Unpaid orders on the command line: what the pages do, by the same commands."""

import asyncio
from subprocess import CompletedProcess

import pytest

from tests.books import Books
from tests.starter.caller import Api
from tests.starter.collection.overdue import may_be_written_to_now, overdue
from tests.starter.collection.test_collections import in_days
from tests.starter.refund.shop import Shop
from tests.starter.refund.test_uncovered_year import temporal_of
from tests.starter.test_cli import starter


class Line:
    """The command line of this installation."""

    def __init__(self, shop: Shop, database_url: str) -> None:
        self._environment = {**temporal_of(shop), "KOPEYKA_DATABASE_URL": database_url}

    async def __call__(self, *words: str) -> CompletedProcess[str]:
        return await asyncio.to_thread(starter, "collection", *words, **self._environment)


@pytest.fixture
def line(shop: Shop, database_url: str) -> Line:
    return Line(shop, database_url)


async def test_a_debt_is_listed_paused_claimed_and_written_off_by_two(
    line: Line, whole_api: Api, books: Books
) -> None:
    case = await overdue(whole_api, books, may_be_written_to_now(books))
    by = ("--by", "kuznetsova")
    listed = await line("list", "--status", "due", "--limit", "1000")
    assert case.number in [one.split("\t")[0] for one in listed.stdout.splitlines()]
    paused = await line("pause", case.number, "--day", in_days(9), "--reason", "Ждут", *by)
    assert (paused.returncode, "48\u00a0000,00" in paused.stdout) == (0, True), paused.stderr
    assert (await line("lawyer", case.number, "--reason", "Молчит", *by)).returncode == 0
    court = ("--kind", "order", "--name", "Суд", "--number", "А40-1", "--day", in_days(0))
    assert (await line("court", case.number, *court, *by)).returncode == 0
    claimed = await line("claim", case.number, *by)
    assert "A claim was sent" in claimed.stdout, claimed.stderr
    said = ("--channel", "call", "--note", "Обещали\nзавтра", "--day", in_days(0))
    assert (await line("contact", case.number, *said, *by)).returncode == 0
    assert (await line("write-off", case.number, "--reason", "Закрыт", *by)).returncode == 0
    shown = (await line("show", case.number)).stdout
    assert "\tcall\tkuznetsova\tОбещали завтра" in shown
    assert shown.index("pause_collection") < shown.index("to_lawyer") < shown.index("letter\t")
    alone = await line("confirm-write-off", case.number, *by)
    assert (alone.returncode, alone.stderr.count("\n")) == (2, 1)
    done = await line("confirm-write-off", case.number, "--by", "orlov", "--as", "operator")
    assert "Written off" in done.stdout, done.stderr


async def test_a_promise_and_a_settlement(line: Line, whole_api: Api, books: Books) -> None:
    case = await overdue(whole_api, books)
    by = ("--by", "kuznetsova")
    begun = await line("begin", case.number, *by)
    assert (begun.returncode, case.number in begun.stdout) == (0, True), begun.stderr
    promised = await line("promise", case.number, "--day", in_days(2), "--as", "specialist", *by)
    assert "The client promised to pay" in promised.stdout, promised.stderr
    settled = await line("settle", case.number, "--reason", "Зачёт", *by)
    assert "Settled" in settled.stdout, settled.stderr
    late = await line("cancel", case.number, "--reason", "Поздно", *by)
    assert (late.returncode, late.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize(
    "words",
    [
        ("show", "2026-none"),
        ("list", "--limit", "0"),
        ("claim", "2026-none", "--by", "orlov", "--as", "specialist"),
        ("claim", "2026-none", "--by", " "),
    ],
)
async def test_what_cannot_be_done_is_one_line(line: Line, words: tuple[str, ...]) -> None:
    done = await line(*words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
