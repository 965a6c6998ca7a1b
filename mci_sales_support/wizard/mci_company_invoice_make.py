from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError


class MciCompanyInvoiceMake(models.TransientModel):
    """Asks for the month whose accruals are invoiced between companies (C6)."""

    _name = "mci.company.invoice.make"
    _description = "Make inter-company invoices"

    date_from = fields.Date(
        string="From", required=True, default=lambda self: self._default_date_from()
    )
    date_to = fields.Date(
        string="To", required=True, default=lambda self: self._default_date_to()
    )

    def _default_date_from(self):
        return fields.Date.context_today(self) + relativedelta(months=-1, day=1)

    def _default_date_to(self):
        return self._default_date_from() + relativedelta(day=31)

    def action_apply(self):
        self.ensure_one()
        runs = self.env["mci.company.invoice"].generate(self.date_from, self.date_to)
        if not runs:
            raise UserError(
                self.env._(
                    "Nothing to invoice: no statement was posted in these days between"
                    " companies whose agreement asks for an invoice and for which you"
                    " may post."
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_company_invoice_action"
        )
        return {**action, "domain": [("id", "in", runs.ids)]}
