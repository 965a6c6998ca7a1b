from datetime import date

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .capture_common import CaptureCommon
from .common import ChargeCommon
from .company_common import CompanyCommon


@tagged("post_install", "-at_install")
class TestChargeEdges(ChargeCommon):
    """Guards at the edge of a rule: who, on which day, to which cent."""

    def _make_accountant(self, user):
        group = self.env.ref("account.group_account_invoice")
        user.write({"group_ids": [Command.link(group.id)]})

    # --- Disputes (C5) --------------------------------------------------------

    def test_c5_who_worked_does_not_decide(self):
        """Nor the owner of the deal or who disputed, also as accountants."""
        charge = self._work(8.0)
        self._settle("sent")
        charge.with_user(self.sales_manager).action_dispute("Too many", "hours")
        for user in (self.engineer, self.seller, self.sales_manager):
            self._make_accountant(user)
            self.assertFalse(charge.with_user(user).can_decide)
            with self.assertRaises(AccessError):
                charge.with_user(user).action_decide("stands", "It was so")
        charge.with_user(self.accountant).action_decide("stands", "It was so")

    def test_c5_what_the_payer_may_not_read_he_does_not_name(self):
        """A deputy outside CRM reads the statement, not the other deals."""
        self.team.mci_deputy_id = self.plain_user
        charge = self._work(8.0)
        self._settle("sent")
        team = self.team.copy({"name": "Others", "mci_deputy_id": False})
        other = self._create_lead(
            "Somebody else's", team_id=team.id, user_id=self.seller_2.id
        )
        with self.assertRaises(AccessError), self._mci_quiet():
            charge.with_user(self.plain_user).action_dispute("That", lead_id=other.id)
        self.assertEqual(charge.state, "sent")

    def test_c10_an_overrun_is_decided_once(self):
        """On the next statement silence accepts it, decided or withdrawn."""
        decided, withdrawn = self._work(8.0), self._work(4.0, day=date(2026, 3, 11))
        both = decided | withdrawn
        both._mci_unlock().write({"is_overrun": True})
        statement = self._settle("sent")
        both.with_user(self.sales_manager).action_dispute("Too many", "hours")
        statement.action_accept()
        decided.with_user(self.accountant).action_decide("stands", "It was so")
        withdrawn.with_user(self.sales_manager).action_withdraw_dispute("All right")
        self.assertFalse(any(both.mapped("is_overrun")))
        following = self._generate(4)
        following.action_send()
        following._do_accept("silence")
        self.assertEqual(following.charge_ids, both)

    def test_c5_only_what_was_sent_is_disputed(self):
        charge = self._work(8.0)
        payer = charge.with_user(self.sales_manager)
        with self.assertRaisesRegex(UserError, "needs Sent"):
            payer.action_dispute("Too early")
        self._settle("accepted")
        with self.assertRaisesRegex(UserError, "needs Sent"):
            payer.action_dispute("Too late")

    def test_c5_fewer_hours_are_fewer(self):
        charge = self._work(8.0)
        self._settle("sent")
        charge.with_user(self.sales_manager).action_dispute("Too many", "hours")
        for hours in (8.0, -1.0, None):
            with self.assertRaisesRegex(UserError, "fewer than disputed"):
                charge.with_user(self.accountant).action_decide(
                    "reduced", "As it was", hours=hours
                )

    def test_c5_a_lead_that_is_no_deal_bears_nothing(self):
        charge = self._work(8.0)
        self._settle("sent")
        lead = self._create_lead("Only a lead", type="lead")
        with self.assertRaisesRegex(UserError, "other opportunity"):
            charge.action_dispute("That one", lead_id=lead.id)
        self.assertEqual(charge.state, "sent")

    # --- Prices (C1, C3, C7) --------------------------------------------------

    def test_c3_each_charge_is_rounded_to_the_cent(self):
        """Sums of charges, statement and entry agree: nothing below a cent is kept."""
        self.rates["level_2"].with_user(self.accountant).date_to = date(2026, 2, 28)
        self.env.flush_all()
        self._create_rate("level_2", 33.33, date_from=date(2026, 3, 1)).action_publish()
        charges = self._work(0.33) | self._work(0.33, day=date(2026, 3, 11))
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT amount, payer_amount FROM mci_charge WHERE id = ANY(%s)",
            [charges.ids],
        )
        amounts = [float(value) for row in self.env.cr.fetchall() for value in row]
        self.assertEqual(amounts, [11.0] * 4, "10.9989 is 11.00")
        statement = self._settle("posted")
        self.assertEqual(statement.amount_total, 22.0)
        self.assertEqual(
            self._balance(self.lead.mci_analytic_account_id), (-22.0, 0.66)
        )

    def test_c1_pricing_again_leaves_zero_rates_alone(self):
        charge = self._work(8.0)
        charge.with_user(self.sales_manager).action_zero_rate("Goodwill")
        self.assertFalse(charge.with_user(self.accountant).action_reprice())
        self.assertEqual((charge.amount, charge.price_unit), (0.0, 0.0))

    def test_c1_who_worked_does_not_make_it_free(self):
        charge = self._work(8.0)
        group = self.env.ref("sales_team.group_sale_manager")
        self.engineer.write({"group_ids": [Command.link(group.id)]})
        with self.assertRaisesRegex(AccessError, "work of yours"):
            charge.with_user(self.engineer).action_zero_rate("My gift")

    def test_c1_a_correction_is_not_made_free(self):
        charge = self._work(8.0)
        self._settle("posted")
        charge.with_user(self.accountant).action_correct("Half a day", hours=4.0)
        for half in charge.correction_ids:
            with self.assertRaisesRegex(UserError, "corrects another"):
                half.with_user(self.sales_manager).action_zero_rate("Why not")

    def test_c2_the_last_day_of_a_position_counts(self):
        seat = self.resources["engineer"].mci_seat_ids
        seat.date_to = date(2026, 3, 10)
        self.assertEqual(self._work(1.0).amount, 100.0)
        self.assertTrue(self._work(1.0, day=date(2026, 3, 11)).is_unpriced)

    def test_c7_hours_of_a_closed_period_stay_as_corrected(self):
        """Who withdraws the correction later does not change them again."""
        charge = self._work(8.0)
        self._settle("posted")
        correct = charge.with_user(self.accountant)
        correct.action_correct("Half a day", hours=6.0, correct_timesheet=True)
        self._generate(4)
        self.env["mci.period"].create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        ).action_close()
        charge.correction_ids.with_user(self.accountant).action_withdraw_correction()
        self.assertFalse(charge.correction_ids)
        self.assertEqual(charge.timesheet_id.unit_amount, 6.0)

    # --- Statements (C5, C7) --------------------------------------------------

    def test_c5_an_emptied_draft_is_not_sent(self):
        charge = self._work(8.0)
        statement = self._generate()
        charge.timesheet_id.unlink()
        with self.assertRaisesRegex(UserError, "no charge"):
            statement.with_user(self.accountant).action_send()

    def test_c5_the_first_day_of_the_period_is_not_late(self):
        first = self._work(1.0, day=date(2026, 3, 1))
        before = self._work(1.0, day=date(2026, 2, 28))
        statement = self._generate()
        self.assertEqual((first.is_late, before.is_late), (False, True))
        self.assertEqual(statement.late_count, 1)

    def test_c5_only_what_was_sent_is_accepted(self):
        self._work(8.0)
        statement = self._generate()
        for _step in ("draft", "accepted"):
            with self.assertRaisesRegex(UserError, "needs Sent"):
                statement.with_user(self.sales_manager).action_accept()
            if statement.state == "draft":
                statement.action_send()
                statement.action_accept()

    def test_c5_a_running_month_does_not_send_itself(self):
        self.company.mci_auto_send = True
        self._work(8.0)
        with freeze_time("2026-03-31 06:00:00"):
            statement = self._generate()
            statement._do_send_auto()
            self.assertEqual(statement.state, "draft", "hours of today may come")
        with freeze_time("2026-04-01 06:00:00"):
            statement._do_send_auto()
        self.assertEqual(statement.state, "sent")

    def test_c7_not_closed_on_its_last_day(self):
        period = self.env["mci.period"].create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        )
        with freeze_time("2026-03-31 06:00:00"):
            with self.assertRaisesRegex(UserError, "not over"):
                period.with_user(self.accountant).action_close()
        with freeze_time("2026-04-01 06:00:00"):
            period.with_user(self.accountant).action_close()
        self.assertEqual(period.state, "closed")

    def test_inv7_late_hours_leave_all_closed_months(self):
        for month, last in ((2, 28), (3, 31)):
            self.env["mci.period"].create(
                {
                    "date_from": date(2026, month, 1),
                    "date_to": date(2026, month, last),
                }
            ).action_close()
        charge = self._work(1.0, day=date(2026, 2, 10))
        self.assertEqual(charge.settle_date, date(2026, 4, 1))

    def test_c5_accepted_showback_does_not_age(self):
        """It is never posted: nobody waits for it."""
        self.company.mci_showback_until = date(2026, 3, 31)
        charge = self._work(8.0)
        ageing = self.env["mci.settlement.ageing"]
        self._settle("sent")
        self.assertEqual(ageing.search([("charge_id", "=", charge.id)]).status, "sent")
        charge.statement_id.action_accept()
        self.env.flush_all()
        self.assertFalse(ageing.search([("charge_id", "=", charge.id)]))

    def test_c6_a_run_has_the_rights_of_who_began_it(self):
        """Also hours later, from the scheduler: who left accounting posts nothing."""
        self._work(8.0)
        statement = self._settle("accepted")
        runs = self.env["mci.month.run"].with_user(self.accountant)
        run = runs.browse(runs.start("post", "2026-03-01", "2026-03-31"))
        self.accountant.write({"group_ids": [Command.set(self.seller.group_ids.ids)]})
        self._mci_run_cron("ir_cron_mci_month_run")
        self.assertEqual(statement.state, "accepted")
        self.assertEqual((run.sudo().state, run.sudo().failed_count), ("done", 1))

    def test_c6_both_accounts_on_the_balance_or_off_it(self):
        accounts = self.env["account.account"].create(
            [
                {"name": "Charges", "code": "MCI71", "account_type": "expense"},
                {"name": "Figures", "code": "MCI72", "account_type": "off_balance"},
                {"name": "Income", "code": "MCI73", "account_type": "income"},
            ]
        )
        with self.assertRaisesRegex(ValidationError, "neither income"):
            self.company.mci_recovery_account_id = accounts[2]
        with self.assertRaisesRegex(ValidationError, "both off it"):
            self.company.write(
                {
                    "mci_charge_account_id": accounts[0].id,
                    "mci_recovery_account_id": accounts[1].id,
                }
            )

    def test_inv7_a_reversal_counts_behind_the_closed_month(self):
        """And never in a month before it, open as that may be (C7)."""
        charge = self._work(8.0)
        statement = self._settle("posted")
        self.env["mci.period"].create(
            {"date_from": date(2026, 3, 1), "date_to": date(2026, 3, 31)}
        ).action_close()
        statement = statement.with_user(self.accountant)
        with self.assertRaisesRegex(UserError, "taken back"):
            statement.action_reverse("2026-02-27")
        statement.action_reverse("2026-04-01")
        self.assertEqual(charge.reversal_date, date(2026, 4, 1))


