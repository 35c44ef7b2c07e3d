"""The floor: the smallest endpoint that does what a submission must do, in hand-written SQL.

Five statements and a durable commit: read the entitlement, insert the ticket, its event, its outbox
row and the answer under the idempotency key. No rules, no checks of who calls, no history, no queue.
"""
