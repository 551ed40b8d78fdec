"""Dossiers over the API: made of what is known, chained, signed, the same bytes each time."""

import asyncio
import io
import json
import re
import zipfile
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pypdf import PdfReader

from db.database import Database
from domain.access.roles import Role
from domain.dossier.dossier import Export
from domain.dossier.verify import check_archive
from gateways.documents.dispute_paper import rows_of
from gateways.scans import ScanReader
from starter.commands.cases import Cases
from starter.commands.dossier import collection as collection_of_dossier
from starter.commands.dossier import dispute as dispute_of_dossier
from starter.commands.dossier.make import make_dispute_dossier
from starter.commands.services import Services
from tests.books import Line
from tests.scans import pdf
from tests.starter.caller import Api
from tests.starter.collection.overdue import letters_leave, may_be_written_to_now, overdue
from tests.starter.dispute.disputed import Dispute, disputed, today
from tests.starter.dispute.test_dispute_paths import handed_in, paper
from tests.starter.goods_return.returning import (
    asked,
    claimed,
    consumer,
    did,
    ended,
    goods,
    paid,
    to_inspected,
)
from tests.starter.goods_return.returning import handed_in as photo
from tests.starter.refund.shop import ACCOUNT, Person, Shop, code_of
from texts import translate
from texts.ledger import account_title

PHONE = "+7 916 123-45-67"
PROBLEM = f"Верните деньги на счёт {ACCOUNT}, звоните {PHONE}."
CLEAN = (
    "UPDATE file_contents SET status = 'clean', due_at = NULL, scanned_at = now(),"
    " scanner = 'test' FROM files f JOIN dispute_evidence e ON e.file_id = f.id"
    " WHERE f.sha256 = file_contents.sha256 AND e.dispute_id = %s"
    " AND file_contents.status = 'received'"
)
CLEAN_RECEIPTS = (
    "UPDATE file_contents SET status = 'clean', due_at = NULL, scanned_at = now(),"
    " scanner = 'test' FROM files f JOIN goods_return_photos p ON p.file_id = f.id"
    " JOIN goods_return_carriages c ON c.claim_id = p.decision_id"
    " WHERE f.sha256 = file_contents.sha256 AND c.return_id = %s"
    " AND file_contents.status = 'received'"
)
ERASED = (
    "UPDATE file_contents SET status = 'erased' FROM files f"
    " JOIN dispute_evidence e ON e.file_id = f.id"
    " WHERE f.sha256 = file_contents.sha256 AND e.dispute_id = %s"
)


async def reviewed(shop: Shop) -> Dispute:
    """A dispute whose papers are clean, of an order with a signed refund."""
    case = await (await shop.opened(Line())).signed()
    number = case.id.removeprefix("refund-").rsplit("-", 1)[0]
    dispute = await disputed(shop, number, kind="other", problem=PROBLEM, demand_amount="9.00")
    await dispute.until("review")
    shop.books.connection.execute(CLEAN, (dispute.id,))
    return dispute


async def made(dispute: Dispute, person: Person, export: str = "full") -> dict[str, Any]:
    answer = await person.post(f"{dispute.path}/dossiers", {"export": export})
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def archive_of(person: Person, dossier: dict[str, Any]) -> bytes:
    answer = await person.get(f"/v1/dossiers/{dossier['id']}/archive")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return answer.content


async def keys(http: httpx2.AsyncClient) -> dict[str, bytes]:
    """The published ones, which need no token."""
    answer = await http.get("/v1/dossier-keys")
    assert answer.status_code == 200, answer.text
    return {one["id"]: bytes.fromhex(one["public_key"]) for one in answer.json()["items"]}


