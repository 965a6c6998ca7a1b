from odoo import api, fields, models


class MciCharge(models.Model):
    """What a charge comes to in the books of the payer's company (C3, C6).

    ``payer_amount`` = ``amount`` × ``payer_exchange_rate``, rounded to the currency of
    the payer's company. The rate is that company's own for the day worked
    (``rate_date``) and frozen with the charge. Each charge is rounded once in each
    currency and totals are sums of rounded amounts: deal, statement and entry agree to
    the cent in both, and there is no rounding difference to post.
    """

    _inherit = "mci.charge"

    payer_currency_id = fields.Many2one(
        "res.currency",
        string="Payer's currency",
        compute="_compute_payer_amount",
        store=True,
        readonly=False,
    )
    payer_exchange_rate = fields.Float(
        string="Payer's exchange rate",
        digits=0,
        compute="_compute_payer_amount",
        store=True,
        readonly=False,
        aggregator=None,
        help="Currency of the payer's company for one unit of the currency of the"
        " unit's company, on the date of exchange (C3).",
    )
    payer_amount = fields.Monetary(
        string="Amount in the payer's currency",
        currency_field="payer_currency_id",
        compute="_compute_payer_amount",
        store=True,
        readonly=False,
    )

    @api.depends("amount", "company_id", "payer_company_id", "rate_date")
    def _compute_payer_amount(self):
        values = self._mci_get_payer_values(
            [
                (
                    charge.company_currency_id.id,
                    charge.payer_company_id.id,
                    charge.rate_date or charge.date,
                    charge.amount,
                )
                for charge in self
            ]
        )
        for charge, vals in zip(self, values, strict=True):
            frozen = charge.payer_exchange_rate
            if frozen and charge.payer_currency_id and charge._mci_is_frozen():
                # Decided hours change the amount, never the rate of exchange.
                amount = charge.payer_currency_id.round(charge.amount * frozen)
                vals = {"payer_amount": amount}
            charge.update(vals)

    @api.model_create_multi
    def create(self, vals_list):
        # Given with the row: computed afterwards, each row would be written twice.
        return super().create(self._mci_add_payer_values(vals_list))

    @api.model
    def _mci_add_payer_values(self, vals_list):
        """The values with what they come to for the payer."""
        values = self._mci_get_payer_values(
            [
                (
                    vals.get("company_currency_id"),
                    vals.get("payer_company_id"),
                    vals.get("rate_date") or vals.get("date"),
                    vals.get("amount", 0.0),
                )
                for vals in vals_list
            ]
        )
        # What takes a charge back brings its own amounts along.
        return [
            {**payer, **vals} for vals, payer in zip(vals_list, values, strict=True)
        ]

    @api.model
    def _mci_get_payer_values(self, rows):
        """Payer's values of rows ``(currency id, payer company id, date, amount)``.

        One look at the table of exchange rates for each pair of currencies and day.
        """
        companies = self.env["res.company"].sudo()
        rates, result = {}, []
        for currency_id, company_id, date, amount in rows:
            key = (currency_id, company_id, date)
            company = companies.browse(company_id)
            if not (currency_id and company_id):
                result.append({})  # refused for what is missing
                continue
            if key not in rates:
                rates[key] = self._mci_get_payer_rate(currency_id, company, date)
            currency = company.currency_id
            same = currency.id == currency_id
            result.append(
                {
                    "payer_currency_id": currency.id,
                    "payer_exchange_rate": rates[key],
                    "payer_amount": amount
                    if same
                    else currency.round(amount * rates[key]),
                }
            )
        return result

    @api.model
    def _mci_get_payer_rate(self, currency_id, company, date):
        """0.0 where none is known: the statement is held back (C6)."""
        currency = self.env["res.currency"].browse(currency_id)
        if currency == company.currency_id:
            return 1.0
        date = fields.Date.to_date(date)
        if not currency._mci_has_rate(company, date):
            return 0.0
        return currency._get_conversion_rate(
            currency, company.currency_id, company, date
        )
