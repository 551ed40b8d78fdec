"""What the forms of a dispute share: a message with files that are papers of one kind."""

from domain.dispute.evidence import EvidenceKind
from starter.commands.dispute.write import Paper
from starter.commands.refusal import FieldError, invalid
from starter.web.http.deed import needed
from starter.web.http.files import attached_in
from starter.web.http.forms import Form

MAX_ABOUT_LENGTH = 300
"""Characters of what a paper is about."""


def papers_in(form: Form) -> list[Paper]:
    """The files of a form as papers of the chosen kind; refused where that is not chosen."""
    files = attached_in(form)
    if not files:
        return []
    chosen = form.line("paper_kind")
    if chosen not in {str(kind.value) for kind in EvidenceKind}:
        raise invalid(FieldError("page_choice_missing", field="paper_kind"))
    about = form.line("about")
    if not about or len(about) > MAX_ABOUT_LENGTH:
        raise invalid(FieldError("page_reason_missing", field="about"))
    return [Paper(one, EvidenceKind(int(chosen)), about) for one in files]


def text_in(form: Form) -> str:
    """The message of a form."""
    return needed(form, "text")