@tagged("post_install", "-at_install")
class TestChargeEdgesOfCompanies(CompanyCommon):
    """The same between companies: each by its own settings and periods."""

    def test_inv7_a_close_moves_charges_of_its_company_only(self):
        charge = self._work(8.0)
        self.assertEqual(self._generate().state, "draft", "of the other company")
        self.env["mci.period"].create(
            {
                "company_id": self.company_2.id,
                "date_from": date(2026, 3, 1),
                "date_to": date(2026, 3, 31),
            }
        ).action_close()
        self.assertEqual(charge.settle_date, date(2026, 3, 10))

    def test_c10_silence_means_what_the_payer_set(self):
        companies = self.company | self.company_2
        companies.mci_unbooked_hours = "ask"
        self.company.mci_unbooked_silence = "accept"
        self.company_2.mci_unbooked_silence = "refuse"
        at_home, abroad = self._work(1.0), self._work(2.0, lead=self.lead_2)
        both = at_home | abroad
        both._mci_unlock().write({"consent_until": "2026-03-12 00:00:00"})
        both._do_silence()
        self.assertEqual(both.mapped("consent"), ["accepted", "refused"])
        self.assertEqual(both.mapped("amount"), [100.0, 0.0])

    def test_c5_the_user_collects_in_selected_companies(self):
        self._work(1.0)
        statements = self.env["mci.statement"].with_user(self.controller)
        elsewhere = statements.with_context(allowed_company_ids=self.company_2.ids)
        self.assertFalse(elsewhere.generate("2026-03-01", "2026-03-31"))
        here = statements.with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(len(here.generate("2026-03-01", "2026-03-31")), 1)

    def test_c5_showback_of_others_holds_no_close_up(self):
        self.company.mci_showback_until = date(2026, 3, 31)
        self._work(8.0, lead=self.lead_2)
        self.assertEqual(self._settle("accepted").state, "accepted")
        period = self.env["mci.period"].create(
            {
                "company_id": self.company_2.id,
                "date_from": date(2026, 3, 1),
                "date_to": date(2026, 3, 31),
            }
        )
        self._as(period, self.accountant_2).action_close()
        self.assertEqual(period.state, "closed")

    def test_c6_the_company_charged_prices_nothing_again(self):
        charge = self._work(8.0, lead=self.lead_2)
        with self.assertRaises(AccessError):
            self._as(charge, self.accountant_2).action_reprice()
        self.assertEqual(self._as(charge, self.accountant).action_reprice(), 0)

    def test_c6_a_cost_center_of_another_company_is_no_key(self):
        _plan, account = self._create_plan_account("Departments")
        account.company_id = self.company_2
        self.team_2.mci_analytic_account_ids = [Command.set(account.ids)]
        self.assertEqual(
            self.team_2._mci_get_payer_key(self.company_2), str(account.id)
        )
        self.assertEqual(self.team_2._mci_get_payer_key(self.company), "")

    def test_c6_a_rate_that_is_moved_counts_at_once(self):
        rates = self.currency.rate_ids.filtered(
            lambda rate: rate.company_id == self.company_2
        )
        early = date(2025, 12, 1)
        self.assertFalse(self.currency._mci_has_rate(self.company_2, early))
        min(rates, key=lambda rate: rate.name).name = date(2025, 11, 1)
        self.assertTrue(self.currency._mci_has_rate(self.company_2, early))
        rates.unlink()
        self.assertFalse(self.currency._mci_has_rate(self.company_2, early))

    def test_c7_a_salesperson_stays_in_his_companies(self):
        self._work(1.0)
        deal = self._as(self.lead, self.controller)
        deal.mci_change_company(
            self.company_2.id, "Sold from abroad", team_id=self.team_2.id
        )
        self.assertEqual(self.lead.company_id, self.company_2)
        self.assertFalse(self.lead.user_id, "he does not work there")


