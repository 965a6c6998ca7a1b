from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...tools.arguments import arguments, identifier, number, text
from ...tools.shared_row import write_shared


class MciBooking(models.Model):
    """Hotline ticket (M9): deal, what, hours; within the allowance nobody approves."""

    _inherit = "mci.booking"

    is_ticket = fields.Boolean("Hotline ticket", copy=False, index=True)

    def _mci_get_locked_fields(self):
        return super()._mci_get_locked_fields() | {"is_ticket"}

    @api.model
    @arguments(lead_id=identifier, what=text, hours=number)
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
        lead = self.env["crm.lead"].browse(lead_id).exists()
        what = self._mci_need_reason(what)
        self._mci_check_ticket(lead, hours)
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
        lead.sudo().team_id._mci_bump_tickets()
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

    @api.model
    @arguments(lead_id=identifier)
    def ticket_allowance(self, lead_id):
        """What the deal's team may still ask the hotline this month (M9).

        :param int lead_id: the deal that would pay
        :return: dict ``allowance``, ``used``, ``remaining`` in hours
        :raise AccessError: for whoever may not read the deal
        """
        lead = self.env["crm.lead"].browse(lead_id)
        lead.check_access("read")
        company = lead._mci_get_company()
        used = self.sudo()._mci_sum_tickets(lead.sudo().team_id, self._mci_month())
        return {
            "allowance": company.mci_ticket_hours,
            "used": used,
            "remaining": max(round(company.mci_ticket_hours - used, 2), 0.0),
        }

    @api.model
    def _mci_month(self):
        return fields.Date.context_today(self).replace(day=1)

    def _mci_check_ticket(self, lead, hours):
        if not lead:
            raise UserError(self.env._("Name the deal that calls the hotline."))
        if not hours or not 0 < hours <= 24:
            raise UserError(
                self.env._(
                    "%s: a ticket has more than zero hours and fits into a day.",
                    lead.sudo().display_name,
                )
            )

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
        allowance = self.company_id.mci_ticket_hours
        return round(self._mci_get_ticket_use() - allowance, 2) <= 0

    def _mci_get_ticket_use(self):
        """Hours of the team's tickets of the month, this one included."""
        self.ensure_one()
        month = self.resource_id._mci_today().replace(day=1)
        used = self._mci_sum_tickets(self.team_id, month, self)
        return round(used + self.hours, 2)

    @api.model
    def _mci_sum_tickets(self, team, month, ignore=None):
        """Hours of a team's tickets from a day on, refused and cancelled ones not."""
        domain = Domain(
            [
                ("is_ticket", "=", True),
                ("team_id", "=", team.id),
                ("id", "not in", ignore.ids if ignore else []),
                ("state", "in", ("requested", "held", "confirmed", "done")),
                ("day_ids.date", ">=", month),
            ]
        )
        [[spent]] = self._read_group(domain, aggregates=["hours:sum"])
        return round(spent or 0.0, 2)


class CrmTeam(models.Model):
    _inherit = "crm.team"

    mci_ticket_seq = fields.Integer(
        "Ticket Sequence",
        copy=False,
        export_string_translation=False,
        help="Technical: written by each ticket, so that two at once collide.",
    )

    def _mci_bump_tickets(self):
        """Write the team's row: two tickets at once cannot both take the last hour."""
        write_shared(self, "mci_ticket_seq")
