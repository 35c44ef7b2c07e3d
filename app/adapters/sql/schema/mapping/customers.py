"""Rows of customers and of the ledger to values of the domain, and back."""

from app.adapters.sql.schema import documents
from app.adapters.sql.schema.mapping.row import AnyRow, Values
from app.domain.customers.customer import Customer
from app.domain.customers.ledger import TimeEntry
from app.domain.vocabulary import (
    Licence,
)


def customer_values(customer: Customer) -> Values:
    return {
        "id": customer.id,
        "name": customer.name,
        "contract_accepted_on": customer.contract_accepted_on,
        "licence": customer.licence.value,
        "paid_until": customer.paid_until,
        "tariffs": documents.from_tariffs(customer.tariffs),
        "exclusive_version": customer.exclusive_version,
        "created_at": customer.created_at,
        "updated_at": customer.updated_at,
        "version": customer.version,
    }


def customer_of(row: AnyRow) -> Customer:
    return Customer(
        id=row.id,
        name=row.name,
        contract_accepted_on=row.contract_accepted_on,
        licence=Licence(row.licence),
        paid_until=row.paid_until,
        tariffs=documents.to_tariffs(row.tariffs),
        exclusive_version=row.exclusive_version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def time_entry_values(entry: TimeEntry) -> Values:
    return {
        "id": entry.id,
        "ticket_id": entry.ticket_id,
        "customer_id": entry.customer_id,
        "minutes": entry.minutes,
        "agent": entry.agent,
        "performed_at": entry.performed_at,
        "counted_at": entry.counted_at,
        "counts": entry.counts,
        "activity": entry.activity,
        "note": entry.note,
        "reverses": entry.reverses,
        "created_at": entry.created_at,
    }


def time_entry_of(row: AnyRow) -> TimeEntry:
    return TimeEntry(
        id=row.id,
        ticket_id=row.ticket_id,
        customer_id=row.customer_id,
        minutes=row.minutes,
        agent=row.agent,
        performed_at=row.performed_at,
        counted_at=row.counted_at,
        counts=row.counts,
        activity=row.activity,
        note=row.note,
        reverses=row.reverses,
        created_at=row.created_at,
    )
