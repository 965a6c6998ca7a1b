from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

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
    _inherit = ["mci.lock.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
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
            ("active", "Now in charge"),
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
    offered_by_id = fields.Many2one(
        "res.users",
        "Offered By",
        ondelete="restrict",
        help="Who offered the handover, or named the person at once.",
    )
    offered_date = fields.Datetime("Offered On")
    note = fields.Text("Message")
    decline_reason = fields.Text("Reason for Declining")
    is_my_offer = fields.Boolean("Waits for Me", compute="_compute_is_my_offer")
    can_withdraw = fields.Boolean(
        compute="_compute_is_my_offer", export_string_translation=False
    )

    _one_active = models.UniqueIndex(
        "(lead_id, role) WHERE state = 'active'",
        "A deal has only one accountable owner and one delivery lead at a time (O1).",
    )
    _one_offer = models.UniqueIndex(
        "(lead_id, role) WHERE state = 'offered'",
        "A handover of this deal is already waiting for an answer (O1).",
    )

    @api.depends("user_id", "offered_by_id", "state")
    @api.depends_context("uid")
    def _compute_is_my_offer(self):
        me = self.env.user
        for ownership in self:
            offered = ownership.state == "offered"
            ownership.is_my_offer = offered and ownership.user_id == me
            ownership.can_withdraw = offered and ownership.offered_by_id == me

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

        The one in charge until now is ended in the same transaction. Two who answer
        at once: one takes over, the other is told that it was answered.

        :raises AccessError: when the handover is offered to somebody else
        :raises UserError: when it does not wait for an answer any more
        """
        self._check_can_answer()
        offers = self.sudo()
        offers._do_activate()
        offers.activity_feedback(["mci_sales_support.activity_type_handover"])
        offers._mci_tell_offerer(self.env._("A handover was accepted"))
        return True

    def action_decline(self, reason=None):
        """Send an offered handover back; who is in charge stays in charge (O1).

        Who offered it may withdraw it in the same way.

        :param str reason: why, shown to the one who offered
        :raises AccessError: for anybody but the two persons
        :raises UserError: without a reason, or when it was answered already
        """
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why the handover is declined."))
        self._check_can_answer(also_offerer=True)
        offers = self.sudo()
        offers._do_decline(reason)
        offers._mci_tell_offerer(self.env._("A handover was declined"), reason)
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

    def _mci_tell_offerer(self, subject, reason=None):
        for offer in self.filtered(lambda o: o.offered_by_id != self.env.user):
            offer.message_notify(
                partner_ids=offer.offered_by_id.partner_id.ids,
                subject=subject,
                body=reason or offer.display_name,
            )

    # ---------------------------------------------------------------- ledger

    @api.model
    def _mci_put_in_charge(self, users, role, note=None):
        """Make ``users[lead]`` the one in charge of each deal, at once.

        :param dict users: deal → user
        """
        now = fields.Datetime.now()
        vals = {"state": "active", "date_from": now}
        self.sudo()._mci_end(self.env["crm.lead"].union(*users), role)
        rows = self._mci_open_rows(users, role, note, vals)
        rows._mci_sync_leads()
        return rows

    @api.model
    def _mci_offer(self, users, role, note=None):
        """Offer each deal to ``users[lead]``; an older offer is overtaken."""
        leads = self.env["crm.lead"].union(*users)
        self.sudo()._mci_close_offers(leads, role)
        offers = self._mci_open_rows(users, role, note, {"state": "offered"})
        offers._mci_ask_for_answer()
        return offers

    @api.model
    def _mci_open_rows(self, users, role, note, vals):
        common = {
            "role": role,
            "offered_by_id": self.env.uid,
            "offered_date": fields.Datetime.now(),
            "note": note,
            **vals,
        }
        return (
            self.sudo()
            .with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
            ._mci_unlock()
            .create(
                [
                    {**lead._mci_prepare_ledger_vals(), "user_id": user.id, **common}
                    for lead, user in users.items()
                ]
            )
            .with_env(self.sudo().env)
        )

    def _mci_ask_for_answer(self):
        """A neutral reminder: what is offered stands on the document."""
        for user, offers in self.grouped("user_id").items():
            offers.activity_schedule(
                "mci_sales_support.activity_type_handover", user_id=user.id
            )

    def _do_activate(self):
        """End whoever is in charge and put these rows in charge."""
        for role, rows in self.grouped("role").items():
            self._mci_end(rows.lead_id, role, keep=rows)
        vals = {"state": "active", "date_from": fields.Datetime.now()}
        # The deal may have moved on since the offer.
        for stage, rows in self.grouped(lambda o: o.lead_id.stage_id).items():
            rows._mci_unlock().write({**vals, "stage_id": stage.id})
        self._mci_sync_leads()

    @api.model
    def _mci_end(self, leads, role, keep=None):
        """Nobody is in charge of these deals any more, and no offer stays open."""
        self._mci_close_offers(leads, role, keep)
        active = self.search(self._mci_get_domain(leads, role, "active", keep))
        active._do_end()

    @api.model
    def _mci_close_offers(self, leads, role, keep=None):
        offers = self.search(self._mci_get_domain(leads, role, "offered", keep))
        offers._do_decline(self.env._("Overtaken by another decision"))

    @api.model
    def _mci_get_domain(self, leads, role, state, keep=None):
        return Domain(
            [("lead_id", "in", leads.ids), ("role", "=", role), ("state", "=", state)]
        ) & Domain("id", "not in", keep.ids if keep else [])

    def _do_end(self):
        if self:
            self._mci_unlock().write(
                {"state": "ended", "date_to": fields.Datetime.now()}
            )
            # The index must see the old row ended before the new one is active.
            self.flush_recordset(["state"])

    def _do_decline(self, reason):
        if self:
            self._mci_unlock().write({"state": "declined", "decline_reason": reason})
            self.flush_recordset(["state"])
            self.activity_unlink(["mci_sales_support.activity_type_handover"])

    def _mci_sync_leads(self):
        """Write who is in charge on the deals, in one update per person."""
        for (role, user), rows in self.grouped(lambda o: (o.role, o.user_id)).items():
            leads = rows.lead_id.sudo()
            leads._mci_write_plain({LEAD_FIELDS[role]: user.id})
            leads.message_subscribe(partner_ids=user.partner_id.ids)

    @api.model
    def _mci_follow_stage(self, leads):
        """Open a new row for the next stage: the ledger tells who had which stage."""
        rows = self.sudo().search(
            [("lead_id", "in", leads.ids), ("state", "=", "active")]
        )
        moved = rows.filtered(lambda o: o.stage_id != o.lead_id.stage_id)
        if not moved:
            return
        moved._do_end()
        vals = {"state": "active", "date_from": fields.Datetime.now()}
        for role, of_role in moved.grouped("role").items():
            users = {row.lead_id: row.user_id for row in of_role}
            self._mci_open_rows(users, role, None, vals)
