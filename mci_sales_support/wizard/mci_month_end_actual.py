from odoo import fields, models

ACTUAL = "mci.actual.price"


class MciMonthEnd(models.TransientModel):
    """Actual prices on the screen of the month end (I4)."""

    _inherit = "mci.month.end"

    actual_draft_count = fields.Integer(
        string="Actual prices to confirm", compute="_compute_counts"
    )
    actual_post_count = fields.Integer(
        string="Differences to post",
        compute="_compute_counts",
        help="Confirmed actual prices whose over- or under-absorption is not posted"
        " yet, where the company posts it.",
    )
    outside_band_count = fields.Integer(
        string="Units outside the band", compute="_compute_counts"
    )
    actual_count = fields.Integer(
        string="Actual prices computed", compute="_compute_counts"
    )

    def _get_control_items(self, company, period):
        # EXTENDS charge
        own = [
            *company,
            ("date_to", "<=", self.date_to),
            ("date_to", ">=", self.date_from),
            ("state", "!=", "reversed"),
        ]
        posting = self.company_id.mci_actual_posting == "post"
        until = self.company_id.mci_showback_until
        to_post = [*own, ("state", "=", "confirmed")] if posting else [(0, "=", 1)]
        if until:
            to_post.append(("date_to", ">", until))
        return {
            **super()._get_control_items(company, period),
            "actual": (ACTUAL, own),
            "actual_draft": (ACTUAL, [*own, ("state", "=", "draft")]),
            "actual_post": (ACTUAL, to_post),
            "outside_band": (
                ACTUAL,
                [*own, ("recovery_state", "in", ("below", "above"))],
            ),
        }

    def _get_foreign_domain(self, company):
        # EXTENDS charge: the differences are ours
        domain = super()._get_foreign_domain(company)
        return [*domain, ("mci_actual_price_id", "=", False)]

    def action_actual_prices(self):
        """Compute the actual prices of the period, and show them (I4)."""
        self._check_accountant()
        return self._get_or_make_period().action_compute_actual_prices()
