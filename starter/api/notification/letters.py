"""The letters of a case over HTTP: their content, recipients and delivery."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from db.notification import inbox
from db.notification.inbox import MessageRow
from db.query import Query
from db.refund import reads as refunds_in
from db.renewal import reads as renewals_in
from domain.access.roles import Role
from domain.notification.notification import NotificationStatus
from settings import Settings
from starter.access import require_visible
from starter.api.http.auth import Caller
from starter.api.http.models import Shown
from starter.api.http.paging import DEFAULT_LIMIT, Cursor, Limit, Page, key_in, moment_in, page_of
from starter.api.http.route import CurrentCaller, DatabaseDep, LanguageDep, SettingsDep, router
from starter.api.refund.case import RefundId
from starter.api.renewal.case import RenewalId
from starter.presentation.notification.message import letter_of
from texts import Language, translate

routes = router("notifications")


class LetterShown(Shown):
    """A letter. A sent one shows what was sent; another shows what would be sent now."""

    id: UUID
    role: Role
    role_title: str = Field(description="To whom.", examples=["клиент"])
    address: str | None = Field(description="Where it was sent; absent until then.")
    subject: str
    text: str
    status: NotificationStatus
    title: str = Field(description="The status as text.", examples=["Отправлено"])
    attempts: int
    last_error: str | None = Field(description="The mail server's answer; for staff.")
    created_at: datetime
    settled_at: datetime | None = Field(description="When it was sent, or given up.")
    replaced_at: datetime | None = Field(
        default=None,
        description="When the address was corrected before it had left: nobody sends it again.",
    )


@routes.get("/v1/refunds/{refund_id}/letters", summary="The letters of a refund, newest first")
async def list_refund_letters(
    refund_id: RefundId,
    caller: CurrentCaller,
    database: DatabaseDep,
    settings: SettingsDep,
    language: LanguageDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[LetterShown]:
    """A client sees the letters to the client; a one-time code is shown to nobody."""
    heads, rows = await database.read(
        refunds_in.head(refund_id), _asked(refund_id, caller, limit, cursor)
    )
    require_visible(caller, heads)
    return _page(rows, caller, settings, language, limit)


@routes.get("/v1/renewals/{renewal_id}/letters", summary="The letters of a renewal, newest first")
async def list_renewal_letters(
    renewal_id: RenewalId,
    caller: CurrentCaller,
    database: DatabaseDep,
    settings: SettingsDep,
    language: LanguageDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[LetterShown]:
    """A client sees the letters to the client."""
    heads, rows = await database.read(
        renewals_in.head(renewal_id), _asked(renewal_id, caller, limit, cursor)
    )
    require_visible(caller, heads)
    return _page(rows, caller, settings, language, limit)


def _asked(case_id: str, caller: Caller, limit: int, cursor: str | None) -> Query[MessageRow]:
    return inbox.letters_of(case_id, caller.client_id, limit + 1, key_in(cursor, moment_in, UUID))


def _page(
    rows: list[MessageRow], caller: Caller, settings: Settings, language: Language, limit: int
) -> Page[LetterShown]:
    shown, following = page_of(rows, limit, lambda row: (row.created_at, row.id))
    return Page[LetterShown](
        items=[_shown(row, caller, settings, language) for row in shown],
        next=following,
    )


def _shown(row: MessageRow, caller: Caller, settings: Settings, language: Language) -> LetterShown:
    subject, plain = letter_of(row, settings, language)
    return LetterShown(
        id=row.id,
        role=Role(row.role),
        role_title=translate(f"role.{row.role}", language),
        address=row.sent_to,
        subject=subject,
        text=plain,
        status=NotificationStatus(row.status),
        title=translate(f"notification.status.{row.status}", language),
        attempts=row.attempts,
        last_error=None if caller.role is Role.CLIENT else row.last_error,
        created_at=row.created_at,
        settled_at=row.settled_at,
        replaced_at=row.replaced_at,
    )
