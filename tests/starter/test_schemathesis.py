"""The API under fire: schemathesis with all its checks, in the name of each role in turn."""

import asyncio
import json
import os
import sysconfig
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from db.database import Database
from domain.access.roles import Role
from stack.folders import CHECKOUT
from starter.access import ACCESS, WITHOUT_ROUTE
from starter.api.http.auth import Caller
from tests.books import Line
from tests.patience import PATIENCE_SECONDS
from tests.starter.bookkeeping import OUR_ACCOUNT, Bookkeeping
from tests.starter.caller import Api, token
from tests.starter.compensation.rates import known_rates
from tests.starter.dispute.kept import kept_disputes
from tests.starter.fuzzing_data import DONE, HOOKS
from tests.starter.goods_return.kept import MANY, kept_returns
from tests.starter.goods_return.returning import asked as return_asked
from tests.starter.goods_return.returning import goods
from tests.starter.refund.shop import RECIPIENT, SERVICE, SUBSCRIPTION, Shop
from tests.starter.renewal.ordered import Subscriber
from tests.starter.reserved import CLIENT_ID, Reserved, reserved
from tests.starter.served import Served, serving
from tests.starter.subscription.registered import (
    in_days,
    term_body,
    write_catalogue,
    write_subscription,
)

SEED = 20261121
"""Of everything that is generated; what is found is printed with it."""
ROLES = (
    Role.CLIENT,
    Role.BILLING,
    Role.SPECIALIST,
    Role.ACCOUNTANT,
    Role.OPERATOR,
    Role.SUPPORT,
)
"""Who fires, in turn. An operation that several may call is left to the first of them."""
EVERYBODYS = frozenset({"read_refund", "list_refunds"})
"""What each of them fires at, because each is shown something else."""
MAX_EXAMPLES = 6
"""Cases of fuzzing for each operation; coverage and examples are as many as the schema gives."""
ACCEPTED = ["2xx", "401", "403", "404", "409", "422", "429"]
"""What right data may be answered: check digits and sums are no JSON schema. 5xx is nothing."""
KNOWN = 0.7
"""How often a generated name is one of something that exists."""
KEPT = 0.9
"""The same, of what is there for one operation alone."""
INVOICE_NUMBER = "2026-000117"
"""As the examples of the documentation have them: what they say can be done is done."""

ORDERS = {"kompas-11": "bank_transfer", "kompas-12": "bank_card", "kompas-13": "bank_transfer"}
"""Subscriptions whose clients have ordered, and how they pay."""
DESK = "desk"
"""Cases of other clients: who withdraws everything leaves the staff something to decide."""
TICKETS = 6
"""Questions of the client under fire."""
DESK_CASES = 3
REQUISITES = ("recipient_name", "inn", "bic", "correspondent_account")
"""Fields whose values only right check digits make right."""

HARD = frozenset(
    {
        "accept_statement",
        "allocate_bank_entry",
        "approve_refund",
        "await_third_party",
        "calculate_refund",
        "claim_payment",
        "decide_bank_entry",
        "decline_refund",
        "gather_payment_run",
        "import_calendar_year",
        "import_key_rate",
        "leave_feedback",
        "list_entry_candidates",
        "merge_ticket",
        "open_inquiry",
        "place_order",
        "read_bank_entry",
        "read_invoice_pdf",
        "read_payment_order_shown",
        "read_payment_page",
        "read_scan",
        "request_code",
        "retry_notification",
        "return_statement",
        "show_payment_order",
        "sign_statement",
        "take_ticket",
        "transfer_ticket",
        "undo_bank_entry",
        "unmerge_ticket",
        "upload_files",
        "upload_scan",
        "withdraw_inquiry",
        "write_invoice",
        "write_statement",
    }
)
"""What chance may not do: it takes a case at the right moment, right sums, a file, a mailed code,
one of our own invoices, an entry of a bank statement.
All else must have been done at least once, or the fire proves nothing.
"""

World = Mapping[str, Sequence[str | int]]
"""What exists, by the parameter or field that names it."""


