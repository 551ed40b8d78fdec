"""The acquirer's notifications: who may send them, and that they only ever make a payout look."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from uuid import uuid4

import httpx2
import pytest
import pytest_asyncio
from temporalio.client import Client, WorkflowHandle
from temporalio.testing import WorkflowEnvironment

from db.database import Database
from domain.access.roles import Role
from environment import SettingMissing
from starter.api.app import create_app
from starter.api.card.webhook import MAX_NOTIFICATION_BYTES, told_in
from starter.api.http.client_ip import MAX_HOPS, sender_of
from starter.commands.card.acquirer_said import AcquirerEvent, Notified
from tests.books import Line
from tests.gateways.sandbox_acquirer import eventually
from tests.product_settings import LONG_ENOUGH, required_variables, settings_of
from tests.starter.caller import Api
from tests.starter.conftest import nobody
from tests.starter.refund.shop import Case, Shop, code_of
from tests.starter.webhook_client import ACQUIRER, PATH, PROXIES, Door, door_of, told_by_the_sandbox

STRANGER = "203.0.113.9"
PROXY = "10.1.2.3"
HOURS = timedelta(hours=3)
"""After so many looks a payout sleeps for an hour between two."""


def notification(payment_id: str, **changes: Any) -> dict[str, Any]:
    refund = {"id": uuid4().hex, "payment_id": payment_id, "status": "succeeded"}
    return {"type": "notification", "event": "refund.succeeded", "object": refund, **changes}


# Who sends.

SENDERS = {
    "nobody between": (ACQUIRER, [], ACQUIRER),
    "a header without a proxy": (STRANGER, [ACQUIRER], STRANGER),
    "our proxy": (PROXY, [ACQUIRER], ACQUIRER),
    "two of ours": (PROXY, [f"{ACQUIRER}, 10.9.9.9"], ACQUIRER),
    "two header lines": (PROXY, [ACQUIRER, "10.9.9.9"], ACQUIRER),
    "a forged beginning": (PROXY, [f"{ACQUIRER}, {STRANGER}"], STRANGER),
    "a proxy that wrote nothing": (PROXY, [], PROXY),
    "a proxy that wrote nonsense": (PROXY, ["unknown"], None),
    "an empty header": (PROXY, [""], None),
    "only proxies": (PROXY, [", ".join([PROXY] * (MAX_HOPS + 5))], PROXY),
    "no address": ("unix socket", [], None),
    "version four inside six": (f"::ffff:{ACQUIRER}", [], ACQUIRER),
    "with the port of its connection": (PROXY, [f"{ACQUIRER}:41234"], ACQUIRER),
    "version six in brackets": (PROXY, ["[2a02:5180::1]"], "2a02:5180::1"),
    "version six with a port": (PROXY, ["[2a02:5180::1]:443"], "2a02:5180::1"),
    "version four inside six with a port": (PROXY, [f"[::ffff:{ACQUIRER}]:443"], ACQUIRER),
    "proxies with ports": (PROXY, [f"{ACQUIRER}:1, 10.9.9.9:65535, [::ffff:10.9.9.8]:2"], ACQUIRER),
    "a stranger with a port": (PROXY, [f"{ACQUIRER}:1, {STRANGER}:1"], STRANGER),
    "a port that is none": (PROXY, [f"{ACQUIRER}:https"], None),
    "no port after a colon": (PROXY, [f"{ACQUIRER}:"], None),
    "version four in brackets": (PROXY, [f"[{ACQUIRER}]:1"], ACQUIRER),
    "a bracket that never closes": (PROXY, ["[2a02:5180::1"], None),
    "version six with a port and no brackets": (PROXY, ["2a02:5180::1:443"], "2a02:5180::1:443"),
    "a port of a stranger's own header": (f"{STRANGER}", [f"{ACQUIRER}:1"], STRANGER),
    "version six": ("2a02:5180::1", [], "2a02:5180::1"),
}


@pytest.mark.parametrize("name", SENDERS)
def test_the_sender_is_whom_our_own_proxies_saw(name: str) -> None:
    peer, forwarded, sender = SENDERS[name]
    expected = None if sender is None else ip_address(sender)
    assert sender_of(peer, forwarded, PROXIES) == expected


@pytest.mark.parametrize("text", ["10.0.0.0/33", "10.0.0.1/8", "acquirer.example"])
@pytest.mark.parametrize("name", ["KOPEYKA_ACQUIRER_NETWORKS", "KOPEYKA_TRUSTED_PROXIES"])
def test_a_wrong_network_is_refused_by_the_name_of_its_setting(name: str, text: str) -> None:
    environment = dict.fromkeys(required_variables(), LONG_ENOUGH)
    with pytest.raises(SettingMissing, match=name):
        settings_of({**environment, name: f"192.0.2.0/24, {text}"})


# What it says.

UNHEARD = {
    "not JSON": b"refund.succeeded",
    "not an object": b'["refund.succeeded"]',
    "too deep": b"[" * 30_000,
    "not UTF-8": b'{"event": "\xff"}',
    "another event": json.dumps(notification("p", event="payout.succeeded")).encode(),
    "a payment without its id": json.dumps(
        notification("p", event="payment.succeeded", object={"payment_id": "p"})
    ).encode(),
    "an event of tomorrow": json.dumps(notification("p", event="refund.paused")).encode(),
    "an event that is a list": json.dumps(notification("p", event=["refund.succeeded"])).encode(),
    "no object": json.dumps(notification("p", object=None)).encode(),
    "no payment": json.dumps(notification("p", object={"id": "r"})).encode(),
    "a payment that is a number": json.dumps(notification("p", object={"payment_id": 7})).encode(),
    "a payment no database stores": json.dumps(notification("\0")).encode(),
    "an endless payment": json.dumps(notification("p" * 65)).encode(),
    "nothing": b"",
}


@pytest.mark.parametrize(
    ("event", "subject"),
    [
        ("refund.succeeded", {"id": "r-1", "payment_id": "p-1"}),
        ("payment.succeeded", {"id": "p-1"}),
        ("payment.canceled", {"id": "p-1"}),
    ],
)
def test_what_we_have_a_use_for_names_its_payment(event: str, subject: dict[str, str]) -> None:
    told = notification("", event=event, object=subject)
    assert told_in(json.dumps(told).encode()) == Notified(AcquirerEvent(event), "p-1")


@pytest.mark.parametrize("name", UNHEARD)
def test_whatever_we_have_no_use_for_names_nothing(name: str) -> None:
    assert told_in(UNHEARD[name]) is None


# What comes of it.


@pytest.fixture(scope="module")
def door(shop: Shop, database: Database, temporal: Client) -> Door:
    return door_of(shop, database, temporal)


@pytest_asyncio.fixture
async def listening(door: Door, shop: Shop) -> AsyncIterator[None]:
    async with told_by_the_sandbox(door, shop):
        yield


@dataclass
class Payout:
    """A case whose money is asked of the acquirer."""

    case: Case
    payment_id: str
    handle: WorkflowHandle[Any, Any]

    @property
    def status(self) -> str:
        """By our books."""
        row = self.case.shop.books.row(
            "SELECT status FROM payouts WHERE case_id = %(id)s", id=self.case.id
        )
        return str(row.status)

    async def until(self, status: str) -> None:
        """Returns once our books say so."""

        async def there() -> bool:
            return self.status == status

        await eventually(there)

    async def events(self) -> list[str]:
        """Of the history of its case."""
        return [event.WhichOneof("attributes") or "" for event in await self._history()]

    async def heard(self, times: int) -> None:
        """Returns once the process has so many words of the acquirer."""

        async def enough() -> bool:
            return (await self.events()).count(SIGNALLED) >= times

        await eventually(enough)

    async def completed(self) -> None:
        """Returns once the case waits for the credit: its last event is that wait's timer."""
        await self.case.until("completed")

        async def waits() -> bool:
            return (await self.events())[-1] == STARTED

        await eventually(waits)

    async def debits(self) -> int:
        """By the acquirer's own books."""
        return await self.case.shop.acquirer.debits(self.payment_id)

    async def _history(self) -> list[Any]:
        return list((await self.handle.fetch_history()).events)


