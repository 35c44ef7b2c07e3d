"""Names of uploads: whatever clients write, the file is taken, and offered under a safe and readable name."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote, unquote

import pytest

from app.application.ports.store import UnitOfWork
from app.domain.attachments.attachment import Attachment
from tests.api.service import AGENCY, Service
from tests.contracts.builders import an_attachment
from tests.files import NAMES, TEXT, png

FORM = {"Content-Type": "multipart/form-data; boundary=xyz"}
LONG = "выгрузка " * 40 + ".txt"
Json = dict[str, Any]


@pytest.fixture(scope="session")
def engine() -> str:
    """Take one engine: names are no matter of the database."""
    return "sqlite"


def upload_form(disposition: bytes, content: bytes = TEXT) -> bytes:
    """Put a form together of the raw parameters behind the name of the part."""
    customer = b'--xyz\r\nContent-Disposition: form-data; name="customer_id"\r\n\r\n%b\r\n' % AGENCY.encode()
    file = b'--xyz\r\nContent-Disposition: form-data; name="file"%b\r\n\r\n%b\r\n' % (disposition, content)
    return customer + file + b"--xyz--\r\n"


async def offered(service: Service, disposition: bytes, content: bytes = TEXT) -> str | None:
    """Upload, and give the name in JSON, which is the name of the download."""
    answer = await service.admin.post(
        "/v1/attachments", content=upload_form(disposition, content), headers=FORM
    )
    assert answer.status_code == 201, answer.text
    shown: Json = answer.json()
    name: str | None = shown["name"]
    assert await downloaded(service, shown["id"]) == (name or f"{shown['id']}.txt")
    return name


def _is_utf8(text: str) -> bool:
    return text == text.encode(errors="replace").decode()


async def downloaded(service: Service, attachment_id: str) -> str:
    """Give the name of a download; its header is safe, and plain for old clients."""
    got = await service.admin.get(f"/v1/attachments/{attachment_id}/content")
    plain = re.fullmatch(
        r"attachment; filename=\"([A-Za-z0-9 ._()+-]+)\"; filename\*=UTF-8''([A-Za-z0-9_.~%-]+)",
        got.headers["content-disposition"],
    )
    assert plain is not None, got.headers["content-disposition"]
    name = unquote(plain[2], errors="strict")
    assert plain[1].rpartition(".")[2] == name.rpartition(".")[2]
    return name


NAMES_AS_WRITTEN: tuple[tuple[bytes, str | None], ...] = (
    (b"", None),
    (b'; filename=""', None),
    (b"; filename*=UTF-8''", None),
    (b'; filename="a.txt"', "a.txt"),
    (b"; filename=a.txt", "a.txt"),
    (b"; filename=two words.txt", "two words.txt"),
    (b'; filename="a.txt', "a.txt"),
    (b'; filename="a;b.txt"', "a;b.txt"),
    (b"; filename*=UTF-8''%D0%B8.txt", "и.txt"),
    (b"; FileName*=utf-8'ru'%D0%B8.txt", "и.txt"),
    (b"; filename*=\"UTF-8''%D0%B8.txt\"", "и.txt"),
    (b"; filename*=ISO-8859-1''%E9.txt", "é.txt"),
    (b"; filename*=windows-1251''%E8.txt", "и.txt"),
    (b"; filename*=punycode''%D0%B8.txt", "и.txt"),
    (b"; filename*=UTF-8''%FF%.txt", "\ufffd%.txt"),
    (b"; filename*=%D0%B8.txt", "и.txt"),
    (b"; filename=\"=?utf-8?B?0LgudHh0?=\"; filename*=utf-8''%D0%B8.txt", "и.txt"),
    (b"; filename=\"fallback.txt\"; filename*=utf-8''%D0%B8.txt", "и.txt"),
    (b"; filename*=utf-8''%D0%B8.txt; filename=\"fallback.txt\"", "и.txt"),
    (b"; filename=\"fallback.txt\"; filename*=utf-8''", "fallback.txt"),
    (b'; filename="=?utf-8?B?0LgudHh0?="', "и.txt"),
    (b"; filename==?utf-8?B?0LgudHh0?=", "и.txt"),
    (b'; filename="=?UTF-8?Q?=D0=B8_=D0=B8=2Etxt?="', "и и.txt"),
    (b'; filename="=?koi8-r?B?yQ==?= =?windows-1251?Q?=E8?=.txt"', "ии.txt"),
    (b'; filename="=?utf-8?Q?=D0=?=.txt"', "\ufffd.txt"),
    (b'; filename="=?utf-8?B?a?=.txt"', "=_utf-8_B_a_=.txt"),
    (b'; filename="=?zlib?B?YQ==?=.txt"', "a.txt"),
    ('; filename="и.txt"'.encode(), "и.txt"),
    ('; filename="é.txt"'.encode("latin-1"), "é.txt"),
    (b'; filename="a\xff\x85\x9f.txt"', "aÿ.txt"),
    (b'; filename="a%22b%0D%0A.txt"', "a_b.txt"),
    (b'; filename="a%2fb%20c.txt"', "a%2fb%20c.txt"),
    (b'; filename="a\\"b.txt"', "a_b.txt"),
    (b'; filename="a\\\\b.txt"', "b.txt"),
    (b'; filename="C:\\fakepath\\new.txt"', "new.txt"),
    (b'; filename="C:\\dir\\"', "dir_.txt"),
    (b'; filename="../../x"', "x.txt"),
    (b'; filename="/etc/passwd"', "passwd.txt"),
    (b'; filename="01/02.txt"', "02.txt"),
    (b"; filename*=UTF-8''..%2F..%5Cx.txt", "x.txt"),
    (b'; filename="a\0\x1b\x7f\tb.txt"', "ab.txt"),
    (b'; filename="a\nb.txt"', "ab.txt"),
    (b"; filename*=UTF-8''%ED%A0%80a.txt", "\ufffd\ufffd\ufffda.txt"),
    (b'; filename="setup.bat"; filename="a.txt"', "setup.bat.txt"),
    (f'; filename="{LONG}"'.encode(), f"{('выгрузка ' * 16)[:132].rstrip()}.txt"),
    (b"; filename*=UTF-8''" + quote(LONG).encode(), f"{('выгрузка ' * 16)[:132].rstrip()}.txt"),
    (b'; filename="' + b"x" * 16_000 + b'.log"', "x" * 196 + ".log"),
)
"""Raw parameters of a part, and the name under which its text is offered."""


async def test_a_text_is_offered_as_a_text(service: Service) -> None:
    named = [(quote(given, safe="").encode(), shown) for given, shown in NAMES if _is_utf8(given)]

    assert len(named) > 80
    for extended, shown in named:
        assert await offered(service, b"; filename*=UTF-8''" + extended) == shown, extended[:99]


async def test_a_name_is_read_as_clients_write_it(service: Service) -> None:
    for disposition, shown in NAMES_AS_WRITTEN:
        assert await offered(service, disposition) == shown, disposition[:99]


async def test_a_picture_is_offered_as_a_picture(service: Service) -> None:
    answer = await service.upload(png(), "снимок.exe")

    assert answer.json()["name"] == "снимок.exe.png"


@pytest.mark.parametrize(
    ("stored", "shown"), [("setup.bat", "setup.bat.txt"), ("ы" * 200, "ы" * 125 + ".txt")]
)
async def test_files_stored_before_are_offered_by_their_type_too(
    service: Service, stored: str, shown: str
) -> None:
    old = await kept(service, an_attachment(1, name=stored, media_type="text/plain", customer_id=AGENCY))

    assert (await service.admin.get(f"/v1/attachments/{old}")).json()["name"] == shown
    assert await downloaded(service, old) == shown


async def kept(service: Service, attachment: Attachment) -> str:
    """Put a row behind the file of an upload, as an earlier version of the service wrote it."""
    uploaded = await service.uploaded(TEXT)

    def put(uow: UnitOfWork) -> str:
        now = uow.attachments.get(uploaded["id"])
        assert now is not None
        uow.attachments.add(replace(attachment, blob="f" * 32))
        return attachment.id

    old = await service.store.write(put)
    (file,) = service.files()
    place = service.folder / "ff" / "ff"
    place.mkdir(parents=True)
    file.rename(place / ("f" * 32))
    return old
