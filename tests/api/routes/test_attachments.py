"""Attachments: uploaded, told by content, bound once, given out as downloads; hostile uploads refused."""

import asyncio
import hashlib
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from app.application.attachments.incoming_files import IncomingFiles
from app.application.errors import OutcomeUnknownError, StoreUnavailableError
from app.application.ports.store import UnitOfWork
from app.application.stamp import WriteContext
from app.domain.attachments.file_types import MIB
from app.domain.chats.inbound import InboundFile
from app.domain.vocabulary import AttachmentKind
from tests.api.fields import ATTACHMENT
from tests.api.service import ABSENT, AGENCY, OTHER, OTHER_CHAT, Service, code_of, errors_of
from tests.files import (
    HARMLESS_OFFICE,
    HOSTILE_OFFICE,
    PDF,
    REFUSED,
    RICH_TEXTS,
    TAKEN,
    TEXT,
    jpeg,
    media,
    png,
)

Json = dict[str, Any]
UNKNOWN = "019a9f5c-7b80-7000-8000-0000000000ff"
BOUNDARY = "xyz"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def form(*parts: tuple[str, bytes], end: str = f"--{BOUNDARY}--\r\n") -> bytes:
    """Put a form together of Content-Disposition parameters and contents."""
    made = b""
    for disposition, content in parts:
        head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
        made += head.encode() + content + b"\r\n"
    return made + end.encode()


def whole(content: bytes = TEXT, name: str = "a.txt") -> bytes:
    customer = ('name="customer_id"', AGENCY.encode())
    return form(customer, (f'name="file"; filename="{name}"', content))


async def post(service: Service, body: bytes, **headers: str) -> httpx.Response:
    return await service.admin.post("/v1/attachments", content=body, headers=FORM | headers)


async def test_an_upload_has_every_field_of_the_contract(service: Service) -> None:
    answer = await service.upload(png(), "снимок экрана.png")
    shown = answer.json()

    assert (answer.status_code, set(shown)) == (201, ATTACHMENT)
    assert answer.headers["location"] == f"/v1/attachments/{shown['id']}"
    assert shown | {"id": None} == {
        "id": None,
        "kind": "image",
        "name": "снимок экрана.png",
        "media_type": "image/png",
        "size": len(png()),
        "sha256": hashlib.sha256(png()).hexdigest(),
        "state": "stored",
        "created_at": "2026-11-20T07:00:00Z",
    }
    assert (await service.admin.get(answer.headers["location"])).json() == shown
    assert [file.read_bytes() for file in service.files()] == [png()]


@pytest.mark.parametrize(("content", "media_type", "kind"), [row[1:] for row in TAKEN], ids=lambda x: "")
async def test_the_content_tells_the_type(
    service: Service, content: bytes, media_type: str, kind: str
) -> None:
    shown = await service.uploaded(content, "virus.exe")
    got = await service.admin.get(f"/v1/attachments/{shown['id']}/content")

    assert (shown["media_type"], shown["kind"]) == (media_type, kind)
    assert got.headers["content-type"].partition(";")[0] == media_type
    assert got.content == content


@pytest.mark.parametrize("content", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_what_is_no_picture_video_or_document_is_refused(service: Service, content: bytes) -> None:
    answer = await service.upload(content, "picture.png")

    assert code_of(answer) == (422, "file_type_not_allowed")
    assert service.files() == []


async def test_documents_that_may_run_or_load_something_and_rich_texts_are_refused(service: Service) -> None:
    for content in (*(row[1] for row in HOSTILE_OFFICE), *RICH_TEXTS):
        answer = await service.upload(content, "contract.docx")
        assert code_of(answer) == (422, "file_type_not_allowed"), content[:99]
    for _, content in HARMLESS_OFFICE:
        assert (await service.upload(content, "contract.docx")).status_code == 201, content[:99]

    assert len(service.files()) == len(HARMLESS_OFFICE)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", (422, "file_empty")),
        (png(60_000, 60_000), (422, "too_many_pixels")),
        (jpeg(8_000, 5_001), (422, "too_many_pixels")),
        (png() + b"\0" * 10 * MIB, (413, "file_too_large")),
        (media(b"isom", 50 * MIB), (413, "file_too_large")),
        (PDF + b" " * 20 * MIB, (413, "file_too_large")),
        (b"a" * 20 * MIB + b"b", (413, "file_too_large")),
    ],
    ids=["empty", "pixel flood", "one row too many", "picture", "video", "document", "text"],
)
async def test_what_is_empty_or_too_large_is_refused(
    service: Service, content: bytes, problem: tuple[int, str]
) -> None:
    answer = await service.upload(content)

    assert code_of(answer) == problem
    assert service.files() == []


