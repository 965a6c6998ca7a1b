from odoo import fields, models
from odoo.tools import SQL

from .mci_credit_template import KINDS


class MciCreditReport(models.Model):
    """Presales charged beside every credited amount (C9).

    A row is a counted credit, or the presales charged for a deal to its owner of that
    day: summed by deal, person or team both stand side by side, each counted once.
    Company currency.
    """

    _name = "mci.credit.report"
    _description = "Credits and presales"
    _auto = False
    _order = "date desc, id"
    _rec_name = "lead_name"

    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    lead_name = fields.Char("Opportunity name", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one("crm.team", "Sales team", readonly=True)
    user_id = fields.Many2one("res.users", "Person", readonly=True)
    date = fields.Date(readonly=True)
    outcome = fields.Selection(
        [("pending", "Still open"), ("won", "Won"), ("lost", "Lost")], readonly=True
    )
    kind = fields.Selection([*KINDS, ("charge", "Presales charge")], readonly=True)
    booked_amount = fields.Monetary("Booked revenue", readonly=True)
    credited_amount = fields.Monetary("Credited", readonly=True)
    charged_won = fields.Monetary("Presales on won deals", readonly=True)
    charged_lost = fields.Monetary("Presales on lost deals", readonly=True)
    charged_open = fields.Monetary("Presales on open deals", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT credit.id * 2 AS id, credit.lead_id, credit.lead_name,
                   credit.company_id, credit.team_id, credit.user_id, credit.date,
                   lead.won_status AS outcome, credit.kind,
                   CASE WHEN credit.kind = 'primary' THEN credit.amount END
                       AS booked_amount,
                   credit.amount AS credited_amount,
                   NULL::numeric AS charged_won, NULL::numeric AS charged_lost,
                   NULL::numeric AS charged_open
              FROM mci_credit credit
              JOIN crm_lead lead ON lead.id = credit.lead_id
             WHERE credit.state NOT IN ('provisional', 'agreed')
             UNION ALL
            SELECT charge.id * 2 + 1, charge.lead_id, charge.lead_name,
                   charge.company_id, charge.team_id,
                   COALESCE(charge.owner_id, charge.user_id), charge.date,
                   lead.won_status, 'charge', NULL, NULL,
                   CASE WHEN lead.won_status = 'won' THEN charge.amount END,
                   CASE WHEN lead.won_status = 'lost' THEN charge.amount END,
                   CASE WHEN lead.won_status = 'pending' THEN charge.amount END
              FROM mci_charge charge
              JOIN crm_lead lead ON lead.id = charge.lead_id
             WHERE charge.state <> 'reversed'
            """
        )
