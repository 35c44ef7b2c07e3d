"""Attachments: upload a file, read its metadata, download its content (4.4)."""

import asyncio
import re
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import Files, services_of
from app.api.http.answers import plain, response_of
from app.api.http.contents import content_answer
from app.api.http.forms import MAX_ENVELOPE, Form, wrong_part
from app.api.http.guard import CurrentCaller
from app.api.http.idempotency import answer, idempotency_key, is_answered
from app.api.http.keys import Caller, Scope
from app.api.http.operation import ANY_TYPE, Operation, Success
from app.api.http.path_params import AttachmentPath, attachment_id_of
from app.api.http.problems import Problem
from app.api.http.routing import operation
from app.api.schemas import examples
from app.api.schemas.attachments import UPLOAD_FORM, AttachmentOut
from app.api.schemas.base import CUSTOMER_ID_PATTERN
from app.application.attachments.take_in_file import TakenFile, take_in
from app.application.attachments.under_way import UploadUnderWay
from app.application.attachments.uploads import (
    Upload,
    add_upload,
    check_quota,
    get_attachment,
    get_stored,
    upload_limit,
    used_quota,
)
from app.application.errors import OutcomeUnknownError
from app.application.ports.access import StoredResponse
from app.application.ports.store import UnitOfWork
from app.domain.attachments.attachment import Attachment
from app.domain.attachments.file_types import MAX_UPLOAD

router = APIRouter()

_CUSTOMER = re.compile(CUSTOMER_ID_PATTERN, re.ASCII)
_CUSTOMER_ID_MAX = 64


@dataclass(slots=True)
class _Parts:
    """Parts of a form read so far; the file is stored, but no attachment refers to it yet."""

    customer_id: str | None
    name: str | None = None
    file: TakenFile | None = None


@operation(
    router,
    "POST",
    "/v1/attachments",
    Operation(
        scope=Scope.TICKETS_WRITE,
        id="uploadAttachment",
        summary="Upload a file",
        tag="attachments",
        answers=(Success(201, "The stored attachment.", AttachmentOut, {"picture": examples.ATTACHMENT}),),
        problems=(
            "customer_not_found",
            "file_empty",
            "file_too_large",
            "file_type_not_allowed",
            "storage_full",
            "too_many_pixels",
            "too_many_uploads",
            "upload_quota_reached",
            "upload_too_slow",
        ),
        idempotent=True,
        request_examples={"picture": examples.UPLOAD},
        max_body=MAX_UPLOAD + MAX_ENVELOPE,
        form=UPLOAD_FORM,
    ),
)
async def upload(request: Request, caller: CurrentCaller) -> Response:
    """Uploads a file for a customer. Pass its ID in `attachment_ids` of a submission or a message.

    Images, videos and documents are accepted (4.4). The type is detected from the content, never from
    the name, and the file is offered under a name that ends as its type does. Archives, programs, web
    pages, SVG, RTF and documents with macros are refused. An upload repeats an earlier one if its
    `Idempotency-Key`, customer, file name and content are the same.

    A key may have four uploads in progress, each for at most ten minutes. Send `customer_id` before `file`:
    an upload that exceeds the quota is then refused before the file is sent.
    """
    services = services_of(request)
    idempotency_key(request)  # a malformed one is refused before the file is read
    form, parts = Form(request), _Parts(caller.customer_id)
    with services.files.under_way.begin(caller.key_id) as under_way:
        try:
            brought = await _read(request, caller, form, parts, under_way)
            stamp = services.clock.stamp()

            def work(uow: UnitOfWork) -> tuple[StoredResponse, Attachment]:
                added = add_upload(uow, brought, stamp, quota=services.files.quota, only=caller.customer_id)
                return plain(201, AttachmentOut.of(added), {"Location": f"/v1/attachments/{added.id}"}), added

            identity = _identity(brought)
            response, added = await answer(request, caller, services.store, stamp, work, body=identity)
        except OutcomeUnknownError:
            raise  # the row may exist: the sweep of blobs will find out
        except Exception:
            await _discard(parts, services.files)
            raise
    if added is None:  # a replay: the first upload's file is stored already
        await _discard(parts, services.files)
    return response


