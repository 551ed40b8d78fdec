"""The story of a refund for staff."""

from collections.abc import Sequence

from db.notification.inbox import MessageRow
from domain.refund.refund import RefundStatus
from settings import Settings
from starter.caller import Caller
from starter.presentation.case.timeline import Stretch, letter_moment, moment_of, story_of
from starter.presentation.refund.presenters import SEES_REQUISITES, masked_address
from starter.presentation.refund.schemas import CaseInFull, TimelineRow
from texts import Language

_BY_OUTSIDE = frozenset({RefundStatus.PAYING, RefundStatus.COMPLETED, RefundStatus.INQUIRY})
"""Statuses that the acquirer or the bank leads out of where no person does."""


def refund_story(
    case: CaseInFull,
    letters: Sequence[MessageRow],
    caller: Caller,
    settings: Settings,
    language: Language,
) -> list[Stretch]:
    """Changes and letters; addresses are whole for roles that see requisites."""

    def address(whole: str) -> str:
        return whole if caller.role in SEES_REQUISITES else masked_address(whole)

    return story_of(
        [
            *(
                moment_of(one, by_outside=_is_by_outside(one), fields=one.fields)
                for one in case.timeline
            ),
            *(letter_moment(row, settings, language, address) for row in letters),
        ]
    )


def _is_by_outside(change: TimelineRow) -> bool:
    moved = change.from_status is not None and change.from_status != change.to_status
    return moved and change.from_status in _BY_OUTSIDE
