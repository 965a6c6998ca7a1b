from odoo.exceptions import AccessError
from odoo.tests import tagged

from .booking_common import FRI, BookingCommon

READERS = (
    "seller",
    "sales_manager",
    "office_lead",
    "engineer_2",
    "accountant",
    "mci_manager",
)
STRANGERS = ("seller_2", "engineer", "hr", "plain_user", "center_lead")


@tagged("post_install", "-at_install")
class TestAccessBookings(BookingCommon):
    """Design 4: every cell, allowed and denied."""

    def setUp(self):
        super().setUp()
        self.request = self.deal.with_user(self.seller).mci_ask_support(
            {
                "date_needed": FRI.isoformat(),
                "lines": [{"function_id": self.function_presales.id, "hours": 8}],
            }
        )
        self.booking = self._mci_create_booking(
            request_line_id=self.request.line_ids.id
        )
        self._mci_confirm(self.booking)
        self.env.flush_all()
        self.env.invalidate_all()

    def _records(self):
        return (
            self.booking,
            self.booking.sudo().day_ids[0],
            self.request,
            self.request.sudo().line_ids,
        )

    def test_who_reads(self):
        for role in READERS:
            for record in self._records():
                with self.subTest(f"{role} {record._name}"):
                    record.with_user(getattr(self, role)).read()

    def test_who_does_not_read(self):
        for role in STRANGERS:
            for record in self._records():
                user = getattr(self, role)
                with self.subTest(f"{role} {record._name}"), self._mci_quiet():
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["display_name"])
                    self.assertNotIn(
                        record, record.with_user(user).search([]).with_env(self.env)
                    )

    def test_by_what_a_user_is(self):
        for field in ("mci_ledger_owner_id", "mci_delivery_lead_id"):
            self.deal._mci_write_plain(
                {"mci_ledger_owner_id": False, "mci_delivery_lead_id": False}
            )
            self.deal._mci_write_plain({field: self.plain_user.id})
            self.env.flush_all()
            self.env.invalidate_all()
            for record in self._records():
                with self.subTest(f"{field} {record._name}"):
                    record.with_user(self.plain_user).read()

    def test_lost_deals_stay_readable(self):
        self.deal.action_set_lost()
        self.env.flush_all()
        for role in READERS:
            for record in self._records():
                with self.subTest(f"{role} {record._name}"):
                    record.with_user(getattr(self, role)).read(["display_name"])

    def test_who_writes(self):
        booking = self._mci_create_booking()
        for role in ("seller", "office_lead", "mci_manager", "sales_manager"):
            with self.subTest(role):
                booking.with_user(getattr(self, role)).write({"brief": role})
        for role in ("engineer_2", "accountant", "hr", "seller_2", "plain_user"):
            with self.subTest(role), self._mci_quiet():
                with self.assertRaises(AccessError):
                    booking.with_user(getattr(self, role)).write({"brief": role})

    def test_seller_creates_for_own_deals_only(self):
        with self._mci_quiet(), self.assertRaises(AccessError):
            self._mci_create_booking(self.seller_2)
        with self._mci_quiet(), self.assertRaises(AccessError):
            self._mci_create_booking(self.engineer_2)
        with self._mci_quiet(), self.assertRaises(AccessError):
            self._mci_create_booking(
                self.center_lead, request_line_id=self.request.line_ids.id
            )

    def test_a_lead_is_read_with_all_fields(self):
        for role in ("seller", "sales_manager"):
            with self.subTest(role):
                self.deal.with_user(getattr(self, role)).read()

    def test_seller_and_engineer_in_one_person(self):
        self.engineer_2.group_ids += self.env.ref("sales_team.group_sale_salesman")
        booking = self.booking.with_user(self.engineer_2)
        booking.read()
        with self._mci_quiet(), self.assertRaises(AccessError):
            booking.write({"brief": "mine now"})
        with self._mci_quiet(), self.assertRaises(AccessError):
            booking.lead_id.write({"name": "mine now"})

    def test_menu_of_the_engineer_comes_first(self):
        menu = self.env.ref("mci_sales_support.mci_booking_menu_my_week")
        root = self.env.ref("mci_sales_support.mci_menu_root")
        self.assertEqual(root.child_id.sorted("sequence")[0], menu)

    def test_all_views_load(self):
        for role in ("seller", "engineer", "office_lead", "accountant", "mci_manager"):
            for model in ("mci.booking", "mci.request"):
                for view_type in ("list", "form", "kanban", "search", "pivot"):
                    with self.subTest(f"{role} {model} {view_type}"):
                        self.env[model].with_user(getattr(self, role)).get_view(
                            view_type=view_type
                        )
