from datetime import timedelta

import pytz

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.float_utils import float_compare

from ...tools.arguments import arguments, date, flag, identifier, number, text
from .mci_booking import OPEN
from .resource_resource import zone_of

LONGEST_SERIES = 52


class MciBookingSeries(models.Model):
    """Bookings that were made in one action, week by week."""

    _name = "mci.booking.series"
    _inherit = ["mci.lock.mixin"]
    _description = "Series of bookings"
    _order = "id desc"

    _mci_locked_fields = frozenset({"name"})

    name = fields.Char(required=True, readonly=True)


class MciBooking(models.Model):
    """The same work every week: one action, each day checked, conflicts by name."""

    _inherit = "mci.booking"

    series_id = fields.Many2one(
        "mci.booking.series",
        string="Series",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"series_id"}

    # ------------------------------------------------------------------
    # Make a series
    # ------------------------------------------------------------------

    @arguments(count=number, every_weeks=number, until=date, skip_conflicts=flag)
    def action_repeat(
        self, count=None, every_weeks=1, until=None, skip_conflicts=False
    ):
        """Book the same hours of the person again, every week or every few weeks.

        The clock of the person counts: ten o'clock stays ten o'clock when summer time
        begins. A booking that was requested makes requests, a draft makes drafts.

        :param int count: further bookings, at most 52
        :param int every_weeks: 1 is every week
        :param until: instead of ``count``: last day on which one may begin
        :param bool skip_conflicts: leave out weeks without room instead of refusing
        :return: dict ``series_id``, ``booking_ids`` (new ones), ``conflicts`` (texts)
        :raise UserError: names each week without room and what stands there (M7)
        """
        self.ensure_one()
        self._mci_check_right("ask")
        self._mci_check_state(("draft", *OPEN))
        windows = self._mci_get_repeat_windows(count, every_weeks, until)
        conflicts = self._mci_get_repeat_conflicts(windows)
        if conflicts and not skip_conflicts:
            raise UserError(
                self.env._(
                    "The series has no room in %(count)s of %(total)s weeks (M7):\n"
                    "%(weeks)s",
                    count=len(conflicts),
                    total=len(windows),
                    weeks="\n".join(conflicts.values()),
                )
            )
        bookings = self._do_repeat([w for w in windows if w not in conflicts])
        return {
            "series_id": self.sudo().series_id.id,
            "booking_ids": bookings.ids,
            "conflicts": list(conflicts.values()),
        }

    @arguments(count=number, every_weeks=number, until=date)
    def preview_repeat(self, count=None, every_weeks=1, until=None):
        """What :meth:`action_repeat` would do, without doing it.

        :return: dict ``count``, ``conflicts`` (texts)
        """
        self.ensure_one()
        self._mci_check_right("ask")
        windows = self._mci_get_repeat_windows(count, every_weeks, until)
        conflicts = self._mci_get_repeat_conflicts(windows)
        return {"count": len(windows), "conflicts": list(conflicts.values())}

    def _mci_get_repeat_windows(self, count, every_weeks, until):
        """:return: ``[(start, stop), …]`` in UTC"""
        self._mci_check_person()
        if not every_weeks or not 1 <= every_weeks <= LONGEST_SERIES:
            raise UserError(self.env._("Repeat every 1 to 52 weeks."))
        last = fields.Date.to_date(until)
        most = count or (LONGEST_SERIES if last else 0)
        if not 1 <= most <= LONGEST_SERIES:
            raise UserError(
                self.env._("A series has 1 to %s further bookings.", LONGEST_SERIES)
            )
        windows = []
        for turn in range(1, int(most) + 1):
            weeks = int(every_weeks) * turn
            start = self._mci_shift_local(self.date_start, weeks)
            if last and self.resource_id._mci_to_local(start).date() > last:
                break
            windows.append((start, self._mci_shift_local(self.date_stop, weeks)))
        if not windows:
            raise UserError(self.env._("The series ends before it begins again."))
        return windows

    def _mci_shift_local(self, moment, weeks, minutes=0):
        """The same time on the person's clock some weeks later, as UTC."""
        local = self.resource_id._mci_to_local(moment)
        shifted = local.replace(tzinfo=None) + timedelta(weeks=weeks, minutes=minutes)
        zone = zone_of(self.resource_id.tz)
        return zone.localize(shifted).astimezone(pytz.utc).replace(tzinfo=None)

    def _mci_get_repeat_conflicts(self, windows):
        """Weeks without room: ``{window: text}``."""
        resource = self.sudo().resource_id
        spans = {
            window: (
                resource._mci_to_local(window[0]).date(),
                resource._mci_to_local(window[1] - timedelta(seconds=1)).date(),
            )
            for window in windows
        }
        first = min(span[0] for span in spans.values())
        last = max(span[1] for span in spans.values())
        free = resource._mci_get_free(first, last)[resource]
        needed = self.hours + self.travel_hours
        tight = {}
        for window, (start, stop) in spans.items():
            room = sum(hours for day, hours in free.items() if start <= day <= stop)
            if float_compare(room, needed, precision_digits=2) < 0:
                tight[window] = (start, stop, room)
        return self._mci_name_conflicts(tight)

    def _mci_name_conflicts(self, tight):
        if not tight:
            return {}
        resource = self.sudo().resource_id
        days = self.env["mci.booking.day"].sudo()
        taken = days.search(
            [
                ("resource_id", "in", resource._mci_humans()[resource].ids),
                ("date", ">=", min(start for start, _stop, _room in tight.values())),
                ("date", "<=", max(stop for _start, stop, _room in tight.values())),
                *days._mci_consuming_domain(),
            ]
        )
        result = {}
        for window, (start, stop, room) in tight.items():
            names = [
                booking.name
                for booking in taken.filtered(
                    lambda day, start=start, stop=stop: start <= day.date <= stop
                ).booking_id
            ]
            result[window] = self.env._(
                "%(date)s: %(room)s free hours of %(needed)s; %(why)s",
                date=format_date(self.env, start),
                room=f"{room:g}",
                needed=f"{self.hours + self.travel_hours:g}",
                why=", ".join(names) or self.env._("leave or no working time"),
            )
        return result

    def _do_repeat(self, windows):
        if not windows:
            return self.browse()
        self._mci_check_repeat_consent(len(windows))
        origin = self._mci_act()
        if not origin.series_id:
            origin.series_id = (
                self.env["mci.booking.series"]
                .sudo()
                ._mci_unlock()
                .create({"name": origin.name})
            )
        vals = origin.copy_data()[0]
        bookings = origin.create(
            [
                {
                    **vals,
                    "date_start": start,
                    "date_stop": stop,
                    "series_id": origin.series_id.id,
                    "requester_id": self.env.uid,
                }
                for start, stop in windows
            ]
        ).with_env(self.env)
        if self.state != "draft":
            bookings.action_request()
        return bookings

    def _mci_check_repeat_consent(self, count):
        """Whoever plans for a request stays within its open hours with all of them."""
        line = self.sudo().request_line_id
        if not line or self.env.su or self.sudo()._mci_is_deal_side(self.env.user):
            return
        if float_compare(count * self.hours, line.open_hours, precision_digits=2) > 0:
            raise UserError(
                self.env._(
                    "%(request)s leaves %(open)s hours open, and the series needs"
                    " %(hours)s. For more the owner of the deal has to ask (C10).",
                    request=line.request_id.name,
                    open=f"{line.open_hours:g}",
                    hours=f"{count * self.hours:g}",
                )
            )

    # ------------------------------------------------------------------
    # Change this and the following ones
    # ------------------------------------------------------------------

    def _mci_get_following(self):
        """This booking and the later ones of its series that still run."""
        self.ensure_one()
        self.check_access("read")
        series = self.sudo().series_id
        if not series:
            return self
        return self.search(
            [
                ("series_id", "=", series.id),
                ("date_start", ">=", self.date_start),
                ("state", "in", ("draft", *OPEN)),
            ],
            order="date_start",
        )

    @arguments(reason=text)
    def action_cancel_following(self, reason=None):
        """Cancel this booking and the following ones of its series.

        :param str reason: needed once one is confirmed
        :return: number of bookings cancelled
        """
        bookings = self._mci_get_following()
        bookings.action_cancel(reason)
        return len(bookings)

    @arguments(resource_id=identifier, shift_minutes=number)
    def action_change_following(self, resource_id=None, shift_minutes=0):
        """Send another person, or begin earlier or later, from this booking on.

        All or none: the first one that does not fit is named and nothing changes.

        :param int resource_id: the person, default unchanged
        :param int shift_minutes: later by so many minutes, at most a week
        :return: number of bookings changed
        :raise UserError: too few free hours (M7), or later than agreed (C10)
        """
        if abs(shift_minutes or 0) > 7 * 24 * 60:
            raise UserError(self.env._("Move a series by a week at most."))
        bookings = self._mci_get_following()
        for booking in bookings:
            moved = {
                "date_start": booking._mci_shift_local(
                    booking.date_start, 0, shift_minutes or 0
                ),
                "date_stop": booking._mci_shift_local(
                    booking.date_stop, 0, shift_minutes or 0
                ),
            }
            booking.action_assign(
                resource_id or booking.resource_id.id,
                **(moved if shift_minutes else {}),
            )
        return len(bookings)
