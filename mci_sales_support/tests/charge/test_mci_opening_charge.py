from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ChargeCommon

COLUMNS = [
    "date",
    "opportunity",
    "customer",
    "center_id",
    "level_id",
    "hours",
    "price_unit",
    "note",
]


@tagged("post_install", "-at_install")
class TestMciOpeningCharge(ChargeCommon):
    """C3: what deals had cost before the start; counted, and never on a statement."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.mci_start_date = date(2026, 3, 1)
        cls.opening = cls.env["mci.opening.charge"].with_user(cls.accountant)

    def _row(self, **values):
        row = {
            "date": "2026-02-10",
            "opportunity": self.lead.name,
            "customer": "",
            "center_id": self.center.name,
            "level_id": "Senior",
            "hours": "6",
            "price_unit": "130",
            "note": "Old list",
            **values,
        }
        return [row[name] for name in COLUMNS]

    def _load(self, *rows):
        result = self.opening.load(COLUMNS, list(rows))
        self.assertFalse([m["message"] for m in result["messages"]])
        return self.opening.browse(result["ids"])

    def test_imported(self):
        line = self._load(self._row())
        charge = line.charge_id
        self.assertRecordValues(
            charge,
            [
                {
                    "origin": "opening",
                    "state": "posted",
                    "lead_id": self.lead.id,
                    "team_id": self.team.id,
                    "center_id": self.center.id,
                    "hours": 6.0,
                    "amount": 780.0,
                    "statement_id": False,
                    "timesheet_id": False,
                }
            ],
        )
        self.assertIn("Old list", charge.explanation)
        self.assertEqual(self.lead.mci_charged_amount, 780.0)
        self.env.flush_all()
        report = self.env["mci.charge.report"].search([("lead_id", "=", self.lead.id)])
        self.assertEqual(report.amount, 780.0)

    def test_never_on_a_statement(self):
        charge = self._load(self._row()).charge_id
        self._work(8.0)
        statement = self._settle("posted")
        self.assertEqual(statement.amount_total, 800.0)
        self.assertFalse(charge.statement_id)
        self.assertEqual(
            self._balance(self.lead.mci_analytic_account_id), (-800.0, 8.0)
        )
        with self._mci_quiet(), self.assertRaises(IntegrityError):
            with self.cr.savepoint():
                charge.sudo()._mci_unlock().write({"statement_id": statement.id})
                self.env.flush_all()
        self.env["mci.period"].create(
            {"date_from": date(2026, 2, 1), "date_to": date(2026, 2, 28)}
        ).action_close()

    def test_dry_run_names_each_line(self):
        self._create_lead("Twin", partner_id=self.customer.id)
        self._create_lead(
            "Twin",
            partner_id=self.env["res.partner"].create({"name": "Other customer"}).id,
        )
        self._create_lead("Nobody's", team_id=False, user_id=False)
        problems = self.opening.dry_run(
            COLUMNS,
            [
                self._row(),
                self._row(opportunity="Nowhere"),
                self._row(opportunity="Twin"),
                self._row(opportunity="Twin", customer=self.customer.name),
                self._row(opportunity="Nobody's"),
                self._row(date="2026-03-01"),
                self._row(hours="-1"),
                self._row(center_id="No such unit"),
                self._row(price_unit="-1"),
            ],
        )
        self.assertEqual({p["line"] for p in problems}, {2, 3, 5, 6, 7, 8, 9})
        messages = {p["line"]: p["message"] for p in problems}
        self.assertIn("no opportunity", messages[2])
        self.assertIn("2 opportunities", messages[3])
        self.assertIn("no sales team", messages[5])
        self.assertIn("2026-03-01", messages[6])
        for line in (7, 9):
            self.assertIn(f"{self.lead.name}, 2026-", messages[line])
        self.assertFalse(self.opening.search([]))
        self.assertFalse(self.lead.mci_charge_ids)

    def test_the_same_file_twice(self):
        self._load(self._row(), self._row(note="Second half"))
        result = self.opening.load(COLUMNS, [self._row()])
        self.assertFalse(result["ids"])
        self.assertIn("imported already", result["messages"][0]["message"])

    def test_taken_back(self):
        line = self._load(self._row())
        charge = line.charge_id
        with self.assertRaises(AccessError):
            line.hours = 7.0
        with self.assertRaises(UserError):
            charge.sudo().unlink()
        line.unlink()
        self.assertFalse(charge.exists())
        self.assertEqual(self.lead.mci_charged_amount, 0.0)

    def test_not_in_a_closed_period(self):
        line = self._load(self._row())
        self.env["mci.period"].create(
            {"date_from": date(2026, 2, 1), "date_to": date(2026, 2, 28)}
        ).action_close()
        with self.assertRaisesRegex(UserError, "closed"):
            line.unlink()
        with self.assertRaisesRegex(UserError, "closed"):
            self.opening.create(
                {
                    "date": "2026-02-11",
                    "opportunity": self.lead.name,
                    "center_id": self.center.id,
                    "hours": 1.0,
                    "price_unit": 1.0,
                }
            )

    def test_rights(self):
        for user in (self.seller, self.center_lead, self.mci_manager, self.hr):
            with self._mci_quiet(), self.assertRaises(AccessError):
                self.opening.with_user(user).dry_run(COLUMNS, [])
            with self._mci_quiet(), self.assertRaises(AccessError):
                self.opening.with_user(user).search([])

    def test_template(self):
        header, *_rows = self.opening._mci_write_template().splitlines()
        self.assertLessEqual(set(header.split(",")), set(self.opening._fields))
