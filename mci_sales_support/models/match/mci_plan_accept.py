from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ...tools.arguments import arguments, flag, identifiers, text

# Lines that are booked while the user waits; more go to the scheduled action.
FEW = 20
ACCEPTABLE = ("planned", "failed")


class MciPlan(models.Model):
    """Accepting a plan, all or some: bookings by the same steps as by hand."""

    _inherit = "mci.plan"

    @arguments(line_ids=identifiers, reason=text, hold=flag)
    def accept_lines(self, line_ids=None, reason=None, hold=False):
        """Book lines of the plan; each is tested again, and stands or fails by itself.

        More than 20 lines are booked by the scheduled action, as the user who accepts.

        :param list line_ids: ids of ``mci.plan.line``; default: all that are placed
            and the user decides on (M3)
        :param str reason: why a rule that only warns is passed (M2, M4)
        :param bool hold: hold the people instead of confirming them (M8)
        :return: ``{"accepted": [ids], "failed": [{"id", "name", "message"}, …],
            "queued": number}``
        :raise UserError: a line of another plan, or the plan is no proposal
        """
        self.ensure_one()
        self.check_access("read")
        self._mci_check_state("computed", "accepted")
        lines = self._mci_get_lines_to_accept(line_ids)
        plan = self._mci_act()
        plan.write(
            {
                "accepted_by_id": self.env.uid,
                "accept_reason": reason or False,
                "is_held": bool(hold),
            }
        )
        unlocked = lines.sudo()._mci_unlock()
        if len(lines) > FEW:
            unlocked.write({"state": "accepting", "message": False})
            plan.write({"state": "accepting", "progress": 0})
            plan._mci_trigger()
            return {"accepted": [], "failed": [], "queued": len(lines)}
        unlocked._do_accept(self.env.user)
        plan._mci_settle()
        return lines._mci_report()

    def _mci_get_lines_to_accept(self, line_ids):
        """:raise UserError: nothing to book, or a line that is not of the plan"""
        user = self.env.user
        if line_ids is None or line_ids is False:
            lines = self.sudo().line_ids.filtered(
                lambda line: line.state in ACCEPTABLE
                and (self.env.su or line.request_id._mci_is_decider(user))
            )
        else:
            lines = self.sudo().line_ids.filtered(lambda line: line.id in line_ids)
            if len(lines) != len(set(line_ids)):
                raise UserError(
                    self.env._("Some lines are not of %s.", self.display_name)
                )
            for line in lines.filtered(lambda line: line.state not in ACCEPTABLE):
                raise UserError(
                    self.env._(
                        "%s is not placed, or booked already.", line.display_name
                    )
                )
        if not lines:
            raise UserError(
                self.env._(
                    "Nothing of %s is left that you decide on: on A and B the delivery"
                    " lead does, else the lead of the unit asked (M3).",
                    self.display_name,
                )
            )
        return lines.with_env(self.env)

    def action_accept(self):
        """Confirm everything that is placed and that the user decides on."""
        return self._mci_notify_accepted(self.accept_lines())

    def action_accept_held(self):
        """Hold everything that is placed and that the user decides on (M8)."""
        return self._mci_notify_accepted(self.accept_lines(hold=True))

    def _mci_notify_accepted(self, report):
        if report["queued"]:
            message = self.env._(
                "%s lines are being booked; you can leave this page.", report["queued"]
            )
        else:
            message = self._mci_describe_accepted(report)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if report["failed"] else "success",
                "message": message,
                "sticky": bool(report["failed"]),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _mci_describe_accepted(self, report):
        parts = [f"{row['name']}: {row['message']}" for row in report["failed"]]
        if report["accepted"]:
            booked = len(report["accepted"])
            parts.insert(0, self.env._("Lines booked: %s.", booked))
        left = len(self.line_ids.filtered(lambda line: line.state == "planned"))
        if left:
            parts.append(self.env._("Left for others to decide: %s.", left))
        return "\n".join(parts)

    def _mci_settle(self):
        """The state follows from the lines."""
        for plan in self:
            states = plan.line_ids.mapped("state")
            if "accepting" in states:
                done = len(
                    [state for state in states if state in ("accepted", "failed")]
                )
                plan.progress = 100.0 * done / len(states)
            elif "planned" in states:
                plan.state = "computed"
            else:
                plan.write(
                    {"state": "accepted", "accepted_date": fields.Datetime.now()}
                )


