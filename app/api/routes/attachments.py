"""Attachments: upload a file, read its metadata, download its content (4.4)."""

import re
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api.dependencies import Files, services_of
from app.api.http.answers import response_of
from app.api.http.contents import content_answer
from app.api.http.forms import MAX_ENVELOPE, Form, FormPart, wrong_part
from app.api.http.guard import ANY_TYPE, CurrentCaller, Operation, Success, operation
from app.api.http.idempotency import answer, idempotency_key, is_replay
from app.api.http.paths import AttachmentPath, attachment_id_of
from app.api.http.rendering import plain
from app.api.http.security import Scope
from app.api.schemas import examples
from app.api.schemas.attachments import UPLOAD_FORM, AttachmentOut
from app.api.schemas.base import CUSTOMER_ID_PATTERN
from app.application.attachments.attachments import (
    Upload,
    add_upload,
    get_attachment,
    get_stored,
    upload_limit,
)
from app.application.attachments.take_in_file import TakenFile, take_in
from app.application.errors import OutcomeUnknownError
from app.application.ports.store import StoredResponse, UnitOfWork
from app.domain.attachments.file_types import MAX_UPLOAD

router = APIRouter()

_CUSTOMER = re.compile(CUSTOMER_ID_PATTERN, re.ASCII)
_CUSTOMER_ID_MAX = 64
_PATH = re.compile(r"[/\\\x00-\x1f\x7f]")
"Characters that a file name must not have: they would make it a path."


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
    """Uploads a file for a customer. Name its ID in the `attachment_ids` of a submission or a message.

    Pictures, videos and documents are accepted (4.4). The type is detected from the content, never from
    the name. Archives, programs, web pages and SVG are refused. Requests with the same `Idempotency-Key`
    are the same request if customer, file name and content are the same.
    """
    desk = services_of(request)
    idempotency_key(request)  # a bad one is refused before the file comes
    form, parts = Form(request), _Parts(caller.customer_id)
    try:
        brought = await _read(form, parts, desk.files)
        stamp = desk.clock.stamp()

        def work(uow: UnitOfWork) -> StoredResponse:
            added = add_upload(uow, brought, stamp, quota=desk.files.quota, only=caller.customer_id)
            return plain(201, AttachmentOut.of(added), {"Location": f"/v1/attachments/{added.id}"})

        response = await answer(request, caller, desk.store, stamp, work, body=_told(brought))
    except OutcomeUnknownError:
        raise  # the row may stand: the sweep will know
    except Exception:
        await _let_go(parts, desk.files)
        await form.drain()
        raise
    if is_replay(response):
        await _let_go(parts, desk.files)
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

    `Content-Type` is the attachment's `media_type`. The content comes as a download that browsers don't
    display in place. A single byte `Range` is supported.
    """
    known_id, desk = attachment_id_of(attachment_id), services_of(request)
    found = await desk.store.read(lambda uow: get_stored(uow, known_id, only=caller.customer_id))
    return await content_answer(request, found, desk.files.blobs)


async def _read(form: Form, parts: _Parts, files: Files) -> Upload:
    """Read the form to its end. Problem, FileRefusedError."""
    seen: set[str] = set()
    while (part := await form.next_part()) is not None:
        if part.name in seen:
            raise wrong_part(part.name, "repeated")
        seen.add(part.name)
        if part.name == "file":
            parts.name = _name_of(part)
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


def _name_of(part: FormPart) -> str | None:
    if part.filename is not None and _PATH.search(part.filename):
        raise wrong_part("file", "bad_format")
    return part.filename


def _customer_id(given: str | None) -> str:
    if given is None or not _CUSTOMER.fullmatch(given):
        raise wrong_part("customer_id", "bad_format")
    return given


def _told(brought: Upload) -> bytes:
    """Return the bytes that two uploads must share to be the same request."""
    return "\0".join((brought.customer_id, brought.name or "", brought.file.blob.sha256)).encode()


async def _let_go(parts: _Parts, files: Files) -> None:
    """Remove a file that no attachment refers to."""
    if parts.file is not None:
        await files.blobs.delete(parts.file.blob.name)
