"""Routes from operations: the decorator above an endpoint, and the guard around it.

The guard is a class of route and cannot be a `Depends`: FastAPI 0.165 reads the body before it solves
dependencies, so a request without a key would have its body read first.
"""

from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, TypeVar, cast, get_args, get_origin

from fastapi import APIRouter, FastAPI, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from app.api.http.body import SAFE_METHODS, body_reader
from app.api.http.guard import admit, caller_of, check_headers, check_query, current_caller
from app.api.http.keys import Access
from app.api.http.operation import Operation
from app.api.http.spelling import SpelledRoute

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Endpoint = TypeVar("Endpoint", bound=Callable[..., Awaitable[Response]])


def operation(
    router: APIRouter, method: str, path: str, declared: Operation
) -> Callable[[Endpoint], Endpoint]:
    """Declare the operation that the function below implements; its docstring is the description."""
    usual, *others = declared.answers

    def declare(endpoint: Endpoint) -> Endpoint:
        router.add_api_route(
            path,
            endpoint,
            methods=[method],
            operation_id=declared.id,
            summary=declared.summary,
            tags=[declared.tag],
            status_code=usual.status,
            response_model=usual.model,
            response_description=usual.description,
            responses={
                other.status: {"description": other.description}
                | ({} if other.model is None else {"model": other.model})
                for other in others
            },
            include_in_schema=declared.in_document,
            route_class_override=cast("type[APIRoute]", partial(GuardedRoute, operation=declared)),
        )
        return endpoint

    return declare


class GuardedRoute(SpelledRoute, APIRoute):
    """A route whose endpoint runs only for requests that its operation admits."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 - FastAPI's own
        """Separate the declaration from FastAPI's own options."""
        self.operation: Operation | None = options.pop("operation", None)
        super().__init__(path, endpoint, **options)

    def get_route_handler(self) -> Handler:
        """Return the handler with the guard before FastAPI's own steps."""
        operation = self.operation
        if operation is None:
            raise RuntimeError(f"{self.path} has no declared scope: use @operation")
        endpoint = _short_way(self, super().get_route_handler())
        read = body_reader(self, operation)

        reads = SAFE_METHODS.issuperset(self.methods or ())
        repeatable = {
            field.alias: _is_list(field.field_info.annotation)
            for field in get_flat_params(self.dependant)
            if isinstance(field.field_info, params.Query)
        }

        async def guarded(request: Request) -> Response:
            await admit(request, operation)
            if operation.scope is not Access.PUBLIC:
                check_headers(request)
                if reads:
                    check_query(request, repeatable)
            return await endpoint(await read(request))

        return guarded


def include_operations(app: FastAPI, *routers: APIRouter) -> None:
    """Add the operations of routers to the app's own list of routes.

    `app.include_router` would nest them, and the nested search matches every route three times.
    """
    for router in routers:
        app.router.routes.extend(router.routes)


def assert_guarded(app: FastAPI) -> None:
    """Raise RuntimeError for a route without a declared scope, and for an operation declared twice."""
    unguarded: list[str] = []
    seen: set[str] = set()
    doubled: list[str] = []
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, GuardedRoute) or route.operation is None:
            unguarded.append(str(context.path))
            continue
        for name in (route.operation.id, *(f"{one} {route.path}" for one in route.methods or ())):
            if name in seen:
                doubled.append(name)
            seen.add(name)
    if unguarded:
        raise RuntimeError(f"routes without a declared scope: {', '.join(sorted(unguarded))}")
    if doubled:
        raise RuntimeError(f"declared twice: {', '.join(sorted(doubled))}")


def _short_way(route: APIRoute, usual: Handler) -> Handler:
    """Call an endpoint that takes only request, body and caller without FastAPI's search for its arguments.

    The search costs several times the validation. An absent or invalid body goes the usual way, which reports
    what is wrong.
    """
    takes, endpoint = route.dependant, route.endpoint
    others = (takes.path_params, takes.query_params, takes.header_params, takes.cookie_params)
    callers = [needed.name for needed in takes.dependencies if needed.call is current_caller]
    if (
        any(others)
        or len(takes.body_params) != 1
        or route.body_field is None
        or not isinstance(takes.body_params[0].field_info, params.Body)
        or len(callers) != len(takes.dependencies)
        or takes.request_param_name is None
    ):
        return usual
    body_name, request_name = takes.body_params[0].name, takes.request_param_name
    body: TypeAdapter[Any] = TypeAdapter(cast("type[Any]", takes.body_params[0].field_info.annotation))

    async def short(request: Request) -> Response:
        sent = await request.json()
        if sent is None:
            return await usual(request)
        try:
            value = body.validate_python(sent)
        except ValidationError:
            return await usual(request)
        given: dict[str, Any] = {body_name: value, request_name: request}
        given.update((name, caller_of(request)) for name in callers if name is not None)
        response: Response = await endpoint(**given)
        return response

    return short


def _is_list(annotation: object) -> bool:
    return any(get_origin(part) is list for part in (annotation, *get_args(annotation)))
