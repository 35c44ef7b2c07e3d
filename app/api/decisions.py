"""POST /v1/decisions: what would be decided, asked without submitting."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.answers import json_answer, response_of
from app.api.call import language_for
from app.api.desk import desk_of
from app.api.examples import DECISION, DECISION_QUESTION, DECISION_WHAT_IF
from app.api.guard import CurrentCaller, Operation, Success, add_operation
from app.api.schemas.decisions import DecisionIn, DecisionOut
from app.api.security import Scope
from app.application.decide_submission import WhatIf, decide_submission
from app.application.submission import Submission

router = APIRouter()


async def preview_decision(request: Request, body: DecisionIn, caller: CurrentCaller) -> Response:
    """Decide on a submission as a submission would be decided, and store nothing.

    The same rules and the same facts as in `POST /v1/tickets`. Ask for a stored customer at any instant,
    past or future, or for a what-if entitlement that needs no customer. Every reason cites its clause.
    """
    desk = desk_of(request)
    asked = body.submission
    submission = Submission(
        customer_id=body.customer_id or "",
        channel=asked.channel,
        chat_address=asked.chat_id,
        text=asked.text,
        text_facts=desk.texts.of_submission(asked.subject, asked.text, asked.reproduction_steps),
        category=asked.category,
        impact=asked.impact,
        subject=asked.subject,
        reproduction_steps=tuple(asked.reproduction_steps),
        attachment_kinds=tuple(asked.attachment_kinds),
        knowledge_base_checked=asked.knowledge_base_checked,
        sent_to_manager=asked.sent_to_manager,
    )
    what_if = None
    if body.entitlement is not None:
        what_if = WhatIf(body.entitlement.to_entitlement(), body.entitlement.chat_assigned)
    as_of = body.as_of or desk.clock.stamp().now
    decision, case = await desk.store.read(
        lambda uow: decide_submission(uow, submission, what_if, as_of, only=caller.customer_id)
    )
    shown = DecisionOut.of_dry_run(decision, case, language_for(request))
    return response_of(json_answer(200, shown.model_dump_json().encode()))


add_operation(
    router,
    "POST",
    "/v1/decisions",
    preview_decision,
    Operation(
        scope=Scope.TICKETS_READ,
        id="previewDecision",
        summary="Ask what would be decided",
        tag="decisions",
        answers=(Success(200, "The decision.", DecisionOut, {"accepted": DECISION}),),
        problems=("customer_not_found",),
        request_examples={"customer": DECISION_QUESTION, "whatIf": DECISION_WHAT_IF},
    ),
)
