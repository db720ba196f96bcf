"""Fixtures: a real PostgreSQL with a database for each test, and the real Meltano."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from demo.meltano import MeltanoProject, meltano_project
from demo.postgres import Postgres, running_postgres

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def database(postgres: Postgres) -> Postgres:
    return postgres.create_database(f"test_{uuid.uuid4().hex}")


@pytest.fixture
def meltano(database: Postgres) -> Iterator[MeltanoProject]:
    """A project whose loader and tap know the database, and that knows no shop yet."""
    with meltano_project() as project:
        yield project.with_environment(
            {**database.environment("target-postgres"), **database.environment("tap-postgres")}
        )