SIGNALLED = "workflow_execution_signaled_event_attributes"
FIRED = "timer_fired_event_attributes"
STARTED = "timer_started_event_attributes"


async def paying(shop: Shop, *rules: dict[str, object]) -> Payout:
    """A case just accepted, at an acquirer that behaves like this towards its payment."""
    number = await shop.invoice(Line())
    payment_id = shop.books.row(
        "SELECT acquirer_payment_id FROM payments WHERE invoice_number = %(n)s", n=number
    ).acquirer_payment_id
    await shop.acquirer.misbehave(
        *({**rule, "match": {"payment_id": payment_id}} for rule in rules)
    )
    case = await (await shop.asked(number)).signed()
    assert (await case.by(Role.SPECIALIST, "acceptance")).status_code == 200
    return Payout(case, payment_id, shop.temporal.get_workflow_handle(case.id))


PENDING = {"kind": "pending_then", "seconds": 600}


async def test_a_payout_pending_for_hours_is_settled_by_the_webhook_without_the_poll(
    shop: Shop, listening: None, temporal_env: WorkflowEnvironment
) -> None:
    payout = await paying(shop, PENDING)
    await payout.until("sent")
    await temporal_env.fast_forward(payout.handle, HOURS)
    assert payout.status == "sent"
    assert await shop.acquirer.settle(payout.payment_id) == 1
    await payout.completed()
    events = await payout.events()
    *_, last_pause, _ = (at for at, event in enumerate(events) if event == STARTED)
    assert FIRED not in events[last_pause:]  # nobody waited for the poll
    assert await payout.debits() == 1


