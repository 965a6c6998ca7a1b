from odoo import api, fields, models
from odoo.exceptions import UserError


class MciStatement(models.Model):
    """Between two currencies nothing is sent or posted without a rate of exchange."""

    _inherit = "mci.statement"

    payer_rate_refusal = fields.Char(
        "Exchange rate missing",
        compute="_compute_payer_rate_refusal",
        help="What keeps the statement from being sent or posted (C3, C6).",
    )

    @api.depends("charge_ids.payer_exchange_rate", "is_crossing")
    @api.depends_context("lang")
    def _compute_payer_rate_refusal(self):
        """The first charge, by day, whose rate of exchange nobody has entered."""
        missing = {}
        for charge in self._mci_search_without_rate():
            missing.setdefault(charge.statement_id, charge)
        for statement in self:
            charge = missing.get(statement)
            statement.payer_rate_refusal = charge and charge.payer_rate_refusal

    def _mci_search_without_rate(self):
        return (
            self.env["mci.charge"]
            .sudo()
            .search(
                [
                    ("statement_id", "in", self.filtered("is_crossing").ids),
                    ("payer_exchange_rate", "=", 0.0),
                    ("amount", "!=", 0.0),
                ],
                order="date, id",
            )
        )

    def _check_sendable(self):
        # EXTENDS
        self._check_payer_rates()
        return super()._check_sendable()

    def _check_postable(self):
        # EXTENDS
        self._check_payer_rates()
        return super()._check_postable()

    def _check_payer_rates(self):
        """The payer's books need the rate of each day worked (C3, C6).

        Rates that were entered since are taken up first.
        """
        charges = self._mci_search_without_rate()
        for charge in charges._mci_find_payer_rates()[:1]:
            raise UserError(
                self.env._(
                    "%(statement)s: %(refusal)s (%(charge)s). Enter it in the company"
                    " that pays (C6).",
                    statement=charge.statement_id.display_name,
                    refusal=charge._mci_get_payer_rate_refusal(),
                    charge=charge.display_name,
                )
            )


class MciCharge(models.Model):
    _inherit = "mci.charge"

    payer_rate_refusal = fields.Char(
        "Exchange rate missing",
        compute="_compute_payer_rate_refusal",
        help="Between two currencies nothing is taken one to one (C3, C6).",
    )

    @api.depends("payer_exchange_rate", "payer_currency_id", "amount")
    @api.depends_context("lang")
    def _compute_payer_rate_refusal(self):
        for charge in self:
            charge.payer_rate_refusal = (
                charge._mci_get_payer_rate_refusal()
                if charge.amount and not charge.payer_exchange_rate
                else False
            )

    def _mci_get_payer_rate_refusal(self):
        self.ensure_one()
        return self.company_currency_id._mci_get_rate_refusal(
            self.sudo().payer_company_id, self.rate_date or self.date
        )

    def _mci_find_payer_rates(self):
        """Look the payer's rates up again; the charges that still have none."""
        for name in ("payer_currency_id", "payer_exchange_rate", "payer_amount"):
            self.env.add_to_compute(self._fields[name], self)
        missing = self.filtered(lambda charge: not charge.payer_exchange_rate)
        self.env.flush_all()
        return missing
