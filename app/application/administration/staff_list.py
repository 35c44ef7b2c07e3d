"""Staff members in the messengers, registered by hand: a messenger does not know them (4.1)."""

from dataclasses import replace

from app.application.errors import NotFoundError
from app.application.ports.store import UnitOfWork
from app.application.stamp import Stamp
from app.application.versions import VersionCheck
from app.domain.chats.address import ChatAddress
from app.domain.chats.staff import StaffMember


def put_staff(
    uow: UnitOfWork, person: ChatAddress, name: str, stamp: Stamp, *, check_version: VersionCheck
) -> tuple[StaffMember, bool]:
    """Register a staff member, effective from the next message; return the record and whether it is new."""
    present = uow.staff.find(person.channel, person.text)
    check_version(present.version if present else 0)
    if present is None:
        added = StaffMember(person.channel, person.text, name, stamp.now, 1)
        uow.staff.save(added)
        return added, True
    if present.name == name:
        return present, False
    renamed = replace(present, name=name, updated_at=stamp.now, version=present.version + 1)
    uow.staff.save(renamed)
    return renamed, False


def get_staff(uow: UnitOfWork, person: ChatAddress) -> StaffMember:
    """Get a staff member."""
    member = uow.staff.find(person.channel, person.text)
    if member is None:
        raise NotFoundError("staff_not_found")
    return member


def remove_staff(uow: UnitOfWork, channel: str, external_id: str) -> None:
    """Delete a staff member, in any spelling: later messages of the person are a customer's."""
    if not uow.staff.remove(channel, external_id):
        raise NotFoundError("staff_not_found")