@pytest_asyncio.fixture(scope="module")
async def world(shop: Shop, database: Database) -> World:
    """A client with paid invoices, cases in every status that people leave, a run of orders."""
    bookkeeping = Bookkeeping(shop.http, shop.books, shop.temporal, shop.settings, database)
    await bookkeeping.write_own_account()
    await known_rates(Api(shop.http))
    paying = await bookkeeping.paying()
    run = await bookkeeping.run()
    await bookkeeping.paying()
    given, *_ = await bookkeeping.handed_over()
    shop.books.put("clients", id=CLIENT_ID, kind="company", name="ООО «Ромашка»", email="a@b.ru")
    desk = [await shop.opened(SERVICE) for _ in range(DESK_CASES)]
    desk += [await (await shop.opened(Line())).signed() for _ in range(DESK_CASES)]
    free = [await _invoice(shop, SUBSCRIPTION), await _invoice(shop, SERVICE, Line())]
    unsigned = await shop.asked(await _invoice(shop, Line(), number=INVOICE_NUMBER))
    await unsigned.drawn_up()
    signed = await (await shop.asked(await _invoice(shop, Line()))).signed()
    # Of another client: what goes back to one without a specialist is bounded.
    done = await (await shop.opened(Line())).signed()
    await done.by(Role.SPECIALIST, "acceptance")
    await done.until("completed")
    api = Api(shop.http)
    sold = await _invoice(shop, *(goods(1_00, 10_000) for _ in range(MANY)))
    back = (await return_asked(api, CLIENT_ID, sold, 1)).json()["id"]
    subscribed = await _subscribed(api)
    ordered = [await _ordered(api, name, method) for name, method in ORDERS.items()]
    return {
        **subscribed,
        "client_id": [CLIENT_ID],
        "invoice_number": [*free, sold, ordered[0]["invoice_number"]],
        "renewal_id": [order["id"] for order in ordered],
        "refund_id": [unsigned.id, signed.id, done.id],
        "pay_on": [in_days(days) for days in range(1, 15)],
        "paused_until": [in_days(days) for days in range(1, 15)],
        "filed_on": [in_days(0)],
        "contacted_on": [in_days(0)],
        DESK: [paying, *[case.id for case in desk]],
        **{name: [str(RECIPIENT[name])] for name in REQUISITES},
        **await _tickets(api),
        "happened_on": [in_days(-days) for days in range(3)],
        "answer_by": [in_days(days) for days in range(1, 15)],
        "on": [in_days(-days) for days in range(3)],
        "return_id": [back],
        "account": [OUR_ACCOUNT],
        "own_account": [OUR_ACCOUNT],
        "run_id": [run["id"], given["run_id"]],
        "order_id": [str(row.id) for row in shop.books.rows("SELECT id FROM payment_orders")],
        "message_id": [str(row.id) for row in shop.books.rows("SELECT id FROM notifications")],
        "payment_id": [row.id for row in shop.books.rows("SELECT id FROM payments LIMIT 3")],
    }


@pytest_asyncio.fixture(scope="module")
async def kept(shop: Shop, database: Database, world: World) -> Reserved:
    """Made after the world, whose runs would take the payouts that are kept out of them."""
    bookkeeping = Bookkeeping(shop.http, shop.books, shop.temporal, shop.settings, database)
    returns = await kept_returns(shop, database, CLIENT_ID)
    disputes = await kept_disputes(shop, database, CLIENT_ID)
    return {**await reserved(shop, bookkeeping, database), **returns, **disputes}


