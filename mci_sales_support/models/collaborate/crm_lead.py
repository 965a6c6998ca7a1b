from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CrmLead(models.Model):
    """Who is in charge of the deal, and what he may do whatever his group (O1, O2)."""

    _inherit = "crm.lead"

    mci_ownership_ids = fields.One2many(
        "mci.ownership", "lead_id", "Ownership Ledger", copy=False
    )
    mci_is_owner = fields.Boolean(
        "I Am the Owner",
        compute="_compute_mci_is_owner",
        export_string_translation=False,
    )
    mci_is_delivery_lead = fields.Boolean(
        "I Am the Delivery Lead",
        compute="_compute_mci_is_owner",
        export_string_translation=False,
    )

    @api.depends("mci_owner_id", "mci_delivery_lead_id")
    @api.depends_context("uid")
    def _compute_mci_is_owner(self):
        for lead in self:
            lead.mci_is_owner = lead.mci_owner_id == self.env.user
            lead.mci_is_delivery_lead = lead.mci_delivery_lead_id == self.env.user

    # ---------------------------------------------------------------- CRUD

    def write(self, vals):
        handed = self._mci_get_handed_over(vals)
        result = super().write(vals)
        if handed:
            handed._mci_follow_salesperson()
        if "stage_id" in vals:
            in_ledger = self.filtered(
                lambda deal: deal.mci_ledger_owner_id or deal.mci_delivery_lead_id
            )
            if in_ledger:
                self.env["mci.ownership"]._mci_follow_stage(in_ledger)
        return result

    def _mci_get_handed_over(self, vals):
        """Deals with an open ledger whose salesperson ``vals`` changes."""
        if not vals.get("user_id"):
            return self.browse()
        return self.filtered(
            lambda deal: deal.mci_ledger_owner_id and deal.user_id.id != vals["user_id"]
        )

    def _mci_follow_salesperson(self):
        """A new salesperson is an offered handover, or done at once by a manager."""
        changed = self.filtered(lambda deal: deal.user_id != deal.mci_ledger_owner_id)
        if not changed:
            return
        Ownership = self.env["mci.ownership"]
        users = {lead: lead.user_id for lead in changed}
        if self._mci_is_sales_manager() or self.env.user._is_superuser():
            note = self.env._("Salesperson changed by a manager")
            Ownership._mci_put_in_charge(changed, "owner", users, note)
        else:
            for lead in changed:
                lead._do_offer_handover(lead.user_id, "owner", None)

    # ---------------------------------------------------------------- rights

    def _mci_is_sales_manager(self):
        """Sales managers, and the leader of the deal's team or his deputy."""
        user = self.env.user
        if user.has_group("sales_team.group_sale_manager"):
            return True
        teams = [lead.team_id for lead in self.sudo()]
        return bool(teams) and all(
            user in (team.user_id | team.mci_deputy_id) for team in teams
        )

    def _check_is_owner(self):
        """The owner decides about the deal, whatever his group (O1)."""
        for lead in self.sudo():
            if lead.mci_owner_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(owner)s is the accountable owner of %(deal)s and decides"
                        " about it (O1).",
                        owner=lead.mci_owner_id.display_name or self.env._("Nobody"),
                        deal=lead.display_name,
                    )
                )

    def _check_owner_or_manager(self):
        if not self._mci_is_sales_manager():
            self._check_is_owner()
        elif self.env.user != self.sudo().mci_owner_id:
            # A manager works on the deals his own rules show him.
            self.check_access("read")

    # ---------------------------------------------------------------- handover

    def mci_offer_handover(self, user_id, role="owner", note=None):
        """Offer this deal to another person, who accepts or declines (O1, O2).

        Until the answer the one in charge stays in charge.

        :param int user_id: the internal user who shall take over
        :param str role: ``owner`` or ``delivery_lead``
        :param str note: what he should know
        :return: id of the offered ``mci.ownership``
        :raises AccessError: unless the caller is in charge, or manages him
        :raises UserError: without another active internal user, or with an offer open
        """
        self.ensure_one()
        user = self._mci_get_candidate(user_id)
        if role == "owner":
            self._check_owner_or_manager()
        elif role == "delivery_lead":
            if self.sudo().mci_delivery_lead_id != self.env.user:
                self._check_can_name_delivery_lead()
        else:
            raise UserError(self.env._("There is no role %(role)s.", role=role))
        return self._do_offer_handover(user, role, note).id

    def _mci_get_candidate(self, user_id):
        user = self.env["res.users"].sudo().browse(user_id).exists()
        if not user.active or user.share:
            raise UserError(
                self.env._("Choose an active internal user to be in charge (O1).")
            )
        return user.with_env(self.env)

    def _do_offer_handover(self, user, role, note):
        lead = self.sudo()
        Ownership = lead.env["mci.ownership"]
        current = lead.mci_owner_id if role == "owner" else lead.mci_delivery_lead_id
        if user == current:
            raise UserError(
                self.env._(
                    "%(person)s is already in charge of %(deal)s.",
                    person=user.display_name,
                    deal=lead.display_name,
                )
            )
        if role == "owner":
            lead._mci_open_ledger()
        Ownership.search(
            [("lead_id", "=", lead.id), ("role", "=", role), ("state", "=", "offered")]
        )._mci_unlock().write(
            {"state": "declined", "decline_reason": self.env._("Overtaken")}
        )
        Ownership.flush_model(["state"])
        offer = Ownership._mci_unlock().create(
            {
                **Ownership._prepare_vals(lead, role, user),
                "state": "offered",
                "offered_by_id": self.env.uid,
                "offered_date": fields.Datetime.now(),
                "note": note,
            }
        )
        lead._mci_notify_offer(offer)
        return offer

    def _mci_notify_offer(self, offer):
        body = self.env._(
            "%(person)s offers you the deal %(deal)s: please accept or decline.",
            person=self.env.user.display_name,
            deal=self.display_name,
        )
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=offer.user_id.partner_id.ids,
            subject=self.env._("A handover waits for you"),
            body=body,
        )

    def mci_name_delivery_lead(self, user_id):
        """The lead of the deal's center names the delivery lead, at once (M4, O2).

        :param int user_id: an active internal user
        :return: id of the active ``mci.ownership``
        :raises AccessError: unless the caller leads the deal's center or is its deputy
        :raises UserError: when the deal has no center yet
        """
        self.ensure_one()
        self._check_can_name_delivery_lead()
        user = self._mci_get_candidate(user_id)
        return (
            self.env["mci.ownership"]
            ._mci_put_in_charge(self.sudo(), "delivery_lead", {self.sudo(): user})
            .id
        )

    def _check_can_name_delivery_lead(self):
        lead = self.sudo()
        if not lead.mci_center_id:
            raise UserError(
                self.env._(
                    "%(deal)s has no delivery center yet: set it first, its lead names"
                    " the delivery lead (M4).",
                    deal=lead.display_name,
                )
            )
        if not lead.mci_center_id._mci_is_lead(self.env.user):
            raise AccessError(
                self.env._(
                    "The lead of %(center)s names the delivery lead of %(deal)s (M4).",
                    center=lead.mci_center_id.display_name,
                    deal=lead.display_name,
                )
            )

    # ---------------------------------------------------------------- the owner acts

    def mci_move_stage(self, stage_id, reason=None):
        """Move the deal to a stage its team uses, as its owner (O1).

        Works for the owner whatever his groups; everybody else needs his own right to
        change the opportunity.

        :param int stage_id: a ``crm.stage`` of the deal's team
        :param str reason: why to go on where a rule asks for one (O3)
        :raises UserError: when the team does not use the stage, or a rule refuses
        """
        leads = self._mci_act_as_owner()
        stage = self.env["crm.stage"].sudo().browse(stage_id).exists()
        for lead in leads:
            teams = stage.team_ids
            if not stage or (teams and lead.team_id not in teams):
                raise UserError(
                    self.env._(
                        "The team of %(deal)s does not use this stage.",
                        deal=lead.display_name,
                    )
                )
        leads.with_context(mci_reason=reason).write({"stage_id": stage.id})
        return True

    def mci_close(self, won, reason=None):
        """Close the deal as won or lost, as its owner (O1).

        :param bool won: won, or lost
        :param reason: of a loss: id or name of a ``crm.lost.reason``
        :raises AccessError: unless the caller owns the deal or may write it
        :raises UserError: when the reason is unknown
        """
        leads = self._mci_act_as_owner()
        if won:
            leads.action_set_won()
        else:
            leads.action_set_lost(lost_reason_id=self._mci_get_lost_reason(reason))
        return True

    def _mci_act_as_owner(self):
        if all(lead.mci_owner_id == self.env.user for lead in self.sudo()):
            return self.sudo()
        self.check_access("write")
        return self

    def _mci_get_lost_reason(self, reason):
        if not reason:
            return False
        field, operator = ("id", "=") if isinstance(reason, int) else ("name", "=ilike")
        found = (
            self.env["crm.lost.reason"]
            .sudo()
            .search([(field, operator, reason)], limit=1)
        )
        if not found:
            raise UserError(
                self.env._("There is no lost reason %(reason)s.", reason=reason)
            )
        return found.id

    # ---------------------------------------------------------------- ledger

    def _mci_on_event(self, event):
        # EXTENDS match: the ledger opens with the first event that binds people (O1).
        result = super()._mci_on_event(event)
        if event in ("center_set", "request"):
            self.sudo()._mci_open_ledger()
        return result

    def _mci_open_ledger(self):
        """Put the salesperson in charge where nobody is in the ledger yet."""
        leads = self.filtered(
            lambda deal: not deal.mci_ledger_owner_id and deal.user_id
        )
        if leads:
            self.env["mci.ownership"]._mci_put_in_charge(
                leads, "owner", {lead: lead.user_id for lead in leads}
            )

    # ---------------------------------------------------------------- buttons

    def action_mci_hand_over(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over"),
            "res_model": "mci.ownership.offer",
            "view_mode": "form",
            "target": "new",
            "context": {"default_lead_id": self.id},
        }

    # ---------------------------------------------------------------- merge

    def _merge_dependences(self, opportunities):
        # EXTENDS crm: the tail is deleted after, its history belongs to the head.
        result = super()._merge_dependences(opportunities)
        tail = opportunities.sudo()
        now = fields.Datetime.now()
        tail.mci_ownership_ids.filtered(
            lambda o: o.state == "active"
        )._mci_unlock().write({"state": "ended", "date_to": now})
        tail.mci_ownership_ids.filtered(
            lambda o: o.state == "offered"
        )._mci_unlock().write(
            {"state": "declined", "decline_reason": self.env._("Merged")}
        )
        tail.mci_ownership_ids._mci_unlock().write({"lead_id": self.id})
        return result
