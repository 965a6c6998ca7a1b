from odoo import api, fields, models

from ...tools.words import pack, say, unpack
from .mci_rule_level import LEVELS, RULES


class MciRuleEvent(models.Model):
    """The counted list of what went past a rule; written by the system only."""

    _name = "mci.rule.event"
    _inherit = ["mci.lock.mixin"]
    _description = "Rule Exception"
    _order = "date desc, id desc"

    rule = fields.Selection(RULES, required=True, readonly=True, index=True)
    level = fields.Selection(LEVELS, required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    lead_id = fields.Many2one(
        "crm.lead",
        string="Deal",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    user_id = fields.Many2one("res.users", string="By", readonly=True, required=True)
    date = fields.Datetime(required=True, readonly=True, index=True)
    message = fields.Text(
        string="What Happened, as Published",
        required=True,
        readonly=True,
        help="In the language of the company.",
    )
    message_words = fields.Json(
        readonly=True, help="Technical: the words of the message in no language."
    )
    what_happened = fields.Text(compute="_compute_what_happened")
    reason = fields.Text(readonly=True)
    is_approved = fields.Boolean(
        string="Approved", readonly=True, help="An approver allowed the exception."
    )
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(
        string="Document", model_field="res_model", readonly=True
    )

    @api.depends("message", "message_words")
    @api.depends_context("lang")
    def _compute_what_happened(self):
        """In the language of the reader; what was counted before has one language."""
        for event in self:
            words = unpack(event.message_words)
            event.what_happened = say(self.env, words) if words else event.message

    @api.depends("what_happened")
    def _compute_display_name(self):
        for event in self:
            event.display_name = event.what_happened

    # Written by the system only: the list is counted and published.
    def _mci_get_locked_fields(self):
        return frozenset(name for name in self._fields if name != "id")

    @api.model
    def _mci_log(self, rule, level, company, message, lead, record, reason, approved):
        event = (
            self.sudo()
            ._mci_unlock()
            .create(
                {
                    "rule": rule,
                    "level": level,
                    "company_id": company.id,
                    "lead_id": lead.id if lead else False,
                    "user_id": self.env.uid,
                    "date": fields.Datetime.now(),
                    "message": self._mci_say(message, company),
                    "message_words": pack(message),
                    "reason": reason,
                    "is_approved": bool(approved),
                    "res_model": record._name if record else False,
                    "res_id": record.id if record else False,
                }
            )
        )
        return event.with_context(mci_unlock=None)

    @api.model
    def _mci_say(self, message, company):
        """A sentence in the language of the company: others read it, and it is
        published. Plain sentences stay as they are.
        """
        lang = company.sudo().partner_id.lang
        return say(self.with_context(lang=lang).env, message)

    def action_open_document(self):
        """Open the document the exception was about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model or "crm.lead",
            "res_id": self.res_id or self.lead_id.id,
            "views": [(False, "form")],
        }