@operation(
    router,
    "GET",
    "/v1/attachments/{attachment_id}",
    Operation(
        scope=Scope.TICKETS_READ,
        id="getAttachment",
        summary="Retrieve an attachment",
        tag="attachments",
        answers=(Success(200, "The attachment.", AttachmentOut, {"picture": examples.ATTACHMENT}),),
        problems=("attachment_not_found",),
    ),
)
async def read(request: Request, attachment_id: AttachmentPath, caller: CurrentCaller) -> Response:
    """Returns the metadata of an attachment, without its content."""
    known_id = attachment_id_of(attachment_id)
    found = await services_of(request).store.read(
        lambda uow: get_attachment(uow, known_id, only=caller.customer_id)
    )
    return response_of(plain(200, AttachmentOut.of(found)))


@operation(
    router,
    "GET",
    "/v1/attachments/{attachment_id}/content",
    Operation(
        scope=Scope.TICKETS_READ,
        id="getAttachmentContent",
        summary="Download an attachment",
        tag="attachments",
        answers=(
            Success(200, "The content.", None, {"text": examples.CONTENT}, ANY_TYPE),
            Success(
                206, "The requested range of the content.", None, {"text": examples.CONTENT[:20]}, ANY_TYPE
            ),
        ),
        problems=("attachment_not_found", "attachment_not_stored"),
        etag=True,
        ranges=True,
    ),
)
async def content(request: Request, attachment_id: AttachmentPath, caller: CurrentCaller) -> Response:
    """Returns the content of an attachment, byte for byte as it was sent.

    `Content-Type` is the attachment's `media_type`. Browsers save the content instead of displaying it.
    A single byte `Range` is supported.
    """
    known_id, services = attachment_id_of(attachment_id), services_of(request)
    found = await services.store.read(lambda uow: get_stored(uow, known_id, only=caller.customer_id))
    return await content_answer(request, found, services.files.blobs)


async def _read(
    request: Request, caller: Caller, form: Form, parts: _Parts, under_way: UploadUnderWay
) -> Upload:
    """Read the form to its end, within the time limit. Problem, DeskError."""
    files = services_of(request).files
    try:
        async with asyncio.timeout(files.under_way.within.total_seconds()):
            if caller.customer_id is not None:
                await _reserve(request, caller, caller.customer_id, form.length, under_way)
            seen: set[str] = set()
            while (part := await form.next_part()) is not None:
                if part.name in seen:
                    raise wrong_part(part.name, "repeated")
                seen.add(part.name)
                if part.name == "file":
                    parts.name = part.filename
                    parts.file = await take_in(form.data(), files.blobs, files.check, upload_limit)
                    under_way.size = parts.file.blob.size
                elif part.name == "customer_id":
                    parts.customer_id = _customer_id(await form.text(_CUSTOMER_ID_MAX))
                    if parts.file is None:
                        await _reserve(request, caller, parts.customer_id, form.length, under_way)
                else:
                    raise wrong_part(part.name, "unknown_member")
    except TimeoutError:
        raise Problem("upload_too_slow", headers={"Connection": "close"}) from None
    if parts.file is None:
        raise wrong_part("file", "missing")
    if parts.customer_id is None:
        raise wrong_part("customer_id", "missing")
    return Upload(parts.customer_id, parts.name, parts.file)


async def _reserve(
    request: Request, caller: Caller, customer_id: str, length: int, under_way: UploadUnderWay
) -> None:
    """Reserve the bytes of a form before they come; a repeated upload takes none from the quota.

    Raises NotFoundError or UploadQuotaReachedError.
    """
    services, key = services_of(request), idempotency_key(request)
    now = services.clock.stamp().now
    all_uploads = services.files.under_way
    all_uploads.reserve(under_way, customer_id, length)

    def look(uow: UnitOfWork) -> int | None:
        used = used_quota(uow, customer_id, now, only=caller.customer_id)
        return None if is_answered(uow, caller, key) else used

    used = await services.store.read(look)
    if used is not None:
        least = max(length - MAX_ENVELOPE, 1)  # the exact size is checked when the file is stored
        check_quota(used + all_uploads.reserved_before(under_way), least, services.files.quota)


def _customer_id(given: str | None) -> str:
    if given is None or not _CUSTOMER.fullmatch(given):
        raise wrong_part("customer_id", "bad_format")
    return given


def _identity(brought: Upload) -> bytes:
    """Return the bytes that make two uploads the same request."""
    return "\0".join((brought.customer_id, brought.name or "", brought.file.blob.sha256)).encode()


async def _discard(parts: _Parts, files: Files) -> None:
    """Delete the file of an upload that stored no attachment."""
    if parts.file is not None:
        await files.blobs.delete(parts.file.blob.name)