def files_in(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


async def test_the_same_facts_are_the_same_dossier_and_new_ones_the_next_of_the_chain(
    shop: Shop,
) -> None:
    dispute, specialist = await reviewed(shop), shop.staff(Role.SPECIALIST)
    first = await made(dispute, specialist)
    assert await made(dispute, shop.staff(Role.ACCOUNTANT)) == first
    archive = await archive_of(specialist, first)
    assert await archive_of(specialist, first) == archive
    key = (await keys(shop.http))[first["key_id"]]
    assert check_archive(io.BytesIO(archive), key) == []
    assert first["sha256"] == sha256(files_in(archive)["manifest.json"]).hexdigest()
    papers = (await dispute.evidence(specialist))["papers"]
    told = json.loads(files_in(archive)["timeline.json"])["evidence"]
    assert [one["sha256"] for one in told] == [one["sha256"] for one in papers]
    assert all(sha256(files_in(archive)[one["path"]]).hexdigest() == one["sha256"] for one in told)

    assert (await dispute.said("reply", text="Вот ещё что.")).is_success
    second = await made(dispute, specialist)
    assert (second["number"], second["previous_sha256"]) == (2, first["sha256"])
    assert await archive_of(specialist, first) == archive
    later = files_in(await archive_of(specialist, second))
    assert json.loads(later["manifest.json"])["previous"] == first["sha256"]
    assert "Вот ещё что.".encode() in later["timeline.json"]
    listed = (await specialist.get(f"{dispute.path}/dossiers")).json()["items"]
    assert listed == [second, first]


async def test_a_client_has_the_redacted_one_of_its_own_dispute_without_requisites(
    shop: Shop,
) -> None:
    dispute, client = await reviewed(shop), shop.client_of
    own = dispute.client
    refused = await own.post(f"{dispute.path}/dossiers", {"export": "full"})
    assert (refused.status_code, code_of(refused)) == (403, "forbidden")
    full = await made(dispute, shop.staff(Role.SPECIALIST))
    mine = await made(dispute, own, "redacted")
    assert mine["made_by"] is None
    stranger = client(await shop.invoice(Line()))
    for person, dossier in ((own, full), (stranger, full), (stranger, mine)):
        for path in (f"/v1/dossiers/{dossier['id']}", f"/v1/dossiers/{dossier['id']}/archive"):
            assert (await person.get(path)).status_code == 404
    assert (await stranger.get(f"{dispute.path}/dossiers")).status_code == 404
    assert (await own.get(f"{dispute.path}/dossiers")).json()["items"] == [mine]

    shown = b"".join(files_in(await archive_of(own, mine)).values())
    whole = b"".join(files_in(await archive_of(shop.staff(Role.SPECIALIST), full)).values())
    for secret in (ACCOUNT, PHONE):
        assert secret.encode() in whole
    for secret in (ACCOUNT, PHONE, own.caller.login, "specialist-1", "Проводки"):
        assert secret.encode() not in shown, secret


async def test_a_lawyer_reads_dossiers_of_debts_and_of_disputes_that_a_court_decides(
    whole_api: Api, shop: Shop
) -> None:
    dispute, accountant = await reviewed(shop), shop.staff(Role.ACCOUNTANT)
    lawyer, full = shop.staff(Role.LAWYER), await made(dispute, accountant)
    paths = [f"/v1/dossiers/{full['id']}{one}" for one in ("", "/archive")]
    assert [(await lawyer.get(path)).status_code for path in paths] == [404, 404]
    assert (await lawyer.get(f"{dispute.path}/dossiers")).status_code == 403
    sued = await dispute.did("outside", Role.ACCOUNTANT, outside="regulator", reason="Жалоба.")
    assert sued.is_success, sued.text
    assert [(await lawyer.get(path)).status_code for path in paths] == [404, 404]
    sued = await dispute.did("outside", Role.ACCOUNTANT, outside="court", reason="Иск.")
    assert sued.is_success, sued.text
    assert [(await lawyer.get(path)).status_code for path in paths] == [200, 200]
    case = await overdue(whole_api, shop.books, may_be_written_to_now(shop.books))
    debt = await lawyer.post(f"/v1/collections/{case.id}/dossiers", {"export": "full"})
    assert debt.is_success, debt.text
    assert (await lawyer.get(f"/v1/dossiers/{debt.json()['id']}/archive")).status_code == 200


async def test_what_the_system_printed_is_printed_anew_without_requisites(shop: Shop) -> None:
    line = Line(columns={"title": f"Перевод на {ACCOUNT}, {PHONE}"})
    dispute = await disputed(shop, await shop.invoice(line), kind="other", demand_amount="9.00")
    await dispute.until("review", "proposal")
    shop.books.connection.execute(CLEAN, (dispute.id,))
    mine = await made(dispute, dispute.client, "redacted")
    shown = files_in(await archive_of(dispute.client, mine))
    told = json.loads(shown["timeline.json"])["evidence"]
    # The number of an order may look like a telephone's: its payments are a masked copy then, too.
    (order,) = [one for one in told if one["about"] == "Условия заказа"]
    assert order["masked_copy_of"]
    (title,) = [line["title"] for line in rows_of(shown[order["path"]])["lines"]]
    assert title == f"Перевод на …{ACCOUNT[-4:]}, …"
    printed = "".join(
        page.extract_text() for page in PdfReader(io.BytesIO(shown[order["path"]])).pages
    )
    assert f"…{ACCOUNT[-4:]}" in printed
    assert (ACCOUNT in printed, PHONE in printed) == (False, False)
    full = await made(dispute, shop.staff(Role.SPECIALIST))
    whole = files_in(await archive_of(shop.staff(Role.SPECIALIST), full))
    assert order["masked_copy_of"] in {sha256(content).hexdigest() for content in whole.values()}


@pytest.mark.parametrize("export", ["full", "redacted"])
async def test_what_a_client_paid_a_carrier_is_told_with_its_receipt_and_its_day(
    whole_api: Api, shop: Shop, export: str
) -> None:
    client_id = consumer(shop.books)
    number = await shop.invoice(goods(), client_id=client_id)
    opened = await asked(whole_api, client_id, number)
    assert opened.status_code == 201, opened.text
    return_id = opened.json()["id"]
    await to_inspected(whole_api, client_id, return_id)
    receipt = pdf()
    file = await photo(whole_api, "Чек.pdf", receipt, client_id=client_id)
    stated = await claimed(whole_api, client_id, return_id, receipt=file.json()[0]["id"])
    assert stated.is_success, stated.text
    assert (await did(whole_api, return_id, "accept", settlement="refund")).is_success
    await ended(whole_api, return_id, "settled")
    assert (await did(whole_api, return_id, "carriage/confirm")).is_success
    assert (await paid(whole_api, return_id)).is_success
    shop.books.connection.execute(CLEAN_RECEIPTS, (return_id,))
    dispute = await disputed(shop, number, kind="other", demand_amount="9.00")
    await dispute.until("review", "collecting", "proposal")
    reader = shop.staff(Role.SPECIALIST)
    files = files_in(await archive_of(reader, await made(dispute, reader, export)))
    (row,) = json.loads(files["records.json"])["tables"]["carriages"]["rows"]
    assert row == {
        "return": return_id,
        "status": "paid",
        "sum": 450_50,
        "reason": None,
        "paid_on": today().isoformat(),
    }
    told = json.loads(files["timeline.json"])
    steps = [
        (one["title"].rpartition(": ")[2], one["by"])
        for one in told["events"]
        if one["title"].startswith("Доставка по возврату")
    ]
    became = ["Проверяем чек", "Подтверждено, готовим выплату", "Выплачено"]
    assert [one for one, _ in steps] == became
    assert (steps[1][1] == "petrova") is (export == "full")
    assert (steps[0][1] == "клиент") is (export == "redacted"), steps
    (paper,) = [one for one in told["evidence"] if one["about"].startswith("Чек перевозчика")]
    assert files[paper["path"]] == receipt


async def test_a_paper_of_a_bank_that_staff_hand_in_is_said_in_their_words(
    shop: Shop, database: Database
) -> None:
    dispute = await reviewed(shop)
    theirs = paper(await handed_in(database, dispute, Role.SPECIALIST), source="bank")
    assert (await dispute.did("answer", text="Выписка.", papers=[theirs])).is_success
    full = await made(dispute, shop.staff(Role.SPECIALIST))
    files = files_in(await archive_of(shop.staff(Role.SPECIALIST), full))
    told = json.loads(files["timeline.json"])["evidence"]
    assert theirs["about"] in [one["about"] for one in told if one["source"] == "bank"]


async def test_a_full_one_that_is_given_out_is_recorded_for_the_case_and_its_refunds(
    shop: Shop,
) -> None:
    dispute, reader = await reviewed(shop), shop.staff(Role.SPECIALIST, "reader")
    full = await made(dispute, reader)
    mine = await made(dispute, dispute.client, "redacted")
    await archive_of(dispute.client, mine)
    reads = (
        "SELECT subject_id FROM requisites_reads WHERE shown_as = 'dossier' AND login = 'reader'"
    )
    assert shop.books.rows(reads) == []
    await archive_of(reader, full)
    refund = shop.books.row(
        "SELECT r.id FROM refunds r JOIN disputes d ON d.invoice_number = r.invoice_number"
        " WHERE d.id = %(id)s",
        id=dispute.id,
    )
    assert {row.subject_id for row in shop.books.rows(reads)} == {dispute.id, refund.id}


async def test_a_long_dispute_has_a_dossier_that_says_what_it_leaves_out(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispute_of_dossier, "MAX_CHANGES", 4)
    dispute = await reviewed(shop)
    for n in range(3):
        assert (await dispute.said("reply", text=f"Довод {n}.")).is_success
    accountant = shop.staff(Role.ACCOUNTANT)
    files = files_in(await archive_of(accountant, await made(dispute, accountant)))
    told = [one["text"] or one["title"] for one in json.loads(files["timeline.json"])["events"]]
    left_out = "Не показано 2 записи: досье вмещает первую и последние из 4"
    assert left_out in told
    assert told.index(left_out) == 1
    assert [one for one in told if "Довод" in one] == [f"Довод {n}." for n in range(3)]


async def test_many_at_once_are_one_dossier_or_a_chain_without_a_gap(shop: Shop) -> None:
    dispute, specialist = await reviewed(shop), shop.staff(Role.SPECIALIST)
    found = await asyncio.gather(*(made(dispute, specialist) for _ in range(5)))
    assert {one["id"] for one in found} == {found[0]["id"]}
    assert [one["number"] for one in found] == [1] * len(found)


async def test_a_repeat_of_a_command_answers_what_it_has_made(shop: Shop) -> None:
    dispute, specialist = await reviewed(shop), shop.staff(Role.SPECIALIST)
    path, key = f"{dispute.path}/dossiers", uuid4().hex
    first = await specialist.post(path, {"export": "full"}, key=key)
    assert (await dispute.said("reply", text="Ещё одно.")).is_success
    again = await specialist.post(path, {"export": "full"}, key=key)
    assert again.json() == first.json()


async def test_a_paper_that_is_not_clean_is_left_out_and_one_that_was_erased_ends_the_old_archive(
    shop: Shop,
) -> None:
    case = await shop.opened(Line())
    number = case.id.removeprefix("refund-").rsplit("-", 1)[0]
    dispute = await disputed(shop, number, kind="other", demand_amount="9.00")
    await dispute.until("review")
    specialist = shop.staff(Role.SPECIALIST)
    waiting = await made(dispute, specialist)
    told = json.loads(files_in(await archive_of(specialist, waiting))["timeline.json"])["evidence"]
    assert {(one["path"], one["left_out"]) for one in told} == {(None, "received")}
    shop.books.connection.execute(CLEAN, (dispute.id,))
    clean = await made(dispute, specialist)
    assert clean["number"] == 2
    shop.books.connection.execute(ERASED, (dispute.id,))
    gone = await specialist.get(f"/v1/dossiers/{clean['id']}/archive")
    assert (gone.status_code, code_of(gone)) == (409, "dossier_paper_gone")
    assert (await archive_of(specialist, waiting))[:2] == b"PK"
    assert (await made(dispute, specialist))["number"] == 3


async def test_after_another_key_old_dossiers_keep_theirs_and_both_are_published(
    shop: Shop, database: Database
) -> None:
    dispute, specialist = await reviewed(shop), shop.staff(Role.SPECIALIST)
    old = await made(dispute, specialist)
    assert (await dispute.said("reply", text="Дальше.")).is_success
    seed = "e1" * 32
    public = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed)).public_key()
    settings = shop.settings.model_copy(update={"dossier_key": seed})

    async def never() -> Any:
        raise AssertionError("a dossier needs no Temporal")

    services = Services(settings, database, Cases(never, settings.task_queue), ScanReader())
    row = await make_dispute_dossier(services, specialist.caller, uuid4(), dispute.id, Export.FULL)
    assert row.key_id != old["key_id"]
    published = await keys(shop.http)
    assert published[row.key_id] == public.public_bytes_raw()
    for dossier_id, key_id in ((row.id, row.key_id), (old["id"], old["key_id"])):
        archive = await archive_of(specialist, {"id": dossier_id})
        assert check_archive(io.BytesIO(archive), published[key_id]) == []
    wrong = await archive_of(specialist, old)
    assert check_archive(io.BytesIO(wrong), published[row.key_id]) == [
        "manifest.sig: not by this key"
    ]


