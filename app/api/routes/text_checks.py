"""POST /v1/text-checks: check a text before it is submitted."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import services_of
from app.api.http.answers import plain, response_of
from app.api.http.guard import CurrentCaller
from app.api.http.keys import Scope
from app.api.http.operation import Operation, Success
from app.api.http.routing import operation
from app.api.schemas import examples
from app.api.schemas.language import TextCheckIn, TextCheckOut

router = APIRouter()


@operation(
    router,
    "POST",
    "/v1/text-checks",
    Operation(
        scope=Scope.TICKETS_READ,
        id="checkText",
        summary="Look through a text",
        tag="decisions",
        answers=(Success(200, "What it shows.", TextCheckOut, {"outage": examples.TEXT_CHECK}),),
        request_examples={"outage": examples.TEXT_CHECK_IN},
    ),
)
async def check_text(request: Request, body: TextCheckIn, caller: CurrentCaller) -> Response:  # noqa: ARG001 - the guard asks for a key
    """Look through a text as a submission would be looked through, and store nothing.

    Advice for those who want to check before they submit: obscene words with level and place (4.6), a hint at
    an insult, up to three categories that the words speak for (3, 5), a suspected outage (2.1). Whether
    anything follows is decided on the submission; hints are never more than hints. Places count Unicode code
    points.
    """
    judged = services_of(request).texts.check(body.text)
    return response_of(plain(200, TextCheckOut.of(judged.findings, judged.insult, judged.hints)))
