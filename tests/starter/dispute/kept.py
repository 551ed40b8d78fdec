"""A dispute for each command of the API, in the status that takes it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from db.database import Database
from domain.access.roles import Role
from domain.dispute.dispute import OF_MONEY, Demand
from tests.books import Line
from tests.starter.caller import Api
from tests.starter.dispute.disputed import Dispute, disputed, today
from tests.starter.refund.shop import Shop
from tests.starter.scanned import clean_picture

PAID, ALL = 900_000, "9000.00"
MUCH, ALL_OF_MUCH = 6_000_000, "60000.00"
"""Above the sum that one person decides about."""
UNDISPUTED = 4
"""Orders that chance may dispute: one dispute of an order is open at a time."""
CLEAN = (
    "UPDATE file_contents SET status = 'clean', due_at = NULL, scanned_at = now(),"
    " scanner = 'test' FROM files f JOIN dispute_evidence e ON e.file_id = f.id"
    " WHERE f.sha256 = file_contents.sha256 AND e.dispute_id = %s"
    " AND file_contents.status = 'received' RETURNING e.id"
)

Kept = Mapping[str, Mapping[str, Sequence[str | int]]]


async def kept_disputes(shop: Shop, database: Database, client_id: str) -> Kept:
    """By the operation, as `reserved` has them; those of clients are this client's."""

    async def reviewed(whose: str = client_id, **changes: str) -> Dispute:
        number = await shop.invoice(Line(PAID, "service"), client_id=whose)
        dispute = await disputed(shop, number, **{"kind": "other", "demand_amount": ALL} | changes)
        await dispute.until("review", "collecting")
        return dispute

    async def decided(outcome: str, whose: str = client_id, **money: object) -> Dispute:
        dispute = await reviewed(whose)
        assert (await dispute.decided(outcome, **money)).status_code == 200
        return dispute

    found = {name: await reviewed() for name in _REVIEWED}
    found["submit_dispute"] = await reviewed(kind="fraud")
    found["appeal_dispute"] = await decided("rejected")
    consumer = shop.books.client(kind="individual")
    found["perform_dispute"] = await decided("resolved_partly", consumer, compensation=_penalty())
    await found["perform_dispute"].until("performing")
    found["correct_dispute"] = await decided("resolved_partly", correction="Статус заказа.")
    await found["correct_dispute"].until("performing")
    for name in ("approve_dispute", "send_dispute_back"):
        number = await shop.invoice(Line(MUCH, "service"), client_id=client_id)
        found[name] = await disputed(shop, number, kind="other", demand_amount=ALL_OF_MUCH)
        await found[name].until("review")
        assert (await found[name].decided("resolved_client", awarded=ALL_OF_MUCH)).is_success
    outside = found["end_dispute_outside"] = await reviewed()
    picture = await clean_picture(Api(shop.http), database, client_id)
    shot = {"file_id": picture, "kind": 5, "about": "Снимок экрана"}
    assert (await outside.said("reply", text="Вот снимок.", papers=[shot])).is_success
    (shown,) = [one["id"] for one in (await outside.evidence())["papers"] if one["preview"]]
    gone = await outside.did("outside", Role.ACCOUNTANT, outside="court", reason="Иск.")
    assert gone.is_success, gone.text
    papers = shop.books.connection.execute(CLEAN, (outside.id,)).fetchall()
    ids = {name: {"dispute_id": [one.id]} for name, one in found.items()}
    paper = {"dispute_id": [outside.id], "paper_id": [str(papers[0][0])]}
    free = [
        await shop.invoice(Line(PAID, "service"), client_id=client_id) for _ in range(UNDISPUTED)
    ]
    opened: Mapping[str, Sequence[str | int]] = {
        "body.invoice_number": free,
        "body.demand": sorted(set(Demand) - OF_MONEY),
    }
    return {
        **ids,
        **await _dossiers(outside),
        "read_dispute_evidence": paper,
        "read_dispute_preview": {"dispute_id": [outside.id], "paper_id": [shown]},
        "open_dispute": opened,
        "close_incident": {"incident_id": [_incident(shop)]},
    }


_REVIEWED = (
    "reply_to_dispute",
    "hasten_dispute",
    "withdraw_dispute",
    "answer_dispute",
    "ask_dispute_papers",
    "decide_dispute",
    "receive_dispute_claim",
    "take_dispute_outside",
    "read_dispute",
    "read_dispute_waiting",
    "list_dispute_changes",
    "list_dispute_evidence",
)


def _incident(shop: Shop) -> str:
    """One that is announced."""
    incident_id, now = str(uuid4()), datetime.now(UTC)
    shop.books.put(
        "incidents",
        id=incident_id,
        title="Сбой",
        text="Ждём банк.",
        shown_to="staff",
        begins_at=now,
        announced_by="orlov",
        announced_at=now,
    )
    return incident_id


async def _dossiers(dispute: Dispute) -> Kept:
    """A dossier that its client and staff read, and a dispute to make more of."""
    made = await dispute.client.post(f"{dispute.path}/dossiers", {"export": "redacted"})
    assert made.status_code == 201, made.text
    makes, reads = {"dispute_id": [dispute.id]}, {"dossier_id": [str(made.json()["id"])]}
    return {
        "make_dispute_dossier": {**makes, "body.export": ["redacted"]},
        "list_dispute_dossiers": makes,
        "read_dossier": reads,
        "read_dossier_archive": reads,
    }


def _penalty() -> dict[str, str]:
    return {
        "amount": "100.00",
        "rule": "penalty_service",
        "base": ALL,
        "first_day": (today() - timedelta(days=20)).isoformat(),
        "last_day": today().isoformat(),
    }
