"""Procrastinate forgets a wake-up that comes while it is asking for a job; here it then asks once more.

Without it such a job, a turn that follows the last one for instance, waits until the queue is looked at anyway. And a
turn that `worker` buried just as it ended is no error.
"""

from collections.abc import Iterable
from typing import Any

from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from psycopg.errors import RaiseException


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

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        try:
            await super().finish_job(job, status, delete_job)
        except ConnectorException as error:
            if not isinstance(error.__cause__, RaiseException):  # it raises one thing: the job is not there
                raise