async def test_an_unpaid_order_has_its_letters_its_contacts_and_its_interest(
    whole_api: Api, shop: Shop
) -> None:
    case = await overdue(whole_api, shop.books, may_be_written_to_now(shop.books))
    assert (await case.staff("lawyer", reason="Молчит")).status_code == 200
    assert (await case.staff("claim")).status_code == 200
    letters_leave(shop.books, case.id)
    said = {"channel": "call", "note": "Не отвечает на звонки", "contacted_on": str(today())}
    logged = await case.staff("contacts", **said)
    assert logged.is_success, logged.text
    accountant = shop.staff(Role.ACCOUNTANT)
    path = f"/v1/collections/{case.id}/dossiers"
    full = (await accountant.post(path, {"export": "full"})).json()
    files = files_in(await archive_of(accountant, full))
    (letter,) = [name for name in files if name.startswith("evidence/")]
    assert letter.startswith("evidence/01-letters-claim")
    assert files[letter].startswith(b"%PDF")
    records = json.loads(files["records.json"])["tables"]
    assert [one["note"] for one in records["contacts"]["rows"]] == ["Не отвечает на звонки"]
    (debt,) = records["debts"]["rows"]
    assert debt["tone"] == "claim"
    redacted = (await accountant.post(path, {"export": "redacted"})).json()
    shown = json.loads(files_in(await archive_of(accountant, redacted))["records.json"])["tables"]
    assert {"contacts", "looks", "ledger"} & set(shown) == set()
    assert (await accountant.get(path)).json()["items"] == [redacted, full]
    unknown = await accountant.get("/v1/collections/collection-nobody/dossiers")
    assert unknown.status_code == 404


