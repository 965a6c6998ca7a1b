import importlib.util
import logging
import os
import unittest

from odoo.tests import tagged

from .. import invariants
from .world import NOW, LastingCommon

# Beside Odoo's own loggers, silent in tests; see it with --log-level=INFO --log-file=…
_logger = logging.getLogger("mci.histories")
# How many histories of how many steps; more for a long search:
# MCI_HISTORIES=200x60 MCI_SEED=7
EXAMPLES, STEPS = os.environ.get("MCI_HISTORIES", "12x40").split("x")
SEED = os.environ.get("MCI_SEED")


@tagged("post_install", "-at_install")
@unittest.skipUnless(importlib.util.find_spec("hypothesis"), "needs hypothesis")
class TestHistories(LastingCommon):
    """Invariants 1 to 6 on random histories of real users."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._begin_books()

    def begin(self):
        savepoint = self.cr.savepoint(flush=True)
        return savepoint

    def end(self, savepoint):
        savepoint.rollback()
        savepoint.close(rollback=False)
        self.env.invalidate_all(flush=False)
        self.env.registry.clear_all_caches()
        self.clock.move_to(NOW)

    def test_world_is_sound(self):
        self.assertEqual(invariants.broken(self.env), [])

    def test_random_histories(self):
        from hypothesis import HealthCheck, Phase, seed, settings
        from hypothesis.stateful import run_state_machine_as_test

        from .history_deals import Life

        class World(Life):
            world = self

        machine = seed(int(SEED))(World) if SEED else World
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=int(EXAMPLES),
                stateful_step_count=int(STEPS),
                derandomize=not SEED,
                database=None,
                deadline=None,
                print_blob=False,
                # to explain a failure by tracing every line takes half an hour
                phases=[Phase.generate, Phase.shrink],
                report_multiple_bugs=False,
                suppress_health_check=list(HealthCheck),
            ),
        )
        done = sum(n for (_what, end), n in World.tally.items() if end == "done")
        self.assertGreater(done, World.tally.total() / 4, "most steps are refused")
        _logger.info("steps of random histories: %s", World.tally)
