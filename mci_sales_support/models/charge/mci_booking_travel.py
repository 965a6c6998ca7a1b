from odoo import models


class MciBooking(models.Model):
    _inherit = "mci.booking"

    def _mci_record_work(self, work):
        # EXTENDS: the way is time of the unit, billed to nobody (M10)
        result = super()._mci_record_work(work)
        travellers = self.filtered("travel_hours")
        for company, bookings in travellers.grouped("company_id").items():
            bookings._mci_record_travel(company, work)
        return result

    def _mci_record_travel(self, company, work):
        employees = self._mci_get_employees(company)
        vals_list = [
            {
                "name": self.env._("Travel for %s", booking.name),
                "project_id": booking.center_id.project_id.id,
                "employee_id": employees[booking.resource_id].id,
                "date": date,
                "unit_amount": day.travel_hours,
            }
            for booking in self
            for day, date, _hours in work.get(booking, ())
            if day.travel_hours
        ]
        self._mci_timesheets_of(employees, company).create(vals_list)
