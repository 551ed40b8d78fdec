"""Our own accounts are written on the command line, checked like anybody's requisites."""

import pytest

from db.banking import own_account
from db.database import Database
from domain.billing.requisites import MAX_ADDRESS_LENGTH
from starter.__main__ import main
from tests.starter.bookkeeping import account_of
from tests.starter.test_cli import starter

ACCOUNT = account_of("40702", 7_001)
OURS = {
    "--name": "ООО «Копейка»",
    "--inn": "7709127779",
    "--kpp": "770901001",
    "--bic": "044525225",
    "--bank-name": "ПАО Сбербанк",
    "--correspondent-account": "30101810400000000225",
    "--by": "gromov",
}


def words(account: str, **changes: str) -> list[str]:
    """The command; changes are named like the options, with underscores."""
    options = OURS | {f"--{name.replace('_', '-')}": value for name, value in changes.items()}
    return ["own-account", account, *(word for pair in options.items() for word in pair)]


@pytest.mark.parametrize(
    ("account", "changes", "says"),
    [
        ("4070281", {}, "account: The account number must have 20 digits."),
        (ACCOUNT[:8] + str((int(ACCOUNT[8]) + 1) % 10) + ACCOUNT[9:], {}, "account: The account"),
        (ACCOUNT, {"inn": "7709127778"}, "inn: "),
        (ACCOUNT, {"correspondent_account": "30101810400000000226"}, "correspondent-account: "),
        (ACCOUNT, {"bic": "04452522"}, "bic: The BIC must have 9 digits."),
        (ACCOUNT, {"bank_name": "  "}, "bank-name: Please enter the name of the bank."),
        (ACCOUNT, {"name": "Копейка\x07"}, "name: "),
        (ACCOUNT, {"address": "115035"}, "address: The address is one line with letters"),
        (ACCOUNT, {"address": "а" * (MAX_ADDRESS_LENGTH + 1)}, "address: "),
        (ACCOUNT, {"address": "Москва\x07"}, "address: "),
        (ACCOUNT, {"by": " "}, "--by names a person"),
    ],
)
def test_wrong_requisites_are_refused_in_one_line(
    account: str, changes: dict[str, str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words(account, **changes)) == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1


async def test_an_account_is_what_was_said_last_whatever_the_default(database_url: str) -> None:
    for command in (
        words(ACCOUNT, name="ООО «Первое»"),
        words(ACCOUNT, name="ООО «Второе»"),
        [*words(ACCOUNT, name="ООО «Третье»"), "--unless-set"],
        [*words(account_of("40702", 7_002), by="stack"), "--unless-set"],
    ):
        done = starter(*command, KOPEYKA_DATABASE_URL=database_url)
        assert (done.returncode, done.stderr) == (0, "")
    async with Database(database_url, pool_size=1) as database:
        rows = await own_account.all_accounts(database)
    found = {row.account: (row.name, row.written_by) for row in rows}
    assert found[ACCOUNT] == ("ООО «Второе»", "gromov")
    assert found[account_of("40702", 7_002)] == ("ООО «Копейка»", "stack")