async def test_a_long_unpaid_order_has_a_dossier_that_says_what_it_leaves_out(
    whole_api: Api, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collection_of_dossier, "MAX_CHANGES", 3)
    monkeypatch.setattr(collection_of_dossier, "MAX_LETTERS", 0)
    case = await overdue(whole_api, shop.books, may_be_written_to_now(shop.books))
    for action in ("lawyer", "lawyer/return", "lawyer"):
        assert (await case.staff(action, reason="Молчит")).status_code == 200
    assert (await case.staff("claim")).status_code == 200
    letters_leave(shop.books, case.id)
    accountant = shop.staff(Role.ACCOUNTANT)
    path = f"/v1/collections/{case.id}/dossiers"
    full = (await accountant.post(path, {"export": "full"})).json()
    files = files_in(await archive_of(accountant, full))
    told = [one["title"] for one in json.loads(files["timeline.json"])["events"]]
    assert told[0] == "Просрочен, ищем деньги"
    assert told[1] == "Не показано 2 записи: досье вмещает первую и последние из 3"
    assert told[2:4] == ["У юриста", "Направлена претензия"]
    assert [one for one in told[4:] if one.startswith("Вложены последние письма (0)")]
    (debt,) = json.loads(files["records.json"])["tables"]["debts"]["rows"]
    assert debt["tone"] == "claim"
    assert not [name for name in files if name.startswith("evidence/")]


def test_every_transfer_and_account_of_the_ledger_has_its_words(shop: Shop) -> None:
    defined = shop.books.rows(
        "SELECT conname, pg_get_constraintdef(oid) AS rule FROM pg_constraint"
        " WHERE conrelid = 'ledger_transfers'::regclass AND contype = 'c'"
    )
    rules = {row.conname: row.rule for row in defined}
    kinds = re.findall(r"'(\w+)'::text", rules["ledger_transfers_kind_check"])
    (accounts,) = re.findall(r"\^\((.*)\)/", rules["ledger_transfers_debit_account_check"])
    assert len(kinds) > 10
    for kind in kinds:
        assert translate(f"ledger.{kind}")
    ours = ("cash/bank", "cash/acquirer", "expense/compensation", "expense/carriage")
    others = [f"{one}/x" for one in accounts.split("|") if one not in ("cash", "expense")]
    for account in (*ours, *others):
        assert account_title(account, "ru")
