from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class MciBooking(models.Model):
    """What a booking costs: known before, fixed with the confirmation (C2, C3)."""

    _inherit = "mci.booking"

    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, string="Currency"
    )
    price_unit = fields.Monetary(
        string="Unit price",
        compute="_compute_price",
        store=True,
        aggregator="avg",
        help="Average price of an hour in the provider's currency, by the published"
        " internal rates (C2).",
    )
    amount = fields.Monetary(compute="_compute_price", store=True)
    charge_ids = fields.One2many(
        "mci.charge", "booking_id", string="Internal charges", readonly=True
    )
    timesheet_ids = fields.One2many(
        "account.analytic.line",
        "mci_booking_id",
        string="Timesheets",
        readonly=True,
        # readers of bookings without a right to analytic lines must still read them
        groups="hr_timesheet.group_hr_timesheet_user"
        ",account.group_account_readonly,account.group_account_invoice",
    )

    def _mci_get_locked_fields(self):
        # EXTENDS match
        return super()._mci_get_locked_fields() | {
            "price_unit",
            "amount",
            "currency_id",
            "charge_ids",
            "timesheet_ids",
        }

    @api.depends("company_id")
    def _compute_currency_id(self):
        for booking in self:
            booking.currency_id = booking.company_id.currency_id

    @api.depends(
        "day_ids.amount",
        "lead_id",
        "payer_company_id",
        "function_id",
        "center_id",
        "resource_id",
        "level_id",
        "date_start",
        "hours",
        "hours_done",
        "state",
    )
    def _compute_price(self):
        """From the priced days; a draft shows what it would cost by today's rates."""
        drafts = self.filtered(lambda booking: booking.state == "draft")
        quotes = drafts._mci_get_quotes()
        for booking in self:
            if booking in drafts:
                amount, hours = quotes.get(booking, 0.0) * booking.hours, booking.hours
            else:
                amount, hours = booking._mci_sum_days()
            booking.amount = booking.currency_id.round(amount)
            booking.price_unit = amount / hours if hours else 0.0

    def _mci_sum_days(self):
        self.ensure_one()
        days = self.day_ids.filtered("rate_id")
        is_done = self.state == "done" and not self.is_ticket
        name = "hours_done" if is_done else "hours"
        return sum(days.mapped("amount")), sum(days.mapped(name))

    def _mci_get_quotes(self):
        """Price of an hour of each deal booking, in the provider's currency."""
        deals = self.filtered(lambda b: b.lead_id and b.date_start and b.company_id)
        keys = deals._mci_get_price_keys()
        rates = self.env["mci.rate"]._mci_find_rates(keys.values())
        charges = self.env["mci.charge"]
        return {
            booking: rates[key].price_unit
            * charges._mci_get_exchange(
                rates[key].currency_id, booking.company_id, key[4]
            )
            for booking, key in keys.items()
            if key in rates
        }

    # --- Hooks of match -------------------------------------------------------

    @api.model
    @api.private
    def _mci_get_prices(self, keys):
        # OVERRIDE match
        rates = self.env["mci.rate"]._mci_find_rates(keys)
        return {
            key: self.env["mci.charge"]._mci_price_of_rate(rate, rate.price_unit)
            for key, rate in rates.items()
        }

    def _mci_check_price(self):
        # OVERRIDE match
        keys = self._mci_get_price_keys()
        prices = self._mci_get_prices(keys.values())
        for booking, key in keys.items():
            if key not in prices:
                raise UserError(
                    self.env._(
                        "%(booking)s has no price: no internal rate is published for"
                        " %(function)s, %(level)s in %(unit)s on these days (C2). Ask"
                        " an accountant to publish it.",
                        booking=booking.display_name,
                        function=booking.function_id.name,
                        level=booking.level_id.name or self.env._("no resource level"),
                        unit=booking.center_id.name,
                    )
                )
            currency = self.env["res.currency"].browse(prices[key]["currency_id"])
            if refusal := booking._mci_get_exchange_refusal(currency):
                raise UserError(
                    self.env._(
                        "%(booking)s has no price: %(refusal)s. Ask an accountant to"
                        " enter it (C2).",
                        booking=booking.display_name,
                        refusal=refusal,
                    )
                )
        self._mci_check_days_priced()

    def _mci_check_days_priced(self):
        """Each planned day has its price: a rate may end between two of them (C2)."""
        days = self.day_ids.filtered("hours")
        keys = {day: day._mci_get_price_key() for day in days}
        rates = self.env["mci.rate"]._mci_find_rates(keys.values())
        for day, key in keys.items():
            if key not in rates:
                booking = day.booking_id
                raise UserError(
                    self.env._(
                        "%(booking)s has no price for %(date)s: no internal rate is"
                        " published for %(function)s, %(level)s in %(unit)s on that"
                        " day (C2). Ask an accountant to publish it, or book the days"
                        " before it.",
                        booking=booking.display_name,
                        date=format_date(self.env, day.date),
                        function=booking.function_id.name,
                        level=booking.level_id.name or self.env._("no resource level"),
                        unit=booking.center_id.name,
                    )
                )

    def _mci_get_quote_refusal(self):
        """The exchange that the rate line of a booking without a price would need."""
        self.ensure_one()
        if self.price_unit or not (self.lead_id and self.date_start):
            return ""
        prices = self._mci_get_prices(self._mci_get_price_keys().values())
        for price in prices.values():
            currency = self.env["res.currency"].browse(price["currency_id"])
            return self._mci_get_exchange_refusal(currency)
        return ""

    def _mci_get_exchange_refusal(self, currency):
        """Why a price in ``currency`` comes to nothing for one of the two companies."""
        self.ensure_one()
        day = self._mci_get_price_day()
        provider, payer = self.sudo().company_id, self.sudo().payer_company_id
        refusal = currency._mci_get_rate_refusal(provider, day)
        if not refusal and payer:
            refusal = provider.currency_id._mci_get_rate_refusal(payer, day)
        return refusal

    def _mci_get_unpriced(self):
        # OVERRIDE match
        return self.filtered(lambda b: not all(day.rate_id for day in b.day_ids))

    def _mci_fix_price(self):
        # OVERRIDE match: a frozen price stays when the person or the plan changes.
        days = self.day_ids.filtered(lambda day: day.booking_id.lead_id)
        days._mci_fix_price()

    def _mci_plan_days(self):
        # EXTENDS match: days planned anew in a firm booking have a price as well.
        result = super()._mci_plan_days()
        firm = self.filtered(
            lambda booking: booking.lead_id and booking.state in ("held", "confirmed")
        )
        firm.day_ids.filtered(lambda day: not day.rate_id)._mci_fix_price()
        return result

    def _mci_take_budget(self):
        # OVERRIDE match
        deals = self.filtered("lead_id")
        firm = deals.filtered(lambda booking: booking.state in ("held", "confirmed"))
        if firm:
            firm.lead_id._mci_bump_budget()
        wanted = defaultdict(float)
        for booking in deals - firm:
            company = booking.lead_id._mci_get_company()
            wanted[booking.lead_id] += booking.currency_id._convert(
                booking.amount,
                company.currency_id,
                company,
                fields.Date.context_today(self),
            )
        deals.lead_id._mci_check_budget(wanted)

    def _mci_record_work(self, work):
        # OVERRIDE match
        days = self.env["mci.booking.day"].browse(
            [day.id for rows in work.values() for day, _date, _hours in rows]
        )
        days.filtered(
            lambda day: day.booking_id.lead_id and not day.rate_id
        )._mci_fix_price()
        for company, bookings in self.sudo().grouped("company_id").items():
            bookings._mci_create_timesheets(company, work)

    # --- Timesheets -----------------------------------------------------------

    def _mci_create_timesheets(self, company, work):
        """One timesheet line for each day worked; lines on deals bring their charge."""
        employees = self._mci_get_employees(company)
        vals_list = [
            {
                **booking._prepare_timesheet_vals(employees[booking.resource_id]),
                "date": date,
                "unit_amount": hours,
            }
            for booking in self
            for _day, date, hours in work.get(booking, ())
        ]
        self._mci_timesheets_of(employees, company).create(vals_list)

    @api.model
    def _mci_timesheets_of(self, employees, company):
        """Timesheets to write on, of people who left as well: Odoo refuses those."""
        lines = self.env["account.analytic.line"].with_company(company)
        if not all(employee.active for employee in employees.values()):
            lines = lines.with_context(active_test=False)
        return lines.sudo()._mci_unlock()

    def _mci_get_employees(self, company):
        """:return: ``{resource: employee}``; who left worked as well (C1)"""
        employees = (
            self.env["hr.employee"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("resource_id", "in", self.resource_id.ids),
                    ("company_id", "=", company.id),
                ],
                order="active DESC, id DESC",
            )
            .grouped("resource_id")
        )
        found = self.env["resource.resource"].concat(*employees)
        for resource in self.resource_id - found:
            raise UserError(
                self.env._(
                    "%(person)s has no employee in %(company)s, whose timesheets take"
                    " these hours.",
                    person=resource.name,
                    company=company.name,
                )
            )
        return {resource: found[0] for resource, found in employees.items()}

    def _prepare_timesheet_vals(self, employee):
        self.ensure_one()
        return {
            "name": self.note or self.name,
            "project_id": self.center_id.project_id.id,
            "employee_id": employee.id,
            "mci_lead_id": self.lead_id.id,
            "mci_booking_id": self.id,
        }

    def action_view_charges(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "mci_sales_support.mci_charge_action"
        )
        action["domain"] = [("booking_id", "=", self.id)]
        action["context"] = {}
        return action
