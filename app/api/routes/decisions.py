"""POST /v1/decisions: a decision without a submission."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import services_of
from app.api.http.answers import plain, response_of
from app.api.http.guard import CurrentCaller
from app.api.http.keys import Scope
from app.api.http.languages import language_headers
from app.api.http.operation import Operation, Success
from app.api.http.request_context import language_for
from app.api.http.routing import operation
from app.api.routes.submissions import to_submission
from app.api.schemas.decisions import DecisionIn, DecisionOut
from app.api.schemas.examples import DECISION, DECISION_QUESTION, DECISION_WHAT_IF
from app.application.tickets.decide_submission import WhatIf, decide_submission

router = APIRouter()


@operation(
    router,
    "POST",
    "/v1/decisions",
    Operation(
        scope=Scope.TICKETS_READ,
        id="previewDecision",
        summary="Preview a decision",
        tag="decisions",
        answers=(Success(200, "The decision.", DecisionOut, {"accepted": DECISION}),),
        problems=("customer_not_found", "too_many_long_texts"),
        bilingual=True,
        request_examples={"customer": DECISION_QUESTION, "whatIf": DECISION_WHAT_IF},
    ),
)
async def preview_decision(request: Request, body: DecisionIn, caller: CurrentCaller) -> Response:
    """Returns the decision this submission would get, without storing anything.

    The rules are those of `POST /v1/tickets`. Pass `customer_id` to decide for a stored customer at any
    instant, past or future, or `entitlement` to decide without a stored customer. Every reason cites its
    clause.
    """
    services = services_of(request)
    asked = body.submission
    submission = await to_submission(
        asked,
        asked.text,
        request,
        customer_id=body.customer_id or "",
        attachment_kinds=asked.attachment_kinds,
    )
    what_if = None
    if body.entitlement is not None:
        what_if = WhatIf(body.entitlement.to_entitlement(), body.entitlement.chat_assigned)
    as_of = body.as_of or services.clock.stamp().now
    decision, case = await services.store.read(
        lambda uow: decide_submission(uow, submission, what_if, as_of, only=caller.customer_id)
    )
    language = language_for(request)
    shown = DecisionOut.of_dry_run(decision, case, language)
    return response_of(plain(200, shown, language_headers(language)))