@tagged("post_install", "-at_install")
class TestCaptureEdges(CaptureCommon):
    """Who answers for hours, and what a ticket costs when a line goes."""

    def test_c10_who_worked_or_provided_does_not_answer(self):
        """Also not when he may edit the deal in CRM."""
        self.company.mci_unbooked_hours = "ask"
        charge = self._work(2.0)
        self.assertEqual(charge.consent, "asked")
        group = self.env.ref("sales_team.group_sale_salesman_all_leads")
        for user in (self.engineer, self.center_lead):
            user.write({"group_ids": [Command.link(group.id)]})
            self.assertFalse(charge.with_user(user).can_consent)
            with self.assertRaisesRegex(AccessError, "not who provided"):
                charge.with_user(user).action_consent()
        self.assertEqual(charge.consent, "asked")

    def test_m9_the_price_of_a_ticket_stays_when_a_line_goes(self):
        ticket = self._confirmed(16.0)
        ticket._mci_unlock().write({"is_ticket": True})
        ticket.with_user(self.engineer).action_done()
        first, second = ticket.timesheet_ids.sorted("id")
        self.assertEqual(
            (first.mci_charge_ids.amount, second.mci_charge_ids.amount), (1600.0, 0.0)
        )
        first._mci_unlock().unlink()
        self.assertEqual(second.mci_charge_ids.amount, 1600.0)
        self.assertEqual(second.unit_amount, 8.0, "the hours worked stay")
