from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import arguments, identifier, text
from ..match.crm_lead import STAGE_FIELDS
from .mci_ownership import LEAD_FIELDS


class CrmLead(models.Model):
    """Who is in charge of the deal: the ledger and its handovers (O1, O2)."""

    _inherit = "crm.lead"

    mci_ownership_ids = fields.One2many(
        "mci.ownership", "lead_id", "Ownership Ledger", copy=False
    )
    mci_is_owner = fields.Boolean(
        "I Am the Owner",
        compute="_compute_mci_my_rights",
        export_string_translation=False,
    )
    mci_is_delivery_lead = fields.Boolean(
        "I Am the Delivery Lead",
        compute="_compute_mci_my_rights",
        export_string_translation=False,
    )
    mci_can_hand_over = fields.Boolean(
        "I May Hand It Over",
        compute="_compute_mci_my_rights",
        export_string_translation=False,
    )
    mci_can_name_delivery_lead = fields.Boolean(
        "I May Name the Delivery Lead",
        compute="_compute_mci_my_rights",
        export_string_translation=False,
    )
    mci_my_offer_id = fields.Many2one(
        "mci.ownership",
        "Handover Offered to Me",
        compute="_compute_mci_my_offer_id",
        export_string_translation=False,
    )

    @api.depends("mci_owner_id", "mci_delivery_lead_id", "mci_center_id", "team_id")
    @api.depends_context("uid")
    def _compute_mci_my_rights(self):
        me = self.env.user
        manager = me.has_group("sales_team.group_sale_manager")
        for lead in self:
            deal = lead.sudo()
            lead.mci_is_owner = deal.mci_owner_id == me
            lead.mci_is_delivery_lead = deal.mci_delivery_lead_id == me
            leads_center = deal.mci_center_id._mci_is_lead(me)
            lead.mci_can_name_delivery_lead = bool(deal.mci_center_id) and (
                leads_center or lead.mci_is_delivery_lead
            )
            lead.mci_can_hand_over = (
                lead.mci_is_owner or manager or deal.team_id._mci_is_leader(me)
            )

    @api.depends("mci_ownership_ids.state", "mci_ownership_ids.user_id")
    @api.depends_context("uid")
    def _compute_mci_my_offer_id(self):
        offers = self.env["mci.ownership"].search(
            [
                ("lead_id", "in", self.ids),
                ("user_id", "=", self.env.uid),
                ("state", "=", "offered"),
            ]
        )
        by_lead = offers.grouped("lead_id")
        for lead in self:
            lead.mci_my_offer_id = by_lead.get(lead._origin, offers)[:1]

    # ---------------------------------------------------------------- CRUD

    def write(self, vals):
        handed = self._mci_get_handed_over(vals)
        result = super().write(vals)
        if handed:
            # Who gave the deal away may not read it any more.
            handed.sudo()._mci_follow_salesperson()
        if not STAGE_FIELDS.isdisjoint(vals):
            in_ledger = self.sudo().filtered(
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
            lambda deal: (
                deal.mci_ledger_owner_id and deal.user_id.id != vals["user_id"]
            )
        )

    def _mci_follow_salesperson(self):
        """A new salesperson is an offered handover, or done at once by a manager."""
        Ownership = self.env["mci.ownership"]
        users = {
            lead: lead.user_id
            for lead in self
            if lead.user_id != lead.mci_ledger_owner_id
        }
        if not users:
            return
        leads = self.browse().union(*users)
        if self.env.user._is_superuser() or leads._mci_is_sales_manager():
            note = self.env._("Salesperson changed by a manager")
            Ownership._mci_put_in_charge(users, "owner", note)
        else:
            Ownership._mci_offer(users, "owner")

    # ---------------------------------------------------------------- rights

    def _mci_is_sales_manager(self):
        """Sales managers, and the leader of the deal's team or his deputy."""
        if self.env.user.has_group("sales_team.group_sale_manager"):
            return True
        return all(lead.team_id._mci_is_leader(self.env.user) for lead in self.sudo())

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
        if self.env.user == self.sudo().mci_owner_id:
            return
        if not self._mci_is_sales_manager():
            self._check_is_owner()
        # A manager works on the deals his own rules show him.
        self.check_access("read")

    def _check_can_name_delivery_lead(self, user):
        """The center's head names the delivery lead, the delivery lead his successor.

        Whoever is named belongs to the center: he commands its people (M3, M4).
        """
        center = self.sudo().mci_center_id
        if not center:
            raise UserError(
                self.env._(
                    "%(deal)s has no delivery center yet: set it first, its lead names"
                    " the delivery lead (M4).",
                    deal=self.sudo().display_name,
                )
            )
        if not self.mci_can_name_delivery_lead:
            raise AccessError(
                self.env._(
                    "The lead of %(center)s names the delivery lead of %(deal)s (M4).",
                    center=center.display_name,
                    deal=self.sudo().display_name,
                )
            )
        if user not in self._mci_get_delivery_candidates():
            raise UserError(
                self.env._(
                    "%(person)s holds no position in %(center)s, which delivers"
                    " %(deal)s (O2).",
                    person=user.display_name,
                    center=center.display_name,
                    deal=self.sudo().display_name,
                )
            )

    def _mci_get_delivery_candidates(self):
        """Users who may command the deal: head, deputy and members of its center."""
        center = self.sudo().mci_center_id
        users = center.lead_id | center.deputy_id | center.member_ids.user_id
        return users.filtered(lambda user: user.active and not user.share)

    # ---------------------------------------------------------------- handover

    @arguments(user_id=identifier, role=text, note=text)
    def mci_offer_handover(self, user_id, role="owner", note=None):
        """Offer this deal to another person, who accepts or declines (O1, O2).

        Until the answer the one in charge stays in charge. Who offers it to himself,
        as a manager or as the lead of the center, takes it at once.

        :param int user_id: the internal user who shall take over
        :param str role: ``owner`` or ``delivery_lead``
        :param str note: what he should know
        :return: id of the ``mci.ownership``, offered or active
        :raises AccessError: unless the caller is in charge, or manages him
        :raises UserError: without another active internal user, and for a delivery
            lead who holds no position in the deal's center
        """
        self.ensure_one()
        if role not in LEAD_FIELDS:
            raise UserError(self.env._("There is no role %(role)s.", role=role))
        user = self._mci_get_candidate(user_id)
        if role == "owner":
            self._check_owner_or_manager()
        else:
            self._check_can_name_delivery_lead(user)
        return self._do_offer_handover(user, role, note).id

    @arguments(user_id=identifier)
    def mci_name_delivery_lead(self, user_id, note=None):
        """The lead of the deal's center names the delivery lead (M4, O2).

        Himself at once; anybody else is in charge when he has accepted.

        :param int user_id: an active internal user with a position in the center
        :param str note: what he should know
        :return: id of the ``mci.ownership``, offered or active
        :raises AccessError: unless the caller leads the deal's center or is its deputy
        :raises UserError: when the deal has no center yet, or the person no position
        """
        return self.mci_offer_handover(user_id, "delivery_lead", note)

    def _mci_get_candidate(self, user_id):
        user = self.env["res.users"].sudo().browse(user_id).exists()
        if not user.active or user.share:
            raise UserError(
                self.env._("Choose an active internal user to be in charge (O1).")
            )
        return user

    def _do_offer_handover(self, user, role, note):
        lead = self.sudo()
        Ownership = self.env["mci.ownership"]
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
        if user == self.env.user:
            return Ownership._mci_put_in_charge({lead: user}, role, note)
        return Ownership._mci_offer({lead: user}, role, note)

    # ---------------------------------------------------------------- ledger

    def _mci_on_event(self, event):
        # EXTENDS match: the ledger opens with the first event that binds people (O1).
        result = super()._mci_on_event(event)
        if event in ("center_set", "request"):
            self.sudo()._mci_open_ledger()
        if event == "center_set":
            self.sudo()._mci_release_delivery_lead()
        return result

    def _mci_open_ledger(self):
        """Put the salesperson in charge where nobody is in the ledger yet."""
        users = {
            lead: lead.user_id
            for lead in self
            if lead.user_id and not lead.mci_ledger_owner_id
        }
        if users:
            self.env["mci.ownership"]._mci_put_in_charge(users, "owner")

    def _mci_release_delivery_lead(self):
        """Another center commands the deal: its lead names somebody of its own."""
        released = self.filtered(
            lambda deal: (
                deal.mci_delivery_lead_id
                and deal.mci_delivery_lead_id not in deal._mci_get_delivery_candidates()
            )
        )
        if released:
            self.env["mci.ownership"]._mci_end(released, "delivery_lead")
            released._mci_write_plain({"mci_delivery_lead_id": False})

    def _mci_prepare_ledger_vals(self):
        return {
            "lead_id": self.id,
            "stage_id": self.stage_id.id,
            "company_id": self._mci_get_company().id,
        }

    # ---------------------------------------------------------------- buttons

    def action_mci_hand_over(self):
        return self._mci_open_offer_form("owner", self.env._("Hand Over"))

    def action_mci_name_delivery_lead(self):
        return self._mci_open_offer_form(
            "delivery_lead", self.env._("Name the Delivery Lead")
        )

    def _mci_open_offer_form(self, role, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "mci.ownership.offer",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_lead_id": self.id, "default_role": role},
        }

    def action_mci_accept_offer(self):
        """Accept the handover of this deal that is offered to me (O1)."""
        return self.mci_my_offer_id.action_accept()

    def action_mci_decline_offer(self):
        """Ask for the reason why the handover of this deal is declined (O1)."""
        self.ensure_one()
        context = {
            "default_res_model": "mci.ownership",
            "default_res_id": self.mci_my_offer_id.id,
            "default_step": "action_decline",
        }
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_booking_reason_action"
        )
        action = self.env["mci.booking.reason"]._mci_name_action(action, context)
        return {**action, "context": context}

    # ---------------------------------------------------------------- merge

    def _mci_merge(self, opportunities):
        # EXTENDS match: the tail is deleted after, its history belongs to the head.
        result = super()._mci_merge(opportunities)
        self.sudo()._mci_merge_ledger(opportunities.sudo())
        return result

    def _mci_merge_ledger(self, tail):
        """One ledger out of several; who is in charge of the head stays in charge."""
        Ownership = self.env["mci.ownership"]
        rows = Ownership.search([("lead_id", "in", tail.ids)])
        if not rows:
            return
        if "owner" in rows.mapped("role"):
            self._mci_open_ledger()
        offers = rows.filtered(lambda o: o.state == "offered")
        offers._do_decline(self.env._("The deal was merged into another one"))
        active = rows.filtered(lambda o: o.state == "active")
        adopted = Ownership.union(
            *(
                active.filtered(lambda o, role=role: o.role == role)[:1]
                for role, name in LEAD_FIELDS.items()
                if not self[name]
            )
        )
        (active - adopted)._do_end()
        rows._mci_unlock().write({"lead_id": self.id})
        adopted._mci_sync_leads()
        tail._mci_write_plain(dict.fromkeys(LEAD_FIELDS.values(), False))
