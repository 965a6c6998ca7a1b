from odoo import fields, models
from odoo.tools import SQL


class MciGradeReport(models.Model):
    """What was signed against what the deals were graded on (M1).

    Whoever names large amounts to get the best people shows a small share. Amounts are
    in the currency of the present company, at today's rates, without tax.
    """

    _name = "mci.grade.report"
    _inherit = ["mci.ratio.mixin", "mci.deal.row.mixin"]
    _description = "Signed ÷ Graded"
    _auto = False
    _order = "signed_date desc, id desc"
    _rec_name = "lead_id"
    _mci_ratios = {"ratio:avg": ("signed_amount", "graded_amount")}

    lead_id = fields.Many2one("crm.lead", string="Deal", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    owner_id = fields.Many2one("res.users", string="Accountable Owner", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    grade_id = fields.Many2one("mci.grade", readonly=True)
    evidence = fields.Selection(
        selection=lambda self: self.env["crm.lead"]
        ._fields["mci_graded_evidence"]
        ._description_selection(self.env),
        string="Evidence as Graded",
        readonly=True,
    )
    signed_date = fields.Date(string="Signed On", readonly=True)
    deal_count = fields.Integer(string="Number of Deals", readonly=True)
    graded_amount = fields.Monetary(
        string="Amount as Graded",
        readonly=True,
        help="Grading amount on which the grade of the deal rested (M1).",
    )
    signed_amount = fields.Monetary(readonly=True, help="Signed contract without tax.")
    gap = fields.Monetary(
        string="Signed − Graded",
        readonly=True,
        help="Below zero: less was signed than the deal was graded on.",
    )
    ratio = fields.Float(
        string="Signed ÷ Graded %",
        readonly=True,
        aggregator="avg",
        help="Of a group: all that was signed ÷ all that was graded. Far below 100 %,"
        " amounts were inflated.",
    )

    @property
    def _table_query(self):
        """Won deals with a signed amount and the amount they were graded on."""
        company = self.env.company
        today = fields.Date.context_today(self)
        companies = self.env["res.company"].sudo().search([("id", ">", 0)])
        rates = SQL(", ").join(
            (
                other.id,
                other.currency_id._convert(
                    1.0, company.currency_id, company, today, round=False
                ),
            )
            for other in companies
        )
        return SQL(
            """
            SELECT lead.id, lead.id AS lead_id, lead.partner_id, lead.user_id,
                   lead.mci_owner_id AS owner_id, lead.team_id,
                   rate.company_id, %(currency)s AS currency_id,
                   lead.mci_grade_id AS grade_id,
                   lead.mci_graded_evidence AS evidence,
                   COALESCE(lead.mci_signed_date, lead.date_closed::date)
                       AS signed_date,
                   1 AS deal_count,
                   lead.mci_graded_amount * rate.rate AS graded_amount,
                   lead.mci_signed_amount * rate.rate AS signed_amount,
                   (lead.mci_signed_amount - lead.mci_graded_amount) * rate.rate AS gap,
                   100.0 * lead.mci_signed_amount / lead.mci_graded_amount AS ratio
              FROM crm_lead lead
         LEFT JOIN crm_team team ON team.id = lead.team_id
         LEFT JOIN res_users salesman ON salesman.id = lead.user_id
              JOIN (VALUES %(rates)s) AS rate (company_id, rate)
                ON rate.company_id = COALESCE(lead.company_id, team.company_id,
                    salesman.company_id, %(company)s)
             WHERE lead.won_status = 'won'
               AND lead.type = 'opportunity'
               AND lead.mci_signed_amount > 0
               AND lead.mci_graded_amount > 0
            """,
            currency=company.currency_id.id,
            company=company.id,
            rates=rates,
        )
