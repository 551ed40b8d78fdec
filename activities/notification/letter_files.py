"""Attachments of letters: the invoice of an order."""

import asyncio
from typing import Final

from db.billing.invoice_document import document_from
from db.database import Database
from db.notification.delivery import DueLetter
from db.renewal import reads as renewal_case
from gateways.documents import invoice_pdf
from gateways.mail import Attachment
from texts import Language, translate

WITH_INVOICE: Final = frozenset({"renewal_ordered"})
"""Templates of letters that carry the invoice they name."""


async def files_of(
    database: Database, row: DueLetter, language: Language
) -> tuple[Attachment, ...]:
    """The attachments of a notification, as of now; most have none.

    Raises ValueError when the invoice that the letter names was not issued by us.
    """
    if row.template not in WITH_INVOICE:
        return ()
    number = row.params["invoice_number"]
    found, lines = await database.read(*renewal_case.invoice_document(number))
    if not found:
        raise ValueError("the letter names an invoice that we have not issued")
    pdf = await asyncio.to_thread(invoice_pdf, document_from(found[0], lines))
    return (Attachment(translate("invoice.file", language, invoice=number), "pdf", pdf),)
