from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .request_common import RequestCommon


@tagged("post_install", "-at_install")
class TestExceptionList(RequestCommon):
    """M5: counted, and published monthly for everybody to read."""

    def setUp(self):
        super().setUp()
        self.env["mci.rule.event"].search([]).sudo()._mci_unlock().unlink()
        request = self._ask()
        request.with_user(self.seller).action_ask_override("The plant stands still")
        request.with_user(self.sales_manager).action_override()
        self.request = request
        self.lists = self.env["mci.exception.list"].with_user(self.mci_manager)

    def _publish(self):
        with freeze_time("2030-02-01 01:00:00"):
            return self.lists.publish("2030-01-15")

    def test_published_and_frozen(self):
        published = self._publish()
        self.assertRecordValues(
            published.line_ids,
            [
                {
                    "kind": "override",
                    "lead_name": "Port cranes",
                    "grade": "C",
                    "team_name": "City Sales",
                    "unit_name": "City Office",
                    "requester_name": "Seller",
                    "approver_name": "Sales manager",
                    "reason": "The plant stands still",
                }
            ],
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = published.line_ids.read()
        self.deal.name = "Another name"
        self.team.name = "Another team"
        self.env.invalidate_all()
        self.assertEqual(published.line_ids.read(), before)
        self.assertEqual(published.override_count, 1)
        self.assertEqual(published, self._publish())
        for record in (published, published.line_ids):
            with self.assertRaises(AccessError):
                record.sudo().write({record._rec_name: False})
            with self.assertRaises(UserError):
                record.sudo().unlink()

    def test_observed_ones_are_counted_only(self):
        self._mci_level("M2", "observe")
        booking = self._mci_create_booking(
            center_id=self.center.id, resource_id=self.resources["engineer"].id
        )
        booking.action_request()
        published = self._publish()
        self.assertEqual(published.observed_count, 1)
        self.assertEqual(len(published.line_ids), 1)

    def test_everybody_reads_and_prints(self):
        published = self._publish()
        for role in ("seller", "seller_2", "engineer", "office_lead", "plain_user"):
            published.with_user(getattr(self, role)).read()
            published.line_ids.with_user(getattr(self, role)).read()
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.seller)
            ._render_qweb_html(
                "mci_sales_support.mci_exception_list_document", published.ids
            )
        )
        self.assertIn("The plant stands still", html.decode())

    def test_who_publishes_and_when(self):
        with freeze_time("2030-02-01 01:00:00"):
            for role in ("seller", "sales_manager", "center_lead"):
                with self._mci_quiet(), self.assertRaises(AccessError):
                    self.lists.with_user(getattr(self, role)).publish("2030-01-15")
            with self.assertRefused("is not over"):
                self.lists.publish("2030-02-15")
            with self.assertRefused("no valid value"):
                self.lists.publish("last month")
        with self.assertRaises(AccessError):
            self.lists.create(
                {
                    "date_from": "2030-01-01",
                    "company_id": self.company.id,
                    "published_date": "2030-02-01",
                }
            )

    def test_published_by_the_day_of_the_company(self):
        """1:30 of 1 February in Shanghai, still January for the server."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        with freeze_time("2030-01-31 17:30:00"):
            lists = self.lists.with_context(tz="America/Los_Angeles")
            self.assertTrue(lists.publish("2030-01-15"))
        with freeze_time("2030-01-31 15:30:00"):
            with self.assertRefused("is not over"):
                lists.with_context(tz="Pacific/Auckland").publish("2030-01-15")

    def test_cron_on_the_first_working_day(self):
        domain = [("company_id", "=", self.company.id)]
        for moment, count in (
            ("2030-06-01 04:00:00", 0),
            ("2030-06-02 04:00:00", 0),
            ("2030-06-03 04:00:00", 1),
            ("2030-06-04 04:00:00", 1),
        ):
            with self.subTest(moment), freeze_time(moment):
                self.company._mci_publish_exceptions()
                self.assertEqual(self.lists.sudo().search_count(domain), count)
        self.assertEqual(str(self.lists.sudo().search(domain).date_from), "2030-05-01")

    def test_tells_heads_and_leaders(self):
        published = self._publish()
        for user in (self.sales_manager, self.office_lead):
            self.assertTrue(self._messages(published, user))
