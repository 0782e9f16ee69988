"""A worker of the queue against a real database, with answers that come late."""

import asyncio
from typing import Any

import pytest
from procrastinate.contrib.django import app as base
from procrastinate.jobs import Status

from ledenbrug.sync import wake
from ledenbrug.sync.listening import Attentive


@pytest.mark.django_db(transaction=True)
def test_a_wake_up_that_comes_while_the_worker_asks_for_a_job_is_not_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert asyncio.run(_asked_just_too_early(monkeypatch)) is not None


@pytest.mark.django_db(transaction=True)
def test_a_turn_that_was_buried_while_it_ended_is_no_error() -> None:
    """On a busy machine the sweeper comes between giving the connection back and saying that the turn is done."""
    wake.connection(1)
    asyncio.run(_finished_after_it_was_buried())


async def _finished_after_it_was_buried() -> None:
    app = base.with_connector(base.connector.get_worker_connector())  # type: ignore[attr-defined]
    manager = Attentive(app.connector)
    async with app.open_async():
        worker = await manager.register_worker()
        job = await manager.fetch_job(queues=None, worker_id=worker)
        assert job is not None
        await manager.finish_job(job, status=Status.SUCCEEDED, delete_job=True)
        await manager.finish_job(job, status=Status.SUCCEEDED, delete_job=True)


async def _asked_just_too_early(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Asks for a job; before the answer that there is none arrives, there is one."""
    app = base.with_connector(base.connector.get_worker_connector())  # type: ignore[attr-defined]
    manager, rang, answers = Attentive(app.connector), asyncio.Event(), []

    async def ring(**_: Any) -> None:
        rang.set()

    at_once = app.connector.execute_query_one_async

    async def late(**asked: Any) -> Any:
        answer = await at_once(**asked)
        answers.append(answer)
        if len(answers) == 1:
            await asyncio.to_thread(wake.connection, 1)
            await asyncio.wait_for(rang.wait(), 60)
        return answer

    async with app.open_async():
        worker = await manager.register_worker()
        listening = asyncio.create_task(manager.listen_for_jobs(on_notification=ring))
        while not rang.is_set():  # until it listens
            await asyncio.to_thread(wake.connection, 2)
            await asyncio.sleep(0.05)
        while await manager.fetch_job(queues=None, worker_id=worker):
            pass
        rang.clear()
        monkeypatch.setattr(app.connector, "execute_query_one_async", late)
        found = await manager.fetch_job(queues=None, worker_id=worker)
        listening.cancel()
    return found
