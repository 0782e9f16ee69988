"""Procrastinate forgets a wake-up that comes while it is asking for a job; here it then asks once more.

Without it such a job, a turn that follows the last one for instance, waits until the queue is looked at anyway.
"""

from collections.abc import Iterable
from typing import Any

from procrastinate.jobs import Job
from procrastinate.manager import JobManager


class Attentive(JobManager):
    """Which jobs there are, for one worker."""

    def __init__(self, connector: Any) -> None:
        super().__init__(connector)
        self._heard = 0

    async def listen_for_jobs(self, *, on_notification: Any, queues: Iterable[str] | None = None) -> None:
        async def heard(*, channel: str, notification: Any) -> None:
            self._heard += 1
            await on_notification(channel=channel, notification=notification)

        await super().listen_for_jobs(on_notification=heard, queues=queues)

    async def fetch_job(self, queues: Iterable[str] | None, worker_id: int) -> Job | None:
        while True:
            before = self._heard
            job = await super().fetch_job(queues=queues, worker_id=worker_id)
            if job is not None or before == self._heard:
                return job