async def test_the_largest_video_is_taken(service: Service) -> None:
    start = media(b"isom", 0)
    largest = start + b"\0" * (50 * MIB - len(start))

    assert (await service.upload(largest)).status_code == 201


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {}),
        (b"nothing of a form", {}),
        (whole()[:-10], {}),
        (whole().replace(b"xyz", b"abc"), {}),
        (whole(), {"Content-Length": "10"}),
        (whole(), {"Content-Length": str(len(whole()) + 1)}),
        (form(('name="file"; filename="a.txt"\r\n' + "x: y\r\n" * 20, TEXT)), {}),
        (form((f'name="file"; filename="{"a" * 17_000}"', TEXT)), {}),
        (form(('filename="a.txt"', TEXT)), {}),
    ],
    ids=[
        *("no bytes", "no form", "cut", "another boundary", "longer than told", "shorter than told"),
        *("many headers", "long header", "no name"),
    ],
)
async def test_a_form_that_is_none_is_400(service: Service, body: bytes, headers: dict[str, str]) -> None:
    answer = await post(service, body, **headers)

    assert code_of(answer) == (400, "malformed_form")
    assert service.files() == []


async def test_an_upload_without_its_length_is_411_and_a_longer_one_413(service: Service) -> None:
    async def pieces() -> Any:
        yield whole()

    chunked = await service.admin.post("/v1/attachments", content=pieces(), headers=FORM)
    longer = await post(service, whole(), **{"Content-Length": str(51 * MIB)})

    assert (code_of(chunked), code_of(longer)) == ((411, "length_required"), (413, "body_too_large"))


@pytest.mark.parametrize(
    "kind",
    [
        *("application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary="),
        *("multipart/mixed; boundary=xyz", f"multipart/form-data; boundary={'x' * 71}"),
    ],
)
async def test_another_kind_of_body_is_415(service: Service, kind: str) -> None:
    answer = await post(service, whole(), **{"Content-Type": kind})
    packed = await post(service, whole(), **{"Content-Encoding": "gzip"})

    assert code_of(answer) == (415, "unsupported_media_type")
    assert code_of(packed) == (415, "unsupported_content_encoding")


FILE = ('name="file"; filename="a.txt"', TEXT)
CUSTOMER = ('name="customer_id"', AGENCY.encode())


@pytest.mark.parametrize(
    ("parts", "errors"),
    [
        ((CUSTOMER,), [("/file", "missing")]),
        ((FILE,), [("/customer_id", "missing")]),
        ((FILE, FILE), [("/file", "repeated")]),
        ((CUSTOMER,) * 5_000, [("/customer_id", "repeated")]),
        ((CUSTOMER, FILE, *[('name="more"', b"x")] * 5_000), "malformed_form"),
        ((('name="surprise"', b"x"), FILE), [("/surprise", "unknown_member")]),
        ((('name="../Ы"', b"x"), FILE), [("", "unknown_member")]),
        ((('name="customer_id"', b"a b"), FILE), [("/customer_id", "bad_format")]),
        ((('name="customer_id"', b"a" * 65), FILE), [("/customer_id", "bad_format")]),
        ((('name="customer_id"', b"\xff"), FILE), [("/customer_id", "bad_format")]),
    ],
)
async def test_a_part_that_is_wrong_is_named(service: Service, parts: Any, errors: Any) -> None:
    answer = await post(service, form(*parts))

    assert (answer.json()["code"] if isinstance(errors, str) else errors_of(answer)) == errors
    assert service.files() == []


async def test_the_parts_may_come_in_either_order(service: Service) -> None:
    assert (await post(service, form(FILE, CUSTOMER))).status_code == 201


