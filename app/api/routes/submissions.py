"""Submissions over HTTP: from a request to the application, and the response when there is no ticket."""

from collections.abc import Sequence
from functools import partial

from starlette.requests import Request

from app.api.dependencies import analysed_for, services_of
from app.api.http.problems import problem_answer
from app.api.http.request_context import language_for
from app.api.schemas.decisions import DecisionOut, SubmissionWords
from app.application.ports.access import StoredResponse
from app.application.tickets.submission import Submission
from app.application.tickets.submit_ticket import NotRegistered
from app.domain.tickets.ticket import Author
from app.domain.vocabulary import AttachmentKind


async def to_submission(
    words: SubmissionWords,
    text: str,
    request: Request,
    *,
    customer_id: str,
    attachment_kinds: Sequence[AttachmentKind] = (),
    attachment_ids: Sequence[str] = (),
    external_id: str | None = None,
    author: Author | None = None,
) -> Submission:
    """Return the application value, with its texts judged. Raises TooManyLongTextsError."""
    texts = (words.subject, text, *words.reproduction_steps)
    judged = partial(
        services_of(request).texts.of_submission,
        words.subject,
        text,
        words.reproduction_steps,
        attachment_kinds,
        classified=words.category is not None,
    )
    return Submission(
        customer_id=customer_id,
        channel=words.channel,
        chat_address=words.chat_id,
        text=text,
        text_facts=await analysed_for(request, texts, judged),
        category=words.category,
        impact=words.impact,
        subject=words.subject,
        reproduction_steps=tuple(words.reproduction_steps),
        attachment_kinds=tuple(attachment_kinds),
        attachment_ids=tuple(attachment_ids),
        knowledge_base_checked=words.knowledge_base_checked,
        sent_to_manager=words.sent_to_manager,
        external_id=external_id,
        author=author,
    )


def not_registered(request: Request, result: NotRegistered) -> StoredResponse:
    """Build the response to a submission that is not registered (4.1, 4.3): 422 with the decision."""
    shown = DecisionOut.of_dry_run(result.decision, result.facts, language_for(request))
    return problem_answer(request, "not_registered", members={"decision": shown.model_dump(mode="json")})
