"""An entry's key is the same for the same movement of money, and for no other."""

from dataclasses import replace
from datetime import date

import pytest

from domain.banking.bank_statement import EntryDirection, StatementEntry

ENTRY = StatementEntry(
    account="40702810900000000417",
    direction=EntryDirection.IN,
    day=date(2026, 11, 3),
    number="417",
    amount_kopecks=100_00,
    counterparty_name="ООО «Ромашка»",
    counterparty_inn="7701234560",
    counterparty_account="40602810700000000025",
    counterparty_bic="049805746",
    purpose="Оплата по счёту № 2026-00417",
    line=15,
)


def test_the_recipe_of_a_key_never_changes() -> None:
    assert ENTRY.key() == "1db0ea26659192e5b9c70eb40961b46c"


@pytest.mark.parametrize(
    "changed",
    [
        replace(ENTRY, account="40702810900000000418"),
        replace(ENTRY, direction=EntryDirection.OUT),
        replace(ENTRY, day=date(2026, 11, 4)),
        replace(ENTRY, number="0418"),
        replace(ENTRY, number="4170"),
        replace(ENTRY, amount_kopecks=100_01),
        replace(ENTRY, counterparty_account=None),
        replace(ENTRY, counterparty_bic="044525225"),
        replace(ENTRY, ordinal=1),
        replace(ENTRY, purpose="Оплата"),
        replace(ENTRY, counterparty_name="ООО Ромашка"),
        replace(ENTRY, counterparty_inn=None),
    ],
)
def test_another_movement_of_money_has_another_key(changed: StatementEntry) -> None:
    assert changed.key() != ENTRY.key()


@pytest.mark.parametrize(
    "changed",
    [
        replace(ENTRY, number="000417"),
        replace(ENTRY, purpose="ОПЛАТА по  счёту №2026-004 17"),
        replace(ENTRY, counterparty_name="ООО «РОМАШКА»"),
        replace(ENTRY, line=99),
    ],
)
def test_what_a_bank_may_write_otherwise_next_time_is_not_in_the_key(
    changed: StatementEntry,
) -> None:
    assert changed.key() == ENTRY.key()


def test_neighbouring_fields_do_not_run_together() -> None:
    one = replace(ENTRY, number="41", amount_kopecks=7_100_00)
    other = replace(ENTRY, number="417", amount_kopecks=100_00)
    assert one.key() != other.key()
