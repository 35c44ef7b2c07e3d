"""Forms as clients of all kinds send them: taken, or refused with one code, and never a failure of ours."""

from binascii import b2a_base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from app.api.http.forms import Form, boundary_of
from app.api.http.header_parameters import filename_of, parameters_of
from app.api.http.problems import Problem

FILE = b'Content-Disposition: form-data; name="file"; filename="a.txt"'
Parts = list[tuple[str, str | None, bytes]]
TAKEN: Parts = [("customer_id", None, b"agency-17"), ("file", "a.txt", b"10:00")]


def form(head: bytes = FILE, content: bytes = b"10:00", before: bytes = b"", behind: bytes = b"") -> bytes:
    customer = b'--xyz\r\nContent-Disposition: form-data; name="customer_id"\r\n\r\nagency-17\r\n'
    return before + customer + b"--xyz\r\n" + head + b"\r\n\r\n" + content + b"\r\n--xyz--\r\n" + behind


def request(
    body: bytes,
    kind: str = "multipart/form-data; boundary=xyz",
    piece: int = 65_536,
    length: int | None = None,
) -> Request:
    pieces = [body[start : start + piece] for start in range(0, len(body), piece)] or [b""]

    async def receive() -> Any:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    said = len(body) if length is None else length
    headers = [(b"content-type", kind.encode("latin-1")), (b"content-length", str(said).encode())]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)


async def read(made: Request) -> Parts | str:
    """Give the parts of a form, or the code of its problem."""
    parts: Parts = []
    try:
        reader = Form(made)
        while (part := await reader.next_part()) is not None:
            content = b"".join([piece async for piece in reader.data()])
            parts.append((part.name, part.filename, content))
    except Problem as problem:
        return problem.code
    return parts


@pytest.mark.parametrize("piece", [1, 7, 65_536])
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (form(), ""),
        (form(before=b"\r\n"), ""),
        (form(before=b"This is a form.\r\n"), ""),
        (form(behind=b"The end."), ""),
        (form()[:-2], ""),
        (form(), 'multipart/form-data; boundary="xyz"'),
        (form(), "multipart/form-data; charset=utf-8; boundary=xyz"),
        (form(), "Multipart/Form-Data ;Boundary=xyz ; x"),
        (form().replace(b"xyz", b"----=_Part_1_2.3"), "multipart/form-data; boundary=----=_Part_1_2.3"),
        (form().replace(b"xyz", b"a(b)/:?'+_,-. b"), 'multipart/form-data; boundary="a(b)/:?\'+_,-. b"'),
        (form().replace(b"xyz", b"\xff\xfe"), "multipart/form-data; boundary=\xff\xfe"),
        (form(b"Content-Disposition: form-data; name=file; filename=a.txt"), ""),
        (form(b'content-disposition:FORM-DATA;NAME="file";FILENAME="a.txt"'), ""),
        (form(FILE + b"\r\nContent-Type: text/plain; charset=cp1251\r\nContent-Length: 5"), ""),
        (form(FILE + b"".join(b"\r\nX-%d: y" % number for number in range(7))), ""),
    ],
    ids=lambda given: given[:60] if isinstance(given, str) else "",
)
async def test_a_form_is_read(body: bytes, kind: str, piece: int) -> None:
    assert await read(request(body, kind or "multipart/form-data; boundary=xyz", piece)) == TAKEN


NESTED = b'--in\r\nContent-Disposition: attachment; filename="x.bat"\r\n\r\nx\r\n--in--\r\n'


@pytest.mark.parametrize(
    "content",
    [
        NESTED,
        b"--xyz",
        b"\r\n",
        b"\r\n--xy",
        b"a--xyz\r\nb",
        b"\r\n\r\n--xy\r\n",
        b"\r" * 9_999,
        b"",
        b"\n--xyz\n",
    ],
)
@pytest.mark.parametrize("piece", [1, 65_536])
async def test_a_content_that_resembles_a_form_stays_a_content(content: bytes, piece: int) -> None:
    parts = await read(request(form(content=content), piece=piece))

    assert parts == [TAKEN[0], ("file", "a.txt", content)]


