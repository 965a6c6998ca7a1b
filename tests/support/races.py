"""Many requests at one moment, and workers that die in the middle of one."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FuturesTimeout
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

from dev import postgres

from .clients import ApiError, Refused, ServerError


@dataclass
class Outcome:
    """What came of calls that started at one moment."""

    results: list = field(default_factory=list)
    refusals: list = field(default_factory=list)
    failures: list = field(default_factory=list)
    others: list = field(default_factory=list)

    @property
    def exhausted(self):
        """Return how many calls gave up after colliding too often."""
        return sum("serialize" in error.message for error in self.failures)


def at_once(*calls):
    """Run functions in threads that start together; sort what comes back."""
    outcome = Outcome()
    barrier = threading.Barrier(len(calls))

    def fire(call):
        barrier.wait(30)
        try:
            outcome.results.append(call())
        except Refused as error:
            outcome.refusals.append(error)
        except ServerError as error:
            outcome.failures.append(error)
        except (ApiError, OSError) as error:
            outcome.others.append(error)

    threads = [threading.Thread(target=fire, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(180)
    return outcome


@contextmanager
def held_table(database, table):
    """Keep all writers of a table waiting."""
    with postgres.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
        yield
        cursor.execute("ROLLBACK")


def in_turn(database, table, *calls):
    """Run calls that overlap for certain, and give their results or errors.

    Each one comes as far as it gets while nobody may write to the table; it holds its
    snapshot and its locks when the next one begins. Then all of them go on.
    """
    with ThreadPoolExecutor(len(calls)) as pool:
        with held_table(database, table):
            futures = []
            for number, call in enumerate(calls, 1):
                futures.append(pool.submit(call))
                while _count_waiting(database) < number:
                    assert not futures[-1].done(), f"It waited for nobody: {futures}"
                    time.sleep(0.05)
        return [future.exception(180) or future.result() for future in futures]


def _is_waiting(database):
    """Tell whether a transaction waits for a lock."""
    return _count_waiting(database) > 0


def _count_waiting(database):
    with postgres.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = %s AND wait_event_type = 'Lock'",
            [database],
        )
        return cursor.fetchone()[0]


def kill_in_the_middle(system, table, call):
    """Run a call and kill its worker, hard, when it is about to write to a table."""
    database = system.database
    with ThreadPoolExecutor(1) as pool, held_table(database, table):
        future = pool.submit(call)
        while not _is_waiting(database):
            assert not future.done(), f"It did not write to {table}: {future}"
            time.sleep(0.05)
        [worker] = filter(_is_serving, system.workers())
        worker.kill()
        error = future.exception(60)
    assert isinstance(error, OSError), f"The call survived: {error or future.result()}"


def kill_after(system, seconds, call):
    """Run a call and kill the worker that serves it, hard, when `seconds` are over.

    Return whether it was killed: a call may be through before.
    """
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(call)
        try:
            future.result(seconds)
        except FuturesTimeout:
            serving = list(filter(_is_serving, system.workers()))
            for worker in serving:
                worker.kill()
            psutil.wait_procs(serving)
        error = future.exception(120)
    if error and not isinstance(error, OSError):
        raise error
    _wait_until_idle(system.database)
    return error is not None


def _wait_until_idle(database):
    """PostgreSQL notices a dead client when it has answered him: wait for that."""
    while True:
        with postgres.connect() as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
                " AND (state = 'active' OR xact_start IS NOT NULL)"
                " AND pid <> pg_backend_pid()",
                [database],
            )
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.02)


def _is_serving(process):
    """Tell whether a worker has a client on the line right now."""
    return any(
        connection.status == psutil.CONN_ESTABLISHED
        for connection in process.connections("inet")
    )
