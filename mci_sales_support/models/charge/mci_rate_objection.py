from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.arguments import arguments, text


class MciRateObjection(models.Model):
    """What somebody has against a price in consultation, and the answer (C2)."""

    _name = "mci.rate.objection"
    _description = "Objection to internal rates"
    _inherit = ["mci.lock.mixin"]
    _order = "state desc, id desc"

    card_id = fields.Many2one(
        "mci.rate.card", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="card_id.company_id", store=True, index=True)
    rate_id = fields.Many2one(
        "mci.rate",
        string="Rate line",
        index="btree_not_null",
        ondelete="set null",
        domain="[('card_id', '=', card_id)]",
        help="Empty: the objection is to the whole card.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Raised by",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.user,
    )
    description = fields.Text(string="Objection", required=True)
    answer = fields.Text(readonly=True)
    answered_by_id = fields.Many2one("res.users", readonly=True)
    answer_date = fields.Datetime(string="Answered on", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("answered", "Answered")],
        compute="_compute_state",
        store=True,
    )

    _mci_locked_fields = frozenset(
        {"user_id", "answer", "answered_by_id", "answer_date", "state"}
    )

    @api.depends("answer_date")
    def _compute_state(self):
        for objection in self:
            objection.state = "answered" if objection.answer_date else "open"

    @api.depends("user_id", "card_id")
    def _compute_display_name(self):
        for objection in self:
            objection.display_name = self.env._(
                "%(user)s on %(card)s",
                user=objection.user_id.name,
                card=objection.card_id.name,
            )

    @api.model_create_multi
    def create(self, vals_list):
        objections = super().create(vals_list)
        for objection in objections:
            objection._check_card()
        return objections

    def write(self, vals):
        if not self._mci_is_unlocked():
            for objection in self:
                objection._check_card()
        return super().write(vals)

    def _check_card(self):
        """Objections belong to the consultation, and to lines of their card."""
        card = self.card_id.sudo()
        if card.state != "consultation" or self.answer_date:
            raise UserError(
                self.env._(
                    "Objections to %(card)s are taken while it is in consultation and"
                    " stay as they were answered.",
                    card=card.display_name,
                )
            )
        if self.rate_id and self.rate_id.sudo().card_id != card:
            raise UserError(
                self.env._(
                    "%(rate)s is no line of %(card)s.",
                    rate=self.rate_id.sudo().display_name,
                    card=card.display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for objection in self:
            if objection.card_id.sudo().state != "draft":
                raise UserError(self.env._("Objections are kept: answer them instead."))

    @arguments(answer=text)
    def action_answer(self, answer):
        """Answer objections; what was said on both sides stays with the card.

        :param str answer: read by everybody in the company
        :raises AccessError: neither accountant nor Sales Support Administrator
        """
        self.check_access("read")
        self.sudo().card_id.with_env(self.env)._check_can_write()
        for objection in self.filtered("answer_date"):
            raise UserError(
                self.env._(
                    "%(objection)s was answered by %(user)s already: what was said"
                    " stays.",
                    objection=objection.display_name,
                    user=objection.answered_by_id.name,
                )
            )
        answer = self.env["mci.charge"]._mci_need_text(answer)
        self.sudo()._mci_unlock().write(
            {
                "answer": answer,
                "answered_by_id": self.env.uid,
                "answer_date": fields.Datetime.now(),
            }
        )
        return True
