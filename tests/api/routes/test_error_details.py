"""Details of errors: the allowed values, the expected type, the nearest member, the present version."""

from typing import Any

import pytest

from app.api.http.known_members import nearest
from app.domain.vocabulary import Action, Category, Finding
from tests.api.service import AGENCY, CHAT, Service

Json = dict[str, Any]
TICKET: Json = {"customer_id": AGENCY, "channel": "telegram", "chat_id": CHAT, "text": "Не выгружается"}
RENTAL: Json = {"name": "Ключи", "licence": "rental"}
ANY_ID = "019a9f5c-7b80-7000-8000-000000000001"
MOVE = f"/v1/tickets/{ANY_ID}/transitions"


@pytest.fixture(scope="session")
def engine() -> str:
    """Take one engine: the requests fail before the store."""
    return "sqlite"


async def told(service: Service, path: str, body: Json, *, put: bool = False) -> list[tuple[str, str, str]]:
    """Send a body; list pointer, Russian detail and English detail of each error."""
    send = service.admin.put if put else service.admin.post
    answers = [await send(path, json=body, headers={"Accept-Language": one}) for one in ("ru", "en")]
    ru, en = (answer.json()["errors"] for answer in answers)
    return [(one["pointer"], one["detail"], other["detail"]) for one, other in zip(ru, en, strict=True)]


async def test_a_value_that_is_not_allowed_is_answered_with_those_that_are(empty: Service) -> None:
    values = "none, function, service_down, crm_down"

    assert await told(empty, "/v1/tickets", TICKET | {"impact": "huge"}) == [
        ("/impact", f"Допустимые значения: {values}.", f"Allowed values: {values}.")
    ]


@pytest.mark.parametrize(
    ("path", "body", "values"),
    [
        ("/v1/tickets", TICKET | {"category": "x"}, ", ".join(Category)),
        ("/v1/queue/claims", {"agent": "Ирина", "status": "closed"}, "new, queued"),
        (MOVE, {"agent": "Ирина", "action": "dance"}, ", ".join(sorted(Action))),
        (
            MOVE,
            {"agent": "Ирина", "action": "decline", "finding": "hours_exhausted"},
            ", ".join(one for one in Finding if one is not Finding.HOURS_EXHAUSTED),
        ),
    ],
)
async def test_every_kind_of_closed_set_lists_its_values(
    empty: Service, path: str, body: Json, values: str
) -> None:
    ((_, _, english),) = await told(empty, path, body)

    assert english.startswith("Allowed values: ")
    listed = english.removeprefix("Allowed values: ").removesuffix(".").split(", ")
    assert sorted(listed) == sorted(values.split(", "))


@pytest.mark.parametrize(
    ("changed", "russian", "english"),
    [
        ({"text": 1}, "нужна строка", "a string is expected"),
        ({"sent_to_manager": "yes"}, "нужно true или false", "a boolean is expected"),
        ({"reproduction_steps": "one"}, "нужен массив", "an array is expected"),
        ({"author": 5}, "нужен объект", "an object is expected"),
    ],
)
async def test_a_wrong_type_names_the_expected_one(
    empty: Service, changed: Json, russian: str, english: str
) -> None:
    ((pointer, ru, en),) = await told(empty, "/v1/tickets", TICKET | changed)

    assert pointer == f"/{next(iter(changed))}"
    assert (ru, en) == (f"Неверный тип: {russian}.", f"Wrong type: {english}.")


async def test_minutes_are_an_integer(empty: Service) -> None:
    entry = {"minutes": 1.5, "agent": "Ирина", "performed_at": "2026-11-20T10:00:00Z"}

    ((_, ru, en),) = await told(empty, f"/v1/tickets/{ANY_ID}/time-entries", entry)

    assert (ru, en) == ("Неверный тип: нужно целое число.", "Wrong type: an integer is expected.")


@pytest.mark.parametrize(
    ("path", "body", "pointer", "near"),
    [
        ("/v1/tickets", TICKET | {"catgory": "other"}, "/catgory", "category"),
        ("/v1/tickets", TICKET | {"externalId": "1"}, "/externalId", "external_id"),
        ("/v1/tickets", TICKET | {"author": {"nme": "Мария"}}, "/author/nme", "name"),
        (MOVE, {"agent": "Ирина", "action": "start", "notes": "x"}, "/notes", "note"),
        (MOVE, {"agent": "Ирина", "action": "request_information", "text": "?", "txt": "?"}, "/txt", "text"),
        (
            "/v1/decisions",
            {"customer_id": AGENCY, "submission": {"channel": "mail", "impct": "none"}},
            "/submission/impct",
            "impact",
        ),
    ],
)
async def test_an_unknown_member_is_answered_with_the_nearest(
    empty: Service, path: str, body: Json, pointer: str, near: str
) -> None:
    assert await told(empty, path, body) == [
        (
            pointer,
            f"Такого поля нет. Похожее поле: {near}.",
            f"This member does not exist. The nearest one is {near}.",
        )
    ]


async def test_members_of_items_are_known_by_the_names_of_the_contract(empty: Service) -> None:
    period = {"tariff": "service", "from": "2026-01-01", "until": "2026-12-31", "form": "2026-01-01"}
    body = {"name": "Ключи", "licence": "boxed", "tariffs": [period]}

    ((pointer, _, english),) = await told(empty, f"/v1/customers/{AGENCY}", body, put=True)

    assert (pointer, english) == (
        "/tariffs/0/form",
        "This member does not exist. The nearest one is from.",
    )


async def test_an_unknown_member_that_resembles_none_is_only_unknown(empty: Service) -> None:
    assert await told(empty, "/v1/tickets", TICKET | {"zzz": 1}) == [
        ("/zzz", "Такого поля нет.", "This member does not exist.")
    ]


async def test_an_unknown_parameter_is_answered_with_the_nearest(empty: Service) -> None:
    answer = await empty.admin.get("/v1/tickets?statu=new", headers={"Accept-Language": "en"})

    assert answer.json()["errors"] == [
        {
            "pointer": "/query/statu",
            "code": "unknown_member",
            "detail": "This member does not exist. The nearest one is status.",
        }
    ]


async def test_unknown_parameters_are_bounded(empty: Service) -> None:
    answer = await empty.admin.get("/v1/tickets?" + "&".join(f"statu{n}=1" for n in range(2000)))

    assert len(answer.json()["errors"]) == 50


def test_a_long_name_resembles_nothing() -> None:
    assert nearest("category", ["category"]) == "category"
    assert nearest("category" * 9, ["category"]) is None


async def test_a_failed_precondition_names_the_present_version(empty: Service) -> None:
    await empty.admin.put(f"/v1/customers/{AGENCY}", json=RENTAL)
    await empty.admin.put(f"/v1/customers/{AGENCY}", json=RENTAL | {"name": "Ключи и двери"})

    stale = await empty.admin.put(f"/v1/customers/{AGENCY}", json=RENTAL, headers={"If-Match": '"1.abcd"'})
    absent = await empty.admin.put("/v1/customers/nobody", json=RENTAL, headers={"If-Match": "*"})
    malformed = await empty.admin.put(f"/v1/customers/{AGENCY}", json=RENTAL, headers={"If-Match": "1"})

    assert (stale.status_code, stale.json()["version"]) == (412, 2)
    assert (absent.status_code, absent.json()["version"]) == (412, None)
    assert (malformed.status_code, "version" in malformed.json()) == (412, False)
