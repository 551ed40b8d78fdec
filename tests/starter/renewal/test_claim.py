"""«Платёж в пути»: the client's word stops the reminders, and the payment order may be shown."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio

from db.database import Database
from domain.access.roles import Role
from tests.books import Books
from tests.scans import found_clean, pdf, picture
from tests.starter.caller import Api
from tests.starter.renewal.ordered import Subscriber, subscriber, write_own_account
from tests.starter.subscription.registered import in_days, write_catalogue


@pytest_asyncio.fixture(scope="module", autouse=True)
async def catalogue(whole_api: Api) -> None:
    await write_catalogue(whole_api)
    await write_own_account(whole_api)


async def show(
    someone: Subscriber,
    renewal: str,
    content: bytes,
    media_type: str = "application/pdf",
    key: str | None = None,
) -> httpx2.Response:
    return await someone.api.call(
        "PUT",
        f"{renewal}/claim",
        client_id=someone.client_id,
        key=key,
        headers={"Content-Type": media_type},
        content=content,
    )


def claims(books: Books, renewal_id: str) -> list[Any]:
    return books.rows("SELECT * FROM payment_claims WHERE renewal_id = %(id)s", id=renewal_id)


async def test_a_claim_waits_for_the_bank_and_is_the_same_on_a_repeat(
    whole_api: Api, books: Books
) -> None:
    someone = await subscriber(whole_api)
    placed, key = await someone.ordered(), uuid4().hex
    claimed = await someone.post(f"{placed['href']}/claim", key=key)
    assert (claimed.status_code, claimed.json()["status"]) == (200, "awaiting_payment")
    assert datetime.fromisoformat(claimed.json()["claimed_until"]) > datetime.now(UTC)
    assert (claimed.json()["waiting_for"]) == "bank"
    assert (await someone.post(f"{placed['href']}/claim", key=key)).json() == claimed.json()
    assert len(claims(books, placed["id"])) == 1
    found = await someone.read(placed["id"])
    assert (found["claim"]["file"], found["claim"]["login"]) == (None, None)
    assert found["timeline"][-1]["reason_code"] == "claimed"


@pytest.mark.parametrize(
    ("content", "declared", "media_type"),
    [
        (pdf(1), "application/pdf", "application/pdf"),
        (picture("PNG", 21), "application/octet-stream", "image/png"),
    ],
)
async def test_a_payment_order_is_shown_to_accountants_as_it_was_uploaded_once_it_is_clean(
    whole_api: Api, database: Database, content: bytes, declared: str, media_type: str
) -> None:
    someone = await subscriber(whole_api)
    placed = await someone.ordered()
    assert (await show(someone, placed["href"], content, declared)).status_code == 200
    claim = (await someone.read(placed["id"], Role.ACCOUNTANT))["claim"]
    path, told = claim["file"], claim["payment_order"]
    assert (told["status"], told["title"]) == ("received", "Проверяется на вирусы")
    early = await someone.get(path, role=Role.ACCOUNTANT)
    assert (early.status_code, early.json()["code"]) == (409, "file_received")
    await found_clean(database, content)
    seen = await someone.get(path, role=Role.ACCOUNTANT)
    assert (seen.content, seen.headers["Content-Type"]) == (content, media_type)
    assert seen.headers["Content-Disposition"].startswith("attachment")
    assert (await someone.get(path, role=Role.SPECIALIST)).status_code == 403


async def test_a_payment_order_stays_shown_when_the_claim_is_repeated_without_it(
    whole_api: Api, database: Database
) -> None:
    someone = await subscriber(whole_api)
    placed = await someone.ordered()
    assert (await show(someone, placed["href"], pdf())).status_code == 200
    await found_clean(database, pdf())
    assert (await someone.post(f"{placed['href']}/claim")).status_code == 200
    path = (await someone.read(placed["id"], Role.ACCOUNTANT))["claim"]["file"]
    assert (await someone.get(path, role=Role.ACCOUNTANT)).content == pdf()


async def test_what_was_said_of_an_order_that_was_called_off_is_not_said_of_the_next_one(
    whole_api: Api,
) -> None:
    someone = await subscriber(whole_api)
    placed = await someone.ordered()
    assert (await show(someone, placed["href"], pdf())).status_code == 200
    assert (await someone.post(f"{placed['href']}/cancel-order")).status_code == 200
    await someone.ordered()
    assert (await someone.read(placed["id"]))["claim"] is None
    missing = await someone.get(f"{placed['href']}/claim")
    assert (missing.status_code, missing.json()["code"]) == (409, "payment_order_missing")


@pytest.mark.parametrize(
    ("content", "declared", "http_status", "code"),
    [
        (b"MZ\x90\0" + b"\0" * 500, "application/pdf", 422, "scan_type"),
        (pdf()[:-20], "application/pdf", 422, "scan_damaged"),
        (b"", "application/pdf", 422, "scan_empty"),
        (pdf(), "text/html", 415, "media_type_unsupported"),
    ],
)
async def test_what_is_no_payment_order_is_refused_and_claims_nothing(
    whole_api: Api, books: Books, content: bytes, declared: str, http_status: int, code: str
) -> None:
    someone = await subscriber(whole_api)
    placed = await someone.ordered()
    refused = await show(someone, placed["href"], content, declared)
    assert (refused.status_code, refused.json()["code"]) == (http_status, code)
    assert claims(books, placed["id"]) == []


async def test_without_an_order_there_is_nothing_to_claim(whole_api: Api, books: Books) -> None:
    someone = await subscriber(whole_api)
    renewal_id = f"renewal-{someone.subscription_id}-{in_days(7)}"
    refused = await someone.post(f"/v1/renewals/{renewal_id}/claim")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_allowed_in_status")
    missing = await someone.get(f"/v1/renewals/{renewal_id}/claim")
    assert (missing.status_code, missing.json()["code"]) == (409, "payment_order_missing")
    assert claims(books, renewal_id) == []
