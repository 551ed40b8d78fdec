"""Rows that are there for one operation each, at the moment when it can be done: what chance would
find used up, or never find. Nobody else is told of them.
"""

from collections.abc import Mapping, Sequence

from db.database import Database
from domain.access.roles import Role
from domain.collection.collection import CourtKind
from tests.books import Line
from tests.starter.banking.statement_of import statement
from tests.starter.banking.test_held_payout import Held, subscription
from tests.starter.banking.test_payment_run import unwritable
from tests.starter.bookkeeping import Bookkeeping, account_of
from tests.starter.caller import Api
from tests.starter.collection.overdue import letters_leave, may_be_written_to_now, overdue
from tests.starter.fuzzing_data import YEAR_OF_FILE
from tests.starter.mail_in.parked import parked_letter
from tests.starter.receipt.test_receipts import a_round, partly_refunded, receipts_of
from tests.starter.reconciliation.test_acquirer_difference import compared, of_payment
from tests.starter.refund.credited import inquired
from tests.starter.refund.shop import Shop
from tests.starter.scanned import clean_picture
from tests.starter.subscription.registered import in_days, set_price, write_tariff

CONFIRMED_YEAR = 2036
CLIENT_ID = "romashka-7"
"""The client under fire."""
IDLE_ACCOUNT = account_of("40702", 418)
"""An account of ours on which nothing waits."""
STATEMENT_ACCOUNT = account_of("40702", 419)
"""An account of ours whose statement has no entries."""
QUESTIONS = 9
"""Tickets to be put aside: lists name them to other operations too, and some of them are ended."""
COMING, CORRECTED = "990", "991"
"""Tariffs whose only prices are to come."""

OF_CLIENT = (
    "read_collection",
    "list_collection_letters",
    "give_reason",
    "promise_payment",
    "read_collection_letter_pdf",
)
"""What the client under fire does to an unpaid order of its own."""
OF_STAFF = (
    "read_collection_waiting",
    "list_collection_contacts",
    "preview_claim",
    "pause_collection",
    "send_claim",
    "to_lawyer",
    "from_lawyer",
    "record_court",
    "settle_debt",
    "propose_write_off",
    "confirm_write_off",
    "decline_write_off",
    "cancel_collection",
    "log_contact",
    "make_collection_dossier",
    "list_collection_dossiers",
)
AT_THE_LAWYER = frozenset({"send_claim", "from_lawyer", "record_court"})
OF_PROPOSED = frozenset({"confirm_write_off", "decline_write_off"})

Reserved = Mapping[str, Mapping[str, Sequence[str | int]]]
"""Values by the operation that they are kept for: of a path parameter by its name, of a field of
the body by `body.` and its name.
"""


async def reserved(shop: Shop, bookkeeping: Bookkeeping, database: Database) -> Reserved:
    """One row for each; the payouts that no run may take come after the world's runs."""
    api = Api(shop.http)
    review = await (await shop.opened(Line())).signed()
    receipt = await _failed_receipt(shop, database)
    differences = await _differences(shop, database)
    run = await _run_to_dissolve(bookkeeping)
    left_out = await unwritable(bookkeeping)
    for tariff in (COMING, CORRECTED):
        await write_tariff(api, tariff)
        await set_price(api, tariff, "12000.00", in_days(30))
    await bookkeeping.write_own_account(IDLE_ACCOUNT)
    await bookkeeping.write_own_account(STATEMENT_ACCOUNT)
    imported = await bookkeeping.imported(statement(account=STATEMENT_ACCOUNT))
    refused = await bookkeeping.imported(statement(account=STATEMENT_ACCOUNT, closing=1))
    assert refused["status"] == "refused"
    year = f"/v1/calendar/years/{CONFIRMED_YEAR}"
    await api.call("PUT", year, role=Role.OPERATOR, json={"reason": "проверен"})
    spam, *questions = [await _asked(api, shop.books.client()) for _ in range(1 + QUESTIONS)]
    body = {"reason": "Реклама"}
    await api.call("POST", f"/v1/tickets/{spam}/spam", role=Role.SUPPORT, json=body)
    pictured, file_id = await _pictured(api, database)
    answered, returned = [await inquired(shop, database, shop.books) for _ in range(2)]
    return {
        **await _collections(api, shop),
        "answer_inquiry": {"refund_id": [answered.id]},
        "book_return": {"refund_id": [returned.id]},
        "recalculate_refund": {"refund_id": [review.id]},
        "pay_by_card": {"invoice_number": [shop.books.invoice(client_id=CLIENT_ID, paid=())]},
        "retry_payout": {"refund_id": [await _held_by_balance(shop)]},
        "pay_by_bank": {"refund_id": [await _held_by_balance(shop)]},
        "book_given_back": {"refund_id": [await _held_after_a_return(shop)]},
        "return_requisites": {"refund_id": [left_out], "attempt": [1]},
        "read_bank_statement_waiting": {"statement_id": [imported["id"]]},
        "settle_bank_statement": {"statement_id": [refused["id"]]},
        "close_own_account": {"account": [IDLE_ACCOUNT]},
        "dissolve_payment_run": {"run_id": [run]},
        "settle_receipt": {"receipt_id": [receipt]},
        "read_acquirer_difference": {"difference_id": differences},
        "decide_acquirer_difference": {"difference_id": differences},
        "preview_calendar_import": {"year": [YEAR_OF_FILE]},
        "withdraw_calendar_year": {"year": [CONFIRMED_YEAR]},
        "read_parked_letter": {"letter_id": [_parked(shop)]},
        "open_parked_letter": {"letter_id": [_parked(shop) for _ in range(9)]},
        "read_ticket_waiting": {"ticket_id": [pictured]},
        "read_ticket_file": {"ticket_id": [pictured], "file_id": [file_id]},
        "read_ticket_preview": {"ticket_id": [pictured], "file_id": [file_id]},
        "mark_ticket_spam": {"ticket_id": questions, "body.reason": ["Реклама"]},
        "unmark_ticket_spam": {"ticket_id": [spam]},
        "correct_tariff_price": {"tariff_code": [CORRECTED], "version": [1]},
        "withdraw_tariff_price": {"tariff_code": [COMING], "version": [1]},
    }


