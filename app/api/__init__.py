"""The HTTP interface: routes → openapi → dependencies → http → schemas, each importing only what follows it.

An operation is declared directly above its endpoint (`submit` in routes/tickets.py is the fullest example;
the recipe is in docs/architecture.md). The guard checks the declaration on every request, and the OpenAPI
document shows it; the endpoint's docstring is the description.

An endpoint that stores something passes a function `work` to `answer` (http/idempotency.py). It is one
transaction and renders its response inside it, so that an Idempotency-Key can replay the same bytes; a replay
has no result. Reads use `services.store.read`, lists `listing` (http/pagination.py), objects with a version
`conditional` and `read_if_match` (http/etags.py). `create_app` (main.py) includes the routers.
"""
