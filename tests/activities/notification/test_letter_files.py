"""The letter of an order carries its invoice; no other letter carries a file."""

import io
from typing import Any

import pytest
from pypdf import PdfReader

from activities.notification.letter_files import files_of
from db.database import Database
from stack.mailbox import plain_text
from tests.activities.notification.test_notification_delivery import delivering
from tests.activities.renewal_walk import opened
from tests.gateways.test_mail import PostOffice, gateway, open_office
from tests.renewal_books import RenewalBooks
from tests.workflows.case_under_test import eventually


def mails(books: RenewalBooks, renewal_id: str) -> list[Any]:
    return books.rows(
        "SELECT * FROM notifications WHERE case_id = %(id)s AND channel = 'mail'", id=renewal_id
    )


async def test_the_letter_of_an_order_has_its_invoice_attached(
    database: Database, books: RenewalBooks
) -> None:
    office = PostOffice()
    walk = await opened(database, books)
    await walk.ordered()

    async def sent() -> bool:
        return {row.status for row in mails(books, walk.request.renewal_id)} == {"sent"}

    async with open_office(office) as port, delivering(database, gateway(port)):
        await eventually(sent)
    (letter,) = office.letters()
    (attached,) = letter.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_filename() == f"Счёт {walk.number}.pdf"
    page = PdfReader(io.BytesIO(attached.get_content())).pages[0].extract_text()
    assert walk.number in page
    assert "Счёт приложен" in plain_text(letter)


async def test_a_letter_of_another_kind_has_no_file(
    database: Database, books: RenewalBooks
) -> None:
    walk = await opened(database, books)
    await walk.ordered()
    await walk.cancelled()
    rows = mails(books, walk.request.renewal_id)
    files = {row.template: await files_of(database, row, "en", "Kopeyka") for row in rows}
    assert [file.filename for file in files.pop("renewal_ordered")] == [
        f"Invoice {_number(rows)}.pdf"
    ]
    assert files
    assert set(files.values()) == {()}


def _number(rows: list[Any]) -> str:
    return next(
        str(row.params["invoice_number"]) for row in rows if row.template == "renewal_ordered"
    )


async def test_an_invoice_that_is_not_there_is_an_error(
    database: Database, books: RenewalBooks
) -> None:
    walk = await opened(database, books)
    await walk.ordered()
    (row,) = mails(books, walk.request.renewal_id)
    with pytest.raises(ValueError, match="have not issued"):
        await files_of(
            database, row._replace(params={"invoice_number": "KP-2026-999999"}), "ru", "Kopeyka"
        )
