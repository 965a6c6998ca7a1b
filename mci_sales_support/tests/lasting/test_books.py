import json
from collections import defaultdict
from datetime import date

from odoo import Command
from odoo.tests import tagged

from .. import invariants
from .world import LastingCommon

# What a report of the past is read by, and what it adds up.
REPORTS = {
    "mci.charge.report": (
        ["team_id", "grade_id", "center_id", "owner_id", "outcome", "lead_name"],
        ["hours:sum", "amount:sum", "presales_return:avg"],
    ),
    "mci.center.report": (
        ["center_id", "function_id", "date:month"],
        ["income:sum", "cost:sum", "deal_hours:sum", "recovery:avg"],
    ),
    "mci.budget.burn": (
        ["team_id", "grade_id", "owner_id", "lead_name"],
        ["hours:sum", "amount:sum"],
    ),
    "mci.week.report": (["resource_id", "center_id"], ["deal_hours:sum"]),
    "mci.credit.report": (
        ["team_id", "user_id", "kind"],
        ["credited_amount:sum", "booked_amount:sum"],
    ),
    "mci.charge": (
        ["team_id", "grade_id", "tier", "stage_name", "user_id", "statement_id"],
        ["hours:sum", "amount:sum", "payer_amount:sum"],
    ),
    "mci.statement": (["team_id", "center_id", "state"], ["amount_total:sum"]),
}


