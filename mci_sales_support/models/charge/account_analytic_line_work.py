from contextlib import contextmanager
from typing import NamedTuple

from odoo import api, fields, models

# What was found out about work, in the cache of the transaction for one call: in the
# context it would make a new environment for each of them, and could be forged.
MEMORY = "mci_work"


def by_id(model, ids):
    """``{id: record}``, read together; the empty record for no id."""
    records = model.browse(filter(None, set(ids)))
    return {False: model.browse(), **{record.id: record for record in records}}


class Work(NamedTuple):
    """What cost and price of an hour depend on: ids, and the day worked."""

    employee: int
    center: int
    booking: int
    company: int
    date: object


class AccountAnalyticLine(models.Model):
    """Who worked as what: the same for the cost of an hour and for its price."""

    _inherit = "account.analytic.line"

    def _mci_get_work_of(self, vals):
        """The work on a unit's project that a line with these values will be."""
        project = self.env["project.project"].sudo().browse(vals.get("project_id"))
        center = project.mci_center_id
        if not (center and vals.get("employee_id")):
            return None
        return Work(
            vals["employee_id"],
            center.id,
            vals.get("mci_booking_id") or False,
            vals["company_id"],
            fields.Date.to_date(vals["date"]),
        )

    def _mci_get_work(self):
        self.ensure_one()
        line = self.sudo()
        center = line.project_id.mci_center_id
        return center and Work(
            line.employee_id.id,
            center.id,
            line.mci_booking_id.id,
            line.company_id.id,
            line.date,
        )

    @contextmanager
    def _mci_remember_work(self):
        """What is looked up inside is kept until the outermost call is over."""
        cache = self.env.cr.cache
        is_outermost = MEMORY not in cache
        try:
            yield cache.setdefault(MEMORY, {"priced": {}, "costs": {}})
        finally:
            if is_outermost:
                cache.pop(MEMORY, None)

    @api.model
    def _mci_get_priced(self, works):
        """``{work: values}`` that its price depends on, besides who pays (C2)."""
        with self._mci_remember_work() as memory:
            priced = memory["priced"]
            missing = set(filter(None, works)).difference(priced)
            priced.update(self.sudo()._mci_find_priced(missing) if missing else {})
            return priced

    def _mci_find_priced(self, works):
        employees = by_id(self.env["hr.employee"], (work.employee for work in works))
        bookings = by_id(self.env["mci.booking"], (work.booking for work in works))
        free = {work.employee for work in works if not work.booking}
        functions = self._mci_get_functions(
            self.env["hr.employee"].browse(free).resource_id
        )
        return {
            work: self._prepare_priced_vals(
                work,
                bookings[work.booking],
                employees[work.employee].resource_id,
                functions,
            )
            for work in works
        }

    def _prepare_priced_vals(self, work, booking, resource, functions):
        center = self.env["mci.delivery.center"].browse(work.center)
        return {
            "function_id": booking.function_id.id
            or functions(resource, center, work.date),
            "level_id": booking.level_id.id or resource.mci_level_id.id,
            "center_id": center.id,
            "company_id": center.company_id.id,
            "date": work.date,
        }

    def _mci_get_functions(self, resources):
        """Function of (person, unit, day) for work that was not booked."""
        seats = resources.mci_seat_ids.sorted(
            lambda seat: (-seat.date_from.toordinal(), seat.id)
        )
        by_place = seats.grouped(lambda seat: (seat.resource_id, seat.center_id))
        return lambda resource, center, day: next(
            (
                seat.function_id.id
                for seat in by_place.get((resource, center), ())
                if seat.date_from <= day and (not seat.date_to or seat.date_to >= day)
            ),
            False,
        )
