"""Stores a customer's record as the CRM reports it."""

from dataclasses import replace

from app.application.ports.store import UnitOfWork
from app.application.stamp import Stamp, WriteContext
from app.application.tickets.redecide import redecide_hours_deferrals
from app.application.versions import VersionCheck
from app.domain.customers.customer import Customer
from app.domain.tickets.event import Cause


def put_customer(
    uow: UnitOfWork, record: Customer, stamp: Stamp, *, check_version: VersionCheck
) -> tuple[Customer, bool]:
    """Insert or replace a record; return the stored one and whether it is new.

    Version and instants of `record` are ignored; an unchanged record keeps its version. A change that frees
    minutes resumes at once the tickets that used-up hours deferred.
    """
    present = uow.customers.lock(record.id)
    if present is None:
        check_version(0)
        created = replace(record, version=1, created_at=stamp.now, updated_at=stamp.now)
        if uow.customers.add(created):
            return created, True
        present = uow.customers.lock(record.id)
    if present is None:
        raise AssertionError("a customer that could not be added is there")
    check_version(present.version)
    same = replace(
        record,
        version=present.version,
        created_at=present.created_at,
        updated_at=present.updated_at,
    )
    if same == present:
        return present, False
    changed = replace(same, version=present.version + 1, updated_at=stamp.now)
    uow.customers.save(changed)
    writing = WriteContext(uow, stamp.now, stamp.ids())
    redecide_hours_deferrals(writing, record.id, Cause.RECORD_CHANGED)
    return changed, False
