from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


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
    company_id = fields.Many2one("res.company", "Company", index=True)
    promised_by_id = fields.Many2one(
        "res.users", "Promised By", index=True, ondelete="restrict"
    )
    date = fields.Date("Promised On", default=fields.Date.context_today)
    date_due = fields.Date("Due On")
    state = fields.Selection(
        [
            ("made", "Made"),
            ("accepted", "Accepted"),
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

    # ---------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        leads = (
            self.env["crm.lead"]
            .sudo()
            .browse([vals.get("lead_id") for vals in vals_list if vals.get("lead_id")])
        )
        companies = {lead.id: lead._mci_get_company().id for lead in leads}
        self._mci_check_create(vals_list)
        promises = super(MciPromise, self._mci_unlock()).create(
            [
                {
                    "promised_by_id": self.env.uid,
                    **vals,
                    "company_id": companies.get(vals.get("lead_id")),
                }
                for vals in vals_list
            ]
        )
        promises = self.browse(promises.ids)
        promises.sudo().filtered(
            lambda p: p.state != "undeclared"
        ).lead_id._mci_void_signoffs()
        return promises

    def write(self, vals):
        touched = self.sudo().lead_id if self._mci_signed_fields & set(vals) else None
        result = super().write(vals)
        if touched:
            (touched | self.sudo().lead_id)._mci_void_signoffs()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        decided = self.filtered(lambda p: p.state != "made")[:1]
        if decided:
            raise UserError(
                self.env._(
                    "The commitment %(name)s was already answered: it stays in the"
                    " list (O3).",
                    name=decided.display_name,
                )
            )
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

    def _check_can_decide(self, owner):
        lead = self.lead_id
        allowed = lead.mci_delivery_lead_id
        if owner or not allowed:
            allowed |= lead.mci_owner_id
        if self.env.user not in allowed:
            raise AccessError(
                self.env._(
                    "%(people)s decide about the commitments of %(deal)s (O3).",
                    people=", ".join(allowed.mapped("display_name"))
                    or self.env._("Owner and delivery lead"),
                    deal=lead.display_name,
                )
            )
