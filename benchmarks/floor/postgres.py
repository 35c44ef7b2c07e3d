"""The floor on PostgreSQL: connections like the service's, as many, and nothing between them and the script.

BEGIN and COMMIT are statements of the script, so a run makes as many journeys as a submission.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from app.adapters.sql.engines.postgres import CONNECTIONS, driver_of, postgres_engine
from benchmarks.floor.endpoint import floor_app, given, serve
from benchmarks.floor.script import Names, Rows, Script


class Floor:
    """Runs the script, each time on a free connection."""

    def __init__(self, database: str, script: Script) -> None:
        """Keep the migrated database and the script."""
        self._engine = postgres_engine(database)
        self._script = script
        self._free: asyncio.LifoQueue[Any] = asyncio.LifoQueue()

    async def run(self, names: Names) -> None:
        """Run the script; return when it is committed."""
        driver = await self._free.get()
        found: list[Rows] = []
        for step in self._script.steps:
            call = driver.fetch if step.fetches else driver.execute
            rows = await call(step.sql.written(names), *step.given(names, found))
            found.append(rows if step.fetches else ())
        self._free.put_nowait(driver)

    @asynccontextmanager
    async def lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        """Hold the connections while the application runs."""
        opened = [await self._engine.connect() for _ in range(CONNECTIONS)]
        for connection in opened:
            self._free.put_nowait(await driver_of(connection))
        yield
        for connection in opened:
            await connection.close()
        await self._engine.dispose()


if __name__ == "__main__":
    database, script = given()
    floor = Floor(database, script)
    serve(floor_app(script, floor.run, floor.lifespan))
