"""One spelling an address: every door refuses the others, so that one chat cannot become two."""

from typing import Any
from urllib.parse import quote

import pytest

from app.settings import Settings
from tests.api.service import AGENCY, CHAT, EXTENDED, RENTAL, Service, code_of, errors_of

CHATS = f"/v1/customers/{AGENCY}/chats"
PHONE = "79161234567"
GROUP = "Y2FwaV9ncm91cDoxNzA1NTU1MDEzOToxMjAzNjM0MDQ2OTQyMzM4MjAZD"

OF_TELEGRAM = ("1", "-1", "501200300", "-1001234567890", "9" * 16, "-" + "9" * 16)
OF_WHATSAPP = (
    *("1234567", PHONE, "9" * 15, "RU.1", "RU.1349Aa", "US.ENT.abc", "RU.ENT", f"RU.{'z' * 128}"),
    *(f"RU.ENT.{'z' * 128}", GROUP),
)
NOT_OF_TELEGRAM = (
    *("-01002", "01002", "0", "-0", "00", "+1002", "\u22121002", "--1", "-", "1-", "- 1", "1 ", " 1", "\t1"),
    *("1\n", "1\u00a0", "1e3", "1.0", "0x1", "1_000", "1,000", "\u0661", "-\u0661\u0662", "\uff11\uff12"),
    *("1\u0661", "9" * 17, "9" * 1_000, "-" + "9" * 17, "%31", "%2D1", "-1001%20", "@agency", "abc", "RU.1"),
)
NOT_OF_WHATSAPP = (
    *(f"+{PHONE}", "8 (916) 123-45-67", "8(916)1234567", f"{PHONE}@c.us", f"{PHONE}@s.whatsapp.net"),
    *(f"00{PHONE}", f"0{PHONE}", "7 916 123 45 67", "7-916-123-45-67", f" {PHONE}", f"{PHONE} ", "123456"),
    *("9" * 16, f"-{PHONE}", f"\uff0b{PHONE}", "\uff17\uff19\uff11\uff16\uff11\uff12\uff13\uff14", "wa-1"),
    *("\u0667\u0669\u0661\u0666\u0661\u0662\u0663", f"%2B{PHONE}", f"{PHONE}\n", "ru.1349", "RUS.1349"),
    *("R1.1349", "RU.", "RU.13-49", "RU.ent.1", "RU.ENT.", f"RU.{'z' * 129}", "RU.1\n", "120363040469@g.us"),
    *("79161234567-1623281429", GROUP + "=", GROUP[:-2] + "+-", GROUP.lower(), GROUP[:15]),
)
ACCEPTED = [("telegram", text) for text in OF_TELEGRAM] + [("whatsapp", text) for text in OF_WHATSAPP]
REFUSED = [("telegram", text) for text in NOT_OF_TELEGRAM] + [("whatsapp", text) for text in NOT_OF_WHATSAPP]


def path(channel: str, address: str, customer_id: str = AGENCY) -> str:
    return f"/v1/customers/{customer_id}/chats/{channel}/{quote(address, safe='')}"


async def test_an_answer_never_goes_into_the_chat_of_another_customer(empty: Service) -> None:
    await empty.customer("agency-2", RENTAL, "-1002")
    await empty.customer("agency-3", RENTAL, None)

    again = await empty.admin.put(path("telegram", "-01002", "agency-3"), json={})
    ticket = await empty.submit(customer_id="agency-3", chat_id="-01002")

    assert errors_of(again) == [("/path/chat_id", "bad_format")]
    assert errors_of(ticket) == [("/chat_id", "bad_format")]
    chats = (await empty.admin.get("/v1/customers/agency-3/chats")).json()
    assert chats["items"] == []


async def test_spellings_of_one_number_do_not_fill_the_chats_of_the_tariff(empty: Service) -> None:
    await empty.customer(record=EXTENDED, chat=None)
    for spelling in (f"+{PHONE}", "8 (916) 123-45-67", f"{PHONE}@c.us", f"00{PHONE}"):
        answer = await empty.admin.put(path("whatsapp", spelling), json={})
        assert errors_of(answer) == [("/path/chat_id", "bad_format")]

    made = [(await empty.admin.put(path("whatsapp", PHONE), json={})).status_code for _ in range(2)]

    assert made == [201, 200]
    assert len((await empty.admin.get(CHATS)).json()["items"]) == 1


async def test_the_one_spelling_is_accepted_everywhere_and_comes_back(empty: Service) -> None:
    await empty.customer(chat=None)
    for channel, address in ACCEPTED:
        await check_accepted(empty, channel, address)


async def check_accepted(empty: Service, channel: str, address: str) -> None:
    one, person = path(channel, address), f"/v1/staff/{channel}/{quote(address, safe='')}"

    put = await empty.admin.put(one, json={})
    staff = await empty.admin.put(person, json={"name": "Ольга"})
    ticket = await empty.submit(channel=channel, chat_id=address)
    found = await empty.admin.get("/v1/tickets", params={"chat_id": address, "channel": channel})

    assert (put.status_code, staff.status_code, ticket.status_code) == (201, 201, 201)
    assert put.json()["chat_id"] == ticket.json()["chat_id"] == address
    assert staff.json()["external_id"] == (await empty.admin.get(person)).json()["external_id"] == address
    assert (put.headers["location"], staff.headers["location"]) == (one, person)
    assert [each["id"] for each in found.json()["items"]] == [ticket.json()["id"]]
    assert (await empty.admin.delete(one)).status_code == 204
    assert (await empty.admin.delete(person)).status_code == 204