async def test_it_belongs_to_a_customer_that_the_key_may_act_for(service: Service) -> None:
    confined = await service.with_key(customer=AGENCY)
    own = await confined.post("/v1/attachments", files={"file": ("a.txt", TEXT)})
    named = await confined.post(
        "/v1/attachments", files={"file": ("a.txt", TEXT)}, data={"customer_id": AGENCY}
    )
    foreign = await confined.post(
        "/v1/attachments", files={"file": ("a.txt", TEXT)}, data={"customer_id": OTHER}
    )
    nobody = await service.upload(TEXT, customer_id="nobody")
    theirs = await service.uploaded(TEXT, customer_id=OTHER)

    assert (own.status_code, named.status_code) == (201, 201)
    assert code_of(foreign) == code_of(nobody) == (404, "customer_not_found")
    for path in (f"/v1/attachments/{theirs['id']}", f"/v1/attachments/{theirs['id']}/content"):
        assert code_of(await confined.get(path)) == (404, "attachment_not_found")
    for path in ("/v1/attachments/x", f"/v1/attachments/{UNKNOWN}/content"):
        assert code_of(await service.admin.get(path)) == (404, "attachment_not_found")
    assert len(service.files()) == 3


async def test_a_repeated_upload_is_stored_once(service: Service) -> None:
    key = {"Idempotency-Key": "one"}
    first = await service.upload(TEXT, headers=key)
    again = await service.upload(TEXT, headers=key)
    other_name = await service.upload(TEXT, "b.txt", headers=key)
    other_content = await service.upload(TEXT + b"!", headers=key)

    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    assert code_of(other_name) == code_of(other_content) == (422, "idempotency_key_reused")
    assert len(service.files()) == 1


async def test_a_day_has_a_quota(peopled_url: str, base_calendar: Any) -> None:
    service = Service(peopled_url, base_calendar, quota_mib=1)
    try:
        half = b"a" * (MIB // 2)
        answers = [await service.upload(half) for _ in range(3)]
        other = await service.upload(half, customer_id=OTHER)
        service.clock.now = service.clock.now.replace(day=21, second=1)
        tomorrow = await service.upload(half)
        kept = len(service.files())
    finally:
        await service.close()

    assert [answer.status_code for answer in (*answers, other, tomorrow)] == [201, 201, 409, 201, 201]
    assert code_of(answers[-1]) == (409, "upload_quota_reached")
    assert answers[-1].json()["limit_bytes"] == MIB
    assert kept == 4


async def test_a_content_comes_as_a_download_that_runs_nothing(service: Service) -> None:
    shown = await service.uploaded(TEXT, 'жур"нал.txt')
    got = await service.admin.get(f"/v1/attachments/{shown['id']}/content")

    assert (got.status_code, got.content) == (200, TEXT)
    assert got.headers["content-type"] == "text/plain; charset=utf-8"
    assert got.headers["content-length"] == str(len(TEXT))
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["content-security-policy"] == "sandbox; default-src 'none'"
    plain, _, name = got.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert plain == 'attachment; filename="___ ____.txt"'.replace(" ", "_") or plain.startswith(
        "attachment; "
    )
    assert unquote(name) == shown["name"]
    assert '"' not in plain.removeprefix('attachment; filename="').removesuffix('"')


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-3", 206, TEXT[:4]),
        ("bytes=4-", 206, TEXT[4:]),
        ("bytes=-5", 206, TEXT[-5:]),
        ("bytes=0-99999", 206, TEXT),
        ("bytes=-99999", 206, TEXT),
        ("bytes=3-1", 200, TEXT),
        ("bytes=-", 200, TEXT),
        ("bytes=0-1,3-4", 200, TEXT),
        ("lines=0-1", 200, TEXT),
    ],
)
async def test_one_range_can_be_asked_for(service: Service, asked: str, status: int, part: bytes) -> None:
    shown = await service.uploaded(TEXT)
    got = await service.admin.get(f"/v1/attachments/{shown['id']}/content", headers={"Range": asked})

    assert (got.status_code, got.content) == (status, part)
    assert got.headers["content-length"] == str(len(part))
    if status == 206:
        start = TEXT.index(part)
        assert got.headers["content-range"] == f"bytes {start}-{start + len(part) - 1}/{len(TEXT)}"


