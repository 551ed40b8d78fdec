"""The queues of refunds and of renewals: whose turn it is, the earliest deadline first."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlencode

from starlette.responses import Response

from db.case.case_list import AfterDeadline, CaseCount, CaseWithDeadline
from db.refund import reads as refunds
from db.refund.reads import CaseFilter
from db.refund.rows import RefundInList
from db.renewal import reads as renewals
from db.renewal.reads import RenewalFilter, RenewalInList
from domain.access.roles import Role
from domain.refund.refund import RefundStatus
from domain.renewal.renewal import RenewalStatus
from starter.web.desk.case_filter import TURNS, Narrowing, NarrowingDep, NothingChosen
from starter.web.desk.following import REFUNDS
from starter.web.desk.saved import FILE_ROWS, FileAsked, FileColumn, SavedList, roubles_in_cell
from starter.web.desk.views import views_of
from starter.web.http.page import pages
from starter.web.http.visit import Visit, VisitDep
from texts import translate

RENEWALS = "/desk/renewals"
SHOWN = 50
"""Cases of one page."""
CURSOR = r"^([0-9TZ:.+-]{1,40})?_[A-Za-z0-9-]{1,100}$"
SAVED_REFUNDS = SavedList[RefundInList](
    REFUNDS.path,
    "page.desk.queue",
    (
        FileColumn("page.desk.case", lambda one, _: one.id),
        FileColumn("page.desk.client", lambda one, _: one.client_name),
        FileColumn(
            "page.desk.status",
            lambda one, language: translate(f"refund.staff_status.{one.status}", language),
        ),
        FileColumn("page.refund.sum", lambda one, _: roubles_in_cell(one.sum_kopecks)),
        FileColumn("page.desk.until", lambda one, _: one.wait_until),
    ),
)
SAVED_RENEWALS = SavedList[RenewalInList](
    RENEWALS,
    "page.desk.queue.renewals",
    (
        FileColumn("page.desk.subscription", lambda one, _: one.subscription_title),
        FileColumn("page.desk.client", lambda one, _: one.client_name),
        FileColumn(
            "page.desk.status",
            lambda one, language: translate(f"renewal.staff_status.{one.status}", language),
        ),
        FileColumn("page.desk.entry.sum", lambda one, _: roubles_in_cell(one.total_kopecks)),
        FileColumn("page.desk.until", lambda one, _: one.wait_until),
    ),
)
"""The queues as files."""

routes = pages()


@dataclass(frozen=True)
class TurnCount:
    """Open cases that wait for one role."""

    role: Role
    cases: int
    overdue: int


@dataclass(frozen=True)
class Found:
    """What a queue shows; `words` tell its filter."""

    saved: SavedList[Any]
    words: str
    rows: Sequence[CaseWithDeadline]
    counts: Sequence[CaseCount]


@routes.get(REFUNDS.path)
async def show_refund_queue(
    visit: VisitDep,
    narrowing: NarrowingDep,
    status: Annotated[RefundStatus | None, NothingChosen] = None,
    file: FileAsked = None,
) -> Response:
    """Refunds that wait for a role, by default the caller's."""
    now = datetime.now(UTC)
    narrowed = CaseFilter(narrowing.of(visit, now), status)
    chosen = translate(f"refund.staff_status.{status}", visit.language) if status else ""
    words = _words(visit, narrowing, chosen)
    if file is not None:
        whole = await visit.database.rows(refunds.by_deadline(narrowed, FILE_ROWS + 1))
        return await SAVED_REFUNDS.file(visit.language, file, words, whole)
    rows, counts = await visit.database.read(
        refunds.by_deadline(narrowed, SHOWN + 1, _seen(narrowing.after)),
        refunds.open_counts(now, None),
    )
    found = Found(SAVED_REFUNDS, words, rows, counts)
    return await _page(visit, found, narrowing, chosen=status, statuses=RefundStatus)


@routes.get(RENEWALS)
async def show_renewal_queue(
    visit: VisitDep,
    narrowing: NarrowingDep,
    status: Annotated[RenewalStatus | None, NothingChosen] = None,
    file: FileAsked = None,
) -> Response:
    """Renewals that wait for a role, by default the caller's."""
    now = datetime.now(UTC)
    narrowed = RenewalFilter(narrowing.of(visit, now), status)
    chosen = translate(f"renewal.staff_status.{status}", visit.language) if status else ""
    words = _words(visit, narrowing, chosen)
    if file is not None:
        whole = await visit.database.rows(renewals.by_deadline(narrowed, FILE_ROWS + 1))
        return await SAVED_RENEWALS.file(visit.language, file, words, whole)
    rows, counts = await visit.database.read(
        renewals.by_deadline(narrowed, SHOWN + 1, _seen(narrowing.after)),
        renewals.open_counts(now, None),
    )
    found = Found(SAVED_RENEWALS, words, rows, counts)
    return await _page(visit, found, narrowing, chosen=status, statuses=RenewalStatus)


async def _page(
    visit: Visit,
    found: Found,
    narrowing: Narrowing,
    *,
    chosen: StrEnum | None,
    statuses: type[StrEnum],
) -> Response:
    rows, counts = found.rows, found.counts
    shown, role = rows[:SHOWN], narrowing.role(visit)
    asked = {
        "turn": role,
        **({"status": chosen} if chosen else {}),
        **({"q": narrowing.sought} if narrowing.sought else {}),
        **({"overdue": "true"} if narrowing.overdue else {}),
    }
    saved = found.saved.saved(found.words, **asked)
    waiting_in = {one.status for one in counts if one.waiting_for == role}
    return visit.page(
        "desk_queue.html",
        cases=shown,
        now=datetime.now(UTC),
        turn=role,
        turns=_turns(counts),
        chosen=chosen,
        statuses=[one for one in statuses if one in waiting_in or one == chosen],
        sought=narrowing.sought,
        overdue=narrowing.overdue,
        saved=saved,
        views=await views_of(visit, saved),
        is_narrowed=set(asked) != {"turn"},
        following=_following(found.saved.path, asked, shown[-1]) if len(rows) > SHOWN else None,
    )


def _words(visit: Visit, narrowing: Narrowing, chosen: str) -> str:
    """The filter of a queue; `chosen` is the status as text."""
    language = visit.language
    turn = translate(f"role.{narrowing.role(visit)}", language).capitalize()
    overdue = translate("page.desk.overdue", language) if narrowing.overdue else ""
    return ", ".join(one for one in (turn, chosen, overdue, narrowing.sought) if one)


def _turns(counts: Sequence[CaseCount]) -> list[TurnCount]:
    """How many cases wait for each role, over all statuses."""

    def of(role: Role) -> TurnCount:
        own = [one for one in counts if one.waiting_for == role]
        return TurnCount(role, sum(one.cases for one in own), sum(one.overdue for one in own))

    return [of(role) for role in TURNS]


def _following(path: str, asked: Mapping[str, Any], last: CaseWithDeadline) -> str:
    """The address of the next page."""
    until = "" if last.wait_until is None else last.wait_until.astimezone(UTC).isoformat()
    return f"{path}?{urlencode({**asked, 'after': f'{until}_{last.id}'})}"


def _seen(cursor: str) -> AfterDeadline | None:
    """The last case of the page before; anything else in its place begins from the start."""
    if not re.fullmatch(CURSOR, cursor):
        return None
    until, _, case_id = cursor.partition("_")
    try:
        moment = datetime.fromisoformat(until) if until else None
    except ValueError:
        return None
    is_moment = moment is None or moment.tzinfo is not None
    return AfterDeadline(moment, case_id) if is_moment else None
