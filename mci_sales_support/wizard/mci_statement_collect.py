from dateutil.relativedelta import relativedelta

from odoo import fields, models


class MciStatementCollect(models.TransientModel):
    """Collect the open charges of a period in statements (C5).

    The head of a unit collects what his unit earned, the accountant all units.
    """

    _name = "mci.statement.collect"
    _description = "Collect charges in statements"

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
        """Generate the statements and show those of the period.

        :raises AccessError: neither accountant nor head or deputy of a unit
        """
        self.ensure_one()
        statements = self.env["mci.statement"].generate(self.date_from, self.date_to)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_statement_action"
        )
        return {**action, "domain": [("id", "in", statements.ids)], "context": {}}
