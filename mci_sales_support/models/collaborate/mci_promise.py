from textwrap import shorten

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# Not come to an end yet: may be changed, which voids the signatures.
OPEN_STATES = ("made", "accepted", "rejected")


class MciPromise(models.Model):
    """What the customer was promised, on a list everybody on the deal can read (O3)."""

    _name = "mci.promise"
    _description = "Customer Commitment"
    _inherit = ["mci.lock.mixin"]
    _order = "lead_id, id"
    _mci_locked_fields = frozenset(
        {"state", "promised_by_id", "company_id", "decided_by_id", "decided_date"}
    )
    # What the two signatures cover: a change of these voids them.
    _mci_signed_fields = frozenset({"lead_id", "name", "date_due", "active"})

    name = fields.Text(
        "Commitment",
        required=True,
        help="What the customer may expect from us, in words he would use.",
    )
    active = fields.Boolean(default=True)
    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company",
        "Company",
        compute="_compute_company_id",
        store=True,
        precompute=True,
        index=True,
    )
    promised_by_id = fields.Many2one(
        "res.users",
        "Promised By",
        default=lambda self: self.env.user,
        index=True,
        ondelete="restrict",
    )
    date = fields.Date("Promised On", default=fields.Date.context_today)
    date_due = fields.Date("Due On")
    state = fields.Selection(
        [
            ("made", "Made"),
            ("accepted", "Accepted by delivery"),
            ("rejected", "Rejected"),
            ("kept", "Kept"),
            ("broken", "Broken"),
            ("undeclared", "Undeclared"),
        ],
        "Status",
        required=True,
        default="made",
        help="Accepted or rejected by the delivery lead, later kept or broken. One"
        " found after the list was declared complete is undeclared and counts as"
        " broken (O3).",
    )
    decided_by_id = fields.Many2one("res.users", "Decided By", ondelete="restrict")
    decided_date = fields.Datetime("Decided On")
    note = fields.Text()
    can_answer = fields.Boolean(
        compute="_compute_can_answer", export_string_translation=False
    )
    can_close = fields.Boolean(
        compute="_compute_can_answer", export_string_translation=False
    )

    @api.depends("lead_id")
    def _compute_company_id(self):
        for promise in self:
            lead = promise.lead_id.sudo()
            promise.company_id = lead and lead._mci_get_company()

    @api.depends("name")
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = shorten(promise.name or "", 60, placeholder=" …")

    @api.depends("lead_id.mci_owner_id", "lead_id.mci_delivery_lead_id")
    @api.depends_context("uid")
    def _compute_can_answer(self):
        for promise in self:
            promise.can_answer = self.env.user in promise._mci_get_deciders(False)
            promise.can_close = self.env.user in promise._mci_get_deciders(True)

    # ---------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        promises = super().create(vals_list)
        # One found after the declaration was not on the list that was signed.
        listed = promises.sudo().filtered(lambda p: p.state != "undeclared")
        listed.lead_id._mci_void_signoffs()
        return promises

    def write(self, vals):
        if self._mci_signed_fields.isdisjoint(vals) or self._mci_is_unlocked():
            return super().write(vals)
        if "lead_id" in vals:
            self._mci_check_same_deal(vals["lead_id"])
        self._check_can_change()
        result = super().write(vals)
        self.sudo()._do_reopen()
        return result

    def _mci_check_same_deal(self, lead_id):
        if any(promise.lead_id.id != lead_id for promise in self):
            raise UserError(
                self.env._("A commitment stays with the deal it was made for (O3).")
            )

    def _check_can_change(self):
        """What came of a commitment is history: its words stay as they were."""
        for promise in self.filtered(lambda p: p.state not in OPEN_STATES):
            raise UserError(
                self.env._(
                    "The commitment %(name)s is already %(state)s: it stays in the"
                    " list as it is (O3).",
                    name=promise.display_name,
                    state=dict(self._fields["state"]._description_selection(self.env))[
                        promise.state
                    ],
                )
            )

    def _do_reopen(self):
        """Other words are another commitment: nobody accepted or signed them."""
        answered = self.filtered(lambda p: p.state != "made")
        answered._mci_unlock().write(
            {"state": "made", "decided_by_id": False, "decided_date": False}
        )
        self.lead_id._mci_void_signoffs()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_can_change()
        self.sudo().lead_id._mci_void_signoffs()

    # ---------------------------------------------------------------- decisions

    def action_accept(self, note=None):
        """The delivery lead says it can be delivered (O3)."""
        return self._mci_decide("accepted", ("made", "rejected"), note)

    def action_reject(self, note=None):
        """The delivery lead says it cannot be delivered; a reason is needed (O3)."""
        return self._mci_decide("rejected", ("made", "accepted"), note, reason=True)

    def action_keep(self, note=None):
        """The commitment was kept (O3). Owner or delivery lead."""
        return self._mci_decide("kept", ("made", "accepted"), note, owner=True)

    def action_break(self, note=None):
        """The commitment was broken, with the reason (O3). Owner or delivery lead."""
        return self._mci_decide(
            "broken", ("made", "accepted", "rejected"), note, reason=True, owner=True
        )

    def _mci_decide(self, state, from_states, note, reason=False, owner=False):
        note = (note or "").strip()
        if reason and not note:
            raise UserError(self.env._("Give the reason in a few words (O3)."))
        for promise in self.sudo():
            promise._check_can_decide(owner)
            if promise.state not in from_states:
                raise UserError(
                    self.env._(
                        "The commitment %(name)s was already decided.",
                        name=promise.display_name,
                    )
                )
        vals = {
            "state": state,
            "decided_by_id": self.env.uid,
            "decided_date": fields.Datetime.now(),
        }
        if note:
            vals["note"] = note
        self.sudo()._mci_unlock().write(vals)
        return True

    def _mci_get_deciders(self, owner):
        """Delivery lead, with ``owner`` or without a delivery lead also the owner."""
        lead = self.lead_id.sudo()
        deciders = lead.mci_delivery_lead_id
        return deciders if deciders and not owner else deciders | lead.mci_owner_id

    def _check_can_decide(self, owner):
        deciders = self._mci_get_deciders(owner)
        if self.env.user not in deciders:
            raise AccessError(
                self.env._(
                    "%(people)s decide about the commitments of %(deal)s (O3).",
                    people=", ".join(deciders.mapped("display_name"))
                    or self.env._("Owner and delivery lead"),
                    deal=self.lead_id.display_name,
                )
            )
