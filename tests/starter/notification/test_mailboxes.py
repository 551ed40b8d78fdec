"""Where the staff's letters go is said on the command line, whole or not at all."""

from contextlib import closing

import pytest

from starter.__main__ import main
from tests.books import Books
from tests.starter.test_cli import starter


@pytest.mark.parametrize(
    ("box", "says"),
    [
        ("client=romashka@example.ru", "begins with one of"),
        ("specialist", "ends with a mail address"),
        ("specialist=", "ends with a mail address"),
        ("specialist=two@example.ru,three@example.ru", "ends with a mail address"),
        (f"operator={'o' * 64}@{'d' * 200}.ru", "ends with a mail address"),
    ],
)
def test_a_wrong_mailbox_is_refused_in_one_line(
    box: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["mailbox", "accountant=books@example.ru", box]) == 2
    assert says in capsys.readouterr().err


def test_a_role_has_the_address_that_was_said_last_whatever_the_default(
    database_url: str,
) -> None:
    for boxes in (
        ("specialist=first@example.ru", "accountant=books@example.ru"),
        ("specialist=second@example.ru",),
        ("--unless-set", "specialist=default@example.ru", "operator=default@example.ru"),
    ):
        done = starter("mailbox", *boxes, KOPEYKA_DATABASE_URL=database_url)
        assert (done.returncode, done.stderr) == (0, "")
    with closing(Books(database_url)) as books:
        rows = books.rows("SELECT role, address FROM mailboxes")
        found = {row.role: row.address for row in rows}
    assert found == {
        "specialist": "second@example.ru",
        "accountant": "books@example.ru",
        "operator": "default@example.ru",
    }
