from odoo import api, fields, models

from ...tools.retry import run_each
from ..integrate.mci_delivery_center import TIERS
from .crm_lead import STAGE_FIELDS
from .mci_booking_check import TIER_RANK


class CrmLead(models.Model):
    """A downgrade keeps the running bookings to the end of the stage (M1).

    New bookings follow the new tier at once. What runs, held or confirmed, keeps its
    people until the stage changes; what has not begun by then is given back.
    """

    _inherit = "crm.lead"

    mci_kept_tier = fields.Selection(
        TIERS,
        string="Tier of Running Bookings",
        readonly=True,
        copy=False,
        help="The grade went down while bookings of this tier were running: they stay"
        " to the end of the stage (M1).",
    )
    mci_kept_stage_id = fields.Many2one(
        "crm.stage",
        string="Kept Until the End Of",
        readonly=True,
        copy=False,
        ondelete="set null",
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"mci_kept_tier", "mci_kept_stage_id"}

    def write(self, vals):
        result = super().write(vals)
        if not STAGE_FIELDS.isdisjoint(vals):
            self._mci_end_kept_tier()
        return result

    def _mci_on_tier_changed(self, old_tiers):
        # EXTENDS: one query for all deals that go down
        super()._mci_on_tier_changed(old_tiers)
        lowered = self.filtered(
            lambda lead: TIER_RANK[old_tiers[lead.id]] > TIER_RANK.get(lead.mci_tier, 0)
        )
        back = (self - lowered).filtered("mci_kept_tier")
        if back:
            back._mci_write_plain({"mci_kept_tier": False, "mci_kept_stage_id": False})
        if not lowered:
            return
        running = lowered._mci_get_bookings_above(("held", "confirmed")).lead_id
        for lead in running.filtered(lambda lead: not lead.mci_kept_tier):
            lead._mci_write_plain(
                {
                    "mci_kept_tier": old_tiers[lead.id],
                    "mci_kept_stage_id": lead.stage_id.id,
                }
            )

    def _mci_get_bookings_above(self, states):
        """Bookings of these deals at units above their tier, without an exception."""
        bookings = (
            self.env["mci.booking"]
            .sudo()
            .search(
                [
                    ("lead_id", "in", self.ids),
                    ("state", "in", states),
                    ("exception_approver_id", "=", False),
                ]
            )
        )
        return bookings.filtered(
            lambda booking: TIER_RANK[booking.center_id.tier]
            > max(TIER_RANK.get(booking.lead_id.mci_tier, 0), 1)
        )

    def _mci_end_kept_tier(self):
        """The stage is over: give back what has not begun above the tier."""
        ended = self.sudo().filtered(
            lambda lead: lead.mci_kept_tier and lead.stage_id != lead.mci_kept_stage_id
        )
        if not ended:
            return
        now = fields.Datetime.now()
        bookings = ended._mci_get_bookings_above(("requested", "held", "confirmed"))
        bookings = bookings.filtered(lambda booking: booking.date_start > now)
        bookings._mci_give_back(
            self.env._("The grade went down and the stage has ended (M1).")
        )
        ended._mci_write_plain({"mci_kept_tier": False, "mci_kept_stage_id": False})
        for lead, given_back in bookings.grouped("lead_id").items():
            lead._message_log(
                body=self.env._(
                    "The grade went down and the stage has ended: %(bookings)s were"
                    " given back (M1).",
                    bookings=", ".join(given_back.mapped("display_name")),
                )
            )

    @api.model
    def _cron_end_kept_tiers(self):
        """Stages that changed without a write of the deal, as by automations."""
        leads = self.with_context(active_test=False).sudo()
        leads = leads.search([("mci_kept_tier", "!=", False)])
        run_each(leads, "_mci_end_kept_tier", size=100)


class MciBooking(models.Model):
    """What was only requested when the grade went down is new (M1)."""

    _inherit = "mci.booking"

    def _mci_give_back(self, reason):
        """Take these bookings out of the plan; nobody pays for it."""
        firm = self.filtered(lambda booking: booking.state == "confirmed")
        firm._mci_unlock().write(
            {
                "state": "cancelled",
                "cancel_reason": reason,
                "cancelled_by_id": self.env.uid,
            }
        )
        (self - firm)._mci_unlock().write(
            {"state": "refused", "refuse_reason": reason, "hold_until": False}
        )
        self._mci_close_activities()

    def _do_hold(self, hold_until=None):
        self._mci_check_downgrade()
        return super()._do_hold(hold_until)

    def _do_confirm(self):
        self._mci_check_downgrade()
        return super()._do_confirm()

    def _mci_check_downgrade(self):
        """Refuse, by the level of M2, what was requested of a tier the deal has lost.

        What is held runs already and may be confirmed until the stage ends.
        """
        lowered = self.filtered(
            lambda booking: booking.state == "requested"
            and booking.lead_id
            and TIER_RANK.get(booking.tier, 0)
            > TIER_RANK.get(booking.lead_id.mci_tier, 0)
        )
        for booking in lowered:
            if message := booking._mci_get_tier_violation():
                self.env["mci.rule.level"]._mci_enforce(
                    "M2",
                    message,
                    booking.payer_company_id,
                    lead=booking.lead_id,
                    record=booking,
                    reason=booking.exception_reason
                    or self.env._("Requested before the grade went down."),
                    approved=bool(booking.exception_approver_id),
                )
