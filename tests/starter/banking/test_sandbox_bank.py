"""The sandbox bank when it is killed: what it wrote down stays, and nothing is debited again."""

from dataclasses import replace
from pathlib import Path

from gateways.bank_file import write_payment_orders
from tests.gateways.test_bank_file_orders import ORDER, RUN
from tests.starter.banking.sandbox_bank import SandboxBank

FILE = write_payment_orders(
    replace(RUN, orders=tuple(replace(ORDER, number=number) for number in (1, 2, 3)))
)


async def test_a_killed_bank_forgets_neither_its_books_nor_its_faults(tmp_path: Path) -> None:
    bank = SandboxBank(tmp_path / "books.sqlite")
    await bank.misbehave(
        {"kind": "return", "number": "1"},
        {"kind": "stop", "number": "2", "times": 1},
        {"kind": "reject", "number": "3"},
    )
    assert await bank.deliver(FILE) == ["executed", "waiting", "waiting"]
    before = await bank.shown()
    await bank.killed()
    bank = SandboxBank(tmp_path / "books.sqlite")
    try:
        assert await bank.shown() == before
        assert await bank.deliver(FILE) == ["executed", "executed", "rejected"]
        first, second, third = [await bank.order(number) for number in (1, 2, 3)]
    finally:
        await bank.stop()
    assert [(one["debits"], one["returns"]) for one in (first, second, third)] == [
        (1, 1),
        (1, 0),
        (0, 0),
    ]
