from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..match.booking_common import BookingCommon


@tagged("post_install", "-at_install")
class TestAccessOwnership(BookingCommon):
    """Who reads the room of a deal, by role and by what he is (design 4, O8)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        deal = cls.big_deal
        deal.mci_center_id = cls.center
        deal.with_user(cls.center_lead).mci_name_delivery_lead(cls.center_lead.id)
        cls.promise = (
            cls.env["mci.promise"]
            .with_user(cls.seller)
            .create({"lead_id": deal.id, "name": "Live in May"})
        )
        deal.with_user(cls.seller).mci_declare_promises()
        cls.records = (cls.promise, deal.mci_signoff_ids, deal.mci_ownership_ids)

    def _sees(self, user):
        self.env.invalidate_all()
        return [
            bool(
                self.env[records._name]
                .with_user(user)
                .search_count([("id", "in", records.ids)])
            )
            for records in self.records
        ]

    def assertSees(self, user, expected):
        self.assertEqual(self._sees(user), [expected] * 3, user.name)

    def test_who_reads(self):
        for user in (
            self.seller,
            self.sales_manager,
            self.center_lead,
            self.mci_manager,
        ):
            self.assertSees(user, True)
        for user in (
            self.seller_2,
            self.engineer,
            self.engineer_2,
            self.office_lead,
            self.accountant,
            self.hr,
            self.plain_user,
        ):
            self.assertSees(user, False)

    def test_by_what_he_is(self):
        """Owner, delivery lead, leader of the team, whatever their groups (A6)."""
        for field in ("mci_ledger_owner_id", "mci_delivery_lead_id"):
            former = self.big_deal[field]
            self.big_deal._mci_write_plain({field: self.plain_user.id})
            self.assertSees(self.plain_user, True)
            self.big_deal.with_user(self.plain_user).read()
            self.big_deal._mci_write_plain({field: former.id})
            self.assertSees(self.plain_user, False)
        self.team.mci_deputy_id = self.plain_user
        self.assertSees(self.plain_user, True)
        self.team.mci_deputy_id = False

    def test_a_lead_is_read_with_all_fields(self):
        booking = self._mci_book(self.engineer)
        self.assertEqual(booking.state, "confirmed")
        offered = self.big_deal.with_user(self.seller).mci_offer_handover(self.hr.id)
        self.assertTrue(offered)
        self.env.invalidate_all()
        for role in (
            "seller",
            "sales_manager",
            "center_lead",
            "engineer",
            "mci_manager",
            "hr",
        ):
            with self.subTest(role):
                self.big_deal.with_user(getattr(self, role)).read()

    def _mci_book(self, user):
        booking = self._mci_create_booking(
            self.seller,
            lead_id=self.big_deal.id,
            center_id=self.center.id,
            resource_id=self.resources["engineer"].id,
        )
        return self._mci_confirm(booking, self.center_lead)

    def test_one_room(self):
        """O8: who is booked reads, follows and posts, and leaves when done."""
        partner = self.engineer.partner_id
        self.assertNotIn(partner, self.big_deal.message_partner_ids)
        booking = self._mci_book(self.engineer)
        self.assertIn(partner, self.big_deal.message_partner_ids)
        self.assertSees(self.engineer, True)
        body = "Here is the concept"
        self.big_deal.with_user(self.engineer).message_post(body=body)
        with self._mci_quiet(), self.assertRaises(AccessError):
            self.big_deal.with_user(self.engineer).write({"name": "Mine"})
        with self._mci_quiet(), self.assertRaises(AccessError):
            self.big_deal.with_user(self.seller_2).message_post(body=body)
        second = self._mci_create_booking(
            self.seller,
            lead_id=self.big_deal.id,
            center_id=self.center.id,
            resource_id=self.resources["engineer"].id,
            date_start="2030-01-09 00:00:00",
            date_stop="2030-01-09 10:00:00",
            hours=2,
        )
        self._mci_confirm(second, self.center_lead)
        booking.with_user(self.center_lead).action_cancel("Not needed")
        self.assertIn(partner, self.big_deal.message_partner_ids, "still booked")
        second.with_user(self.center_lead).action_cancel("Not needed")
        self.assertNotIn(partner, self.big_deal.message_partner_ids)

    def test_whoever_is_in_charge_stays_in_the_room(self):
        self.big_deal._mci_write_plain({"mci_ledger_owner_id": self.engineer.id})
        booking = self._mci_book(self.engineer)
        booking.with_user(self.center_lead).action_cancel("Not needed")
        self.assertIn(self.engineer.partner_id, self.big_deal.message_partner_ids)

    def test_the_room_costs_the_same_for_many_deals(self):
        def enter(count):
            deals = self.env["crm.lead"].union(
                *(
                    self._mci_create_deal(f"Deal {i}", "c", "local_office")
                    for i in range(count)
                )
            )
            self.env.flush_all()
            start = self.cr.sql_log_count
            deals._mci_sync_room(self.engineer)
            self.env.flush_all()
            return self.cr.sql_log_count - start

        enter(1)
        self.assertEqual(enter(2), enter(20))