class MciPlanLine(models.Model):
    """One line becomes a booking, or says what stood in the way."""

    _inherit = "mci.plan.line"

    @arguments(reason=text, hold=flag)
    def action_accept(self, reason=None, hold=False):
        """Book these lines of one plan: see :meth:`MciPlan.accept_lines`."""
        plan = self.plan_id
        plan.ensure_one()
        report = plan.accept_lines(self.ids, reason=reason, hold=hold)
        return plan._mci_notify_accepted(report)

    def _mci_report(self):
        return {
            "accepted": self.filtered(lambda line: line.state == "accepted").ids,
            "failed": [
                {"id": line.id, "name": line.display_name, "message": line.message}
                for line in self.sudo()
                if line.state == "failed"
            ],
            "queued": 0,
        }

    def _do_accept_queued(self):
        for line in self.filtered(lambda line: line.state == "accepting"):
            unlocked = line.sudo()._mci_unlock()
            unlocked._do_accept(line.plan_id.accepted_by_id)
            unlocked.plan_id._mci_settle()

    def _do_accept(self, user):
        """Book each line by itself: what fails leaves nothing behind."""
        for line in self:
            try:
                with self.env.cr.savepoint():
                    booking = line._do_book(user)
            except (UserError, AccessError, ValidationError) as error:
                line.write({"state": "failed", "message": str(error)})
                continue
            line.write(
                {"state": "accepted", "booking_id": booking.id, "message": False}
            )

    def _do_book(self, user):
        """Draft, days as planned, request and decision, as ``user`` would by hand."""
        self.ensure_one()
        plan = self.plan_id
        request_line = self.request_line_id
        request_line._mci_bump()
        request_line.request_id.with_user(user)._mci_check_may_fill()
        self._mci_check_still_open()
        draft = request_line._mci_get_draft()
        # The way to the customer is spread with the hours: not by the plan.
        days = {} if draft.travel_hours else self._mci_get_days_that_fit()
        vals = self._prepare_booking_vals(days)
        if draft:
            draft.sudo()._mci_unlock().write(vals)
            draft.day_ids.sudo()._mci_unlock().unlink()
        else:
            draft = self.env["mci.booking"].with_user(user).sudo().create(vals)
        self.env["mci.booking.day"].sudo()._mci_unlock().create(
            draft._prepare_day_vals(days, {})
        )
        booking = draft.with_user(user)
        booking.action_request(plan.accept_reason or None)
        if plan.is_held:
            booking.action_hold()
        elif booking.sudo().state != "confirmed":
            booking.action_confirm()
        return booking

    def _mci_check_still_open(self):
        line = self.request_line_id
        if round(line.open_hours - self.hours, 2) < 0:
            raise UserError(
                self.env._(
                    "%(line)s needs %(open)s hours more, %(hours)s were planned: it was"
                    " booked in the meantime.",
                    line=self.display_name,
                    open=f"{line.open_hours:g}",
                    hours=f"{self.hours:g}",
                )
            )

    def _mci_get_days_that_fit(self):
        """The days as planned, or none when other work has come between them.

        :return: ``{date: hours}``
        """
        days = {fields.Date.to_date(day): hours for day, hours in self.days.items()}
        resource = self.resource_id
        free = resource._mci_get_free(min(days), max(days))[resource]
        today = resource._mci_today()
        fits = all(
            day >= today and round(free.get(day, 0) - hours, 2) >= 0
            for day, hours in days.items()
        )
        return days if fits else {}

    def _prepare_booking_vals(self, days):
        """On the days as planned; without them anywhere in the weeks of the plan."""
        resource = self.resource_id
        first, last = self.date_start, self.date_stop
        if not days:
            request = self.request_id
            monday = first - timedelta(days=first.weekday())
            first = max(monday, resource._mci_today(), request.date_from or monday)
            sunday = last + timedelta(days=6 - last.weekday())
            last = max(min(sunday, request.date_needed), first)
        start, _midnight = resource._mci_day_bounds(first)
        _midnight, stop = resource._mci_day_bounds(last)
        return {
            **self.request_line_id._prepare_booking_vals(),
            "hours": self.hours,
            "resource_id": resource.id,
            "date_start": start,
            "date_stop": stop - timedelta(seconds=1),
        }

    def _mci_sum_grade(self):
        placed = self.filtered(lambda line: line.state == "planned")
        named = self.filtered("today_resource_id")
        return {
            "count": len(self),
            "count_placed": len(placed),
            "hours": sum(self.mapped("hours")),
            "hours_today": sum(named.mapped("hours")),
            "hours_placed": sum(placed.mapped("hours")),
            "value": sum(placed.mapped("value")),
        }
