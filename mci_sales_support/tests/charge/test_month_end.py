from datetime import date, datetime

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestMonthEnd(ChargeCommon):
    def _screen(self, user=None):
        form = Form(self.env["mci.month.end"].with_user(user or self.accountant))
        form.date_from = date(2026, 3, 1)
        form.date_to = date(2026, 3, 31)
        return form.save()

    def _drive(self, screen):
        """What the screen does while it shows the progress."""
        run = screen.run_id
        while run.action_step()["state"] == "running":
            pass
        screen.invalidate_recordset()
        return run

    def test_counts_and_lists_agree(self):
        self._work(8.0)
        self._work(2.0, day=date(2026, 2, 10))
        self.resources["engineer_2"].mci_level_id = False
        self._work(1.0, role="engineer_2", project_id=self.office.project_id.id)
        self._work(1.0, lead=self._create_lead("No team", team_id=False, user_id=False))
        screen = self._screen()
        self.assertRecordValues(
            screen,
            [
                {
                    "open_count": 3,
                    "late_count": 1,
                    "unpriced_count": 1,
                    "no_payer_count": 1,
                    "no_cost_count": 1,
                    "disputed_count": 0,
                    "draft_count": 0,
                }
            ],
        )
        for name in screen._get_items():
            action = screen.with_context(mci_item=name).action_open()
            found = self.env[action["res_model"]].search_count(action["domain"])
            self.assertEqual(found, screen[f"{name}_count"], name)

    def test_from_open_to_posted(self):
        self._work(8.0)
        self.resources["engineer_2"].mci_level_id = False
        self._work(1.0, role="engineer_2", project_id=self.office.project_id.id)
        screen = self._screen()
        screen.action_generate()
        self._drive(screen)
        self.assertEqual((screen.open_count, screen.draft_count), (0, 2))
        screen.action_send_all()
        self._drive(screen)
        self.assertEqual((screen.draft_count, screen.sent_count), (1, 1))
        self.assertIn("1 of 2", screen.result)
        self.assertIn("without a price", screen.result)
        self.env["mci.statement"].search([("state", "=", "sent")]).with_user(
            self.sales_manager
        ).action_accept()
        screen.invalidate_recordset()
        self.assertEqual((screen.accepted_count, screen.accepted_amount), (1, 800.0))
        screen.action_post_all()
        self._drive(screen)
        self.assertEqual(screen.result, "1 of 1 done.")
        self.assertEqual((screen.accepted_count, screen.posted_count), (0, 1))

    def test_c5_unreported_by_the_day_where_the_person_works(self):
        """As the close of the period counts them, not by the day in UTC."""
        self.resources["engineer"].tz = "America/Los_Angeles"
        vals = {
            "lead_id": self.lead.id,
            "center_id": self.center.id,
            "function_id": self.function_presales.id,
            "resource_id": self.resources["engineer"].id,
            "hours": 2.0,
        }
        bookings = self.env["mci.booking"].create(
            [
                {**vals, "date_start": start, "date_stop": stop}
                for start, stop in (
                    # the last hours of March there, and the first ones of April
                    (datetime(2026, 3, 31, 23), datetime(2026, 4, 1, 1)),
                    (datetime(2026, 4, 1, 15), datetime(2026, 4, 1, 17)),
                    # asked for, and nobody decided: there is nothing to report
                    (datetime(2026, 3, 20, 15), datetime(2026, 3, 20, 17)),
                )
            ]
        )
        bookings[:2]._mci_unlock().write({"state": "confirmed"})
        bookings[2]._mci_unlock().write({"state": "requested"})
        found = self.env["mci.booking"].search(
            self._screen()._get_items()["unreported"][1]
        )
        self.assertEqual(found, bookings[0])

    def test_close_period(self):
        screen = self._screen()
        screen.action_close_period()
        self.assertEqual(screen.period_id.state, "closed")

    def test_only_accountants(self):
        for user in (self.seller, self.center_lead, self.mci_manager):
            with self.assertRaises(AccessError):
                self._screen(user)