async def test_any_other_spelling_is_refused_everywhere(service: Service) -> None:
    for channel, address in REFUSED:
        await check_refused(service, channel, address)


async def check_refused(service: Service, channel: str, address: str) -> None:
    one, person = path(channel, address), f"/v1/staff/{channel}/{quote(address, safe='')}"
    admin = service.admin
    words = {"channel": channel, "chat_id": address, "text": "Слова"}

    refused = {
        "/path/chat_id": (await admin.put(one, json={}), await admin.delete(one)),
        "/path/external_id": (
            await admin.put(person, json={"name": "Ольга"}),
            await admin.get(person),
            await admin.delete(person),
        ),
        "/chat_id": (await service.submit(channel=channel, chat_id=address),),
        "/submission/chat_id": (
            await admin.post("/v1/decisions", json={"customer_id": AGENCY, "submission": words}),
            await admin.post("/v1/decisions", json={"entitlement": WHAT_IF, "submission": words}),
        ),
        "/query/chat_id/0": (
            await admin.get("/v1/tickets", params={"chat_id": address, "channel": channel}),
        ),
    }

    for pointer, answers in refused.items():
        for answer in answers:
            found = errors_of(answer)
            assert [each for each, _ in found] == [pointer], (channel, address)
            assert found[0][1] == "bad_format"


WHAT_IF: dict[str, Any] = {
    "contract_accepted": True,
    "licence": "rental",
    "paid_until": "2026-12-31",
    "tariffs": [],
    "exclusive_version": False,
    "minutes_used": 0,
    "chat_assigned": True,
}


@pytest.mark.parametrize(
    ("filters", "status"),
    [
        ({"chat_id": CHAT}, 200),
        ({"chat_id": [CHAT, PHONE, GROUP, "RU.1349"]}, 200),
        ({"chat_id": "1", "channel": ["telegram", "whatsapp"]}, 200),
        ({"chat_id": PHONE, "channel": "telegram"}, 200),
        ({"chat_id": CHAT, "channel": "phone"}, 200),
        ({"chat_id": CHAT, "channel": "whatsapp"}, 422),
        ({"chat_id": GROUP, "channel": "telegram"}, 422),
        ({"chat_id": "anything", "channel": "phone"}, 422),
        ({"chat_id": ""}, 422),
        ({"chat_id": "-01002"}, 422),
        ({"chat_id": f"+{PHONE}"}, 422),
    ],
)
async def test_the_filter_knows_the_forms_of_the_channels_that_it_names(
    service: Service, filters: dict[str, Any], status: int
) -> None:
    assert (await service.admin.get("/v1/tickets", params=filters)).status_code == status


async def test_the_second_of_two_filters_is_named(service: Service) -> None:
    answer = await service.admin.get("/v1/tickets", params={"chat_id": [CHAT, "-01"]})

    assert errors_of(answer) == [("/query/chat_id/1", "bad_format")]
    assert "-01" not in answer.json()["errors"][0]["detail"]


async def test_other_channels_keep_any_name_of_a_chat(service: Service) -> None:
    for chat_id in ("+7 (916) 123-45-67", "ivan@example.com", "00", None):
        answer = await service.submit(channel="phone", chat_id=chat_id)
        assert code_of(answer) == (422, "not_registered")


@pytest.mark.parametrize("customer_id", [".", ".."])
async def test_a_customer_is_not_named_as_a_step_of_a_path(service: Service, customer_id: str) -> None:
    named = customer_id.replace(".", "%2E")
    admin = service.admin

    put = await admin.put(f"/v1/customers/{named}", json=RENTAL)
    looked_up = [
        await admin.get(f"/v1/customers/{named}"),
        await admin.get(f"/v1/customers/{named}/usage"),
        await admin.get(f"/v1/customers/{named}/chats"),
        await admin.put(f"/v1/customers/{named}/chats/telegram/5", json={}),
        await service.submit(customer_id=customer_id),
        await service.upload(customer_id=customer_id),
    ]

    assert errors_of(put) == [("/path/customer_id", "bad_format")]
    assert {code_of(answer) for answer in looked_up} == {(404, "customer_not_found")}


@pytest.mark.parametrize("customer_id", ["...", ".a", "a.", "..a", "a..b", "-", "@", ":", "a" * 64])
async def test_a_customer_may_have_dots(service: Service, customer_id: str) -> None:
    assert (await service.admin.put(f"/v1/customers/{customer_id}", json=RENTAL)).status_code == 201
    assert (await service.admin.get(f"/v1/customers/{customer_id}")).status_code == 200


@pytest.mark.parametrize("listed", ["007", "0", "5,-0", "1,,2", "+5", "5, 6", "9" * 17, "\u0661", "RU.1"])
def test_staff_of_the_settings_have_one_spelling_too(listed: str) -> None:
    with pytest.raises(ValueError, match="telegram_staff"):
        Settings.model_validate({"telegram_staff": listed})


def test_staff_of_the_settings_are_ids() -> None:
    assert Settings.model_validate({"telegram_staff": "501,502"}).staff == {"telegram": {"501", "502"}}
    assert Settings.model_validate({"telegram_staff": ""}).staff == {"telegram": frozenset()}
