from datetime import datetime, time
from functools import lru_cache

import pytz

from odoo import api, fields, models
from odoo.fields import Domain

from .resource_resource import zone_of

OPEN_STATES = ("asked", "partly_filled")
ANSWERED = ("held", "confirmed", "done", "refused")
FIRM = ("confirmed", "done")


class MciRequest(models.Model):
    """Time limits of a request by its grade, and whether they were kept (M4, M5)."""

    _inherit = "mci.request"

    respond_due = fields.Datetime(
        "Answer due",
        copy=False,
        help="By the time limits of the grade, in the unit's working time.",
    )
    start_due = fields.Datetime(
        "Start due",
        copy=False,
        help="By the time limits of the grade, from the request or its earliest date.",
    )
    responded_date = fields.Datetime(
        "Answered on",
        compute="_compute_responded",
        store=True,
        copy=False,
        help="The first booking was held, confirmed or refused, or the request was.",
    )
    started_date = fields.Datetime(
        "Work starts",
        compute="_compute_started",
        store=True,
        help="Begin of the first confirmed booking.",
    )
    respond_missed = fields.Boolean(
        "Answered late", compute="_compute_missed", store=True
    )
    start_missed = fields.Boolean("Started late", compute="_compute_missed", store=True)
    is_late_respond = fields.Boolean(
        "Late to answer", compute="_compute_late", search="_search_late_respond"
    )
    is_late_start = fields.Boolean(
        "Late to start", compute="_compute_late", search="_search_late_start"
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {
            "respond_due",
            "start_due",
            "responded_date",
            "started_date",
            "respond_missed",
            "start_missed",
        }

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        requests.sudo()._mci_set_due()
        return requests

    def _mci_set_due(self):
        """Fix both limits, from the moment the request was made."""
        levels = self.env["mci.service.level"]
        known = levels._mci_find_all(self.company_id, self.grade_id)
        plan = lru_cache(maxsize=None)(levels._mci_plan)
        asked = fields.Datetime.now()
        for request in self._mci_unlock():
            level = known.get((request.company_id, request.grade_id))
            if not level:
                continue
            place = request.center_id, request.company_id
            begin = max(asked, request._mci_get_earliest() or asked)
            request.write(
                {
                    "respond_due": plan(*place, asked, level.respond_hours),
                    "start_due": plan(*place, begin, level.start_hours),
                }
            )

    def _mci_get_earliest(self):
        """First moment of the earliest day in the requester's zone, naive UTC."""
        self.ensure_one()
        if not self.date_from:
            return None
        zone = zone_of(self.requester_id.tz)
        moment = zone.localize(datetime.combine(self.date_from, time.min))
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    @api.depends("booking_ids.state", "outcome")
    def _compute_responded(self):
        now = fields.Datetime.now()
        for request in self:
            answers = [
                booking.decided_date or now
                for booking in request.sudo().booking_ids
                if booking.state in ANSWERED
            ]
            if request.outcome == "refused":
                answers.append(now)
            request.responded_date = request.responded_date or min(
                answers, default=False
            )

    @api.depends("booking_ids.state", "booking_ids.date_start")
    def _compute_started(self):
        for request in self:
            starts = [
                booking.date_start
                for booking in request.sudo().booking_ids
                if booking.state in FIRM
            ]
            request.started_date = min(starts, default=False)

    @api.depends(
        "responded_date",
        "started_date",
        "respond_due",
        "start_due",
        "outcome",
        "close_date",
    )
    def _compute_missed(self):
        for request in self:
            # Nobody answered a request that expired: its end is what counts.
            end = request.close_date if request.outcome == "expired" else False
            answered = request.responded_date or end
            started = request.started_date or end
            request.respond_missed = bool(
                request.respond_due and answered and answered > request.respond_due
            )
            request.start_missed = bool(
                request.start_due and started and started > request.start_due
            )

    @api.depends("respond_missed", "start_missed", "state", "respond_due", "start_due")
    def _compute_late(self):
        late = {
            name: set(self.filtered_domain(domain).ids)
            for name, domain in self._mci_get_late_domains().items()
        }
        for request in self:
            request.is_late_respond = request.id in late["respond"]
            request.is_late_start = request.id in late["start"]

    @api.model
    def _mci_get_late_domains(self):
        """Missed already, or running past its limit right now."""
        now = fields.Datetime.now()
        waiting = Domain("state", "in", OPEN_STATES)
        return {
            "respond": Domain("respond_missed", "=", True)
            | (
                waiting
                & Domain("responded_date", "=", False)
                & Domain("respond_due", "<", now)
            ),
            "start": Domain("start_missed", "=", True)
            | (
                waiting
                & Domain("started_date", "=", False)
                & Domain("start_due", "<", now)
            ),
        }

    def _search_late_respond(self, operator, value):
        return self._mci_search_late("respond", operator, value)

    def _search_late_start(self, operator, value):
        return self._mci_search_late("start", operator, value)

    def _mci_search_late(self, name, operator, value):
        if operator != "in":
            return NotImplemented
        domain = self._mci_get_late_domains()[name]
        return domain if True in value else ~domain
