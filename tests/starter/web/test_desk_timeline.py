"""The story of a case: people's deeds and the outside's in front, the system's steps folded."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.access.roles import Role
from starter.presentation.case.timeline import Moment, story_of
from tests.starter.refund.shop import ACCOUNT, SUBSCRIPTION, Shop
from tests.starter.web.browser import Browser, Page

AT = datetime(2026, 3, 16, 9, tzinfo=UTC)
FOLD = r"<li><details class=\"more\"><summary>ещё.*?</ol></details></li>"
DEED = Moment(AT, "Принять заявление", "специалист, petrova")


def at(minutes: int, *, is_folded: bool) -> Moment:
    return replace(DEED, at=AT + timedelta(minutes=minutes), is_folded=is_folded)


def test_the_latest_comes_first_and_steps_that_follow_each_other_are_one_stretch() -> None:
    system = [at(1, is_folded=True), at(2, is_folded=True), at(4, is_folded=True)]
    people = [at(0, is_folded=False), at(3, is_folded=False)]
    story = story_of([*system, *people])
    assert [(one.is_folded, len(one.moments)) for one in story] == [
        (True, 1),
        (False, 1),
        (True, 2),
        (False, 1),
    ]
    moments = [moment.at for one in story for moment in one.moments]
    assert moments == sorted(moments, reverse=True)


def test_deeds_of_people_are_never_folded_together() -> None:
    story = story_of([at(0, is_folded=False), at(1, is_folded=False)])
    assert [len(one.moments) for one in story] == [1, 1]


def told(page: Page) -> tuple[str, str]:
    """What stands in front, and what is folded."""
    story = page.html[page.html.index('aria-labelledby="story"') :]
    story = story[: story.index("</section>")]
    folds = re.findall(FOLD, story, flags=re.DOTALL)
    return re.sub(FOLD, "", story, flags=re.DOTALL), " ".join(folds)


async def test_a_paid_refund_shows_who_decided_and_who_paid_and_folds_its_letters(
    shop: Shop, customer: Browser
) -> None:
    case = await (await shop.opened(SUBSCRIPTION)).signed()
    accepted = await shop.staff(Role.SPECIALIST, "petrova").post(f"{case.path}/acceptance")
    assert accepted.status_code == 200, accepted.text
    await case.until("completed")
    await customer.log_in(Role.OPERATOR)
    front, folded = told(await customer.get(f"/desk/refunds/{case.id}"))
    assert "специалист, petrova" in front
    assert "Выплачено" in front, "the acquirer paid: a deed of the outside"
    assert "Текст письма" in folded
    assert "Текст письма" not in front
    assert re.search(r"ещё \d+ шаг\w* системы", folded)
    assert ACCOUNT not in front + folded


async def test_a_letter_that_was_given_up_stands_in_front(shop: Shop, customer: Browser) -> None:
    case = await shop.opened(SUBSCRIPTION)
    shop.books.connection.execute(
        "UPDATE notifications SET status = 'failed', due_at = NULL, settled_at = now(),"
        " last_error = '550 нет ящика' WHERE case_id = %s AND channel = 'mail'",
        (case.id,),
    )
    await customer.log_in(Role.SPECIALIST)
    front, folded = told(await customer.get(f"/desk/refunds/{case.id}"))
    assert "550 нет ящика" in front
    assert "550 нет ящика" not in folded
