'''HTTP: routers, schemas, problems and keys.

A router declares its operations; whatever a declaration says is checked before the endpoint runs
and told by the OpenAPI document::

    def tickets_router(use_cases: UseCases) -> APIRouter:
        router = APIRouter()

        async def submit(request: Request, caller: CurrentCaller, body: TicketIn) -> Response:
            """Submits a ticket and decides on it. ..."""          # the operation's description
            stamp = use_cases.clock.stamp()
            language = language_for(request)

            def work(uow: UnitOfWork) -> Answer:
                made = submit_ticket(uow, submission, stamp, only=caller.customer_id)
                if isinstance(made, NotRegistered):
                    return problem_answer(request, "not_registered", members={"decision": ...})
                shown = TicketOut.of(made.view, language).model_dump_json().encode()
                headers = {"Location": f"/v1/tickets/{made.view.ticket.id}"}
                return json_answer(201, shown, headers | etag_headers(version, shown))

            return await answer(request, caller, use_cases.store, stamp, work)

        add_operation(router, "POST", "/v1/tickets", submit, Operation(
            scope=Scope.TICKETS_WRITE, id="submitTicket", summary="Submit a ticket", tag="tickets",
            answers=(Success(201, "Registered.", TicketOut, {"defect": {...}}),),
            problems=("customer_not_found", "external_id_taken", "not_registered"),
            idempotent=True, etag=True, request_examples={"defect": {...}},
        ))

        async def index(request: Request, caller: CurrentCaller, page: Page) -> Response:
            asked = listing(request, caller, page)
            after = asked.after(datetime, str)                     # None, or the key; 400 bad_cursor
            found = await store.read(lambda uow: uow.tickets.page(wanted, sort, after, asked.rows))
            return asked.respond(found, render, lambda ticket: (ticket.created_at, ticket.id))

        async def show(request: Request, ticket_id: str, caller: CurrentCaller) -> Response:
            return conditional(request, shown, version)            # ETag, 304

        async def change(request: Request, ...) -> Response:
            expected = read_if_match(request, required=True)       # 428, 412
            ...                                                    # and within the work:
            check_if_match(expected, ticket.version)               # 412
        return router

`create_app` makes `FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False,
telemetry={"tracing": False, ...})`, then calls `install_problems(app)`, `open_gate(app, gate)`,
`app.add_middleware(HttpMiddleware, ...)`, includes the routers and ends with `assert_guarded(app)`.
'''
