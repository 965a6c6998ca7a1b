"""Many requests at one moment, and workers that die in the middle of one."""

import os
import signal
import threading
import time
from dataclasses import dataclass, field

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


def kill_worker(system, statement, seconds=60):
    """Kill, at once and hard, the worker whose transaction runs a statement.

    :param str statement: part of the SQL that tells the moment
    :return: the number of the killed process
    """
    workers = {process.pid: process for process in system.workers()}
    deadline = time.monotonic() + seconds
    with postgres.connect() as connection, connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = %s AND query ILIKE %s AND xact_start IS NOT NULL",
                [system.database, f"%{statement}%"],
            )
            if cursor.fetchone()[0]:
                pid = _busiest(workers)
                os.kill(pid, signal.SIGKILL)
                return pid
            time.sleep(0.005)
    raise AssertionError(f"No transaction ran {statement!r} within {seconds} s")