async def _collections(api: Api, shop: Shop) -> Reserved:
    """An overdue order's case for each thing that is done to one, and one that is read."""
    kept: dict[str, Mapping[str, Sequence[str | int]]] = {}
    for operation in (*OF_CLIENT, *OF_STAFF):
        own = CLIENT_ID if operation in OF_CLIENT else None
        client_id = may_be_written_to_now(shop.books, own)
        case = await overdue(api, shop.books, client_id)
        if operation in AT_THE_LAWYER:
            await case.staff("lawyer", reason="молчит")
        if operation in OF_PROPOSED:
            await case.staff("write-off", login="belova", reason="ликвидирован")
        if operation == "read_collection_letter_pdf":
            await case.staff("lawyer", reason="молчит")
            await case.staff("claim")
            letters_leave(shop.books, case.id)
            letter = shop.books.row(
                "SELECT letter_id FROM collection_letter_lines WHERE collection_id = %(id)s",
                id=case.id,
            ).letter_id
            kept[operation] = {"collection_id": [case.id], "letter_id": [str(letter)]}
            continue
        kept[operation] = {"collection_id": [case.id]}
    kept["record_court"] = {**kept["record_court"], "body.kind": [CourtKind.ORDER]}
    number = shop.books.invoice(Line(), paid=(), due_on=in_days(-3), issued_on=in_days(-9))
    return {**kept, "open_collection": {"invoice_number": [number]}}


async def _asked(api: Api, client_id: str, *files: str) -> str:
    """A question that nobody else is told of."""
    body = {"department": "support", "topic": "Выгодно", "text": "Купите.", "files": files}
    asked = await api.call("POST", "/v1/tickets", client_id=client_id, json=body)
    return str(asked.json()["id"])


async def _pictured(api: Api, database: Database) -> tuple[str, str]:
    """A question of the client under fire with a picture that was found clean."""
    file_id = await clean_picture(api, database, CLIENT_ID)
    return await _asked(api, CLIENT_ID, file_id), file_id


def _parked(shop: Shop) -> int:
    """A parked letter of a client's address."""
    client_id = shop.books.client()
    sender = f"{client_id}@fire.example"
    shop.books.rows(
        "UPDATE clients SET email = %(e)s WHERE id = %(c)s RETURNING id", e=sender, c=client_id
    )
    return parked_letter(shop.books, sender)


async def _held_after_a_return(shop: Shop) -> str:
    """A payout that the acquirer refused, because it gave everything back already."""
    held = await subscription(shop)
    await shop.acquirer.give_back(held.payment_id, "12200.50")
    return await _held(held)


async def _held_by_balance(shop: Shop) -> str:
    """A payout that our balance at the acquirer was too small for, once."""
    held = await subscription(shop)
    cancel = {"kind": "cancel", "reason": "insufficient_funds", "times": 1}
    await shop.acquirer.misbehave({**cancel, "match": {"payment_id": held.payment_id}})
    return await _held(held)


async def _held(held: Held) -> str:
    await held.accepted()
    await held.case.until("payout_held")
    return held.case.id


async def _failed_receipt(shop: Shop, database: Database) -> str:
    case, _ = await partly_refunded(shop, {"kind": "receipt_fails"})
    for _ in range(2):
        await a_round(shop, database)
    (receipt,) = await receipts_of(shop, case.id.split("-")[1])
    assert receipt["status"] == "failed"
    return str(receipt["id"])


async def _differences(shop: Shop, database: Database) -> list[str]:
    """What the daily comparison found of a payment of no case that was partly given back."""
    number = await shop.invoice(Line())
    payment = shop.books.row(
        "SELECT acquirer_payment_id AS id FROM payments WHERE invoice_number = %(n)s", n=number
    )
    await shop.acquirer.give_back(payment.id, "250.00")
    await compared(shop, database)
    return [one["id"] for one in await of_payment(shop, payment.id)]


async def _run_to_dissolve(bookkeeping: Bookkeeping) -> str:
    await bookkeeping.paying()
    return str((await bookkeeping.run())["id"])
