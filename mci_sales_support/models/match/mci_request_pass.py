from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import arguments, identifier, text


class MciRequestPass(models.Model):
    """A unit that could not help, and the one that was asked next (M2, M9)."""

    _name = "mci.request.pass"
    _inherit = ["mci.lock.mixin"]
    _description = "Unit asked before"
    _order = "date, id"

    request_id = fields.Many2one(
        "mci.request", required=True, index=True, ondelete="cascade"
    )
    center_id = fields.Many2one("mci.delivery.center", string="Unit", required=True)
    next_center_id = fields.Many2one("mci.delivery.center", string="Asked next")
    reason = fields.Char(required=True)
    user_id = fields.Many2one("res.users", string="By", required=True)
    date = fields.Datetime(required=True, default=fields.Datetime.now)

    def _mci_get_locked_fields(self):
        return frozenset(name for name in self._fields if name != "id")


class MciRequest(models.Model):
    """Who else may help: backup offices in their order, experts for A and B (M2)."""

    _inherit = "mci.request"

    pass_ids = fields.One2many("mci.request.pass", "request_id", string="Asked before")
    is_remote = fields.Boolean(
        "By a backup office",
        copy=False,
        help="The own office could not: a backup office supports from afar (M2).",
    )

    can_call_experts = fields.Boolean(compute="_compute_can_call_experts")

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"pass_ids", "is_remote"}

    @api.depends_context("uid")
    @api.depends("lead_id", "outcome")
    def _compute_can_call_experts(self):
        for request in self:
            lead = request.sudo().lead_id
            request.can_call_experts = (
                request.outcome == "open"
                and lead.mci_tier == "delivery_center"
                and lead.mci_delivery_lead_id == self.env.user
                and bool(request._mci_find_expert_pools())
            )

    @arguments(reason=text)
    def action_refuse(self, reason):
        """The unit cannot help: the next backup office is asked, then it is refused.

        Backup offices of the deal's team are asked in their order, for deals that a
        local office supports (M2). Unit, reason and person of each refusal stay (M9).

        :param str reason: read by who asked
        :raise AccessError: for whoever does not answer for the unit asked
        """
        self.check_access("read")
        self._mci_check_decider()
        self._mci_check_open()
        reason = self.env["mci.booking"]._mci_need_reason(reason)
        refused = self.browse()
        for request in self.sudo():
            backup = request._mci_get_next_backup()
            request._mci_log_pass(backup, reason)
            if backup:
                request._mci_pass_on(backup, reason)
            else:
                refused |= request
        if refused:
            self.browse(refused.ids)._mci_close("refused", reason)
        return True

    def _mci_get_next_backup(self):
        """The first backup office of the team that was not asked yet."""
        self.ensure_one()
        if self.lead_id.mci_tier == "delivery_center":
            return self.env["mci.delivery.center"]
        asked = self.center_id | self.pass_ids.center_id
        offices = (self.team_id or self.lead_id.team_id).mci_backup_office_ids
        return (offices.filtered("active") - asked).sorted(
            lambda office: (office.backup_sequence, office.name, office.id)
        )[:1]

    def _mci_log_pass(self, next_center, reason):
        if not self.center_id:
            return
        self.env["mci.request.pass"].sudo()._mci_unlock().create(
            {
                "request_id": self.id,
                "center_id": self.center_id.id,
                "next_center_id": next_center.id,
                "reason": reason,
                "user_id": self.env.uid,
            }
        )

    def _mci_pass_on(self, center, reason):
        self.ensure_one()
        former = self.center_id
        drafts = self.booking_ids.filtered(
            lambda booking: booking.center_id == former
            and booking.state in ("draft", "requested", "held")
        )
        drafts._mci_unlock()._do_cancel(reason)
        self._mci_unlock().write({"center_id": center.id, "is_remote": True})
        heads = center.lead_id | center.deputy_id
        self.message_notify(
            partner_ids=(heads | self.requester_id).partner_id.ids,
            subject=self.env._(
                "%(request)s goes on to %(unit)s", request=self.name, unit=center.name
            ),
            body=self.env._(
                "%(former)s cannot help: %(reason)s. %(unit)s is asked next, as backup"
                " office of the team (M2).",
                former=former.name,
                reason=reason,
                unit=center.name,
            ),
        )

    # ------------------------------------------------------------------
    # Expert pool
    # ------------------------------------------------------------------

    @arguments(center_id=identifier)
    def action_call_experts(self, center_id=None):
        """Draft bookings at an expert pool for what is open; A and B only (M2).

        :param int center_id: the pool; default the only one of the company
        :return: the action that opens the drafts
        :raise AccessError: for whoever is not the delivery lead of the deal
        :raise UserError: no such pool, nothing open, or no deal of a delivery center
        """
        self.ensure_one()
        self.check_access("read")
        self._mci_check_open()
        self._mci_check_can_call_experts()
        pool = self._mci_get_expert_pool(center_id)
        return self._mci_open_drafts(self._mci_draft_bookings(pool))

    def _mci_check_can_call_experts(self):
        lead = self.sudo().lead_id
        if lead.mci_tier != "delivery_center":
            raise UserError(
                self.env._(
                    "%s is no A or B deal: experts of other departments support only"
                    " these (M2).",
                    lead.display_name,
                )
            )
        if not self.env.su and lead.mci_delivery_lead_id != self.env.user:
            raise AccessError(
                self.env._(
                    "%(deal)s: %(who)s calls the experts, as delivery lead (M2).",
                    deal=lead.display_name,
                    who=lead.mci_delivery_lead_id.name or self.env._("nobody yet"),
                )
            )

    def action_choose_experts(self):
        """Button: call the only expert pool, or choose one of several."""
        self.ensure_one()
        self._mci_check_can_call_experts()
        if len(self._mci_find_expert_pools()) < 2:
            return self.action_call_experts()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Call the experts"),
            "res_model": "mci.request.experts",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_request_id": self.id},
        }

    def _mci_find_expert_pools(self):
        """As the superuser: whoever calls them works elsewhere."""
        return (
            self.env["mci.delivery.center"]
            .sudo()
            .search(
                [
                    ("tier", "=", "expert_pool"),
                    ("company_id", "=", self.sudo().company_id.id),
                ]
            )
        )

    def _mci_get_expert_pool(self, center_id=None):
        pools = self._mci_find_expert_pools()
        if center_id:
            pools = pools.filtered(lambda pool: pool.id == center_id)
        if len(pools) != 1:
            raise UserError(
                self.env._("Choose the expert pool: there is none, or more than one.")
            )
        return pools
