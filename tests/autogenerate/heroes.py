"""The models of an application that uses SQLModel."""

import datetime as dt
import enum
import uuid
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Power(enum.Enum):
    flight = "F"
    speed = "S"


def heroes() -> sa.MetaData:
    """Define the models anew, and return their MetaData."""

    class Base(SQLModel, registry=registry(metadata=sa.MetaData())):
        pass

    class Hero(Base, table=True):
        id: int | None = Field(default=None, primary_key=True)
        name: str = Field(index=True, max_length=50)
        code: str = Field(max_length=20, unique=True)
        story: str = Field(sa_type=sa.Text)
        secret: uuid.UUID = Field(default_factory=uuid.uuid4)
        money: Decimal = Field(max_digits=8, decimal_places=3)
        born: dt.date | None = None
        seen: dt.datetime
        nap: dt.timedelta | None = None
        active: bool = True
        height: float = 1.8
        power: Power = Power.flight
        data: bytes | None = None
        team_id: int | None = Field(default=None, foreign_key="team.id", ondelete="CASCADE")

    class Team(Base, table=True):
        id: int | None = Field(default=None, primary_key=True)
        name: str = Field(sa_column=sa.Column("name", sa.String(30), nullable=False))

    return Team.metadata
