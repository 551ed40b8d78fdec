"""The story of a renewal for staff."""

from collections.abc import Sequence

from db.notification.inbox import MessageRow
from domain.renewal.renewal import RenewalStatus
from settings import Settings
from starter.caller import Caller
from starter.presentation.case.timeline import Stretch, letter_moment, moment_of, story_of
from starter.presentation.refund.presenters import SEES_REQUISITES, masked_address
from starter.presentation.renewal.schemas import RenewalInFull
from texts import Language


def renewal_story(
    case: RenewalInFull,
    letters: Sequence[MessageRow],
    caller: Caller,
    settings: Settings,
    language: Language,
) -> list[Stretch]:
    """Changes and letters; money that came in is a deed of the outside."""

    def address(whole: str) -> str:
        return whole if caller.role in SEES_REQUISITES else masked_address(whole)

    return story_of(
        [
            *(
                moment_of(one, by_outside=one.to_status is RenewalStatus.PAID)
                for one in case.timeline
            ),
            *(letter_moment(row, settings, language, address) for row in letters),
        ]
    )
