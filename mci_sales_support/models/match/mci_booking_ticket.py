from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class MciBooking(models.Model):
    """Hotline ticket (M9): deal, what, hours; within the allowance nobody approves."""

    _inherit = "mci.booking"

    is_ticket = fields.Boolean("Hotline ticket", copy=False, index=True)

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"is_ticket"}

    @api.model
    def open_ticket(self, lead_id, what, hours):
        """Call the hotline for a deal, at its published price an hour (M9).

        Confirmed at once while the team's tickets of the month stay within the
        company's allowance, above it the head of the hotline decides. The person is the
        caller who sits at the hotline, else who has most free hours there today.

        :param int lead_id: the deal that pays
        :param str what: what is needed
        :param float hours: hours agreed, today
        :return: dict ``booking_id``, ``name``, ``state``, ``person``, ``amount`` in the
            currency of the hotline's company
        :raise AccessError: neither the deal's side nor somebody of the hotline
        :raise UserError: no hotline, nobody free today, or a fact of the deal misses
        """
        lead = self.env["crm.lead"].browse(lead_id)
        what = self._mci_need_reason(what)
        hotlines = self._mci_get_hotlines(lead)
        seats = hotlines.sudo().seat_ids.filtered_domain(
            self.env["mci.center.seat"]._mci_current()
        )
        own = seats.filtered(lambda seat: seat.resource_id.user_id == self.env.user)
        if not own and not lead._mci_can_manage():
            raise AccessError(
                self.env._(
                    "Only the deal's side or somebody of the hotline opens a ticket."
                )
            )
        seat = own[:1] or self._mci_pick_hotline_seat(seats, hours)
        ticket = (
            self.sudo()
            ._mci_unlock()
            .create(self._prepare_ticket_vals(lead, seat, what, hours))
        )
        ticket._do_request()
        ticket._mci_tell_owner()
        return {
            "booking_id": ticket.id,
            "name": ticket.name,
            "state": ticket.state,
            "person": ticket.resource_id.name,
            "amount": ticket._mci_get_agreed_amount(),
        }

    def _mci_tell_owner(self):
        """The deal pays: its owner hears of a ticket that the hotline opened."""
        self.ensure_one()
        owner = self.lead_id.mci_owner_id
        if owner and owner != self.env.user:
            self.message_notify(
                partner_ids=owner.partner_id.ids,
                subject=self.env._("Hotline ticket for %s", self.lead_name),
                body=self.env._(
                    "%(user)s opened %(ticket)s: %(hours)s hours.",
                    user=self.env.user.name,
                    ticket=self.name,
                    hours=f"{self.hours:g}",
                ),
            )

    def _mci_get_hotlines(self, lead):
        company = lead._mci_get_company()
        hotlines = (
            self.env["mci.delivery.center"]
            .sudo()
            .search([("tier", "=", "hotline"), ("company_id", "=", company.id)])
        )
        if not hotlines:
            raise UserError(
                self.env._("%s has no service hotline yet.", company.display_name)
            )
        return hotlines

    def _mci_pick_hotline_seat(self, seats, hours):
        """The seat of the person with most free hours today."""
        people = seats.resource_id.filtered("active")
        free = {}
        for person in people:
            today = person._mci_today()
            free.setdefault(today, people.browse())
            free[today] |= person
        rooms = {}
        for today, group in free.items():
            for person, days in group._mci_get_free(today, today).items():
                rooms[person] = days.get(today, 0.0)
        best = max(rooms, key=rooms.get, default=None)
        if not best or round(rooms[best] - hours, 2) < 0:
            raise UserError(
                self.env._(
                    "Nobody at the hotline has %s free hours today: ask for support"
                    " instead.",
                    f"{hours:g}",
                )
            )
        return seats.filtered(lambda seat: seat.resource_id == best)[:1]

    def _prepare_ticket_vals(self, lead, seat, what, hours):
        day = seat.resource_id._mci_today()
        start, stop = seat.resource_id._mci_day_bounds(day)
        return {
            "kind": "deal",
            "is_ticket": True,
            "lead_id": lead.id,
            "center_id": seat.center_id.id,
            "function_id": seat.function_id.id,
            "resource_id": seat.resource_id.id,
            "requester_id": self.env.uid,
            "date_start": start,
            "date_stop": stop,
            "hours": hours,
            "brief": what,
        }

    def _mci_confirm_themselves(self):
        # A ticket needs no approval within the allowance, a small thing never does.
        tickets = self.filtered("is_ticket")
        small = super(MciBooking, self - tickets)._mci_confirm_themselves()
        return small | tickets.filtered(lambda ticket: ticket._mci_in_allowance())

    def _mci_in_allowance(self):
        """Whether the team's tickets of the month, this one included, are covered."""
        self.ensure_one()
        day = self.resource_id._mci_today()
        domain = Domain(
            [
                ("is_ticket", "=", True),
                ("team_id", "=", self.team_id.id),
                ("id", "!=", self.id),
                ("state", "in", ("requested", "held", "confirmed", "done")),
                ("day_ids.date", ">=", day.replace(day=1)),
            ]
        )
        [[spent]] = self._read_group(domain, aggregates=["hours:sum"])
        allowance = self.company_id.mci_ticket_hours
        return round((spent or 0.0) + self.hours - allowance, 2) <= 0
