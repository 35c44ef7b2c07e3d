"""Holds samples of the wire against aiogram's types. Runs in an environment of its own (make test-contracts).

aiogram takes members that it does not know, so each is looked up: a simulator that invents a member, or a
desk that sends one, is found.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

from aiogram import methods, types
from aiogram.types.base import TelegramObject
from pydantic import BaseModel, ValidationError

RESULTS: dict[str, type[TelegramObject]] = {
    "getMe": types.User,
    "getWebhookInfo": types.WebhookInfo,
    "sendMessage": types.Message,
    "getFile": types.File,
}


def main() -> int:
    """Read the samples, tell what does not fit; 1 if anything does not."""
    samples = json.load(sys.stdin)
    checked = 0
    faults: list[str] = []
    for name, model, value in cases(samples):
        checked += 1
        try:
            parsed = model.model_validate(value)
        except ValidationError as failure:
            faults.append(f"{name}: {failure.errors(include_input=False)[0]}")
            continue
        faults += [f"{name}: no such member: {member}" for member in unknown_members(parsed)]
    for fault in faults:
        sys.stderr.write(fault + "\n")
    sys.stderr.write(f"{checked} samples held against aiogram's types, {len(faults)} faults\n")
    return 1 if faults or not checked else 0


def cases(samples: dict[str, Any]) -> Iterator[tuple[str, type[BaseModel], Any]]:
    """Give each sample with the type that it should have."""
    for update in samples["updates"]:
        yield f"update {sorted(set(update) - {'update_id'})}", types.Update, update
    for method, parameters in samples["calls"]:
        yield f"call {method}", getattr(methods, method[0].upper() + method[1:]), parameters
    for method, _, answer in samples["answers"]:
        if answer.get("ok"):
            model = RESULTS.get(method)
            if model is not None:
                yield f"answer to {method}", model, answer["result"]
        elif "parameters" in answer:
            yield f"refusal of {method}", types.ResponseParameters, answer["parameters"]


def unknown_members(value: object, path: str = "") -> Iterator[str]:
    """Walk through what was parsed and name the members that the types do not have."""
    if isinstance(value, BaseModel):
        for name in value.model_extra or {}:
            yield f"{path}/{name}"
        for name in value.model_fields_set:
            yield from unknown_members(getattr(value, name), f"{path}/{name}")
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from unknown_members(one, f"{path}/{place}")


if __name__ == "__main__":
    sys.exit(main())
