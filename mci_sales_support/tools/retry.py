"""Retrying units of work that collide, for crons: they have no retry loop of Odoo."""

import logging
import random
import time

from psycopg2 import errors

_logger = logging.getLogger(__name__)

COLLISIONS = (
    errors.SerializationFailure,
    errors.DeadlockDetected,
    errors.LockNotAvailable,
)


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
