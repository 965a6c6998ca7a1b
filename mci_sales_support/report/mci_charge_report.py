from odoo import fields, models
from odoo.tools import SQL


class MciChargeReport(models.Model):
    """What presales charged, and what became of the deals (C9).

    A deal's revenue is spread over its charges, so that every total of whole deals
    shows what they brought: the signed amount, else the expected one, of won deals.
    """

    _name = "mci.charge.report"
    _description = "Charges and outcome"
    _auto = False
    _order = "date desc"
    _rec_name = "lead_name"

    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    lead_name = fields.Char("Opportunity name", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    outcome = fields.Selection(
        [("won", "Won"), ("lost", "Lost"), ("open", "Still open")], readonly=True
    )
    date = fields.Date("Worked on", readonly=True)
    team_id = fields.Many2one("crm.team", string="Charged to", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    owner_id = fields.Many2one("res.users", string="Accountable owner", readonly=True)
    center_id = fields.Many2one(
        "mci.delivery.center", string="Provided by", readonly=True
    )
    function_id = fields.Many2one("mci.function", readonly=True)
    level_id = fields.Many2one("mci.level", string="Resource level", readonly=True)
    grade_id = fields.Many2one("mci.grade", readonly=True)
    state = fields.Selection(
        selection=lambda self: self.env["mci.charge"]
        ._fields["state"]
        ._description_selection(self.env),
        string="Status",
        readonly=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    payer_company_id = fields.Many2one(
        "res.company", string="Company charged", readonly=True
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    hours = fields.Float("Hours charged", readonly=True)
    amount = fields.Monetary("Charged", readonly=True)
    lost_amount = fields.Monetary(
        "Cost of lost pursuits", readonly=True, help="Charged to deals that were lost."
    )
    won_revenue = fields.Monetary(
        "Revenue of won deals",
        readonly=True,
        help="Signed amount, else expected revenue, spread over the deal's charges.",
    )
    presales_return = fields.Float(
        "Return on presales",
        readonly=True,
        aggregator="avg",
        help="Revenue of won deals for one unit of money charged, lost deals included.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT charge.id, charge.lead_id, charge.lead_name, charge.partner_id,
                   charge.date, charge.team_id, charge.user_id, charge.owner_id,
                   charge.center_id, charge.function_id, charge.level_id,
                   charge.grade_id, charge.state, charge.company_id,
                   charge.payer_company_id, charge.company_currency_id AS currency_id,
                   charge.hours, charge.amount,
                   CASE lead.won_status WHEN 'won' THEN 'won' WHEN 'lost' THEN 'lost'
                        ELSE 'open' END AS outcome,
                   CASE WHEN lead.won_status = 'lost' THEN charge.amount
                        ELSE 0 END AS lost_amount,
                   CASE WHEN lead.won_status = 'won' THEN
                        COALESCE(NULLIF(lead.mci_signed_amount, 0),
                                 lead.expected_revenue, 0) * COALESCE(
                            charge.amount / NULLIF(deal.amount, 0),
                            1.0 / deal.count)
                   ELSE 0 END AS won_revenue,
                   0.0 AS presales_return
              FROM mci_charge charge
              JOIN crm_lead lead ON lead.id = charge.lead_id
              JOIN (SELECT lead_id, SUM(amount) AS amount, COUNT(*) AS count
                      FROM mci_charge WHERE state <> 'reversed'
                       AND consent IS DISTINCT FROM 'asked'
                     GROUP BY lead_id) deal ON deal.lead_id = charge.lead_id
             WHERE charge.state <> 'reversed'
               AND charge.consent IS DISTINCT FROM 'asked'
            """
        )

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec != "presales_return:avg":
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "COALESCE(SUM(%s) / NULLIF(SUM(%s), 0), 0)",
            self._field_to_sql(self._table, "won_revenue", query),
            self._field_to_sql(self._table, "amount", query),
        )
