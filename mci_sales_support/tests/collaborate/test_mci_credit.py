from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ...tools.share import share
from .common import CollaborateCommon


@tagged("post_install", "-at_install")
class TestMciCredit(CollaborateCommon):
    """O4: all carry the number."""

    def _credit(self, lead, role, user=None):
        return lead.mci_credit_ids.filtered(
            lambda c: c.role == role and (not user or c.user_id == user)
        )

    def _primary(self, lead):
        return lead.mci_credit_ids.filtered(lambda c: c.kind == "primary")

    def test_o4_share_adds_up(self):
        self.assertEqual(
            share(100, {"a": 1, "b": 1, "c": 1}),
            {
                "a": 33.34,
                "b": 33.33,
                "c": 33.33,
            },
        )
        self.assertEqual(sum(share(100, dict.fromkeys(range(7), 1)).values()), 100)
        self.assertEqual(share(100, {}), {})

    def test_o4_template_primary_is_100(self):
        with self.assertRaisesRegex(ValidationError, "100"):
            self.env["mci.credit.template"].create(
                {
                    "name": "Short of a tenth",
                    "line_ids": [
                        Command.create(
                            {"role": "sales", "kind": "primary", "percent": 90}
                        )
                    ],
                }
            )

    def test_o4_template_cap(self):
        with self.assertRaisesRegex(ValidationError, "cap"):
            self.env.ref("mci_sales_support.credit_template_default").overlay_cap = 150

    def test_o4_agree_and_freeze(self):
        ids = self.deal.with_user(self.seller).mci_agree_credits()
        self.assertEqual(ids, self.deal.mci_credit_ids.ids)
        self.assertEqual(set(self.deal.mci_credit_ids.mapped("state")), {"agreed"})
        self._win(self.deal)
        self.assertRecordValues(
            self._credit(self.deal, "sales"),
            [
                {
                    "user_id": self.seller.id,
                    "percent": 100.0,
                    "amount": 100000.0,
                    "state": "released",
                    "basis": "expected",
                }
            ],
        )
        first = self._credit(self.deal, "presales", self.engineer)
        second = self._credit(self.deal, "presales", self.engineer_2)
        self.assertEqual((first.percent, second.percent), (66.67, 33.33))
        self.assertEqual((first.amount, second.amount), (66670.0, 33330.0))
        self.assertEqual(first.hours, 20.0)

    def test_o4_overlay_does_not_move_booked(self):
        """Invariant 6: booked revenue is counted once, whatever overlay is given."""
        self._win(self.deal)
        self.assertEqual(sum(self._primary(self.deal).mapped("amount")), 100000.0)
        credited = sum(self.deal.mci_credit_ids.mapped("amount"))
        self.assertEqual(credited, 200000.0)

    def test_o4_rider_gets_nothing(self):
        self._work(self.deal, "office_lead", 2.0)
        self._win(self.deal)
        self.assertFalse(self._credit(self.deal, "presales", self.office_lead))
        shares = self._credit(self.deal, "presales").mapped("percent")
        self.assertEqual(round(sum(shares), 2), 100.0)

    def test_o4_hours_after_the_offer_do_not_count(self):
        offer = self.today - timedelta(days=4)
        self.deal._mci_write_plain({"mci_offer_date": offer})
        self._work(self.deal, "office_lead", 100.0, day=self.today)
        self._win(self.deal)
        self.assertFalse(self._credit(self.deal, "presales", self.office_lead))

    def test_o4_signed_amount_is_the_basis(self):
        self.deal.mci_signed_amount = 80000.0
        self._win(self.deal)
        credit = self._credit(self.deal, "sales")
        self.assertEqual((credit.basis, credit.amount), ("signed", 80000.0))

    def test_o4_held_back_and_released(self):
        self.deal._mci_write_plain({"mci_delivery_lead_id": self.center_lead.id})
        self._win(self.deal)
        credit = self._credit(self.deal, "delivery_manager")
        self.assertEqual((credit.state, credit.released_amount), ("frozen", 50000.0))
        with self.assertRaises(AccessError):
            credit.with_user(self.center_lead).action_release()
        credit.with_user(self.accountant).action_release()
        self.assertEqual((credit.state, credit.released_amount), ("released", 100000.0))

    def test_o4_primary_nobody_took_is_the_sellers(self):
        template = self.env["mci.credit.template"].create(
            {
                "name": "Two sellers",
                "line_ids": [
                    Command.create(
                        {"role": "sales", "kind": "primary", "percent": 66.67}
                    ),
                    Command.create(
                        {"role": "other", "kind": "primary", "percent": 33.33}
                    ),
                ],
            }
        )
        deal = self._create_deal("Shared", expected_revenue=1000.01)
        deal.mci_agree_credits(template.id)
        self._win(deal)
        primary = self._primary(deal)
        self.assertEqual(primary.user_id, self.seller)
        self.assertEqual(round(sum(primary.mapped("percent")), 2), 100.0)
        self.assertEqual(round(sum(primary.mapped("amount")), 2), 1000.01)

    def test_o4_named_person(self):
        template = self.env["mci.credit.template"].create(
            {
                "name": "Two sellers",
                "line_ids": [
                    Command.create({"role": "sales", "kind": "primary", "percent": 60}),
                    Command.create({"role": "other", "kind": "primary", "percent": 40}),
                ],
            }
        )
        deal = self._create_deal("Shared")
        deal.mci_agree_credits(template.id)
        other = self._credit(deal, "other")
        with self.assertRaises(AccessError):
            other.with_user(self.engineer).action_name_person(self.engineer.id)
        other.with_user(self.seller).action_name_person(self.seller_2.id)
        self._win(deal)
        self.assertEqual(self._credit(deal, "other").user_id, self.seller_2)

    def test_o4_who_agrees(self):
        for role in ("seller", "sales_manager"):
            self.deal.with_user(getattr(self, role)).mci_agree_credits()
        for role in ("seller_2", "engineer", "accountant", "hr", "mci_manager"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.deal.with_user(getattr(self, role)).mci_agree_credits()

    def test_o4_frozen_cannot_be_agreed_or_deleted(self):
        self._win(self.deal)
        with self.assertRaisesRegex(UserError, "frozen"):
            self.deal.mci_agree_credits()
        with self.assertRaises(UserError):
            self.deal.mci_credit_ids.unlink()
        with self.assertRaises(AccessError):
            self.deal.mci_credit_ids[0].write({"amount": 1})

    def test_o4_reopened_is_clawed_back_and_won_again(self):
        self._win(self.deal)
        open_stage = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)
        self.deal.write({"stage_id": open_stage.id, "probability": 20})
        self.assertEqual(sum(self.deal.mci_credit_ids.mapped("amount")), 0.0)
        negative = self.deal.mci_credit_ids.filtered("adjusts_id")
        self.assertEqual(len(negative), 3)
        self._win(self.deal)
        self.assertEqual(sum(self._primary(self.deal).mapped("amount")), 100000.0)

    def test_o4_adjustment_needs_an_accountant(self):
        self._win(self.deal)
        credit = self._credit(self.deal, "presales", self.engineer)
        adjusting = credit.browse(
            credit.with_user(self.seller).action_adjust(-6670.0, "Helped less")
        )
        self.assertEqual(adjusting.state, "provisional")
        with self.assertRaises(AccessError):
            adjusting.with_user(self.seller).action_approve_adjustment()
        adjusting.with_user(self.accountant).action_approve_adjustment()
        self.assertEqual(adjusting.state, "adjusted")
        self.assertEqual(credit.amount, 66670.0)
        self.assertEqual(adjusting.adjusts_id, credit)

    def test_o4_primary_moves_between_primary_credits_only(self):
        self._win(self.deal)
        credit = self._credit(self.deal, "sales")
        with self.assertRaisesRegex(UserError, "100"):
            credit.action_adjust(-1000.0, "Wrong")

    def test_o4_refused_adjustment_goes_away(self):
        self._win(self.deal)
        credit = self._credit(self.deal, "presales", self.engineer)
        adjusting = credit.browse(
            credit.with_user(self.sales_manager).action_adjust(10.0, "More")
        )
        adjusting.with_user(self.accountant).action_refuse_adjustment()
        self.assertFalse(adjusting.exists())

    def test_b11_history_carries_no_credits(self):
        old = self._create_deal("Old")
        self.company.mci_start_date = self.today + timedelta(days=1)
        self._win(old)
        created = self.env["crm.lead"].create(
            {
                "name": "Created won",
                "type": "opportunity",
                "stage_id": self.stage_won.id,
                "user_id": self.seller.id,
            }
        )
        self.company.mci_start_date = self.today - timedelta(days=1)
        self._mci_run_cron("cron_reconcile_credits")
        self.assertFalse(created.mci_credit_ids)

    def test_o4_a_deal_won_at_once_carries_its_number(self):
        """Created open and won in the same minute, as over an interface."""
        quick = self.env["crm.lead"].create(
            {
                "name": "Quick",
                "type": "opportunity",
                "team_id": self.team.id,
                "user_id": self.seller.id,
                "expected_revenue": 5000.0,
            }
        )
        self._work(quick, "engineer", 2.0)
        self._win(quick)
        primary = quick.mci_credit_ids.filtered(lambda c: c.kind == "primary")
        self.assertEqual(sum(primary.mapped("amount")), 5000.0)
        self.assertTrue(self._form(quick, "engineer"))

    def test_t14_cron_freezes_and_claws_back(self):
        self._win(self.deal)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET won_status = 'pending' WHERE id = %s", [self.deal.id]
        )
        self.env.invalidate_all()
        self._mci_run_cron("cron_reconcile_credits")
        self.assertEqual(sum(self.deal.mci_credit_ids.mapped("amount")), 0.0)
        self.env.cr.execute(
            "UPDATE crm_lead SET won_status = 'won' WHERE id = %s", [self.deal.id]
        )
        self.env.invalidate_all()
        self._mci_run_cron("cron_reconcile_credits")
        self._mci_run_cron("cron_reconcile_credits")
        self.assertEqual(sum(self._primary(self.deal).mapped("amount")), 100000.0)