@pytest_asyncio.fixture(scope="module")
async def served(
    shop: Shop, environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    server = {
        "TEMPORAL_ADDRESS": shop.temporal.service_client.config.target_host,
        "TEMPORAL_NAMESPACE": shop.temporal.namespace,
    }
    log = tmp_path_factory.mktemp("api") / "api.log"
    with serving({**environment, **server}, log) as served:
        await served.ready()
        async with httpx2.AsyncClient(timeout=PATIENCE_SECONDS, trust_env=False) as http:
            # Made once: the program that fires waits for it no longer than ten seconds.
            (await http.get(f"{served.address}/openapi.json")).raise_for_status()
        yield served


@pytest.mark.timeout(600)
@pytest.mark.parametrize("role", ROLES)
async def test_the_api_keeps_its_word_under_fire(
    role: Role, served: Served, world: World, kept: Reserved, tmp_path: Path
) -> None:
    rules = tmp_path / "schemathesis.toml"
    known = _dictionaries(_known_to(role, world))
    own = {name: kept[name] for name in _operations(role) if name in kept}
    rules.write_text("\n".join([*_rules(role), *known, *_kept_dictionaries(own), *_own(own)]))
    program = Path(sysconfig.get_path("scripts")) / "schemathesis"
    operations = [f"--include-operation-id={name}" for name in _operations(role)]
    fire = await asyncio.create_subprocess_exec(
        *(
            str(program),
            f"--config-file={rules}",
            "run",
            f"{served.address}/openapi.json",
            *operations,
        ),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},  # its hooks are a module of ours
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said = (await fire.communicate())[0].decode()
    assert fire.returncode == 0, said
    assert f"Tested: {len(operations)}" in said, said
    assert "api.failed" not in served.logged()
    done = set((tmp_path / DONE).read_text().split())
    assert set(_operations(role)) - done <= HARD, said


def _operations(role: Role) -> list[str]:
    return [
        name
        for name, roles in ACCESS.items()
        if role in roles
        and name not in WITHOUT_ROUTE
        and (name in EVERYBODYS or role is next(one for one in ROLES if one in roles))
    ]


def _rules(role: Role) -> list[str]:
    """Schemathesis' settings as TOML, whose texts and lists are written as JSON's are."""
    whose = Caller(f"{role}-under-fire", role, CLIENT_ID if role is Role.CLIENT else None)
    return [
        f"seed = {SEED}",
        f"hooks = {json.dumps(str(HOOKS))}",
        f"auth.openapi.HTTPBearer.bearer = {json.dumps(token(whose))}",
        "continue-on-failure = true",
        "cache.enabled = false",
        'generation.database = "none"',
        "generation.no-shrink = true",
        f"generation.max-examples = {MAX_EXAMPLES}",
        f"checks.positive_data_acceptance.expected-statuses = {json.dumps(ACCEPTED)}",
    ]


def _known_to(role: Role, world: World) -> World:
    own = world["refund_id"] if role is Role.CLIENT else world[DESK]
    return {name: values for name, values in world.items() if name != DESK} | {"refund_id": own}


def _dictionaries(world: World) -> Iterator[str]:
    for name, values in world.items():
        yield f"dictionaries.{name}.values = {json.dumps(values)}"
        for place in ("path", "query", "body"):
            binding = f'{{ dictionary = "{name}", probability = {KNOWN} }}'
            yield f'parameters."{place}.{name}" = {binding}'


def _kept_dictionaries(kept: Reserved) -> Iterator[str]:
    for operation, named in kept.items():
        for name, values in named.items():
            yield f"dictionaries.{_kept_name(operation, name)}.values = {json.dumps(values)}"


def _own(kept: Reserved) -> Iterator[str]:
    """Which operation is told which of them, and takes no id from the answers of others: tables, so
    they come last.
    """
    for operation, named in kept.items():
        yield f'[[operations]]\ninclude-operation-id = "{operation}"'
        for phase in ("examples", "coverage", "fuzzing"):
            yield f"phases.{phase}.extra-data-sources.responses = false"
        for name in named:
            dictionary = _kept_name(operation, name)
            place = name if "." in name else f"path.{name}"
            yield f'parameters."{place}" = {{ dictionary = "{dictionary}", probability = {KEPT} }}'


def _kept_name(operation: str, name: str) -> str:
    return f"{operation}-{name.replace('.', '-')}"


async def _subscribed(api: Api) -> World:
    """Two subscriptions at the biggest tariff, and a request for a higher limit of a third."""
    await write_catalogue(api)
    names, asking = ["kompas-7", "kompas-8"], "kompas-9"
    for name in [*names, asking]:
        await write_subscription(api, CLIENT_ID, name, term=term_body("1000"))
    asked = await api.call(
        "POST",
        f"/v1/subscriptions/{asking}/limit-requests",
        client_id=CLIENT_ID,
        json={"units_wanted": 5000, "text": "Нужно больше."},
    )
    coming = [in_days(days) for days in range(1, 15)]
    return {
        "tariff_code": ["100", "400", "1000"],
        "subscription_id": names,
        "request_id": [asked.json()["id"]],
        "valid_from": coming,
        "valid_until": coming,
    }


async def _tickets(api: Api) -> World:
    """Questions to departments: some that wait for us, one for its client, one that is settled."""
    body = {"department": "support", "topic": "Где возврат?", "text": "Жду."}
    asked = [
        (await api.call("POST", "/v1/tickets", client_id=CLIENT_ID, json=body)).json()["id"]
        for _ in range(TICKETS)
    ]
    for ticket_id, resolves in zip(asked, (True, False), strict=False):
        answer = {"text": "Выплатили.", "seen_answers": 0, "resolves": resolves}
        path = f"/v1/tickets/{ticket_id}/answer"
        await api.call("POST", path, role=Role.SPECIALIST, json=answer)
    return {"ticket_id": asked, "department": ["accounting", "refunds", "support"]}


async def _ordered(api: Api, name: str, method: str) -> Mapping[str, Any]:
    """An open order of a subscription of its own."""
    await write_subscription(api, CLIENT_ID, name, term=term_body("400"))
    return await Subscriber(api, CLIENT_ID, name).ordered(method=method)


async def _invoice(shop: Shop, *lines: Line, **columns: str) -> str:
    return await shop.invoice(*lines, client_id=CLIENT_ID, **columns)