@tagged("post_install", "-at_install")
class TestBooks(LastingCommon):
    """An accountant's check: what the books said before and after (C3, C6, C7)."""

    # --- Reading the books ----------------------------------------------------

    def _trial_balance(self):
        """``{(company, account): balance}`` of posted items, without empty ones."""
        self.env.flush_all()
        rows = self.env["account.move.line"]._read_group(
            [("parent_state", "=", "posted")],
            ["company_id", "account_id"],
            ["balance:sum"],
        )
        balances = {
            (company.name, account.id): round(total, 2)
            for company, account, total in rows
        }
        return {key: total for key, total in balances.items() if total}

    def _analytic_balance(self):
        """``{account: (amount, hours)}`` over the accounts of all plans."""
        self.env.flush_all()
        lines = self.env["account.analytic.line"].search([])
        totals = defaultdict(lambda: [0.0, 0.0])
        for line in lines:
            for name in line._get_plan_fnames():
                if account := line[name]:
                    totals[account.id][0] += line.amount
                    totals[account.id][1] += line.unit_amount
        return {
            account: (round(amount, 2), round(hours, 2))
            for account, (amount, hours) in totals.items()
            if round(amount, 2) or round(hours, 2)
        }

    def _settle_february(self):
        """Both companies' statements with the payers, posted; nothing else."""
        statements = self.env["mci.statement"].search([("state", "=", "sent")])
        statements.action_accept()
        statements.with_user(self.controller).action_post()
        return statements.with_user(self.controller)

    # --- Trial balance --------------------------------------------------------

    def test_c6_trial_balance(self):
        before = self._trial_balance()
        statements = self._settle_february()
        after = self._trial_balance()
        self.assertTrue(statements.filtered("is_crossing"))
        moved = {
            account: round(after.get(account, 0.0) - before.get(account, 0.0), 2)
            for account in before.keys() | after.keys()
            if after.get(account) != before.get(account)
        }
        crossing = statements.filtered("is_crossing")
        pair = self.pair
        owed = round(sum(crossing.mapped("amount_total")), 2)
        paid = round(sum(crossing.mapped("payer_amount_total")), 2)
        charge, charge_2 = (
            company._mci_get_charge_account().id
            for company in (self.company, self.company_2)
        )
        self.assertEqual(
            moved,
            {
                (self.company.name, pair.receivable_account_id.id): owed,
                (self.company.name, charge): -owed,
                (self.company_2.name, charge_2): paid,
                (self.company_2.name, pair.payable_account_id.id): -paid,
            },
            "within one company no account moves; between two, what one owes",
        )
        statements.action_reverse(date(2026, 3, 31), "Charged twice")
        self.assertEqual(self._trial_balance(), before)

    # --- Analytic balance -----------------------------------------------------

    def test_c6_analytic_balance(self):
        before = self._analytic_balance()
        statements = self._settle_february()
        after = self._analytic_balance()
        wanted = self._count_by_hand(before, statements)
        self.assertEqual(after, wanted)
        self.assertEqual(self._hours(after), self._hours(before), "hours only move")
        statements.action_reverse(date(2026, 3, 31), "Charged twice")
        self.assertEqual(self._analytic_balance(), before)
        self._settle_again()
        self.assertEqual(self._analytic_balance(), wanted, "charged anew, to the cent")

    def _count_by_hand(self, balance, statements):
        """Each charge on its deal, on the payer's cost center, from the unit."""
        totals = defaultdict(lambda: [0.0, 0.0])
        for account, (amount, hours) in balance.items():
            totals[account] = [amount, hours]
        for charge in statements.sudo().charge_ids:
            keys = (charge.payer_distribution_key or "").split(",")
            for account in (
                charge.analytic_account_id.id,
                *map(int, filter(None, keys)),
            ):
                totals[account][0] -= charge.payer_amount
                totals[account][1] += charge.hours
            unit = charge.center_id.project_id.account_id.id
            totals[unit][0] += charge.amount
            totals[unit][1] -= charge.hours
        return {
            account: (round(amount, 2), round(hours, 2))
            for account, (amount, hours) in totals.items()
            if round(amount, 2) or round(hours, 2)
        }

    def _hours(self, balance):
        """Hours on accounts of the Project plan: cost centers repeat those of deals."""
        plan, _others = self.env["account.analytic.plan"]._get_all_plans()
        accounts = self.env["account.analytic.account"].browse(balance)
        mine = accounts.filtered(lambda account: account.root_plan_id == plan)
        return round(sum(balance[account.id][1] for account in mine), 2)

    def _settle_again(self):
        statements = self.env["mci.statement"].generate("2026-02-01", "2026-02-28")
        statements.action_send()
        statements.filtered(lambda s: s.state == "sent").action_accept()
        statements.with_user(self.controller).action_post()

    # --- Reports --------------------------------------------------------------

    def _report(self, name):
        """The bytes of a report of January, as the controller reads and exports it."""
        self.env.flush_all()
        self.env.invalidate_all()
        groupby, aggregates = REPORTS[name]
        model = self._as(self.env[name], self.controller).sudo()
        day = "date_to" if name == "mci.statement" else "date"
        domain = [(day, ">=", "2026-01-01"), (day, "<=", "2026-01-31")]
        groups = [
            model.formatted_read_group(domain, groupby=[group], aggregates=aggregates)
            for group in groupby
        ]
        names = [group.split(":")[0] for group in groupby]
        names += [spec.split(":")[0] for spec in aggregates if ":" in spec]
        rows = model.search(domain, order="id").export_data(names)["datas"]
        return json.dumps([groups, rows], default=str, sort_keys=True).encode()

    def _close_january(self):
        period = self.env["mci.period"].create(
            {"date_from": "2026-01-01", "date_to": "2026-01-31"}
        )
        period.with_user(self.accountant).action_close()
        return period

    def test_c3_report_of_a_closed_period(self):
        """Two teams become one and their deals change their grade: not a byte moves."""
        self._settle_february()
        self._close_january()
        before = {name: self._report(name) for name in REPORTS}
        self.assertGreater(len(before["mci.charge.report"]), 1000)
        grades = self.leads.mapped("mci_grade_id.code")
        self._merge_teams()
        self._regrade()
        self.assertNotEqual(self.leads.mapped("mci_grade_id.code"), grades)
        for name, report in before.items():
            self.assertEqual(self._report(name), report, name)
        self.assertEqual(invariants.broken(self.env), [])

    def _merge_teams(self):
        """Odoo has no button for it: deals and members move, the empty team goes."""
        team, gone = self.teams[:2]
        deals = self.env["crm.lead"].with_context(active_test=False)
        deals.search([("team_id", "=", gone.id)]).write({"team_id": team.id})
        team.write(
            {
                "member_ids": [Command.link(user.id) for user in gone.member_ids],
                "user_id": self.seller.id,
                "mci_analytic_account_ids": [
                    Command.set(gone.mci_analytic_account_ids.ids)
                ],
            }
        )
        gone.active = False

    def _regrade(self):
        """By a manager, by a new policy, and by the amount."""
        lead = self.leads[0]
        change = lead.with_user(self.sales_manager).mci_request_grade(
            "A", "showcase", "The first port of its kind"
        )
        self.env["mci.grade.change"].browse(change).action_approve()
        for deal in self.leads[2:]:
            deal.expected_revenue = 3e7
        self._activate_policy("soft", date(2026, 4, 1))
