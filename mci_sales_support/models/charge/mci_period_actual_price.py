from odoo import api, fields, models


class MciPeriod(models.Model):
    """Actual prices of a settlement period; frozen with its close (I4)."""

    _inherit = "mci.period"

    actual_price_count = fields.Integer(
        "Actual prices",
        compute="_compute_actual_price_count",
        groups="account.group_account_invoice,account.group_account_readonly,"
        "hr.group_hr_user",
    )

    @api.depends("state")
    def _compute_actual_price_count(self):
        counts = dict(
            self.env["mci.actual.price"]._read_group(
                [("period_id", "in", self.ids), ("state", "!=", "reversed")],
                ["period_id"],
                ["__count"],
            )
        )
        for period in self:
            period.actual_price_count = counts.get(period, 0)

    def action_compute_actual_prices(self):
        """Compute the actual prices of the period and show them (I4).

        :raises AccessError: the user is no accountant of the company
        """
        self.ensure_one()
        self._check_can_manage()
        self.env["mci.actual.price"].generate(self.id)
        return self.action_view_actual_prices()

    def action_view_actual_prices(self):
        """Open the actual prices of the period."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_actual_price_action"
        )
        action["domain"] = [("period_id", "=", self.id)]
        action["context"] = {"create": False}
        return action

    def unlink(self):
        # EXTENDS: drafts go with their period, frozen figures hold it back
        prices = self.env["mci.actual.price"].sudo()
        prices.search([("period_id", "in", self.ids), ("state", "=", "draft")]).unlink()
        return super().unlink()

    def _do_set_state(self, state, **vals):
        # EXTENDS: what is frozen and posted with the close is so before it is closed
        if state == "closed":
            for period in self.sudo():
                self.env["mci.actual.price"].sudo()._mci_close(period)
        return super()._do_set_state(state, **vals)
