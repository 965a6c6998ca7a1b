"""Retrying units of work that collide, for crons: they have no retry loop of Odoo."""

import logging
import random
import time
from functools import partial

from psycopg2 import errors

_logger = logging.getLogger(__name__)

COLLISIONS = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
)


def run_each(records, method, *args, size=1):
    """Call ``method`` of the records, ``size`` at a time: the loop of our crons.

    Each unit of work is tried again when it collides, and committed as progress of the
    scheduled action; a failing one is rolled back and logged, and the others go on. The
    method tests for itself whether there is still something to do, so that the action
    can be run again after a crash.
    """
    env = records.env
    progress = env["ir.cron"]._commit_progress
    progress(remaining=len(records))
    failure = None
    for start in range(0, len(records), size):
        # A plain list of ids: after a commit the records of the batch are read anew.
        unit = records.browse(records.ids[start : start + size]).exists()
        try:
            retry_serialization(env, partial(getattr(unit, method), *args))
        except Exception as error:
            env.cr.rollback()
            env.invalidate_all(flush=False)
            _logger.exception("%s of %s failed", method, unit)
            failure = error
        if not progress(len(unit)):
            break
    if failure:
        raise failure


def retry_serialization(env, func, attempts=5):
    """Run ``func``, rolling back and trying again when it collides with another one.

    Whatever came before in the transaction must be committed by the caller. The last
    collision is raised.
    """
    for attempt in range(1, attempts + 1):
        try:
            result = func()
            env.flush_all()
            return result
        except COLLISIONS:
            env.cr.rollback()
            env.invalidate_all(flush=False)
            if attempt == attempts:
                raise
            _logger.info("Collision, attempt %s of %s", attempt, attempts)
            time.sleep(random.uniform(0.0, 2**attempt / 10))
    return None