@pytest.mark.parametrize("piece", [1, 65_536])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no form",
        form()[:-9],
        form()[:-3],
        form().replace(b"xyz", b"abc"),
        form().replace(b"xyz", b"XYZ"),
        form().replace(b"\r\n", b"\n"),
        form().replace(b"\r\n", b"\r"),
        form().replace(b"--xyz\r\n", b"--xyz  \r\n"),
        form(content=b"\r\n--xyzzy\r\n"),
        form(FILE + b"\r\nContent-Length: 4"),
        form(FILE + b"\r\nContent-Length: 6"),
        form(FILE + b"\r\nContent-Length: -1"),
        form(FILE + b"\r\nno colon"),
        form(FILE + b"\r\nwith blank: x"),
        form(FILE + b"\r\n: x"),
        form(b" folded: x"),
        form(b'Content-Disposition: form-data;\r\n name="file"; filename="a.txt"'),
        form(FILE + b"\r\nX: a\r\n\tb"),
        form(b"Content-Type: text/plain"),
        form(b'Content-Disposition: attachment; name="file"'),
        form(b'Content-Disposition: form-data; filename="a.txt"'),
        form(FILE + b"".join(b"\r\nX-%d: y" % number for number in range(8))),
        form(FILE + b"\r\nX: " + b"a" * 16_400),
        form(FILE + b"\r\nX: y" + b"\r\n y" * 9_000),
        form().replace(
            b"--xyz--\r\n", b'--xyz\r\nContent-Disposition: form-data; name="x"\r\n\r\n\r\n' * 5_000
        ),
        b"-" * 99_999,
        b"\r" * 99_999,
        b"\r\n--xy" * 9_999,
    ],
    ids=range(29),
)
async def test_what_is_no_form_has_one_code(body: bytes, piece: int) -> None:
    assert await read(request(body, piece=piece)) == "malformed_form"


@pytest.mark.parametrize("body", [b"--xyz--\r\n", b"--xyz" * 9_999])
async def test_a_form_without_parts_is_empty(body: bytes) -> None:
    assert await read(request(body)) == []


@pytest.mark.parametrize("more", [-1, 1])
async def test_a_form_of_another_length_is_none(more: int) -> None:
    assert await read(request(form(), length=len(form()) + more)) == "malformed_form"


@pytest.mark.parametrize("piece", [1, 3, 65_536])
async def test_bytes_behind_a_form_count_too(piece: int) -> None:
    assert await read(request(form(behind=b"x" * 99), piece=piece, length=len(form()))) == "malformed_form"


@pytest.mark.parametrize(
    "kind",
    [
        *("", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=xyz"),
        *("application/json; boundary=xyz", f"multipart/form-data; boundary={'x' * 71}"),
        *('multipart/form-data; boundary=""', "multipart/form-data; boundary*=utf-8''xyz", ";boundary=xyz"),
    ],
)
def test_a_type_without_a_usable_boundary_is_no_form(kind: str) -> None:
    assert boundary_of(kind) is None


@given(st.binary(max_size=300), st.integers(1, 20))
async def test_no_bytes_make_the_reader_stumble(content: bytes, piece: int) -> None:
    for body in (content, form(FILE + b"\r\n" + content), form(content=content)):
        assert await read(request(body, piece=piece)) is not None


@given(st.text(st.characters(max_codepoint=255), max_size=300))
def test_no_disposition_makes_the_reader_stumble(text: str) -> None:
    for header in (
        text,
        f"form-data; filename={text}",
        f'form-data; filename="{text}"',
        f"x; filename*={text}",
    ):
        name = filename_of(parameters_of(header)[1])
        assert name is None or name.encode().decode() == name  # without lone surrogates


CHARSETS = st.text(
    st.sampled_from("abcdeghiklmnoprstuwxz0123456789-_."), min_size=1, max_size=20
) | st.sampled_from(
    [
        *(f"ISO-8859-{number}" for number in range(20)),
        *(f"windows-125{number}" for number in range(10)),
        *"koi8-r koi8-u ibm866 us-ascii hex rot13 idna punycode undefined utf-16 utf-7 mbcs".split(),
    ]
)


@given(CHARSETS, st.binary(max_size=60))
def test_no_charset_makes_the_reader_stumble(charset: str, raw: bytes) -> None:
    percents = "".join(f"%{byte:02X}" for byte in raw)
    for header in (
        f"filename*={charset}''a{percents}",
        f'filename="=?{charset}?Q?a{percents.replace("%", "=")}?="',
        f'filename="=?{charset}?B?{b2a_base64(b"a" + raw, newline=False).decode()}?="',
    ):
        name = filename_of(parameters_of(f"form-data; {header}")[1])
        assert name is not None
        assert name.startswith("a")
        assert name.encode().decode() == name  # without lone surrogates


@pytest.mark.parametrize(
    "header", ["filename*=iso-8859-12''%D1%84.txt", 'filename="=?iso-8859-12?Q?=D1=84.txt?="']
)
def test_a_charset_that_no_standard_has_is_taken_for_utf_8(header: str) -> None:
    assert filename_of(parameters_of(f"form-data; {header}")[1]) == "ф.txt"
