"""What the stories say must come of them is what the product's own tables say."""

from collections import Counter
from itertools import pairwise

import pytest

from demo.report import CODE_TEMPLATE
from demo.stories import AFTER_RENEWAL, DISPUTED, STORIES
from demo.stories.story import Story
from domain.access.roles import Role
from domain.notification.notification import ONE_TIME_CODE
from domain.payout.payout import PayoutStatus
from domain.refund.notices import CREDITED, notices_for
from domain.refund.refund import MOVES, RefundStatus

REFUNDS = (*STORIES, *AFTER_RENEWAL, *DISPUTED)
TITLES = [story.title for story in REFUNDS]


@pytest.mark.parametrize("story", REFUNDS, ids=TITLES)
def test_a_storys_path_is_made_of_allowed_moves(story: Story) -> None:
    path = story.ending.path
    assert path[0] is RefundStatus.CALCULATING
    moves = [(before, after) for before, after in pairwise(path) if before is not after]
    assert [after for before, after in moves if after not in MOVES[before]] == []


@pytest.mark.parametrize("story", REFUNDS, ids=TITLES)
def test_a_storys_letters_are_those_of_its_moves_and_a_code_for_each_signature(
    story: Story,
) -> None:
    path = story.ending.path
    told = [
        notice
        for before, after in pairwise(path)
        for notice in (CREDITED if before is after else notices_for(before, after))
    ]
    signatures = path.count(RefundStatus.UNDER_REVIEW)
    right = Counter((notice.role, notice.template) for notice in told)
    right[(Role.CLIENT, CODE_TEMPLATE)] = signatures
    assert Counter(story.ending.letters) == right
    assert ONE_TIME_CODE.template == CODE_TEMPLATE


@pytest.mark.parametrize("story", REFUNDS, ids=TITLES)
def test_a_storys_attempts_are_the_times_it_was_paying_and_only_the_last_one_stays_paid(
    story: Story,
) -> None:
    path, attempts = story.ending.path, story.ending.attempts
    came_back = list(pairwise(path)).count(
        (RefundStatus.COMPLETED, RefundStatus.AWAITING_STATEMENT)
    )
    assert len(attempts) == path.count(RefundStatus.PAYING)
    assert [one.status for one in attempts] == [
        *[PayoutStatus.RETURNED] * came_back,
        PayoutStatus.PAID,
    ]
