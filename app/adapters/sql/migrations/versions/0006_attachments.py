"""Attachments: files of customers, uploaded or waiting at a messenger."""

import sqlalchemy as sa
from alembic import op

from app.adapters.sql.schema.types import Id, Instant, Name

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", Id(), nullable=False),
        sa.Column("customer_id", Name(), nullable=False),
        sa.Column("ticket_id", Id(), nullable=True),
        sa.Column("message_id", Id(), nullable=True),
        sa.Column("of_submission", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("blob", sa.String(), nullable=True),
        sa.Column("error_code", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("provider_id", sa.String(), nullable=True),
        sa.Column("unique_id", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name="fk_attachments_customer_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_attachments_ticket_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
        sa.UniqueConstraint("blob", name="uq_attachments_blob"),
    )
    op.create_index("ix_attachments_customer_id_created_at", "attachments", ["customer_id", "created_at"])
    _partial("ix_attachments_message_id_id", "message_id", "id", where="message_id IS NOT NULL")
    _partial("ix_attachments_ticket_id_id", "ticket_id", "id", where="of_submission")
    _partial("ix_attachments_due_at_id", "due_at", "id", where="state = 'pending'")


def downgrade() -> None:
    op.drop_table("attachments")


def _partial(name: str, *columns: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "attachments", columns, sqlite_where=condition, postgresql_where=condition)
