from odoo import fields, models
from odoo.tools import SQL

from .mci_credit_template import KINDS


class MciCreditReport(models.Model):
    """Presales charged beside every credited amount (C9).

    A row is a counted credit, or the presales charged for a deal to its owner of that
    day: summed by deal, person or team both stand side by side, each counted once.
    Credits in the currency of their company, charges in that of the company charged at
    their frozen rate of exchange.
    """

    _name = "mci.credit.report"
    _description = "Credits and presales"
    _inherit = ["mci.ratio.mixin", "mci.deal.row.mixin", "mci.currency.row.mixin"]
    _auto = False
    _order = "date desc, id"
    _rec_name = "lead_name"
    _mci_quotients = {
        "presales_return:avg": ("booked_amount", "charged_amount"),
        "credited_return:avg": ("credited_amount", "charged_amount"),
    }

    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    lead_name = fields.Char("Opportunity name", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    team_id = fields.Many2one("crm.team", "Sales team", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Person",
        readonly=True,
        help="Who carries the credit; of a charge, who was in charge of the deal on the"
        " day worked.",
    )
    date = fields.Date(readonly=True)
    outcome = fields.Selection(
        [("pending", "Still open"), ("won", "Won"), ("lost", "Lost")], readonly=True
    )
    kind = fields.Selection([*KINDS, ("charge", "Presales charge")], readonly=True)
    hours = fields.Float("Hours charged", readonly=True)
    booked_amount = fields.Monetary(
        "Booked revenue",
        readonly=True,
        help="Primary credits: each deal counts once (O4).",
    )
    credited_amount = fields.Monetary(
        "Credited", readonly=True, help="Primary and overlay credits (O4)."
    )
    charged_amount = fields.Monetary(
        "Presales charged",
        readonly=True,
        help="To won, lost and open deals. Reversed charges, and hours that wait for"
        " the owner's consent, do not count.",
    )
    charged_won = fields.Monetary("Presales on won deals", readonly=True)
    charged_lost = fields.Monetary("Presales on lost deals", readonly=True)
    charged_open = fields.Monetary("Presales on open deals", readonly=True)
    presales_return = fields.Float(
        "Return on presales",
        readonly=True,
        aggregator="avg",
        help="Booked revenue for one unit of money that presales charged, to lost and"
        " open deals too (C9). Of sums, never an average; empty over several"
        " currencies.",
    )
    credited_return = fields.Float(
        "Credited ÷ presales",
        readonly=True,
        aggregator="avg",
        help="Credited amount, overlays included, for one unit of money that presales"
        " charged.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT credit.id * 2 AS id, credit.lead_id, credit.lead_name,
                   credit.company_id, company.currency_id, credit.team_id,
                   credit.user_id, credit.date, lead.won_status AS outcome,
                   credit.kind, NULL::float8 AS hours,
                   CASE WHEN credit.kind = 'primary' THEN credit.amount END
                       AS booked_amount,
                   credit.amount AS credited_amount, NULL::numeric AS charged_amount,
                   NULL::numeric AS charged_won, NULL::numeric AS charged_lost,
                   NULL::numeric AS charged_open, NULL::numeric AS presales_return,
                   NULL::numeric AS credited_return
              FROM mci_credit credit
              LEFT JOIN res_company company ON company.id = credit.company_id
              LEFT JOIN crm_lead lead ON lead.id = credit.lead_id
             WHERE credit.state NOT IN ('provisional', 'agreed')
             UNION ALL
            SELECT charge.id * 2 + 1, charge.lead_id, charge.lead_name,
                   charge.payer_company_id, charge.payer_currency_id, charge.team_id,
                   COALESCE(charge.owner_id, charge.user_id), charge.date,
                   lead.won_status, 'charge', charge.hours, NULL, NULL,
                   charge.payer_amount,
                   CASE WHEN lead.won_status = 'won' THEN charge.payer_amount END,
                   CASE WHEN lead.won_status = 'lost' THEN charge.payer_amount END,
                   CASE WHEN lead.won_status = 'pending' THEN charge.payer_amount END,
                   NULL, NULL
              FROM mci_charge charge
              LEFT JOIN crm_lead lead ON lead.id = charge.lead_id
             WHERE charge.state <> 'reversed'
               AND charge.consent IS DISTINCT FROM 'asked'
            """
        )

    def action_open_document(self):
        """Open the credit or the charge behind the row."""
        self.ensure_one()
        model = "mci.charge" if self.kind == "charge" else "mci.credit"
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": self.id // 2,
            "views": [(False, "form")],
        }
