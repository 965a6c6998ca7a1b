from datetime import date, datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .company_common import CompanyCommon


@tagged("post_install", "-at_install")
class TestCrmLeadPayer(CompanyCommon):
    """A deal that changes its company takes its charges along (C6, C7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.agreed = cls._create_rate(
            "level_2", 80.0, payer_company_id=cls.company_2.id
        )
        cls.agreed.action_publish()
        cls.lead.user_id = False
        cls.to_2 = {"company_id": cls.company_2.id, "team_id": cls.team_2.id}
        cls.to_1 = {"company_id": cls.company.id, "team_id": cls.team.id}

    def _change(self, user=None, lead=None, company=None, team=None, **values):
        lead = self._as(lead or self.lead, user or self.controller)
        return lead.mci_change_company(
            (company or self.company_2).id,
            "Sold by the subsidiary",
            team_id=(team or self.team_2).id,
            **values,
        )

    def _balances(self, *accounts):
        return [self._balance(account) for account in accounts]

    # --- Open charges ---------------------------------------------------------

    def test_open_charges_follow(self):
        charge = self._work(8.0)
        draft = self._settle("draft")
        self.lead.write(self.to_2)
        self.assertFalse(charge.statement_id, "it leaves the draft of the old payer")
        self.assertRecordValues(
            charge,
            [
                {
                    "payer_company_id": self.company_2.id,
                    "team_id": self.team_2.id,
                    "price_unit": 80.0,
                    "amount": 640.0,
                    "payer_amount": 640.0 * 7.0,
                    "state": "open",
                }
            ],
        )
        self.assertEqual(charge.event_ids.kind, "follow")
        self.assertEqual(draft.amount_total, 0.0)
        draft.unlink()
        self.assertEqual(self._settle("posted").payer_company_id, self.company_2)

    def test_running_bookings_follow(self):
        self._activate_policy("none", date(2026, 1, 1))
        self.seller.company_ids += self.company_2
        self.lead.write({"user_id": self.seller.id, "mci_center_id": self.center.id})
        bookings = self.env["mci.booking"].concat(
            *(
                self._draft_booking(
                    8.0, datetime(2026, 3, day), datetime(2026, 3, day, 10)
                )
                for day in (9, 10)
            )
        )
        with freeze_time("2026-03-06"):
            bookings[0].action_confirm()
        self.assertEqual(bookings.mapped("amount"), [800.0, 800.0])
        self.lead.write(self.to_2)
        self.assertEqual(bookings.mapped("state"), ["confirmed", "draft"])
        self.assertEqual(bookings.payer_company_id, self.company_2)
        self.assertEqual(bookings.team_id, self.team_2)
        self.assertEqual(bookings.mapped("amount"), [640.0, 640.0])
        with freeze_time("2026-03-11"):
            bookings[0].with_user(self.engineer).action_done()
        self.assertEqual(bookings[0].sudo().charge_ids.amount, 640.0)

    def test_same_company_changes_nothing(self):
        charge = self._work(8.0)
        self._settle("posted")
        other = self.team.copy({"name": "Other team"})
        self.lead.team_id = other
        self.assertEqual(charge.team_id, self.team)

    # --- What is being settled ------------------------------------------------

    def test_c7_settle_first(self):
        self._work(8.0)
        statement = self._settle("sent")
        for step in (None, "action_accept"):
            if step:
                getattr(statement, step)()
            with self.assertRaisesRegex(UserError, statement.name), self.cr.savepoint():
                self.lead.write(self.to_2)
            with self.assertRaisesRegex(UserError, statement.name), self.cr.savepoint():
                self._change()
            self.assertEqual(self.lead.company_id, self.company)

    def test_c7_disputed_first(self):
        charge = self._work(8.0)
        self._settle("sent")
        charge.sudo().action_dispute("Not ours", "deal")
        with self.assertRaisesRegex(UserError, "settled"), self.cr.savepoint():
            self.lead.write(self.to_2)

    def test_showback_is_settled(self):
        self.company.mci_showback_until = date(2026, 3, 31)
        charge = self._work(8.0)
        self._settle("accepted")
        self.lead.write(self.to_2)
        self.assertEqual(charge.payer_company_id, self.company)

    # --- Posted charges -------------------------------------------------------

    def test_c7_posted_is_refused(self):
        self._work(8.0)
        self._settle("posted")
        for vals in (self.to_2, {"team_id": self.team_2.id}):
            with (
                self.assertRaisesRegex(UserError, "Reverse and re-charge"),
                self.cr.savepoint(),
            ):
                self.lead.write(vals)
        self.assertEqual(self.lead.company_id, self.company)

    def test_c7_reverse_and_recharge(self):
        charge = self._work(8.0)
        self._settle("posted")
        old = self.lead.mci_analytic_account_id
        old.sudo()._mci_unlock().company_id = self.company
        self.assertEqual(self._change(), 1)
        self.assertEqual(self.lead.company_id, self.company_2)
        self.assertEqual(
            (charge.state, charge.payer_company_id), ("posted", self.company)
        )
        back, fresh = self.lead.mci_charge_ids.filtered(
            lambda c: c.state == "open"
        ).sorted("amount")
        self.assertRecordValues(
            back | fresh,
            [
                {
                    "payer_company_id": self.company.id,
                    "hours": -8.0,
                    "amount": -800.0,
                    "payer_amount": -800.0,
                    "corrected_charge_id": charge.id,
                    "correction_kind": "reversal",
                },
                {
                    "payer_company_id": self.company_2.id,
                    "hours": 8.0,
                    "amount": 640.0,
                    "payer_amount": 4480.0,
                    "corrected_charge_id": charge.id,
                    "correction_kind": "delta",
                },
            ],
        )
        statements = self._settle("posted", 4)
        self.assertEqual(sorted(statements.mapped("amount_total")), [-800.0, 640.0])
        new = self.lead.mci_analytic_account_id
        self.assertNotEqual(new, old)
        self.assertEqual(
            self._balances(old, new, self.center.analytic_account_id),
            [(0.0, 0.0), (-4480.0, 8.0), (640.0 - 480.0, 0.0)],
        )

    def test_c7_to_the_cent_whatever_was_revalued(self):
        charge = self._work(8.0, lead=self.lead_2)
        self._settle("posted")
        rates = self.env["res.currency.rate"].search(
            [("company_id", "=", self.company_2.id)]
        )
        rates.inverse_company_rate = 9.0
        self._change(lead=self.lead_2, company=self.company, team=self.team)
        back = self.lead_2.mci_charge_ids.filtered(
            lambda c: c.correction_kind == "reversal"
        )
        self.assertEqual(back.payer_amount, -charge.payer_amount)
        old = charge.analytic_account_id
        self._settle("posted", 4)
        self.assertEqual(self._balance(old), (0.0, 0.0))

    def test_c7_there_and_back(self):
        self._work(8.0)
        self._settle("posted")
        first = self.lead.mci_analytic_account_id
        self._change()
        self._settle("posted", 4)
        second = self.lead.mci_analytic_account_id
        self._change(company=self.company, team=self.team)
        self._settle("posted", 4)
        accounts = first | second | self.lead.mci_analytic_account_id
        balances = self._balances(*accounts)
        self.assertEqual(sum(hours for _amount, hours in balances), 8.0)
        self.assertEqual(sum(amount for amount, _hours in balances), -800.0)
        self.assertEqual(
            self._balance(self.center.analytic_account_id), (800.0 - 480.0, 0.0)
        )

    def test_c7_back_before_the_corrections_were_posted(self):
        self._work(8.0)
        self._settle("posted")
        self._change()
        self.assertEqual(
            self._change(company=self.company, team=self.team),
            0,
            "nothing more is posted: the open one comes back",
        )
        self._settle("posted", 4)
        self.assertEqual(
            self._balance(self.lead.mci_analytic_account_id), (-800.0, 8.0)
        )

    def test_c7_back_when_the_corrections_are_on_drafts(self):
        """One payer bears both halves again: they go to one statement together."""
        self._work(8.0)
        self._settle("posted")
        self._change()
        pair = self._settle("draft", 4).charge_ids
        self.assertEqual(len(pair.statement_id), 2, "each payer has his own")
        self.lead.write(self.to_1)
        self.assertEqual(len(pair.payer_company_id), 1)
        self.assertFalse(pair.statement_id)
        self._generate(4)
        self.assertEqual(len(pair.statement_id), 1)

    def test_c7_taken_back_once(self):
        self._work(8.0)
        statement = self._settle("posted")
        self._change()
        with self.assertRaisesRegex(UserError, "corrected"), self.cr.savepoint():
            statement.action_reverse("2026-04-02")

    def test_c7_zero_rates_stay_zero(self):
        charge = self._work(8.0)
        self._work(1.0)
        charge.sudo().action_zero_rate("Goodwill")
        self._settle("posted")
        self._change()
        moved = self.lead.mci_charge_ids.filtered(
            lambda c: c.corrected_charge_id == charge
        )
        self.assertEqual(sorted(moved.mapped("hours")), [-8.0, 8.0])
        self.assertEqual(moved.mapped("amount"), [0.0, 0.0])
        open_one = self._work(2.0)
        open_one.sudo().action_zero_rate("Goodwill")
        self._change(company=self.company, team=self.team)
        self.assertEqual(
            (open_one.amount, open_one.payer_company_id), (0, self.company)
        )

    def test_c7_corrections_keep_the_rate_of_exchange(self):
        charge = self._work(8.0, lead=self.lead_2)
        self._settle("posted")
        self.env["res.currency.rate"].search(
            [("company_id", "=", self.company_2.id)]
        ).inverse_company_rate = 9.0
        with self.assertRaises(AccessError):
            self._as(charge, self.accountant_2).action_correct("Typing error", 6.0)
        self._as(charge, self.accountant).action_correct("Typing error", 6.0)
        pair = charge.correction_ids.sorted("amount")
        self.assertEqual(pair.mapped("amount"), [-640.0, 480.0])
        self.assertEqual(pair.mapped("payer_amount"), [-4480.0, 3360.0])
        self._settle("posted", 4)
        self.assertEqual(
            self._balance(self.lead_2.mci_analytic_account_id), (-3360.0, 6.0)
        )

    # --- Rights and the dialog ------------------------------------------------

    def test_c7_accountants_of_both(self):
        self._work(8.0)
        self._settle("posted")
        both = self.company | self.company_2
        manager = self._create_user(
            "manager_both", "sales_team.group_sale_manager", both
        )
        for user in (self.accountant, manager):
            with self.assertRaises(AccessError):
                self._change(user)
        with self.assertRaises(AccessError), self._mci_quiet():
            self._change(self.accountant_2)
        self.assertEqual(self.lead.company_id, self.company)

    def test_bad_input(self):
        self._work(8.0)
        self._settle("posted")
        lead = self._as(self.lead, self.controller)
        for company, reason in (
            (self.company.id, "Same"),
            (10**6, "Missing"),
            (self.company_2.id, " "),
        ):
            with self.assertRaises(UserError):
                lead.mci_change_company(company, reason)
        with self.assertRaisesRegex(UserError, "company_id"), self.cr.savepoint():
            lead.mci_change_company("two", "Text")
        with self.assertRaises(UserError):
            self._change(team=self.team)

    def test_c7_dialog(self):
        self._work(8.0)
        self._settle("posted")
        self._work(2.0)
        self._work(1.0, date(2026, 4, 1))
        form = self._open_dialog()
        self.assertEqual(form.from_company_id, self.company)
        self.assertEqual((form.posted_count, form.open_count), (1, 2))
        self.assertEqual(form.posted_amount, 800.0)
        self.assertFalse(form.settling_names)
        # the only other company, and its only team
        self.assertEqual((form.company_id, form.team_id), (self.company_2, self.team_2))
        self.assertIn("MC2", form.currency_note)
        form.reason = "Sold by the subsidiary"
        action = form.save().action_apply()
        self.assertIn("1 posted", action["params"]["message"])
        self.assertEqual(
            self.env["mci.charge"].search(action["params"]["next"]["domain"]),
            self.lead.mci_charge_ids,
        )
        self.assertEqual(self.lead.company_id, self.company_2)
        self.assertIn("Sold by the subsidiary", self.lead.message_ids[:1].body)

    def _open_dialog(self):
        """By the action menu, with one company selected, as people work."""
        lead = self.lead.with_user(self.controller).with_context(
            allowed_company_ids=self.company.ids
        )
        action = lead.action_mci_change_company()
        dialogs = self.env["mci.company.change"].with_user(self.controller)
        return Form(dialogs.with_context(**action["context"]))

    def test_c7_dialog_names_what_waits(self):
        self._work(8.0)
        statement = self._settle("sent")
        self.assertEqual(self._open_dialog().settling_names, statement.name)

    def test_c7_dialog_is_for_accountants_of_both(self):
        for user in (self.accountant, self.accountant_2):
            lead = self.lead.with_user(user)
            with self.assertRaises(UserError), self._mci_quiet():
                lead.action_mci_change_company()
        with self.assertRaisesRegex(AccessError, "accountant"):
            self.lead.with_user(self.sales_manager).action_mci_change_company()

    def test_c7_dialog_is_for_who_reads_the_deal(self):
        """What a deal was charged is not computed for an accountant it is hidden to."""
        self._work(8.0)
        self._settle("posted")
        dialogs = self.env["mci.company.change"].with_user(self.accountant_2)
        vals = {"lead_id": self.lead.id, "reason": "Curious"}
        with self.assertRaises(AccessError), self._mci_quiet():
            dialogs.create(vals)
        for name in ("posted_amount", "settling_names", "from_company_id"):
            with self.assertRaises(AccessError), self._mci_quiet():
                dialogs.onchange(vals, ["lead_id"], {"lead_id": {}, name: {}})

    def test_c7_said_before_teams_do_not_fit(self):
        """Odoo's own check of companies would name team and salesperson only."""
        self._work(8.0)
        self._settle("posted")
        with self.assertRaisesRegex(UserError, "Reverse and re-charge"):
            self.lead.write({"company_id": self.company_2.id})

    def test_c7_names_the_team_that_is_missing(self):
        self._work(8.0)
        self._settle("posted")
        lead = self._as(self.lead, self.controller)
        with self.assertRaisesRegex(UserError, self.team.name):
            lead.mci_change_company(self.company_2.id, "Sold by the subsidiary")

    def test_merge_across_companies(self):
        """The tail's posted charges are borne by the company of the deal that stays."""
        self._work(8.0)
        self._settle("posted")
        account = self.lead.mci_analytic_account_id
        open_one = self._work(1.0)
        self.lead_2.probability = 99.0
        head = (self.lead | self.lead_2)._merge_opportunity(auto_unlink=True)
        self.assertEqual(head, self.lead_2)
        self.assertEqual(open_one.lead_id, self.lead_2)
        self.assertEqual(open_one.payer_company_id, self.company_2)
        self._settle("posted", 4)
        self.assertEqual(self._balance(account), (0.0, 0.0))
        self.assertEqual(self._balance(self.lead_2.mci_analytic_account_id)[1], 9.0)
