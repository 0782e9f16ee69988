"""The few jobs that Procrastinate runs for us. Each is a name for a function elsewhere and holds no rule."""

from procrastinate.contrib.django import app


@app.task(name="drain")
def drain(connection_id: int) -> None:
    from ledenbrug.sync.engine import run

    run(connection_id)
