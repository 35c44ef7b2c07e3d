"""Who is staff in the messengers: kept by hand, for a messenger does not tell (4.1)."""

from dataclasses import replace

from app.application.errors import NotFoundError
from app.application.ports.store import UnitOfWork
from app.application.stamp import Stamp
from app.application.versions import VersionCheck
from app.domain.chats.staff import StaffMember


def put_staff(
    uow: UnitOfWork, channel: str, external_id: str, name: str, stamp: Stamp, *, check_version: VersionCheck
) -> tuple[StaffMember, bool]:
    """Name a person of staff; give what is stored and whether it is new. It counts from the next message."""
    present = uow.staff.find(channel, external_id)
    check_version(present.version if present else 0)
    if present is None:
        added = StaffMember(channel, external_id, name, stamp.now, 1)
        uow.staff.save(added)
        return added, True
    if present.name == name:
        return present, False
    renamed = replace(present, name=name, updated_at=stamp.now, version=present.version + 1)
    uow.staff.save(renamed)
    return renamed, False


def get_staff(uow: UnitOfWork, channel: str, external_id: str) -> StaffMember:
    """Get a person of staff."""
    member = uow.staff.find(channel, external_id)
    if member is None:
        raise NotFoundError("staff_not_found")
    return member


def remove_staff(uow: UnitOfWork, channel: str, external_id: str) -> None:
    """Let a person's words be a customer's again."""
    if not uow.staff.remove(channel, external_id):
        raise NotFoundError("staff_not_found")
