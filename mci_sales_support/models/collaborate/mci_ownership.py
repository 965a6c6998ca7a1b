from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

ROLES = [("owner", "Accountable owner"), ("delivery_lead", "Delivery lead")]
LEAD_FIELDS = {"owner": "mci_ledger_owner_id", "delivery_lead": "mci_delivery_lead_id"}


class MciOwnership(models.Model):
    """The ledger of who is in charge of a deal (O1, O2).

    At most one row per deal and role is active: the database guarantees it, whatever
    runs at once. Without a row the salesperson of the deal is its owner. Rows are
    written by methods only: they decide who may move, close and command a deal.
    """

    _name = "mci.ownership"
    _description = "Ownership of a Deal"
    _inherit = ["mci.lock.mixin"]
    _order = "date_from desc, id desc"
    _rec_name = "lead_id"
    _mci_locked_fields = frozenset(
        {
            "lead_id",
            "stage_id",
            "company_id",
            "user_id",
            "role",
            "state",
            "date_from",
            "date_to",
            "offered_by_id",
            "offered_date",
            "note",
            "decline_reason",
        }
    )

    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", required=True, index=True, ondelete="cascade"
    )
    stage_id = fields.Many2one(
        "crm.stage",
        "Stage",
        ondelete="set null",
        help="Stage of the deal this person is or was in charge of.",
    )
    company_id = fields.Many2one("res.company", "Company", index=True)
    user_id = fields.Many2one(
        "res.users", "Person in Charge", required=True, index=True, ondelete="restrict"
    )
    role = fields.Selection(ROLES, required=True, default="owner")
    state = fields.Selection(
        [
            ("offered", "Offered"),
            ("active", "Active"),
            ("ended", "Ended"),
            ("declined", "Declined"),
        ],
        "Status",
        required=True,
        default="offered",
        help="One row per deal and role is active: the one accountable person (O1).",
    )
    date_from = fields.Datetime("From")
    date_to = fields.Datetime("To")
    offered_by_id = fields.Many2one("res.users", "Offered By", ondelete="restrict")
    offered_date = fields.Datetime("Offered On")
    note = fields.Text()
    decline_reason = fields.Text("Reason for Declining")
    is_my_offer = fields.Boolean("Waits for Me", compute="_compute_is_my_offer")

    _one_active = models.UniqueIndex(
        "(lead_id, role) WHERE state = 'active'",
        "A deal has only one accountable owner and one delivery lead at a time (O1).",
    )
    _one_offer = models.UniqueIndex(
        "(lead_id, role) WHERE state = 'offered'",
        "A handover of this deal is already waiting for an answer (O1).",
    )

    @api.depends("user_id", "state")
    @api.depends_context("uid")
    def _compute_is_my_offer(self):
        for ownership in self:
            ownership.is_my_offer = (
                ownership.state == "offered" and ownership.user_id == self.env.user
            )

    @api.depends("lead_id", "role", "user_id")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for ownership in self:
            ownership.display_name = self.env._(
                "%(person)s, %(role)s of %(deal)s",
                person=ownership.user_id.display_name or "",
                role=roles.get(ownership.role, ""),
                deal=ownership.lead_id.sudo().display_name or "",
            )

    # ---------------------------------------------------------------- answers

    def action_accept(self):
        """Take over the deals offered to me (O1).

        The one in charge until now is ended in the same transaction.

        :raises AccessError: when the handover is offered to somebody else
        :raises UserError: when it does not wait for an answer any more
        """
        self._check_can_answer()
        self.sudo()._do_activate()
        return True

    def action_decline(self, reason=None):
        """Send an offered handover back; who is in charge stays in charge (O1).

        Who offered it may withdraw it in the same way.

        :param str reason: why, shown to the one who offered
        :raises AccessError: for anybody but the two persons
        :raises UserError: without a reason, or when it was answered already
        """
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the handover is declined."))
        self._check_can_answer(also_offerer=True)
        self.sudo()._mci_unlock().write(
            {"state": "declined", "decline_reason": reason.strip()}
        )
        return True

    def _check_can_answer(self, also_offerer=False):
        for ownership in self.sudo():
            allowed = ownership.user_id
            if also_offerer:
                allowed |= ownership.offered_by_id
            if self.env.user not in allowed:
                raise AccessError(
                    self.env._(
                        "The handover of %(deal)s is offered to %(person)s: nobody"
                        " else can answer it (O1).",
                        deal=ownership.lead_id.display_name,
                        person=ownership.user_id.display_name,
                    )
                )
            if ownership.state != "offered":
                raise UserError(
                    self.env._(
                        "%(ownership)s does not wait for an answer any more.",
                        ownership=ownership.display_name,
                    )
                )

    # ---------------------------------------------------------------- ledger

    @api.model
    def _mci_put_in_charge(self, leads, role, users, note=None):
        """Make ``users[lead]`` the one in charge of each lead, at once.

        :param dict users: lead → user
        """
        now = fields.Datetime.now()
        rows = (
            self.sudo()
            ._mci_unlock()
            .create(
                [
                    {
                        **self._prepare_vals(lead, role, users[lead]),
                        "offered_by_id": self.env.uid,
                        "offered_date": now,
                        "note": note,
                        # Not active yet: the one in charge is ended first.
                        "state": "ended",
                    }
                    for lead in leads
                ]
            )
        )
        rows._do_activate()
        return rows

    @api.model
    def _prepare_vals(self, lead, role, user):
        return {
            "lead_id": lead.id,
            "stage_id": lead.stage_id.id,
            "company_id": lead._mci_get_company().id,
            "user_id": user.id,
            "role": role,
        }

    def _do_activate(self):
        """End whoever is in charge, close open offers, put these rows in charge."""
        now = fields.Datetime.now()
        for role, rows in self.grouped("role").items():
            others = self.search(
                [
                    ("lead_id", "in", rows.lead_id.ids),
                    ("role", "=", role),
                    ("state", "in", ("active", "offered")),
                    ("id", "not in", rows.ids),
                ]
            )._mci_unlock()
            others.filtered(lambda o: o.state == "active").write(
                {"state": "ended", "date_to": now}
            )
            others.filtered(lambda o: o.state == "offered").write(
                {"state": "declined", "decline_reason": self.env._("Overtaken")}
            )
            # The index must see the old row ended before the new one is active.
            others.flush_recordset(["state"])
            rows._mci_unlock().write({"state": "active", "date_from": now})
            rows._mci_sync_leads()

    def _mci_sync_leads(self):
        """Write who is in charge on the deals, in one update per person."""
        for (role, user), rows in self.grouped(lambda o: (o.role, o.user_id)).items():
            rows.lead_id.sudo()._mci_unlock().write({LEAD_FIELDS[role]: user.id})

    @api.model
    def _mci_follow_stage(self, leads):
        """Open a new row for the next stage: the ledger tells who had which stage."""
        rows = self.sudo().search(
            [("lead_id", "in", leads.ids), ("state", "=", "active")]
        )
        moved = rows.filtered(lambda o: o.stage_id != o.lead_id.stage_id)
        if not moved:
            return
        now = fields.Datetime.now()
        moved._mci_unlock().write({"state": "ended", "date_to": now})
        moved.flush_recordset(["state"])
        self.sudo()._mci_unlock().create(
            [
                {
                    **self._prepare_vals(row.lead_id, row.role, row.user_id),
                    "state": "active",
                    "date_from": now,
                }
                for row in moved
            ]
        )
