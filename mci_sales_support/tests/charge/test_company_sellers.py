from importlib.util import module_from_spec, spec_from_file_location

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.misc import file_path

from .company_common import CompanyCommon


@tagged("post_install", "-at_install")
class TestCompanySellers(CompanyCommon):
    """Sellers read and accept what their own company bears (C5, C6)."""

    def test_c5_sales_managers_of_the_company_that_pays(self):
        """Who sells for the unit's company neither reads nor accepts for the other."""
        charge = self._work(8.0, lead=self.lead_2)
        own = self._work(8.0)
        statements = self._settle("sent")
        statement = statements.filtered("is_crossing")
        for record in (
            *(charge, statement),
            self.env["mci.charge.report"].browse(charge.id),
        ):
            mine = self._as(record, self.manager_2)
            self.assertEqual(mine.search([("id", "=", record.id)]), mine)
            theirs = self._as(record, self.sales_manager)
            self.assertFalse(theirs.search([("id", "=", record.id)]))
        self.assertTrue(self._as(own, self.sales_manager).read(["amount"]))
        with self.assertRaises(AccessError), self._mci_quiet():
            self._as(statement, self.sales_manager).action_accept()
        self._as(statement, self.manager_2).action_accept()

    def test_migration_of_the_rules_of_sellers(self):
        """Rules of 19.0.1.0.0 are narrowed, those somebody changed stay."""
        names = ("mci_charge_rule_seller", "mci_charge_rule_all_leads")
        own, every = (self.env.ref(f"mci_sales_support.{name}") for name in names)
        before = own.domain_force
        own.domain_force = (
            "['|', ('lead_id.user_id', '=', user.id), ('lead_id.user_id', '=', False)]"
        )
        every.domain_force = "[('amount', '>', 0)]"
        path = "mci_sales_support/migrations/19.0.1.1.0/post-payer-rules.py"
        spec = spec_from_file_location("post_payer_rules", file_path(path))
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.assertEqual(own.domain_force, before)
        self.assertEqual(every.domain_force, "[('amount', '>', 0)]")
