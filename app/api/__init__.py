'''The HTTP interface: routes → openapi → dependencies → http → schemas, each importing only what follows it.

An operation is declared directly above its endpoint. The guard (http/guard.py) checks the declaration on
every request, and the OpenAPI document shows it; the docstring is the description. From routes/tickets.py::

    @operation(
        router,
        "POST",
        "/v1/tickets",
        Operation(
            scope=Scope.TICKETS_WRITE,
            id="submitTicket",
            summary="Submit a ticket",
            tag="tickets",
            answers=(Success(201, "The ticket.", TicketOut, {"accepted": examples.TICKET}),),
            problems=("customer_not_found", "external_id_taken", "not_registered"),
            idempotent=True,
            etag=True,
        ),
    )
    async def submit(request: Request, body: TicketIn, caller: CurrentCaller) -> Response:
        """Decide on a submission and register it as a ticket, whatever its registered outcome."""
        services, language = services_of(request), language_for(request)
        stamp = services.clock.stamp()
        submission = to_submission(body, body.text, services.texts, customer_id=body.customer_id)

        def work(uow: UnitOfWork) -> tuple[StoredResponse, Registered | NotRegistered]:
            result = submit_ticket(uow, submission, stamp, only=caller.customer_id)
            if isinstance(result, NotRegistered):
                return not_registered(request, result), result
            ticket = result.view.ticket
            headers = {"Location": f"/v1/tickets/{ticket.id}", **language_headers(language)}
            return versioned(201, TicketOut.of(result.view, language), ticket.version, headers), result

        response, result = await answer(request, caller, services.store, stamp, work)
        if result is not None:
            services.metrics.count(result)
        return response

`work` is one transaction and renders its response inside it, so that an Idempotency-Key can replay the same
bytes. A replay has no result. Reads use `services.store.read`, lists `listing` (http/pagination.py), objects
with a version `conditional` and `read_if_match` (http/etags.py). `create_app` (main.py) includes the routers.
'''