async def test_a_range_behind_the_end_is_416_and_of_another_content_passed_over(service: Service) -> None:
    shown = await service.uploaded(TEXT)
    path = f"/v1/attachments/{shown['id']}/content"
    beyond = await service.admin.get(path, headers={"Range": "bytes=9999-"})
    nothing = await service.admin.get(path, headers={"Range": "bytes=-0"})
    other = await service.admin.get(path, headers={"Range": "bytes=0-1", "If-Range": '"1.x"'})
    same = await service.admin.get(path, headers={"Range": "bytes=0-1", "If-Range": other.headers["etag"]})

    assert code_of(beyond) == code_of(nothing) == (416, "range_not_satisfiable")
    assert beyond.headers["content-range"] == f"bytes */{len(TEXT)}"
    assert (other.status_code, same.status_code) == (200, 206)


async def test_a_submission_brings_attachments_that_its_decision_knows(service: Service) -> None:
    picture, log = await service.uploaded(png()), await service.uploaded(TEXT)
    ticket = await service.submitted(attachment_ids=[log["id"], picture["id"]])
    path = f"/v1/tickets/{ticket['id']}"

    messages = (await service.admin.get(f"{path}/messages")).json()["items"]
    (decision,) = (await service.admin.get(f"{path}/decisions")).json()["items"]

    assert ticket["attachments"] == messages[0]["attachments"] == [picture, log]
    assert (await service.ticket(ticket["id"]))["attachments"] == [picture, log]
    assert (await service.admin.get("/v1/tickets")).json()["items"][0]["attachments"] == [picture, log]
    assert decision["facts"]["submission"]["attachment_kinds"] == ["document", "image"]


async def test_a_picture_without_words_waits_for_words(service: Service) -> None:
    """4.2: a description is needed."""
    picture = await service.uploaded(png())
    ticket = await service.submitted(text="", attachment_ids=[picture["id"]])

    assert [one["code"] for one in ticket["decision"]["reasons"]] == ["description_missing"]


async def test_a_customers_message_brings_attachments(service: Service) -> None:
    ticket, picture = await service.submitted(), await service.uploaded(png())
    path = f"/v1/tickets/{ticket['id']}/messages"
    body = {"author": "customer", "text": "Вот снимок", "attachment_ids": [picture["id"]]}

    posted = (await service.admin.post(path, json=body)).json()
    listed = (await service.admin.get(path)).json()["items"]

    assert posted["attachments"] == [picture]
    assert listed[1] == posted
    assert (await service.ticket(ticket["id"]))["attachments"] == listed[0]["attachments"] == []


async def test_on_a_closed_ticket_they_come_with_the_new_submission(service: Service) -> None:
    ticket, picture = await service.submitted(category="web_design"), await service.uploaded(png())
    await service.moved(ticket["id"], "close")
    body = {"author": "customer", "text": "Новый вопрос", "attachment_ids": [picture["id"]]}

    posted = (await service.admin.post(f"/v1/tickets/{ticket['id']}/messages", json=body)).json()

    assert posted["ticket_id"] != ticket["id"]
    assert posted["attachments"] == (await service.ticket(posted["ticket_id"]))["attachments"] == [picture]


async def test_an_attachment_is_used_once_and_by_its_customer(service: Service) -> None:
    picture, theirs = await service.uploaded(png()), await service.uploaded(png(), customer_id=OTHER)
    ticket = await service.submitted(attachment_ids=[picture["id"]])
    before = service.dump()
    path = f"/v1/tickets/{ticket['id']}/messages"

    async def refused(*ids: str) -> list[tuple[str, str]]:
        body = {"author": "customer", "text": "x", "attachment_ids": ids}
        submitted = errors_of(await service.submit(attachment_ids=ids))
        assert errors_of(await service.admin.post(path, json=body)) == submitted
        return submitted

    assert await refused(picture["id"]) == [("/attachment_ids/0", "attachment_in_use")]
    assert await refused(theirs["id"]) == [("/attachment_ids/0", "attachment_not_found")]
    assert await refused(UNKNOWN) == [("/attachment_ids/0", "attachment_not_found")]
    assert service.dump() == before
    fresh = await service.uploaded(png())
    assert await refused(fresh["id"], fresh["id"]) == [("/attachment_ids/1", "repeated")]
    assert errors_of(await service.submit(attachment_ids=[fresh["id"]] * 11)) == [
        ("/attachment_ids", "too_long")
    ]


