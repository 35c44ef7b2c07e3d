"""POST /v1/text-checks: findings and hints in a text, before it is submitted."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import analysed_for, services_of
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
        summary="Check a text",
        tag="decisions",
        answers=(Success(200, "Findings and hints.", TextCheckOut, {"outage": examples.TEXT_CHECK}),),
        problems=("too_many_long_texts",),
        request_examples={"outage": examples.TEXT_CHECK_IN},
    ),
)
async def check_text(request: Request, body: TextCheckIn, caller: CurrentCaller) -> Response:  # noqa: ARG001 - the guard asks for a key
    """Checks a text as a submission's text would be checked, without storing anything.

    It returns obscene words with their level and place (4.6), a possible insult, up to three categories
    that the text suggests (3, 5) and a suspected outage (2.1). The result is advice and decides nothing.
    Places count Unicode code points.
    """
    services = services_of(request)
    judged = await analysed_for(request, (body.text,), lambda: services.texts.check(body.text))
    return response_of(plain(200, TextCheckOut.of(judged.findings, judged.insult, judged.hints)))
