"""The short way to an endpoint, and the guard before it, lean on insides of FastAPI and Starlette."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Annotated, Any, cast

import httpx
import pytest
from fastapi import APIRouter, Body, Depends, FastAPI, Query, Request, Response, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, TypeAdapter, ValidationError

SHORT_WAY = "the short way to an endpoint (_short_way) leans on FastAPI: "
GUARD = "the guard before every operation leans on FastAPI: "


class Order(BaseModel):
    amount: int
    note: str = ""


async def caller() -> str:
    return "crm"


Caller = Annotated[str, Depends(caller)]
seen: list[Any] = []


async def place(request: Request, body: Order, who: Caller) -> Response:
    seen.append((request, body, who))
    return Response(b"done")


async def find(request: Request, number: int, sort: Annotated[str, Query(alias="order")] = "") -> Response:
    del request, number, sort
    return Response(b"found")


class OwnRequest(Request):
    async def body(self) -> bytes:
        return b'{"amount": 5}'

    async def json(self) -> Any:
        return {"amount": 5}


class Guarded(APIRoute):
    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        self.mark = options.pop("mark")
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        usual = super().get_route_handler()

        async def handle(request: Request) -> Response:
            if self.mark == "refuses":
                return Response(b"refused", 403)
            return await usual(OwnRequest(request.scope, request.receive))

        return handle


def an_app(mark: str = "reads") -> tuple[FastAPI, APIRoute, APIRoute]:
    router = APIRouter()
    own = cast("type[APIRoute]", partial(Guarded, mark=mark))
    router.add_api_route("/orders", place, methods=["POST"], route_class_override=own)
    router.add_api_route("/orders/{number}", find, methods=["GET"], route_class_override=own)
    app = FastAPI(openapi_url=None)
    app.router.routes.extend(router.routes)
    orders, order = (route for route in router.routes if isinstance(route, APIRoute))
    return app, orders, order


async def post(app: FastAPI, content: bytes) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as http:
        return await http.post("/orders", content=content, headers={"Content-Type": "application/json"})


def test_a_route_knows_what_its_endpoint_takes() -> None:
    _, orders, order = an_app()
    takes = orders.dependant
    lists = (takes.path_params, takes.query_params, takes.header_params, takes.cookie_params)
    assert not any(lists), SHORT_WAY + "the lists of a Dependant"
    assert takes.request_param_name == "request", SHORT_WAY + "Dependant.request_param_name"
    needed = [(one.name, one.call) for one in takes.dependencies]
    assert needed == [("who", caller)], SHORT_WAY + "Dependant.dependencies with name and call"
    (body,) = takes.body_params
    assert body.name == "body", SHORT_WAY + "the name of a body parameter"
    assert isinstance(body.field_info, params.Body), SHORT_WAY + "field_info of a body is params.Body"
    assert body.field_info.annotation is Order, SHORT_WAY + "field_info.annotation is the declared type"
    assert orders.body_field is not None, SHORT_WAY + "APIRoute.body_field"
    assert orders.body_field.field_info.is_required(), SHORT_WAY + "whether a body is required"
    assert order.dependant.path_params, SHORT_WAY + "Dependant.path_params"
    assert order.body_field is None, SHORT_WAY + "APIRoute.body_field is None without a body"


def test_an_optional_body_is_not_required() -> None:
    async def maybe(body: Annotated[Order | None, Body()] = None) -> Response:
        return Response(str(body))

    route = APIRoute("/maybe", maybe, methods=["POST"])
    assert route.body_field is not None, GUARD + "APIRoute.body_field"
    assert not route.body_field.field_info.is_required(), GUARD + "whether a body is required"


def test_parameters_of_a_query_are_told_by_alias() -> None:
    _, _, order = an_app()
    found = {
        field.alias: field.field_info.annotation
        for field in get_flat_params(order.dependant)
        if isinstance(field.field_info, params.Query)
    }
    assert found == {"order": str}, GUARD + "get_flat_params, alias and params.Query"


async def test_a_type_adapter_validates_as_fastapi_does() -> None:
    app, orders, _ = an_app()
    seen.clear()
    assert (await post(app, b'{"amount": 9}')).text == "done"
    ((_, theirs, who),) = seen
    annotation = cast("type[Any]", orders.dependant.body_params[0].field_info.annotation)
    adapter: TypeAdapter[Any] = TypeAdapter(annotation)
    assert theirs == adapter.validate_python({"amount": 5}), SHORT_WAY + "validation by a TypeAdapter"
    assert who == "crm"
    with pytest.raises(ValidationError):
        adapter.validate_python({"amount": "many"})


async def test_fastapi_reads_the_body_by_the_request_that_it_is_given() -> None:
    app, _, _ = an_app()
    seen.clear()
    await post(app, b"not read, and no JSON")
    assert [body.amount for _, body, _ in seen] == [5], GUARD + "the handler calls body() or json()"


async def test_a_handler_may_answer_before_the_body_is_read() -> None:
    app, _, _ = an_app("refuses")
    assert (await post(app, b"{")).status_code == 403, GUARD + "get_route_handler stands before the body"


def test_every_route_of_the_app_is_listed() -> None:
    app, orders, order = an_app()
    contexts = list(iter_route_contexts(app.routes))
    found = [(context.original_route, context.path) for context in contexts]
    expected = [(orders, "/orders"), (order, "/orders/{number}")]
    assert found == expected, GUARD + "iter_route_contexts with original_route and path"
