"""Attachments of letters: the invoice of an order, the claim about unpaid ones, the act of returned
goods.
"""

import asyncio
from typing import Final
from uuid import UUID

from db.billing.invoice_document import document_from
from db.collection import letters
from db.database import Database
from db.facts import load
from db.goods_return.act import act
from db.notification.delivery import DueLetter
from db.renewal import reads as renewal_case
from gateways.documents import debt_letter_pdf, invoice_pdf, return_act_pdf
from gateways.mail import Attachment
from texts import Language, translate

WITH_INVOICE: Final = frozenset({"renewal_ordered"})
"""Templates of letters that carry the invoice they name."""


WITH_CLAIM: Final = frozenset({"collection_claim"})
"""Templates of letters that carry the claim."""
WITH_ACT: Final = frozenset({"goods_return_decided", "goods_return_rejected"})
"""Templates of letters that carry the act of acceptance."""


async def files_of(
    database: Database, row: DueLetter, language: Language, company: str
) -> tuple[Attachment, ...]:
    """The attachments of a notification, as of now; most have none. `company` names us while no
    own account is stored.

    Raises ValueError when the invoice that the letter names was not issued by us.
    """
    if row.template in WITH_CLAIM:
        return await _claim(database, row, language, company)
    if row.template in WITH_ACT:
        return await _act(database, row, language, company)
    if row.template not in WITH_INVOICE:
        return ()
    number = row.params["invoice_number"]
    found, lines = await database.read(*renewal_case.invoice_document(number))
    if not found:
        raise ValueError("the letter names an invoice that we have not issued")
    pdf = await asyncio.to_thread(invoice_pdf, document_from(found[0], lines))
    return (Attachment(translate("invoice.file", language, invoice=number), "pdf", pdf),)


async def _act(
    database: Database, row: DueLetter, language: Language, company: str
) -> tuple[Attachment, ...]:
    paper = None if row.case_id is None else await load(database, act(row.case_id, company))
    if paper is None:
        raise ValueError("the act that the letter carries is not there")
    pdf = await asyncio.to_thread(return_act_pdf, paper)
    name = translate("goods_return.act_file", language, number=paper.return_id)
    return (Attachment(name, "pdf", pdf),)


async def _claim(
    database: Database, row: DueLetter, language: Language, company: str
) -> tuple[Attachment, ...]:
    paper = await load(database, letters.paper(UUID(row.params["letter_id"]), company))
    if paper is None:
        raise ValueError("the claim that the letter carries is not there")
    pdf = await asyncio.to_thread(debt_letter_pdf, paper)
    name = translate("collection.claim_file", language, invoice=row.params["invoice_number"])
    return (Attachment(name, "pdf", pdf),)
