from odoo import api, fields, models
from odoo.exceptions import UserError


class MciChargeEvent(models.Model):
    """What happened to a charge while it was open or disputed (C3)."""

    _name = "mci.charge.event"
    _description = "History of an internal charge"
    _inherit = ["mci.lock.mixin", "mci.words.mixin"]
    _order = "id desc"
    _mci_spoken_fields = {"note_words": "note"}

    charge_id = fields.Many2one(
        "mci.charge",
        string="Internal charge",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    kind = fields.Selection(
        [
            ("follow", "Timesheet corrected"),
            ("reprice", "Priced again"),
            ("zero_rate", "Zero rate"),
            ("question", "Question"),
            ("dispute", "Disputed"),
            ("decide", "Decided"),
            ("consent", "Consent of the owner"),
            ("dissent", "Owner does not consent"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True)
    date = fields.Datetime(
        required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    note = fields.Char(readonly=True)
    note_packed = fields.Json(readonly=True, export_string_translation=False)
    note_words = fields.Char(
        "Note in the language of the reader", compute="_compute_spoken"
    )
    hours_before = fields.Float(readonly=True)
    hours_after = fields.Float(readonly=True)
    company_currency_id = fields.Many2one(
        related="charge_id.company_currency_id", export_string_translation=False
    )
    amount_before = fields.Monetary(currency_field="company_currency_id", readonly=True)
    amount_after = fields.Monetary(currency_field="company_currency_id", readonly=True)

    def _mci_get_locked_fields(self):
        return frozenset(self._fields)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_unlocked(self):
        if not self._mci_is_unlocked():
            raise UserError(self.env._("The history of a charge is never deleted."))
