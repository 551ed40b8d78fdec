"""How many answers of ours a thread has, and how many of them its client has seen.

A ticket keeps its own counts, and what is merged into it is added: a merge can be undone.
"""

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from db.tables import ticket_views, tickets

_merged, _merged_views = tickets.alias(), ticket_views.alias()


def _of_merged(what: ColumnElement[int]) -> ScalarSelect[int]:
    """A sum over the tickets whose messages stand in the thread too."""
    return (
        select(func.coalesce(func.sum(what), 0))
        .select_from(_merged.outerjoin(_merged_views, _merged_views.c.ticket_id == _merged.c.id))
        .where(_merged.c.merged_into == tickets.c.id)
        .scalar_subquery()
    )


MERGED_ANSWERS = _of_merged(_merged.c.answers)
ANSWERS = tickets.c.answers + MERGED_ANSWERS
"""Answers of ours in a thread."""
SEEN = func.coalesce(ticket_views.c.seen_answers, 0) + _of_merged(
    func.coalesce(_merged_views.c.seen_answers, 0)
)
"""Those that the client has seen."""
