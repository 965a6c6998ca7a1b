from contextlib import contextmanager
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

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
        people = self.env["hr.employee"].browse(free).resource_id
        people.fetch(["mci_level_id"])
        functions = self._mci_get_functions(people)
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
        held = self.env["mci.center.seat"]._mci_get_held(resources)
        return lambda resource, center, day: next(
            (
                function_id
                for center_id, function_id, first, last in held.get(resource.id, ())
                if center_id == center.id and first <= day and (not last or last >= day)
            ),
            False,
        )


class MciCenterSeat(models.Model):
    _inherit = "mci.center.seat"

    @api.model
    def _mci_get_held(self, resources):
        """``{resource id: [(unit, function, first day, last day)]}``, the newest first.

        Past the ORM: whoever logs hours waits for it.
        """
        known = self._mci_get_known()
        if missing := set(resources.ids).difference(known):
            known.update({resource_id: [] for resource_id in missing})
            for resource_id, *seat in self._mci_read_held(missing):
                known[resource_id].append(seat)
        return known

    def _mci_read_held(self, resource_ids):
        names = ("resource_id", "center_id", "function_id", "date_from", "date_to")
        return self.env.execute_query(
            SQL(
                "SELECT resource_id, center_id, function_id, date_from, date_to"
                " FROM mci_center_seat WHERE resource_id IN %s"
                " ORDER BY date_from DESC, id",
                tuple(resource_ids),
                to_flush=[self._fields[name] for name in names],
            )
        )
