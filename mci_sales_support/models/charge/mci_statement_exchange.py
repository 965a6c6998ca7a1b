from odoo import models
from odoo.exceptions import UserError


class MciStatement(models.Model):
    """Between two currencies nothing is sent or posted without a rate of exchange."""

    _inherit = "mci.statement"

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
        charges = (
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
        for charge in charges._mci_find_payer_rates()[:1]:
            raise UserError(
                self.env._(
                    "%(statement)s: %(refusal)s (%(charge)s). Enter it in the company"
                    " that pays (C6).",
                    statement=charge.statement_id.display_name,
                    refusal=charge.company_currency_id._mci_get_rate_refusal(
                        charge.payer_company_id, charge.rate_date or charge.date
                    ),
                    charge=charge.display_name,
                )
            )


class MciCharge(models.Model):
    _inherit = "mci.charge"

    def _mci_find_payer_rates(self):
        """Look the payer's rates up again; the charges that still have none."""
        for name in ("payer_currency_id", "payer_exchange_rate", "payer_amount"):
            self.env.add_to_compute(self._fields[name], self)
        missing = self.filtered(lambda charge: not charge.payer_exchange_rate)
        self.env.flush_all()
        return missing
