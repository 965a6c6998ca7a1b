from odoo import fields, models
from odoo.tools import SQL


class MciSettlementAgeing(models.Model):
    """What is not settled yet, by age (C5): one row for each charge that waits.

    Open charges wait from the day worked, unanswered ones from sending, disputed ones
    from the dispute, accepted ones from their acceptance until they are posted. Amounts
    are in the currency of the provider's company; days are calendar days in UTC.
    """

    _name = "mci.settlement.ageing"
    _description = "Ageing of unsettled charges"
    _inherit = ["mci.currency.row.mixin"]
    _auto = False
    _order = "days desc, id"
    _rec_name = "lead_name"

    charge_id = fields.Many2one("mci.charge", string="Internal charge", readonly=True)
    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    lead_name = fields.Char("Opportunity name", readonly=True)
    center_id = fields.Many2one(
        "mci.delivery.center", string="Provided by", readonly=True
    )
    team_id = fields.Many2one("crm.team", string="Charged to", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    payer_company_id = fields.Many2one(
        "res.company", string="Company charged", readonly=True
    )
    statement_id = fields.Many2one("mci.statement", string="Statement", readonly=True)
    status = fields.Selection(
        [
            ("open", "Not collected"),
            ("draft", "Not sent"),
            ("sent", "Not answered"),
            ("disputed", "Disputed"),
            ("accepted", "Not posted"),
        ],
        string="Waits because",
        readonly=True,
    )
    dispute_class = fields.Selection(
        selection=lambda self: self.env["mci.charge"]
        ._fields["dispute_class"]
        ._description_selection(self.env),
        string="Kind of dispute",
        readonly=True,
    )
    since = fields.Date(string="Waits since", readonly=True)
    days = fields.Integer(string="Days waited", readonly=True, aggregator="max")
    bucket = fields.Selection(
        [
            ("1", "Up to 7 days"),
            ("2", "8 to 30 days"),
            ("3", "31 to 60 days"),
            ("4", "61 to 90 days"),
            ("5", "More than 90 days"),
        ],
        string="Age",
        readonly=True,
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    hours = fields.Float("Hours charged", readonly=True)
    amount = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT item.*, CASE WHEN item.days <= 7 THEN '1' WHEN item.days <= 30
                   THEN '2' WHEN item.days <= 60 THEN '3' WHEN item.days <= 90
                   THEN '4' ELSE '5' END AS bucket
              FROM (
                SELECT waiting.*, CURRENT_DATE - waiting.since AS days
                  FROM (
                    SELECT charge.id, charge.id AS charge_id, charge.lead_id,
                           charge.lead_name, charge.center_id, charge.team_id,
                           charge.company_id, charge.payer_company_id,
                           COALESCE(charge.statement_id, charge.disputed_statement_id)
                           AS statement_id,
                           CASE WHEN charge.state = 'open' AND
                                charge.statement_id IS NOT NULL
                                THEN 'draft' ELSE charge.state END AS status,
                           CASE WHEN charge.state = 'disputed'
                                THEN charge.dispute_class END AS dispute_class,
                           charge.company_currency_id AS currency_id,
                           charge.hours, charge.amount,
                           COALESCE(CASE charge.state
                               WHEN 'sent' THEN statement.sent_date
                               WHEN 'accepted' THEN statement.accepted_date
                               WHEN 'disputed' THEN charge.disputed_date
                           END, charge.date)::date AS since
                      FROM mci_charge charge
                      LEFT JOIN mci_statement statement
                        ON statement.id = charge.statement_id
                     WHERE charge.state IN ('open', 'sent', 'disputed', 'accepted')
                       AND NOT (charge.state = 'accepted'
                                AND COALESCE(statement.is_showback, false))
                  ) waiting
              ) item
            """
        )

    def action_view_charge(self):
        """Open the charge behind the row."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "mci.charge",
            "res_id": self.charge_id.id,
            "view_mode": "form",
        }