async def test_a_forged_success_makes_the_payout_look_and_changes_nothing(
    shop: Shop, door: Door
) -> None:
    payout = await paying(shop, PENDING)
    await payout.until("sent")
    for _ in range(3):
        assert (await door.told(notification(payout.payment_id))).status_code == 200
    await payout.heard(3)
    assert (payout.status, await payout.debits()) == ("sent", 0)
    await shop.acquirer.settle(payout.payment_id)
    await door.told(notification(payout.payment_id))
    await payout.case.until("completed")
    assert await payout.debits() == 1


async def test_duplicates_of_a_success_pay_once_and_are_told_once(
    shop: Shop, listening: None
) -> None:
    payout = await paying(shop, PENDING, {"kind": "duplicate_webhook", "copies": 5})
    await payout.until("sent")
    await shop.acquirer.settle(payout.payment_id)
    await payout.case.until("completed")
    assert await payout.debits() == 1
    told = shop.books.rows(
        "SELECT 1 FROM notifications WHERE case_id = %(id)s AND template = 'refund_completed'"
        " AND channel = 'mail'",
        id=payout.case.id,
    )
    assert len(told) == 1


@pytest.mark.parametrize("lost", [True, False])
async def test_a_success_told_before_the_answer_is_paid_once(
    lost: bool, shop: Shop, listening: None
) -> None:
    rules: list[dict[str, object]] = [{"kind": "early_webhook"}]
    if lost:
        rules.append({"kind": "answer_lost_after_execution", "times": 1})
    payout = await paying(shop, *rules)
    await payout.case.until("completed")
    assert await payout.debits() == 1


async def test_a_success_told_after_the_end_changes_nothing(shop: Shop, door: Door) -> None:
    payout = await paying(shop)
    await payout.completed()
    before = await payout.case.read(), payout.case.papers(), await payout.events()
    assert (await door.told(notification(payout.payment_id))).status_code == 200
    assert (await payout.case.read(), payout.case.papers(), await payout.events()) == before


@pytest.mark.parametrize("name", UNHEARD)
async def test_what_is_not_understood_is_taken_and_forgotten(name: str, door: Door) -> None:
    answer = await door.told(UNHEARD[name])
    assert (answer.status_code, answer.content) == (200, b"")


async def test_an_unknown_payment_is_taken_and_forgotten(door: Door) -> None:
    assert (await door.told(notification(uuid4().hex))).status_code == 200


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        (ACQUIRER, {}, 200),
        ("2a02:5180::7", {}, 200),
        (STRANGER, {}, 403),
        (STRANGER, {"X-Forwarded-For": ACQUIRER}, 403),
        (PROXY, {"X-Forwarded-For": ACQUIRER}, 200),
        (PROXY, {"X-Forwarded-For": f"{ACQUIRER}:41234"}, 200),
        (PROXY, {"X-Forwarded-For": "[2a02:5180::1]:443"}, 200),
        (PROXY, {"X-Forwarded-For": f"{STRANGER}:443"}, 403),
        (PROXY, {"X-Forwarded-For": f"{ACQUIRER}, {STRANGER}"}, 403),
        (PROXY, {}, 403),
    ],
)
async def test_only_the_acquirers_networks_are_heard(
    address: str, headers: dict[str, str], status: int, door: Door
) -> None:
    answer = await door.told(notification(uuid4().hex), address, **headers)
    assert answer.status_code == status
    if status == 403:
        assert code_of(answer) == "forbidden"


async def test_a_stranger_is_refused_before_its_body_is_read(door: Door) -> None:
    async def endless() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    transport = httpx2.ASGITransport(door.app, client=(STRANGER, 1))
    async with httpx2.AsyncClient(transport=transport, base_url="http://api.example") as http:
        assert (await http.post(PATH, content=endless())).status_code == 403


async def test_more_than_any_notification_is_refused(door: Door) -> None:
    answer = await door.told(b" " * (MAX_NOTIFICATION_BYTES + 1))
    assert (answer.status_code, code_of(answer)) == (413, "body_too_large")


async def test_without_temporal_the_acquirer_is_asked_to_repeat(
    shop: Shop, door: Door, database: Database
) -> None:
    payout = await paying(shop, PENDING)
    await payout.until("sent")
    settings = door.app.state.services.settings
    away = Door(create_app(settings, database, nobody))
    answer = await away.told(notification(payout.payment_id))
    assert (answer.status_code, code_of(answer)) == (503, "temporal_unavailable")
    await shop.acquirer.settle(payout.payment_id)
    await door.told(notification(payout.payment_id))
    await payout.case.until("completed")


async def test_the_usual_api_lets_nobody_else_in(api: Api) -> None:
    answer = await api.http.post(PATH, json=notification(uuid4().hex))
    assert answer.status_code == 403
