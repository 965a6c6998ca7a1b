from datetime import timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from .grade_common import GradeCommon


class TestMciPartnerRegistration(GradeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner, cls.rival, cls.buyer = cls.env["res.partner"].create(
            [
                {"name": name, "is_company": True}
                for name in ("Alpha Integrators", "Beta Systems", "Mine Ltd")
            ]
        )
        cls.lead = cls._mci_deal(
            400000,
            partner_id=cls.buyer.id,
            mci_partner_led=True,
            mci_registered_partner_id=cls.partner.id,
        )
        cls.today = fields.Date.today()

    def _register(self, partner=None, user=None, **vals):
        records = self.env["mci.partner.registration"].with_user(user or self.seller)
        return records.create(
            {
                "partner_id": (partner or self.partner).id,
                "customer_id": self.buyer.id,
                "lead_id": self.lead.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def _accept(self, record, reason=None):
        record.with_user(self.sales_manager).action_accept(reason)
        return record

    def test_m1_valid_days_are_those_of_the_company(self):
        """The day begins and ends for everybody where the company works."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        record = self._accept(self._register(date="2030-01-08", date_to="2030-01-08"))
        for moment, is_valid in (
            ("2030-01-07 15:59:00", False),
            ("2030-01-07 16:01:00", True),
            ("2030-01-08 15:59:00", True),
            ("2030-01-08 16:01:00", False),
        ):
            with self.subTest(moment), freeze_time(moment):
                record.invalidate_recordset()
                self.assertEqual(record.is_valid, is_valid)
                found = record.search([("id", "=", record.id), ("is_valid", "=", True)])
                self.assertEqual(bool(found), is_valid)

    def test_m1_e_needs_a_valid_registration_at_the_first_booking(self):
        def gaps():
            self.lead.invalidate_recordset()
            return self.lead._mci_support_facts()

        self.assertTrue(gaps())
        record = self._register()
        self.assertTrue(gaps())
        self._accept(record)
        self.assertFalse(gaps())
        record._mci_unlock().write(
            {
                "date": self.today - timedelta(days=90),
                "date_to": self.today - timedelta(days=1),
            }
        )
        self.assertFalse(record.is_valid)
        self.assertTrue(gaps())
        self.lead.mci_partner_led = False
        self.assertFalse(gaps())

    def test_m1_a_registration_of_the_customer_covers_its_deals(self):
        self._accept(self._register(lead_id=False))
        self.assertFalse(self.lead._mci_support_facts())
        self.lead.mci_registered_partner_id = self.rival
        self.assertTrue(self.lead._mci_support_facts())

    def test_m1_accepting_names_the_partner_on_the_deal(self):
        self.lead.mci_registered_partner_id = False
        self._accept(self._register(self.rival))
        self.assertEqual(self.lead.mci_registered_partner_id, self.rival)
        self.assertIn("20", self.lead.mci_registration_note)

    def test_m1_conflicts_are_shown_and_decided(self):
        first = self._register(date=self.today - timedelta(days=3))
        self.assertFalse(first.has_conflict)
        second = self._register(self.rival)
        (first + second).invalidate_recordset()
        self.assertEqual(second.conflict_ids.ids, first.ids)
        self.assertIn("before", second.conflict_note)
        self.assertIn("after", first.conflict_note)
        with self.assertRaisesRegex(UserError, "Alpha"):
            self._accept(second)
        self._accept(second, "Has the letter of the customer")
        self.assertEqual(second.reason, "Has the letter of the customer")
        found = self.env["mci.partner.registration"].search(
            [("has_conflict", "=", True), ("customer_id", "=", self.buyer.id)]
        )
        self.assertEqual(found, first + second)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self._accept(first, "Both")
        second.with_user(self.sales_manager).action_end("Gave it up")
        first.invalidate_recordset()
        self.assertFalse(first.has_conflict)
        self._accept(first)

    def test_m1_a_direct_deal_is_a_conflict(self):
        direct = self._mci_deal(5000, partner_id=self.buyer.id)
        record = self._register()
        self.assertEqual(record.conflict_lead_count, 1)
        with self.assertRaises(UserError):
            self._accept(record)
        domain = record.action_view_direct_deals()["domain"]
        self.assertEqual(self.env["crm.lead"].search(domain), direct)

    def test_m1_not_at_the_same_time_is_no_conflict(self):
        self._register(
            date=self.today - timedelta(days=60), date_to=self.today - timedelta(days=9)
        )
        self.assertFalse(self._register(self.rival).has_conflict)

    def test_m1_who_decides(self):
        record = self._register(user=self.sales_manager)
        for user in (self.sales_manager, self.seller, self.seller_2):
            with self.subTest(user.login), self.assertRaises(AccessError):
                record.with_user(user).action_accept("Mine")
        self.env["mci.approval.rule"].create(
            {
                "kind": "registration",
                "approver_type": "user",
                "approver_id": self.seller_2.id,
            }
        )
        with self.assertRaises(AccessError):
            record.with_user(self.mci_manager).action_accept()
        record.with_user(self.seller_2).action_accept()
        with self.assertRaisesRegex(UserError, "decided"):
            record.with_user(self.seller_2).action_refuse("Second thought")

    def test_m1_rights(self):
        record = self._register()
        record.with_user(self.seller_2).read()
        for user in (self.plain_user, self.accountant, self.engineer):
            with self.subTest(user.login), self.assertRaises(AccessError):
                record.with_user(user).read(["note"])
        with self.assertRaises(AccessError):
            record.with_user(self.seller_2).note = "Mine now"
        record.note = "Met them on Monday"
        with self.assertRaises(AccessError):
            record.state = "accepted"
        with self.assertRaises(AccessError):
            self._register(state="accepted")
        with self.assertRaises(AccessError):
            self._register(requester_id=self.seller_2.id)
        self._accept(record)
        with self.assertRaises(AccessError):
            record.date = self.today - timedelta(days=99)
        with self.assertRaises(UserError):
            record.unlink()

    def test_m1_bad_input(self):
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self._register(date_to=self.today - timedelta(days=1))
            self.env.flush_all()
        with self.assertRaises(UserError):
            self._register(self.buyer)
        with self.assertRaises(UserError):
            self._register(customer_id=self.customer.id)
        record = self._register()
        self.lead.action_set_won()
        with self.assertRaisesRegex(UserError, "closed"):
            self._accept(record)
        with self.assertRaises(UserError):
            record.with_user(self.sales_manager).action_refuse("")

    def test_m1_merge_keeps_the_registration(self):
        record = self._accept(self._register())
        other = self._mci_deal(10, partner_id=self.buyer.id, probability=99)
        merged = (other + self.lead).merge_opportunity()
        self.assertEqual(record.lead_id, merged)
        self.assertEqual(record.state, "accepted")

    def test_m1_queries_do_not_grow(self):
        def look(count):
            records = self.env["mci.partner.registration"]
            for _number in range(count):
                records |= self._register()
            self.env.flush_all()
            return self._mci_count(lambda: records.sudo().mapped("conflict_note"))

        look(2)
        self.assertEqual(look(2), look(12))

    def test_m1_whoever_the_rule_names_decides(self):
        """Without any group of ours he reads the registration and decides on it."""
        record = self._register()
        with self._mci_quiet(), self.assertRaises(AccessError):
            record.with_user(self.plain_user).read(["state"])
        self.env["mci.approval.rule"].create(
            {
                "kind": "registration",
                "company_id": self.company.id,
                "approver_id": self.plain_user.id,
            }
        )
        mine = record.with_user(self.plain_user)
        self.assertEqual(mine.approver_ids, self.plain_user)
        self.assertTrue(mine.can_decide)
        with Form(mine) as form:
            self.assertEqual(form.lead_id, self.lead)
        with self.assertRaises(AccessError):
            record.with_user(self.sales_manager).action_accept()
        mine.action_accept()
        self.assertEqual(record.decided_by_id, self.plain_user)
        mine.action_end("Gave it up")
        other = self.env["mci.partner.registration"].create(
            {"partner_id": self.rival.id, "customer_id": self.buyer.id}
        )
        self.assertEqual(other.approver_ids, self.plain_user)
        for vals in ({"approver_ids": [(5,)]}, {"state": "accepted"}):
            with self._mci_quiet(), self.assertRaises(AccessError):
                other.with_user(self.seller).write(vals)

    def test_m1_names_cost_the_same_queries_for_many(self):
        def count(records):
            records.invalidate_recordset()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            records._mci_name_approvers()
            return self.env.cr.sql_log_count - before

        records = self.env["mci.partner.registration"].create(
            [
                {"partner_id": self.partner.id, "customer_id": self.buyer.id}
                for _number in range(20)
            ]
        )
        count(records)
        self.assertEqual(count(records[:2]), count(records))
