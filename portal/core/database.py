"""Tables, the session, and what happens when one transaction begins and commits."""

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID, uuid4

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, Numeric, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry

from portal.core.rls import Word

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
Json = dict[str, Any]


class Base(DeclarativeBase):
    """Every table. A class that does not say whose rows it holds fails here, at import."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: DateTime(timezone=True),
            Decimal: Numeric(14, 2),
            UUID: Uuid(),
            Json: JSONB(none_as_null=True),
            list[Any]: JSONB(none_as_null=True),
        },
    )
    __tenancy__: ClassVar[tuple[Word, ...]]
    # Insert-only tables refuse RETURNING, so ids are made here and nothing is fetched back.
    __mapper_args__ = {"eager_defaults": False}  # noqa: RUF012  # as the library declares it

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "__tablename__" in cls.__dict__ and "__tenancy__" not in cls.__dict__:
            raise TypeError(f"{cls.__name__} does not say whose rows it holds: declare __tenancy__.")


class Identified:
    """A row with an opaque id made by the application."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)


def session() -> Session:
    """The session of this request or job: one transaction, one scope."""
    return db.session()
