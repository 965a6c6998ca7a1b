from datetime import timedelta

import psutil

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mci_sales_support.tests.match.booking_common import (
    FRI,
    MON,
    BookingCommon,
)


@tagged("post_install", "-at_install")
class TestMciPlanOptimizer(BookingCommon):
    """The plan is computed in a process of its own, with a proof."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for hours in (40, 24, 16, 8):
            cls.deal.with_user(cls.seller).mci_ask_support(
                {
                    "date_needed": FRI.isoformat(),
                    "lines": [
                        {"function_id": cls.function_presales.id, "hours": hours}
                    ],
                }
            )
        cls.core = (
            cls.env["mci.plan"]
            .with_user(cls.office_lead)
            .create(
                {
                    "date_from": MON,
                    "date_to": MON + timedelta(days=13),
                    "center_ids": [Command.set(cls.office.ids)],
                }
            )
        )
        cls.core.action_compute()

    def _optimize(self):
        plan = self.core.browse(self.core.action_optimize()["res_id"])
        return plan.with_user(self.office_lead)

    def _run(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(
                "mci_sales_support_optimizer.cron_optimize_plans"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_optimal_compared_and_accepted(self):
        plan = self._optimize()
        self.assertEqual((plan.state, plan.method), ("queued", "optimizer"))
        self._run()
        self.assertEqual(plan.state, "computed", plan.error)
        self.assertTrue(plan.is_optimal)
        self.assertEqual(plan.gap, 0)
        self.assertAlmostEqual(plan.value_bound, plan.value_total)
        self.assertGreaterEqual(plan.value_total, self.core.value_total)
        self.assertEqual(plan.base_id, self.core)
        self.assertFalse(plan.sudo().worker_folder)
        report = plan.accept_lines()
        self.assertEqual(len(report["accepted"]), plan.count_placed)

    def test_stopped(self):
        plan = self._optimize()
        plan.action_stop()
        self._run()
        self.assertEqual(plan.state, "draft")

    def test_changed_while_computed(self):
        plan = self._optimize()
        unlocked = plan.sudo()._mci_unlock()
        unlocked._do_start_worker()
        psutil.Process(unlocked.worker_pid).wait()
        self._mci_confirm(self._mci_create_booking())
        self._run()
        self.assertEqual(plan.state, "draft")
        self.assertIn("changed while", plan.error)

    def test_lost_process(self):
        plan = self._optimize()
        unlocked = plan.sudo()._mci_unlock()
        unlocked._do_start_worker()
        worker = psutil.Process(unlocked.worker_pid)
        worker.kill()
        worker.wait()
        self._run()  # starts it anew
        self.assertEqual(plan.state, "computed", plan.error)

    def test_rights(self):
        with self._mci_quiet(), self.assertRaises(AccessError):
            self.core.with_user(self.seller).action_optimize()
        plan = self._optimize()
        with self.assertRaises(AccessError):
            plan.write({"gap": 0})
        with mute_logger("odoo.addons.base.models.ir_rule"):
            with self.assertRaises(AccessError):
                plan.read(["worker_folder"])
