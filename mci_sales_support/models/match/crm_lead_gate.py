from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import split_every

from ...tools.arguments import arguments, identifier
from ...tools.retry import retry_serialization

# Deals dated in one transaction of the nightly job.
INITIATE_BATCH = 500


class CrmLead(models.Model):
    """Initiation, phases and the delivery center (M4)."""

    _inherit = "crm.lead"

    mci_phase = fields.Selection(related="stage_id.mci_phase", string="Phase")

    @api.constrains("mci_center_id")
    def _check_mci_center_tier(self):
        for lead in self:
            center = lead.mci_center_id.sudo()
            if center and center.tier != "delivery_center":
                raise ValidationError(
                    self.env._(
                        "%(unit)s is not a delivery center and cannot command"
                        " %(deal)s (M4).",
                        unit=center.display_name,
                        deal=lead.display_name,
                    )
                )

    # ------------------------------------------------------------
    # Initiation
    # ------------------------------------------------------------

    def _mci_is_initiated(self):
        """Whether the deal has reached initiation (M4).

        :return: True or False; None while no stage of the team carries a phase after
            *verify*, when gates sleep
        """
        self.ensure_one()
        stages = self.env["crm.stage"]._mci_get_initiated_ids(self.sudo().team_id.id)
        return bool(self.sudo().mci_initiated_date) if stages else None

    def _mci_mark_initiated(self):
        """Date the first time these opportunities are at or after initiation."""
        get_initiated_ids = self.env["crm.stage"]._mci_get_initiated_ids
        new = self.sudo().filtered(
            lambda lead: lead.type == "opportunity"
            and lead.stage_id.id in get_initiated_ids(lead.team_id.id)
            and not lead.mci_initiated_date
        )
        if not new:
            return
        new._mci_write_plain({"mci_initiated_date": fields.Datetime.now()})
        new._mci_raise_gate_grade()
        new._mci_on_event("initiated")

    def _mci_raise_gate_grade(self):
        """Gates fall due by the best grade since initiation (M1)."""
        raised = self.filtered(
            lambda lead: lead.mci_initiated_date
            and lead.mci_grade_id._mci_is_better_than(lead.mci_gate_grade_id)
        )
        for grade, leads in raised.grouped("mci_grade_id").items():
            leads._mci_write_plain({"mci_gate_grade_id": grade.id})

    @api.model
    def _cron_mark_initiated(self):
        """Deals that a change of the stages, not of the deal, has initiated."""
        leads = self.with_context(active_test=False).search(
            self._mci_get_initiation_domain()
        )
        self.env["ir.cron"]._commit_progress(remaining=len(leads))
        for ids in split_every(INITIATE_BATCH, leads.ids):
            batch = self.browse(ids)
            retry_serialization(self.env, batch._mci_mark_initiated)
            self.env["ir.cron"]._commit_progress(len(ids))

    @api.model
    def _mci_get_initiation_domain(self):
        """Opportunities at or after initiation that are not dated yet."""
        get_initiated_ids = self.env["crm.stage"]._mci_get_initiated_ids
        teams = self.env["crm.team"].with_context(active_test=False).search(Domain.TRUE)
        return Domain.AND(
            [
                [("type", "=", "opportunity"), ("mci_initiated_date", "=", False)],
                Domain.OR(
                    [
                        ("team_id", "=", team_id),
                        ("stage_id", "in", list(get_initiated_ids(team_id))),
                    ]
                    for team_id in [False, *teams.ids]
                ),
            ]
        )

    def _mci_merge_initiation(self, tail):
        """A merged deal is as old as the oldest and gated as the best of them."""
        everyone = (self + tail).sudo()
        dates = [date for date in everyone.mapped("mci_initiated_date") if date]
        if not dates:
            return
        best = everyone.mci_gate_grade_id.sorted("sequence")[:1]
        self._mci_write_plain(
            {"mci_initiated_date": min(dates), "mci_gate_grade_id": best.id}
        )

    # ------------------------------------------------------------
    # Delivery center
    # ------------------------------------------------------------

    @arguments(center_id=identifier)
    def mci_set_center(self, center_id):
        """Name the delivery center of the deals (M4).

        :param int center_id: id of a unit of tier *delivery center*; False clears it
        :raise AccessError: for whoever does not decide about the deal
        """
        self._mci_check_can_manage()
        self.sudo().write({"mci_center_id": center_id})
        return True
