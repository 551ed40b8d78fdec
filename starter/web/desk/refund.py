"""A refund as staff see it: everything that the role may see of the case."""

from functools import partial

from starlette.responses import Response

from domain.refund.refund import Action
from starter.access import roles_of
from starter.connection import web_ui_of
from starter.presentation.refund.case_in_full import case_in_full
from starter.presentation.refund.schemas import ActionShown
from starter.web.http.ids import RefundId
from starter.web.http.page import pages
from starter.web.http.visit import VisitDep
from texts import Language, translate

routes = pages()


@routes.get("/desk/refunds/{refund_id}")
async def show_refund_on_desk(visit: VisitDep, refund_id: RefundId) -> Response:
    """The page that letters to staff lead to."""
    case = await case_in_full(
        visit.database,
        visit.caller,
        refund_id,
        visit.language,
        show_action=_named,
        web_ui=partial(web_ui_of, visit.services.settings),
    )
    may_see_pdf = visit.caller.role in roles_of("read_statement_pdf")
    return visit.page("desk_refund.html", case=case, may_see_pdf=may_see_pdf)


def _named(refund_id: str, action: Action, language: Language) -> ActionShown:
    """An action by its title: this page shows a case, and its decisions are given elsewhere."""
    title = translate(f"action.{action}", language)
    return ActionShown(action=action, title=title, method="GET", href=f"/desk/refunds/{refund_id}")
