from odoo import api, fields, models
from odoo.exceptions import UserError

from .mci_credit_template import KINDS, ROLES

# Credits that count: booked at the win, in whatever release.
LIVE_STATES = ("frozen", "released", "adjusted")
# What attainment and reports add up; a claw-back takes its original away again.
COUNTED_STATES = (*LIVE_STATES, "clawed_back")


class MciCredit(models.Model):
    """Who carries how much of a deal's number (O4).

    ============  ============================================================
    provisional   agreed before initiation, or an adjustment not approved yet
    agreed        agreed at initiation
    frozen        counted at the win, part of it still held back
    released      counted and released in full
    adjusted      an approved later change of another credit
    clawed back   taken away with a negative row, the deal is no longer won
    ============  ============================================================

    ``amount`` = ``base_amount`` × ``percent``, company currency of the deal, rounded to
    the currency; the rounding rest of the primary credits goes to the last of them.
    Written by methods only.
    """

    _name = "mci.credit"
    _description = "Sales credit"
    _inherit = ["mci.lock.mixin"]
    _order = "date desc, lead_id, kind desc, id"

    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", required=True, index=True, ondelete="restrict"
    )
    # The deal the credit was made on, also after Odoo has merged it into another one.
    lead_key = fields.Integer(export_string_translation=False, aggregator=None)
    lead_name = fields.Char("Opportunity at the time")
    company_id = fields.Many2one("res.company", required=True, index=True)
    team_id = fields.Many2one("crm.team", index="btree_not_null", ondelete="restrict")
    template_line_id = fields.Many2one(
        "mci.credit.template.line", "Template line", ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users",
        "Credited to",
        index=True,
        ondelete="restrict",
        help="Empty until the win where the people share by hours.",
    )
    role = fields.Selection(ROLES, required=True)
    kind = fields.Selection(KINDS, required=True)
    percent = fields.Float(aggregator=None)
    hours = fields.Float(
        help="Presales hours of the person before the offer, where hours share."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    base_amount = fields.Monetary(
        "Booked revenue", aggregator=None, help="Amount of the deal, without tax."
    )
    amount = fields.Monetary("Credited amount")
    released_amount = fields.Monetary("Released")
    date = fields.Date(index=True, help="Day of the win; day of a later change.")
    basis = fields.Selection(
        [("signed", "Signed amount"), ("expected", "Expected revenue")],
        help="What the booked revenue is taken from.",
    )
    state = fields.Selection(
        [
            ("provisional", "Provisional"),
            ("agreed", "Agreed"),
            ("frozen", "Frozen"),
            ("released", "Released"),
            ("adjusted", "Adjusted"),
            ("clawed_back", "Clawed back"),
        ],
        required=True,
        default="provisional",
        index=True,
    )
    adjusts_id = fields.Many2one(
        "mci.credit", "Adjusts", index="btree_not_null", ondelete="restrict"
    )
    counterpart_id = fields.Many2one(
        "mci.credit",
        "Taken from",
        index="btree_not_null",
        ondelete="restrict",
        help="The other half of a move between primary credits.",
    )
    reason = fields.Char()
    requester_id = fields.Many2one("res.users", ondelete="restrict")
    approver_id = fields.Many2one("res.users", ondelete="restrict")
    presales_charged = fields.Monetary(
        "Presales charged",
        compute="_compute_presales_charged",
        help="Presales charged on this deal until today (C9).",
    )

    _one_frozen = models.UniqueIndex(
        "(lead_key, role, kind, user_id, template_line_id)"
        " WHERE state IN ('frozen', 'released') AND adjusts_id IS NULL",
        "The credits of this deal are frozen already (O4).",
    )
    _counted_has_user = models.Constraint(
        "CHECK(user_id IS NOT NULL OR state IN ('provisional', 'agreed'))",
        "A counted credit belongs to a person.",
    )

    def _mci_get_locked_fields(self):
        return frozenset(self._fields)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_counted(self):
        for credit in self:
            if credit.state not in ("provisional", "agreed") or (
                not self._mci_is_unlocked()
            ):
                raise UserError(
                    self.env._(
                        "%s cannot be deleted: credits are changed by adjusting lines"
                        " (O4).",
                        credit.display_name,
                    )
                )

    @api.depends("user_id", "role", "lead_name")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for credit in self:
            parts = (
                credit.lead_name,
                roles.get(credit.role),
                credit.user_id.display_name,
            )
            credit.display_name = ", ".join(part for part in parts if part)

    def _compute_presales_charged(self):
        """As in the budget of the deal, whichever companies did the work (C9)."""
        figures = self.lead_id.sudo()._mci_get_ledger()
        today = fields.Date.context_today(self)
        for credit in self:
            company = credit.lead_id.sudo()._mci_get_company()
            credit.presales_charged = company.currency_id._convert(
                figures[credit.lead_id.id]["charged"],
                credit.currency_id,
                company,
                today,
            )
