from odoo.tests import TransactionCase

from ... import hooks

MODULE = "mci_sales_support"


class TestHooks(TransactionCase):
    def test_every_stored_column_of_ours_is_made_by_sql(self):
        """Without it the ORM computes and writes each row of a big table."""
        for model, columns in (
            ("crm.lead", hooks.CRM_LEAD_COLUMNS),
            ("account.analytic.line", hooks.ANALYTIC_LINE_COLUMNS),
        ):
            ours = {
                field.name: field.column_type[0]
                for field in self.env[model]._fields.values()
                if field.store and field.column_type and field._modules == (MODULE,)
            }
            with self.subTest(model):
                self.assertEqual(ours, dict(columns))

    def test_owner_is_filled_by_sql_without_a_trace(self):
        lead = self.env["crm.lead"].create(
            {"name": "Old deal", "type": "opportunity", "user_id": self.env.uid}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET mci_owner_id = NULL, write_date = '2020-01-01'"
        )
        self.env.invalidate_all()
        messages = lead.message_ids
        hooks.pre_init_hook(self.env)
        self.env.invalidate_all()
        self.assertEqual(lead.mci_owner_id, self.env.user)
        self.assertEqual(lead.write_date.year, 2020)
        self.assertEqual(lead.message_ids, messages)

    def test_each_company_starts_with_a_draft_policy(self):
        companies = self.env["res.company"].search([])
        policies = self.env["mci.grade.policy"]
        before = policies.search([])
        hooks.post_init_hook(self.env)
        drafts = policies.search([]) - before
        self.assertEqual(drafts.company_id, companies)
        self.assertEqual(set(drafts.mapped("state")), {"draft"})
