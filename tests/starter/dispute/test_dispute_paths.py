"""The rarer ways of a dispute over the API: claims, courts, compensation, papers, lists."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from db.database import Database
from db.file import store
from domain.access.roles import Role
from domain.file.kind import FileKind
from tests.books import Line
from tests.starter.dispute.disputed import Dispute, disputed, today
from tests.starter.dispute.test_chargeback import balance, broken
from tests.starter.refund.shop import Shop, code_of, wrong_fields

ALL = "9000.00"
ACCOUNTANT = Role.ACCOUNTANT


def day(ahead: int) -> str:
    return str((today() + timedelta(days=ahead)).isoformat())


def penalty(**changes: Any) -> dict[str, Any]:
    """Three percent a day of a service of 9 000 roubles, never above its price."""
    asked = {"amount": "100.00", "rule": "penalty_service", "base": ALL}
    return {**asked, "first_day": day(-20), "last_day": day(0), **changes}


async def reviewed(shop: Shop, amount: str = ALL, kind: str = "individual") -> Dispute:
    """About an order of somebody of this kind."""
    line = Line(int(amount.replace(".", "")), "service")
    number = await shop.invoice(line, client_id=shop.books.client(kind=kind))
    dispute = await disputed(shop, number, kind="other", demand_amount=amount)
    await dispute.until("review")
    return dispute


async def test_a_claim_is_answered_by_its_own_day_and_a_court_ends_the_dispute(shop: Shop) -> None:
    dispute = await reviewed(shop)
    for wrong in (-1, 366):
        refused = await dispute.did("claim", ACCOUNTANT, reason="Претензия.", until=day(wrong))
        assert wrong_fields(refused) == {"/until": "dispute_answer_day"}
    claim = await dispute.did("claim", ACCOUNTANT, reason="Претензия.", until=day(7))
    found = claim.json()
    assert (found["status"], found["waiting_for"]) == ("claim_received", "accountant")
    assert found["wait_until"].startswith(day(7))
    sued = await dispute.did("outside", ACCOUNTANT, outside="court", reason="Иск.")
    assert (sued.json()["status"], sued.json()["outside"]) == ("outside", "court")
    ending = {"outcome": "settled", "reason": "Мировое соглашение."}
    early = await dispute.did("outside-result", ACCOUNTANT, **ending, on=day(1))
    assert wrong_fields(early) == {"/on": "dispute_day_ahead"}
    assert (await dispute.did("outside-result", ACCOUNTANT, **ending, on=day(0))).is_success
    closed = await dispute.until("closed")
    assert (closed["waiting_for"], closed["actions"]) == (None, [])
    waiting = (await shop.staff(ACCOUNTANT).get(f"{dispute.path}/waiting")).json()
    assert waiting["waits_for"] == "nobody"


async def test_what_a_person_does_too_early_is_refused_and_says_where_the_dispute_is(
    shop: Shop,
) -> None:
    dispute = await reviewed(shop)
    early = [
        await dispute.said("appeal", text="Не согласен."),
        await dispute.said("submission", text="Всё."),
        await dispute.did("approval", ACCOUNTANT),
        await dispute.did("return", ACCOUNTANT, reason="Заново."),
        await dispute.did("compensation", ACCOUNTANT, reason="Платёж 1.", on=day(0)),
        await dispute.did(
            "outside-result", ACCOUNTANT, outcome="lost", reason="Решение.", on=day(0)
        ),
    ]
    assert {(one.status_code, code_of(one)) for one in early} == {(409, "not_allowed_in_status")}
    assert (await dispute.read())["status"] == "review"


async def test_what_an_accountant_sends_back_its_author_decides_anew(shop: Shop) -> None:
    dispute = await reviewed(shop, "60000.00")
    await dispute.decided("resolved_client", awarded="60000.00", login="ivanov")
    back = await dispute.did("return", ACCOUNTANT, "petrova", reason="Нет акта.")
    assert (back.json()["status"], back.json()["awarded"]) == ("review", "0.00")
    anew = await dispute.decided("resolved_client", awarded="60000.00", login="ivanov")
    assert anew.json()["status"] == "awaiting_approval"
    assert (await dispute.did("approval", ACCOUNTANT, "petrova")).is_success
    await dispute.until("performing")


async def test_after_an_objection_another_person_decides_though_papers_were_asked_for(
    shop: Shop,
) -> None:
    dispute = await reviewed(shop)
    assert (await dispute.decided("rejected", login="ivanov")).is_success
    assert (await dispute.said("appeal", text="Не согласен.")).is_success
    asked = await dispute.did("papers-request", login="ivanov", kinds=[1, 4], reason="Договор.")
    assert asked.json()["status"] == "collecting"
    assert (await dispute.said("submission", text="Вот всё.")).json()["status"] == "review"
    same = await dispute.decided("rejected", login="Ivanov")
    assert (same.status_code, code_of(same)) == (409, "same_person")
    other = await dispute.decided("resolved_partly", awarded="100.00", login="petrova")
    assert other.json()["status"] == "resolved_partly"
    thread = (await dispute.client.get(f"{dispute.path}/changes")).json()["items"]
    (request,) = [one for one in thread if one["kinds"]]
    assert (len(request["kinds"]), request["reason"], request["by"]) == (2, "Договор.", None)


async def test_whose_decision_was_objected_to_does_not_decide_though_the_next_one_was_sent_back(
    shop: Shop,
) -> None:
    dispute = await reviewed(shop, "60000.00")
    assert (await dispute.decided("rejected", login="ivanov")).is_success
    assert (await dispute.said("appeal", text="Не согласен.")).is_success
    await dispute.decided("resolved_client", awarded="60000.00", login="sidorov")
    back = await dispute.did("return", ACCOUNTANT, "petrova", reason="Нет акта.")
    assert back.json()["status"] == "review"
    same = await dispute.decided("rejected", login="ivanov")
    assert (same.status_code, code_of(same)) == (409, "same_person")
    assert (await dispute.decided("rejected", login="sidorov")).is_success


async def test_a_client_reads_no_remark_among_ours_and_no_decision_before_it_is_approved(
    shop: Shop,
) -> None:
    dispute = await reviewed(shop, "60000.00")
    sixty = {"awarded": "60000.00", "login": "sidorov"}
    await dispute.decided("resolved_client", **sixty, reason="Платим всё.")
    assert (await dispute.read())["awarded"] == "0.00"
    await dispute.did("return", ACCOUNTANT, "petrova", reason="Нет акта.")
    await dispute.decided("resolved_client", **sixty, reason="По акту.")
    approved = await dispute.did("approval", ACCOUNTANT, "petrova")
    assert approved.json()["awarded"] == "60000.00"
    thread = f"{dispute.path}/changes"
    own = (await dispute.client.get(thread)).json()["items"]
    assert {one["reason"] for one in own} == {None, "По акту."}
    assert "resolved_client" in {one["status"] for one in own if one["reason"]}
    assert {one["by"] for one in own} <= {None, dispute.client.caller.login}
    ours = (await shop.staff(ACCOUNTANT, "petrova").get(thread)).json()["items"]
    assert {"Платим всё.", "Нет акта.", "По акту."} <= {one["reason"] for one in ours}
    assert "petrova" in {one["by"] for one in ours}


@pytest.mark.parametrize("is_sent", [True, False], ids=["sent", "never_sent"])
async def test_a_compensation_that_was_being_paid_is_owed_while_a_court_decides(
    shop: Shop, database: Database, is_sent: bool
) -> None:
    dispute = await reviewed(shop)
    decided = await dispute.decided("resolved_partly", compensation=penalty())
    assert decided.is_success, decided.text
    await dispute.until("performing")
    sued = await dispute.did("outside", ACCOUNTANT, outside="court", reason="Иск.")
    assert (sued.json()["status"], sued.json()["compensation"]) == ("outside", "100.00")
    owed = f"compensation/{dispute.id}"
    assert balance(shop.books, owed) == 10_000
    assert await broken(database, dispute.id) == []
    ending = {"outcome": "lost", "reason": "Решение суда.", "on": day(0)}
    unsaid = await dispute.did("outside-result", ACCOUNTANT, **ending)
    assert (unsaid.status_code, code_of(unsaid)) == (409, "dispute_compensation_open")
    if is_sent:
        paid = await dispute.did("compensation", ACCOUNTANT, reason="П/п 7.", on=day(0))
        assert (paid.json()["status"], paid.json()["compensated_on"]) == ("outside", day(0))
    ended = await dispute.did(
        "outside-result", ACCOUNTANT, **ending, is_compensation_unsent=not is_sent
    )
    assert ended.is_success, ended.text
    closed = await dispute.until("closed")
    assert closed["compensation"] == ("100.00" if is_sent else "0.00")
    assert balance(shop.books, owed) == 0
    assert await broken(database, dispute.id) == []


@pytest.mark.parametrize(
    ("verdict", "wrong"),
    [
        ({"outcome": "rejected", "awarded": "1.00"}, "dispute_rejected_with_money"),
        ({"outcome": "rejected", "compensation": penalty()}, "dispute_rejected_with_money"),
        (
            {"outcome": "resolved_partly", "compensation": penalty(amount="9000.01")},
            "dispute_compensation_above_law",
        ),
        (
            {"outcome": "resolved_partly", "compensation": penalty(last_day=day(1))},
            "dispute_day_ahead",
        ),
    ],
)
async def test_no_more_is_given_than_the_law_counts_and_nothing_with_a_rejection(
    shop: Shop, verdict: dict[str, Any], wrong: str
) -> None:
    dispute = await reviewed(shop)
    refused = await dispute.decided(**verdict)
    assert list(wrong_fields(refused).values()) == [wrong]
    assert (await dispute.read())["status"] == "review"


async def test_interest_is_not_given_while_the_key_rate_is_unknown(shop: Shop) -> None:
    dispute = await reviewed(shop)
    refused = await dispute.decided("resolved_partly", compensation=penalty(rule="interest"))
    assert (refused.status_code, code_of(refused)) == (422, "key_rate_unknown")
    assert (await dispute.read())["status"] == "review"


async def test_a_paid_compensation_stands_when_the_refund_fails_and_is_decided_anew(
    shop: Shop, database: Database
) -> None:
    dispute = await reviewed(shop)
    decided = await dispute.decided(
        "resolved_partly", awarded="500.00", compensation=penalty(), login="ivanov"
    )
    assert decided.is_success, decided.text
    refund = await dispute.refund()
    owed = f"compensation/{dispute.id}"
    assert balance(shop.books, owed) == 10_000
    early = await dispute.did("compensation", ACCOUNTANT, reason="П/п 7.", on=day(1))
    assert wrong_fields(early) == {"/on": "dispute_day_ahead"}
    paid = await dispute.did("compensation", ACCOUNTANT, reason="П/п 7.", on=day(0))
    assert (paid.json()["compensated_on"], balance(shop.books, owed)) == (day(0), 0)
    withdrawn = await refund.client.post(f"{refund.path}/withdrawal")
    assert withdrawn.is_success, withdrawn.text
    await dispute.woken()
    failed = await dispute.until("review")
    assert (failed["awarded"], failed["compensation"]) == ("0.00", "100.00")
    again = await dispute.decided("resolved_partly", compensation=penalty(), login="ivanov")
    assert (again.status_code, code_of(again)) == (409, "not_allowed_in_status")
    rest = await dispute.decided("resolved_partly", login="ivanov")
    assert rest.is_success, rest.text
    closed = await dispute.until("closed")
    assert (closed["compensation"], closed["refund_id"]) == ("100.00", None)
    number = closed["invoice_number"]
    assert await broken(database, number) == []
    assert await broken(database, dispute.id) == []


async def test_a_penalty_of_the_law_on_consumers_is_for_who_was_one_when_the_order_was_made(
    shop: Shop,
) -> None:
    company, person = await reviewed(shop, kind="company"), await reviewed(shop)
    for dispute, becomes in ((company, "individual"), (person, "sole_trader")):
        shop.books.connection.execute(
            "UPDATE clients SET kind = %s, inn = NULL WHERE id = %s",
            (becomes, dispute.client.caller.client_id),
        )
    refused = await company.decided("resolved_partly", compensation=penalty())
    assert wrong_fields(refused) == {"/compensation/rule": "dispute_penalty_of_consumer"}
    assert (await person.decided("resolved_partly", compensation=penalty())).is_success
    kinds = shop.books.row(
        "SELECT client_kind FROM invoices WHERE number = %(n)s",
        n=(await company.read())["invoice_number"],
    )
    assert kinds.client_kind == "company"


async def test_one_fault_is_not_compensated_in_two_disputes(shop: Shop, database: Database) -> None:
    first = await reviewed(shop)
    number = (await first.read())["invoice_number"]
    given = penalty(amount="5000.00")
    assert (await first.decided("resolved_partly", compensation=given)).is_success
    await first.until("performing")
    assert (await first.did("compensation", ACCOUNTANT, reason="П/п 7.", on=day(0))).is_success
    await first.until("closed")
    receipts = (
        "SELECT r.id FROM receipts r JOIN payments p ON p.id = r.payment_id"
        " WHERE p.invoice_number = %(n)s"
    )
    assert shop.books.rows(receipts, n=number) == []
    second = await disputed(shop, number, kind="other", demand_amount=ALL)
    await second.until("review")
    again = await second.decided("resolved_partly", compensation=penalty(first_day=day(-2)))
    assert wrong_fields(again) == {"/compensation": "dispute_compensation_counted"}
    assert first.id in again.json()["errors"][0]["detail"]
    other_days = {"first_day": day(-60), "last_day": day(-30)}
    above = await second.decided(
        "resolved_partly", compensation=penalty(amount="4000.01", **other_days)
    )
    assert wrong_fields(above) == {"/compensation": "dispute_compensation_above_law"}
    rest = penalty(amount="4000.00", **other_days)
    assert (await second.decided("resolved_partly", compensation=rest)).is_success
    await second.until("performing")
    assert await broken(database, number) == []


# Papers.


async def handed_in(database: Database, dispute: Dispute, role: Role | None = None) -> str:
    """A file of its client, or of ours, that nothing has looked at yet."""
    person = dispute.client if role is None else dispute.shop.staff(role)
    content, file_id, at = b"text " + uuid4().hex.encode(), uuid4(), datetime.now(UTC)
    sha256 = hashlib.sha256(content).hexdigest()
    async with database.transaction() as transaction:
        store.put_content(
            transaction, sha256, content, media_type=FileKind.TEXT, at=at, is_stored=False
        )
        store.put_file(
            transaction,
            file_id,
            sha256=sha256,
            name="a.txt",
            client_id=person.caller.client_id,
            uploaded_by=person.caller.login,
            at=at,
        )
    return str(file_id)


def paper(file_id: str, **more: Any) -> dict[str, Any]:
    return {"file_id": file_id, "kind": 5, "about": "Снимок экрана", **more}


async def test_a_better_paper_takes_the_place_of_ones_own_of_its_kind(
    shop: Shop, database: Database
) -> None:
    dispute = await reviewed(shop)
    first = paper(await handed_in(database, dispute), note="Первый.")
    assert (await dispute.said("reply", text="Вот.", papers=[first])).is_success
    (mine,) = [one for one in (await dispute.evidence())["papers"] if one["source"] == "client"]
    unknown = paper(await handed_in(database, dispute), supersedes=str(uuid4()))
    refused = await dispute.said("reply", text="Лучше.", papers=[unknown])
    assert wrong_fields(refused) == {"/papers/0/supersedes": "dispute_paper_unknown"}
    ahead = paper(await handed_in(database, dispute), made_on=day(1))
    refused = await dispute.said("reply", text="Лучше.", papers=[ahead])
    assert wrong_fields(refused) == {"/papers/0/made_on": "dispute_day_ahead"}
    better = paper(await handed_in(database, dispute), supersedes=mine["id"], made_on=day(-1))
    assert (await dispute.said("reply", text="Лучше.", papers=[better])).is_success
    papers = (await dispute.evidence())["papers"]
    newest = {one["id"]: one for one in papers if one["supersedes"] == mine["id"]}
    (kept,) = [one for one in papers if one["id"] == mine["id"]]
    assert kept["superseded_by"] in newest
    twice = paper(await handed_in(database, dispute), supersedes=mine["id"])
    refused = await dispute.said("reply", text="Ещё лучше.", papers=[twice])
    assert wrong_fields(refused) == {"/papers/0/supersedes": "dispute_paper_unknown"}


async def test_a_paper_has_one_better_one_also_where_its_message_was_not_taken(
    shop: Shop, database: Database
) -> None:
    dispute = await reviewed(shop)
    first = paper(await handed_in(database, dispute))
    assert (await dispute.said("reply", text="Вот.", papers=[first])).is_success
    (mine,) = [one for one in (await dispute.evidence())["papers"] if one["source"] == "client"]
    both = [paper(await handed_in(database, dispute), supersedes=mine["id"]) for _ in range(2)]
    refused = await dispute.said("reply", text="Лучше.", papers=both)
    assert wrong_fields(refused) == {"/papers": "dispute_paper_unknown"}
    shop.books.connection.execute(
        "WITH untaken AS (INSERT INTO dispute_messages"
        " SELECT gen_random_uuid(), id, false, 'Поздно.', 'kim', now() FROM disputes WHERE id = %s"
        " RETURNING id)"
        " INSERT INTO dispute_evidence SELECT gen_random_uuid(), dispute_id, untaken.id, kind,"
        " source, about, made_on, file_id, visibility, note, e.id, added_by, added_at"
        " FROM dispute_evidence e, untaken WHERE e.id = %s",
        (dispute.id, mine["id"]),
    )
    refused = await dispute.said("reply", text="Лучше.", papers=both[:1])
    assert wrong_fields(refused) == {"/papers": "dispute_paper_unknown"}


async def test_papers_of_a_client_leave_room_for_ours(shop: Shop, database: Database) -> None:
    dispute = await reviewed(shop)
    shop.books.connection.execute(
        "INSERT INTO dispute_evidence SELECT gen_random_uuid(), dispute_id, NULL, kind, source,"
        " about, made_on, file_id, visibility, note, NULL, added_by, added_at"
        " FROM (SELECT * FROM dispute_evidence WHERE dispute_id = %s LIMIT 1) AS one,"
        " generate_series(1, 150)",
        (dispute.id,),
    )
    theirs = paper(await handed_in(database, dispute))
    refused = await dispute.said("reply", text="Вот.", papers=[theirs])
    assert (refused.status_code, code_of(refused)) == (409, "dispute_papers_too_many")
    ours = paper(await handed_in(database, dispute, Role.SPECIALIST), source="court")
    assert (await dispute.did("answer", text="Решение суда.", papers=[ours])).is_success


async def test_what_is_for_ours_alone_does_not_exist_for_the_client(
    shop: Shop, database: Database
) -> None:
    dispute = await reviewed(shop)
    theirs = paper(
        await handed_in(database, dispute, Role.SPECIALIST), visibility="ours", source="court"
    )
    assert (await dispute.did("answer", text="Мы смотрим.", papers=[theirs])).is_success
    staff = shop.staff(Role.SPECIALIST)
    (ours,) = [one for one in (await dispute.evidence(staff))["papers"] if one["kind"] == 5]
    assert (ours["visibility"], ours["source"]) == ("ours", "court")
    assert [one for one in (await dispute.evidence())["papers"] if one["kind"] == 5] == []
    file = f"{dispute.path}/evidence/{ours['id']}"
    assert (await dispute.client.get(file)).status_code == 404
    scanning = await staff.get(file)
    assert (scanning.status_code, code_of(scanning)) == (409, "file_received")
    assert (await staff.get(f"{dispute.path}/evidence/{uuid4()}")).status_code == 404


# Lists.


async def test_disputes_are_listed_paged_and_narrowed(shop: Shop) -> None:
    shut, still = await reviewed(shop), await reviewed(shop)
    assert (await shut.said("withdrawal")).is_success
    staff = shop.staff(Role.SPECIALIST)

    async def ids(path: str, **narrowed: Any) -> list[str]:
        """Of all pages, one dispute a page."""
        found, cursor = list[str](), dict[str, str]()
        while True:
            page = (await staff.get(path, limit=1, **narrowed, **cursor)).json()
            found += [one["id"] for one in page["items"]]
            if page["next"] is None:
                return found
            cursor = {"cursor": page["next"]}

    every = await ids("/v1/disputes")
    assert every.index(still.id) < every.index(shut.id)
    assert len(every) == len(set(every))
    assert still.id not in await ids("/v1/disputes", open="false")
    assert shut.id not in await ids("/v1/disputes", open="true", kind="other")
    assert still.id not in await ids("/v1/disputes", kind="fraud")
    number = (await still.read())["invoice_number"]
    assert await ids("/v1/disputes", invoice_number=number) == [still.id]
    queue = await ids("/v1/dispute-queue", kind="other")
    assert (still.id in queue, shut.id in queue) == (True, False)
    bad = await staff.get("/v1/disputes", cursor="bm90aGluZw")
    assert bad.status_code == 422
    own = (await still.client.get("/v1/disputes")).json()["items"]
    assert [one["id"] for one in own] == [still.id]
    newest = (await staff.get(f"{still.path}/changes", limit=1)).json()
    older = (await staff.get(f"{still.path}/changes", cursor=newest["next"])).json()["items"]
    assert [one["number"] for one in older] == list(range(newest["items"][0]["number"] - 1, 0, -1))


async def test_a_clients_checklist_counts_no_paper_that_only_ours_see(
    shop: Shop, database: Database
) -> None:
    dispute = await reviewed(shop)
    ours = paper(await handed_in(database, dispute, Role.SPECIALIST), kind=4, visibility="ours")
    assert (await dispute.did("answer", text="Записка.", papers=[ours])).is_success
    counted = []
    for person in (shop.staff(Role.SPECIALIST), dispute.client):
        lines = (await dispute.evidence(person))["checklist"]
        counted += [one["papers"] for one in lines if one["kind"] == 4]
    assert counted == [1, 0]
