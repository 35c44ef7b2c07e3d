"""Rows of API keys and of kept responses to values of the application, and back."""

from collections.abc import Mapping

from app.adapters.sql.schema.mapping.row import AnyRow, Values
from app.application.ports.access import ApiKey, KeptAnswer, StoredResponse


def answer_values(key_id: str, key: str, kept: KeptAnswer) -> Values:
    return {
        "key_id": key_id,
        "key": key,
        "fingerprint": kept.fingerprint,
        "status": kept.answer.status,
        # Pairs, because PostgreSQL does not keep the order of an object's members.
        "headers": [[name, value] for name, value in kept.answer.headers.items()],
        "body": kept.answer.body,
        "created_at": kept.created_at,
    }


def answer_of(row: AnyRow) -> KeptAnswer:
    headers: Mapping[str, str] = {name: value for name, value in row.headers}  # noqa: C416 - typed
    return KeptAnswer(
        fingerprint=row.fingerprint,
        answer=StoredResponse(row.status, headers, row.body),
        created_at=row.created_at,
    )


def api_key_values(key: ApiKey) -> Values:
    return {
        "id": key.id,
        "name": key.name,
        "secret_sha256": key.secret_sha256,
        "scopes": sorted(key.scopes),
        "customer_id": key.customer_id,
        "created_at": key.created_at,
        "expires_on": key.expires_on,
        "revoked_at": key.revoked_at,
    }


def api_key_of(row: AnyRow) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        secret_sha256=row.secret_sha256,
        scopes=frozenset(row.scopes),
        customer_id=row.customer_id,
        created_at=row.created_at,
        expires_on=row.expires_on,
        revoked_at=row.revoked_at,
    )
