"""Customers: their records, their entitlement and their usage."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import services_of, version_check
from app.api.http.answers import bytes_of, json_answer, response_of
from app.api.http.etags import conditional, read_if_match, versioned
from app.api.http.guard import CurrentCaller
from app.api.http.keys import Scope
from app.api.http.operation import IfMatchUse, Operation, Success
from app.api.http.pagination import Page, listing, name_column
from app.api.http.path_params import CustomerPath, NewCustomerPath, customer_id_of
from app.api.http.routing import operation
from app.api.schemas import examples
from app.api.schemas.base import Instant, Month
from app.api.schemas.customers import CustomerIn, CustomerOut, EntitlementOut, UsageOut
from app.api.schemas.pages import CustomersPage
from app.application.customers.put_customer import put_customer
from app.application.customers.read_ledger import read_entitlement, read_usage
from app.application.ports.access import StoredResponse
from app.application.ports.store import UnitOfWork
from app.application.tickets.facts import get_customer

router = APIRouter()


@operation(
    router,
    "PUT",
    "/v1/customers/{customer_id}",
    Operation(
        scope=Scope.CUSTOMERS_WRITE,
        id="putCustomer",
        summary="Create or replace a customer",
        tag="customers",
        answers=(
            Success(200, "The record existed and is replaced.", CustomerOut, {"boxed": examples.CUSTOMER}),
            Success(201, "The record is created.", CustomerOut, {"boxed": examples.CUSTOMER}),
        ),
        confined_keys=False,
        etag=True,
        if_match=IfMatchUse.ALLOWED,
        request_examples={"boxed": examples.CUSTOMER_IN, "rental": examples.RENTAL_IN},
    ),
)
async def put(request: Request, customer_id: NewCustomerPath, body: CustomerIn) -> Response:
    """Creates a customer's record, or replaces it as a whole with the one in the CRM.

    Repeating the same record changes nothing. If the change makes support minutes available again,
    tickets that are deferred for exhausted hours are decided again at once.
    """
    services = services_of(request)
    stamp, check = services.clock.stamp(), version_check(read_if_match(request))
    record = body.to_record(customer_id, stamp.now)

    def work(uow: UnitOfWork) -> StoredResponse:
        customer, created = put_customer(uow, record, stamp, check_version=check)
        location = {"Location": f"/v1/customers/{customer.id}"} if created else {}
        status = 201 if created else 200
        return versioned(status, CustomerOut.of(customer), customer.version, location)

    return response_of(await services.store.write(work))


@operation(
    router,
    "GET",
    "/v1/customers/{customer_id}",
    Operation(
        scope=Scope.CUSTOMERS_READ,
        id="getCustomer",
        summary="Retrieve a customer",
        tag="customers",
        answers=(Success(200, "The customer.", CustomerOut, {"boxed": examples.CUSTOMER}),),
        problems=("customer_not_found",),
        etag=True,
    ),
)
async def read(request: Request, customer_id: CustomerPath, caller: CurrentCaller) -> Response:
    """Returns a customer's record."""
    known_id = customer_id_of(customer_id)
    customer = await services_of(request).store.read(
        lambda uow: get_customer(uow, known_id, only=caller.customer_id)
    )
    return conditional(request, bytes_of(CustomerOut.of(customer)), customer.version)


@operation(
    router,
    "GET",
    "/v1/customers",
    Operation(
        scope=Scope.CUSTOMERS_READ,
        id="listCustomers",
        summary="List customers",
        tag="customers",
        answers=(
            Success(200, "A page of customers.", CustomersPage, {"one": examples.page(examples.CUSTOMER)}),
        ),
        paged=True,
    ),
)
async def list_customers(request: Request, page: Page, caller: CurrentCaller) -> Response:
    """Returns customers, ordered by ID."""
    asked = listing(request, caller, page)
    after = asked.after(name_column)

    def work(uow: UnitOfWork) -> Response:
        found = uow.customers.page(only=caller.customer_id, after=after and after[0], limit=asked.rows)
        return asked.respond(found, lambda one: bytes_of(CustomerOut.of(one)), lambda one: (one.id,))

    return await services_of(request).store.read(work)


@operation(
    router,
    "GET",
    "/v1/customers/{customer_id}/entitlement",
    Operation(
        scope=Scope.CUSTOMERS_READ,
        id="getEntitlement",
        summary="Retrieve an entitlement",
        tag="customers",
        answers=(Success(200, "The entitlement.", EntitlementOut, {"extended": examples.ENTITLEMENT}),),
        problems=("customer_not_found",),
    ),
)
async def entitlement(
    request: Request,
    customer_id: CustomerPath,
    caller: CurrentCaller,
    at: Annotated[Instant | None, Query(description="The instant. Now if left out.")] = None,
) -> Response:
    """Returns the support that a customer is entitled to at an instant, past or future."""
    services, known_id = services_of(request), customer_id_of(customer_id)
    instant = at or services.clock.stamp().now
    view = await services.store.read(
        lambda uow: read_entitlement(uow, known_id, instant, only=caller.customer_id)
    )
    return response_of(json_answer(200, bytes_of(EntitlementOut.of(view))))


@operation(
    router,
    "GET",
    "/v1/customers/{customer_id}/usage",
    Operation(
        scope=Scope.CUSTOMERS_READ,
        id="getUsage",
        summary="Retrieve monthly usage",
        tag="customers",
        answers=(Success(200, "The usage.", UsageOut, {"month": examples.USAGE}),),
        problems=("customer_not_found",),
    ),
)
async def usage(
    request: Request,
    customer_id: CustomerPath,
    caller: CurrentCaller,
    month: Annotated[
        Month | None, Query(description="Moscow month, YYYY-MM. The present month if left out.")
    ] = None,
) -> Response:
    """Returns the staff minutes used in a Moscow month, in total and by ticket (5.1, 5.2)."""
    services, known_id = services_of(request), customer_id_of(customer_id)
    now = services.clock.stamp().now
    shown = await services.store.read(
        lambda uow: read_usage(uow, known_id, month, now, only=caller.customer_id)
    )
    return response_of(json_answer(200, bytes_of(UsageOut.of(shown))))
