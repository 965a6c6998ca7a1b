from odoo import fields, models
from odoo.tools import SQL


class MciGradeSimulation(models.Model):
    """What the deals of a simulation were charged."""

    _inherit = "mci.grade.simulation"

    def _get_work_query(self):
        # OVERRIDES match: hours and amounts of live charges, in the currency of the
        # company whose policy it is, at today's rate.
        company, today = self.company_id, fields.Date.context_today(self)
        currencies = self.env["res.company"].sudo().search([("id", ">", 0)]).currency_id
        rates = SQL(", ").join(
            (
                currency.id,
                currency._convert(
                    1.0, company.currency_id, company, today, round=False
                ),
            )
            for currency in currencies | company.currency_id
        )
        return SQL(
            """
            SELECT charge.lead_id, SUM(charge.hours) AS hours,
                   SUM(charge.amount * rate.rate) AS amount
              FROM mci_charge charge
              JOIN (VALUES %s) AS rate (currency_id, rate)
                ON rate.currency_id = charge.company_currency_id
             WHERE charge.state <> 'reversed'
               AND charge.consent IS DISTINCT FROM 'asked'
               AND charge.lead_id IN (SELECT id FROM deal)
          GROUP BY charge.lead_id
            """,
            rates,
        )
