"""Attachments: upload a file, read its metadata, download its content (4.4)."""

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
from app.api.http.idempotency import answer, idempotency_key
from app.api.http.keys import Scope
from app.api.http.operation import ANY_TYPE, Operation, Success
from app.api.http.path_params import AttachmentPath, attachment_id_of
from app.api.http.routing import operation
from app.api.schemas import examples
from app.api.schemas.attachments import UPLOAD_FORM, AttachmentOut
from app.api.schemas.base import CUSTOMER_ID_PATTERN
from app.application.attachments.take_in_file import TakenFile, take_in
from app.application.attachments.uploads import (
    Upload,
    add_upload,
    get_attachment,
    get_stored,
    upload_limit,
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
            "too_many_pixels",
            "upload_quota_reached",
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
    the name. Archives, programs, web pages and SVG are refused. An upload repeats an earlier one if its
    `Idempotency-Key`, customer, file name and content are the same.
    """
    services = services_of(request)
    idempotency_key(request)  # a malformed one is refused before the file is read
    form, parts = Form(request), _Parts(caller.customer_id)
    try:
        brought = await _read(form, parts, services.files)
        stamp = services.clock.stamp()

        def work(uow: UnitOfWork) -> tuple[StoredResponse, Attachment]:
            added = add_upload(uow, brought, stamp, quota=services.files.quota, only=caller.customer_id)
            return plain(201, AttachmentOut.of(added), {"Location": f"/v1/attachments/{added.id}"}), added

        response, added = await answer(request, caller, services.store, stamp, work, body=_identity(brought))
    except OutcomeUnknownError:
        raise  # the row may exist: the sweep of blobs will find out
    except Exception:
        await _discard(parts, services.files)
        await form.drain()
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


async def _read(form: Form, parts: _Parts, files: Files) -> Upload:
    """Read the form to its end. Problem, FileRefusedError."""
    seen: set[str] = set()
    while (part := await form.next_part()) is not None:
        if part.name in seen:
            raise wrong_part(part.name, "repeated")
        seen.add(part.name)
        if part.name == "file":
            parts.name = part.filename
            parts.file = await take_in(form.data(), files.blobs, files.check, upload_limit)
        elif part.name == "customer_id":
            parts.customer_id = _customer_id(await form.text(_CUSTOMER_ID_MAX))
        else:
            raise wrong_part(part.name, "unknown_member")
    if parts.file is None:
        raise wrong_part("file", "missing")
    if parts.customer_id is None:
        raise wrong_part("customer_id", "missing")
    return Upload(parts.customer_id, parts.name, parts.file)


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
