"""Addresses and the links that are mailed to them; clients, and what people let them do; passkeys; new accounts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.add_column("people", sa.Column("email", sa.String(), nullable=True))
    op.create_index(op.f("people_email_index"), "people", ["email"], unique=False)
    op.add_column("people", sa.Column("new_since", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "people_new_since_index",
        "people",
        ["new_since"],
        unique=False,
        postgresql_where=sa.text("new_since IS NOT NULL"),
    )
    op.create_table(
        "mailed_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose IN ('confirm', 'reset')", name=op.f("mailed_links_purpose_check")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("mailed_links_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("mailed_links_pkey")),
    )
    op.create_index(op.f("mailed_links_person_id_index"), "mailed_links", ["person_id"], unique=False)
    op.create_index(op.f("mailed_links_expires_at_index"), "mailed_links", ["expires_at"], unique=False)

    op.add_column("sessions", sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "clients",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("redirect_uris", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("clients_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("clients_pkey")),
    )
    op.create_index(op.f("clients_person_id_index"), "clients", ["person_id"], unique=False)
    op.create_table(
        "authorizations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("redirect_uri", sa.String(), nullable=True),
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("refresh_hash", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["client_id"], ["clients.id"], name=op.f("authorizations_client_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("authorizations_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id", "session_id"],
            ["sessions.person_id", "sessions.id"],
            name=op.f("authorizations_person_id_session_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("authorizations_pkey")),
    )
    op.create_index(op.f("authorizations_client_id_index"), "authorizations", ["client_id"], unique=False)
    op.create_index(
        op.f("authorizations_person_id_session_id_index"),
        "authorizations",
        ["person_id", "session_id"],
        unique=False,
    )

    op.create_table(
        "passkeys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("passkeys_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("passkeys_pkey")),
        sa.UniqueConstraint("credential_id", name=op.f("passkeys_credential_id_key")),
    )
    op.create_index(op.f("passkeys_person_id_index"), "passkeys", ["person_id"], unique=False)
    op.create_table(
        "passkey_challenges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("passkey_challenges_person_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("passkey_challenges_pkey")),
    )
    for column in ("person_id", "expires_at"):
        name = op.f(f"passkey_challenges_{column}_index")
        op.create_index(name, "passkey_challenges", [column], unique=False)


def downgrade() -> None:
    op.drop_table("passkey_challenges")
    op.drop_table("passkeys")
    op.drop_table("authorizations")
    op.drop_table("clients")
    op.drop_column("sessions", "token_expires_at")
    op.drop_table("mailed_links")
    op.drop_index("people_new_since_index", table_name="people")
    op.drop_column("people", "new_since")
    op.drop_index(op.f("people_email_index"), table_name="people")
    op.drop_column("people", "email")