async def test_an_agents_message_brings_none_yet(service: Service) -> None:
    ticket, picture = await service.submitted(), await service.uploaded(png())
    body = {"author": "agent", "agent": "Ирина", "text": "x", "attachment_ids": [picture["id"]]}

    answer = await service.admin.post(f"/v1/tickets/{ticket['id']}/messages", json=body)

    assert errors_of(answer) == [("/attachment_ids", "not_for_this_author")]


async def test_a_submission_that_is_not_registered_leaves_them_unused(service: Service) -> None:
    picture = await service.uploaded(png())
    refused = await service.submit(chat_id=OTHER_CHAT, attachment_ids=[picture["id"]])
    taken = await service.submit(attachment_ids=[picture["id"]], external_id=ABSENT)

    assert (code_of(refused), taken.status_code) == ((422, "not_registered"), 201)


async def test_without_room_for_files_it_is_503(service: Service) -> None:
    stored = await service.uploaded()
    service.folder.joinpath("file").write_bytes(b"no folder")
    service.blobs._root = service.folder / "file"

    assert code_of(await service.upload()) == (503, "store_unavailable")
    assert code_of(await service.admin.get(f"/v1/attachments/{stored['id']}/content")) == (
        503,
        "store_unavailable",
    )


async def test_a_content_that_is_lost_is_our_failure(service: Service) -> None:
    stored = await service.uploaded()
    for file in service.files():
        file.unlink()

    answer = await service.admin.get(f"/v1/attachments/{stored['id']}/content")

    assert code_of(answer) == (500, "internal_error")


@pytest.mark.parametrize(
    ("failure", "left"), [(StoreUnavailableError(), 0), (OutcomeUnknownError(), 1), (RuntimeError("x"), 0)]
)
async def test_a_file_stays_only_where_its_row_may_stand(
    service: Service, failure: Exception, left: int
) -> None:
    async def fails(_: Any) -> Any:
        raise failure

    service.store.write = fails  # type: ignore[method-assign,assignment]  # the database goes away
    answer = await service.upload()

    assert answer.status_code in {500, 503}
    assert len(service.files()) == left


async def test_what_is_still_at_the_messenger_has_no_content_yet(service: Service) -> None:
    ticket = await service.submitted()
    (message,) = (await service.admin.get(f"/v1/tickets/{ticket['id']}/messages")).json()["items"]
    stamp = service.clock.stamp()
    voice = InboundFile("AwAC", "AgAD", AttachmentKind.VOICE, size=9_000)

    def arrive(uow: UnitOfWork) -> str:
        files = IncomingFiles(WriteContext(uow, stamp.now, stamp.ids()))
        (added,) = files.add(
            message_id=message["id"],
            ticket_id=ticket["id"],
            customer_id=AGENCY,
            channel="telegram",
            files=(voice,),
            of_submission=True,
        )
        return added.id

    path = f"/v1/attachments/{await service.store.write(arrive)}"
    shown = (await service.admin.get(path)).json()
    content = await service.admin.get(f"{path}/content")

    assert (shown["state"], shown["kind"], shown["size"], shown["media_type"]) == (
        "pending",
        "voice",
        9_000,
        None,
    )
    assert (code_of(content), content.json()["state"]) == ((409, "attachment_not_stored"), "pending")
    assert (await service.ticket(ticket["id"]))["attachments"] == [shown]


async def test_of_submissions_at_once_one_gets_the_attachment(service: Service) -> None:
    picture = await service.uploaded(png())

    answers = await asyncio.gather(*(service.submit(attachment_ids=[picture["id"]]) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 7


async def test_uploads_at_once_do_not_pass_the_quota(peopled_url: str, base_calendar: Any) -> None:
    service = Service(peopled_url, base_calendar, quota_mib=1)
    try:
        half = b"a" * (MIB // 2)
        answers = await asyncio.gather(*(service.upload(half) for _ in range(4)))
        kept = len(service.files())
    finally:
        await service.close()

    assert (sorted(answer.status_code for answer in answers), kept) == ([201] * 2 + [409] * 2, 2)
