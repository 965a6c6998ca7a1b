from odoo.tests import tagged

from .common import ChargeCommon


@tagged("post_install", "-at_install")
class TestProjectProfitability(ChargeCommon):
    def _panel(self, project):
        items = project._get_profitability_items(with_action=False)
        return (
            items["revenues"]["total"]["invoiced"] + items["costs"]["total"]["billed"]
        )

    def _section(self, project):
        items = project._get_profitability_items()
        for side in ("revenues", "costs"):
            for section in items[side]["data"]:
                if section["id"] == "mci_presales_charges":
                    return section
        return None

    def test_i3_panel_equals_account(self):
        self._work(8.0)
        statement = self._settle("posted")
        account = self.lead.mci_analytic_account_id
        delivery = self.env["project.project"].create(
            {"name": "Delivery", "account_id": account.id, "allow_timesheets": True}
        )
        self.employees["engineer_2"].hourly_cost = 50.0
        self.env["account.analytic.line"].create(
            {
                "name": "Delivery",
                "project_id": delivery.id,
                "employee_id": self.employees["engineer_2"].id,
                "unit_amount": 10.0,
            }
        )
        self.assertEqual(self._panel(delivery), self._balance(account)[0])
        self.assertEqual(self._section(delivery)["billed"], -800.0)
        center = self.center.project_id
        self.assertEqual(
            self._panel(center), self._balance(self.center.analytic_account_id)[0]
        )
        self.assertEqual(self._section(center)["invoiced"], 800.0)
        statement.action_reverse("2026-04-01")
        self.assertFalse(self._section(delivery))
        self.assertEqual(self._panel(delivery), self._balance(account)[0])

    def test_i3_section_in_the_panel(self):
        self._work(8.0)
        self._settle("posted")
        project = self.center.project_id
        section = self._section(project)
        self.assertEqual(
            section["sequence"],
            project._get_profitability_sequence_per_invoice_type()[section["id"]],
        )
        self.assertIn(section["id"], project._get_profitability_labels())
        action = project.action_profitability_items(section["id"])
        charges = self.env["mci.charge"].search(action["domain"])
        self.assertEqual(sum(charges.mapped("amount")), section["invoiced"])
        panel = project.with_user(self.env.ref("base.user_admin")).get_panel_data()
        self.assertIn("mci_presales_charges", panel["profitability_labels"])

    def test_i3_no_section_without_charges(self):
        self.assertIsNone(self._section(self.office.project_id))
