from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

WORK = ("deal_hours", "internal_hours", "standard_cost", "uncosted_hours")
CHARGED = ("charged_hours", "income", "planned_hours", "planned_amount")
TIME = ("available_hours", "unassigned_hours")


class MciActualPrice(models.Model):
    """What the actual price is made of, read for all units at once (I4).

    Every method asks a number of queries that depends neither on the number of units
    nor on that of people. A *part* is ``(unit, function, level, person)``, ids.
    """

    _inherit = "mci.actual.price"

    @api.model
    def _mci_get_parts(self, company, date_from, date_to):
        """Figures of each part: hours, amounts in company currency, by name."""
        self.env.flush_all()
        parts = defaultdict(lambda: defaultdict(float))
        work = self._mci_get_work_query(company, date_from, date_to)
        charged = self._mci_get_charged_query(company, date_from, date_to)
        for names, query in ((WORK, work), (CHARGED, charged)):
            self.env.cr.execute(query)
            for center, function, level, person, *values in self.env.cr.fetchall():
                part = parts[center, function or False, level or False, person]
                for name, value in zip(names, values, strict=True):
                    part[name] += float(value or 0.0)
        for key, values in self._mci_get_time(company, date_from, date_to).items():
            for name, value in zip(TIME, values, strict=True):
                parts[key][name] += value
        for part in parts.values():
            part["recorded_hours"] = part["deal_hours"] + part["internal_hours"]
        return parts

    @api.model
    def _mci_get_work_query(self, company, date_from, date_to):
        """Hours and standard cost on the units' projects, as the timesheets say.

        Function and level are those of the charge, where there is one; else those of
        the booking, of the position and of the person.
        """
        return SQL(
            """
            SELECT center.id,
                   COALESCE(charge.function_id, booking.function_id, seat.function_id),
                   COALESCE(charge.level_id, resource.mci_level_id), resource.id,
                   SUM(line.unit_amount) FILTER (WHERE line.mci_lead_id IS NOT NULL),
                   SUM(line.unit_amount) FILTER (WHERE line.mci_lead_id IS NULL),
                   -SUM(line.amount),
                   SUM(line.unit_amount) FILTER (WHERE line.amount = 0)
              FROM account_analytic_line line
              JOIN project_project project ON project.id = line.project_id
              JOIN mci_delivery_center center ON center.id = project.mci_center_id
              JOIN hr_employee employee ON employee.id = line.employee_id
              JOIN resource_resource resource ON resource.id = employee.resource_id
              LEFT JOIN mci_booking booking ON booking.id = line.mci_booking_id
              LEFT JOIN LATERAL (
                    SELECT function_id, level_id FROM mci_charge
                     WHERE timesheet_id = line.id AND state <> 'reversed'
                     LIMIT 1) charge ON TRUE
              LEFT JOIN LATERAL (
                    SELECT s.function_id FROM mci_center_seat s
                     WHERE s.resource_id = resource.id AND s.date_from <= line.date
                       AND (s.date_to IS NULL OR s.date_to >= line.date)
                     ORDER BY (s.center_id = center.id) DESC, s.date_from DESC, s.id
                     LIMIT 1) seat ON TRUE
             WHERE center.company_id = %s AND line.date BETWEEN %s AND %s
             GROUP BY 1, 2, 3, 4
            """,
            company.id,
            date_from,
            date_to,
        )

    @api.model
    def _mci_get_charged_query(self, company, date_from, date_to):
        """Live charges of the days worked, beside the published rate.

        Expenses only pass through the unit; opening charges are of a time before.
        """
        return SQL(
            """
            SELECT charge.center_id, charge.function_id, charge.level_id,
                   charge.resource_id, SUM(charge.hours), SUM(charge.amount),
                   SUM(charge.hours) FILTER (WHERE rate.id IS NOT NULL),
                   SUM(charge.hours * rate.price_unit * charge.exchange_rate)
              FROM mci_charge charge
              LEFT JOIN mci_rate rate ON rate.id = charge.rate_id
             WHERE charge.company_id = %s AND charge.date BETWEEN %s AND %s
               AND charge.state <> 'reversed'
               AND charge.origin NOT IN ('expense', 'opening')
               AND charge.consent IS DISTINCT FROM 'asked'
             GROUP BY 1, 2, 3, 4
            """,
            company.id,
            date_from,
            date_to,
        )

    # --- Working time ---------------------------------------------------------

    @api.model
    def _mci_get_time(self, company, date_from, date_to):
        """Working hours and those of them that no timesheet explains.

        A person's day is shared equally by the positions he holds on it, in whichever
        companies; hours on any project explain it.

        :return: ``{part: (working hours, unassigned hours)}``
        """
        seats = self._mci_get_seats(date_from, date_to)
        own = seats.filtered(lambda seat: seat.company_id == company)
        humans = own.resource_id._mci_humans()
        capacity = own.resource_id._mci_get_capacity(date_from, date_to)
        by_resource = seats.grouped("resource_id")
        explained = self._mci_get_explained(humans, date_from, date_to)
        result = defaultdict(lambda: (0.0, 0.0))
        for resource in own.resource_id:
            parts = humans.get(resource, resource)
            held = [seat for part in parts for seat in by_resource.get(part, ())]
            days = capacity.get(resource, {})
            recorded = sum(
                hours
                for part in parts
                for day, hours, is_unit in explained.get(part.id, ())
                if is_unit or day in days
            )
            total = sum(days.values())
            idle = max(total - recorded, 0.0) / total if total else 0.0
            shares = self._mci_share_days(held, days)
            for seat, hours in shares.items():
                if seat.company_id == company and seat.resource_id == resource:
                    key = self._mci_get_seat_part(seat)
                    before = result[key]
                    result[key] = before[0] + hours, before[1] + hours * idle
        return result

    @api.model
    def _mci_get_seats(self, date_from, date_to):
        return (
            self.env["mci.center.seat"]
            .sudo()
            .search(
                [
                    ("date_from", "<=", date_to),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", date_from),
                ]
            )
        )

    @api.model
    def _mci_get_seat_part(self, seat):
        resource = seat.resource_id
        return (
            seat.center_id.id,
            seat.function_id.id,
            resource.mci_level_id.id,
            resource.id,
        )

    @api.model
    def _mci_share_days(self, seats, days):
        """``{seat: hours}``: each day's hours in equal parts for the seats held."""
        result = defaultdict(float)
        for day, hours in days.items():
            held = [
                seat
                for seat in seats
                if seat.date_from <= day and (not seat.date_to or seat.date_to >= day)
            ]
            for seat in held:
                result[seat] += hours / len(held)
        return result

    @api.model
    def _mci_get_explained(self, humans, date_from, date_to):
        """``{resource id: [(day, hours, on a unit's project)]}`` of all timesheets.

        Hours elsewhere explain working days only: Odoo records leave as hours too.
        """
        resources = self.env["resource.resource"].union(*humans.values())
        result = defaultdict(list)
        if not resources:
            return result
        self.env.cr.execute(
            SQL(
                """
                SELECT employee.resource_id, line.date, SUM(line.unit_amount),
                       project.mci_center_id IS NOT NULL
                  FROM account_analytic_line line
                  JOIN hr_employee employee ON employee.id = line.employee_id
                  JOIN project_project project ON project.id = line.project_id
                 WHERE employee.resource_id = ANY(%s)
                   AND line.date BETWEEN %s AND %s
                 GROUP BY 1, 2, 4
                """,
                resources.ids,
                date_from,
                date_to,
            )
        )
        for resource, day, hours, is_unit in self.env.cr.fetchall():
            result[resource].append((day, hours, is_unit))
        return result

    # --- Ledger ---------------------------------------------------------------

    @api.model
    def _mci_get_ledger_costs(self, company, date_from, date_to):
        """Cost of each unit from posted journal items: ``{unit id: amount}``.

        Shares of one item within a plan add up; an item that lies on accounts of the
        unit in several plans counts once, in the plan where most of it lies.
        """
        targets = self._mci_get_cost_accounts(company)
        if not targets:
            return {}
        self.env.flush_all()
        queries = [
            self._mci_get_ledger_query(column, pairs, company, date_from, date_to)
            for column, pairs in targets.items()
        ]
        self.env.cr.execute(
            SQL(
                """
                SELECT center_id, SUM(cost) FROM (
                    SELECT DISTINCT ON (center_id, item_id) center_id, cost
                      FROM (%s) item
                     ORDER BY center_id, item_id, ABS(cost) DESC) item
                 GROUP BY center_id
                """,
                SQL(" UNION ALL ").join(queries),
            )
        )
        return {center: float(cost) for center, cost in self.env.cr.fetchall()}

    @api.model
    def _mci_get_cost_accounts(self, company):
        """``{plan column: [(unit id, account id)]}``"""
        centers = self.env["mci.delivery.center"].sudo().with_context(active_test=False)
        result = defaultdict(list)
        for center in centers.search([("company_id", "=", company.id)]):
            for account in center.analytic_account_id | center.cost_account_ids:
                column = account.root_plan_id._column_name()
                result[column].append((center.id, account.id))
        return result

    @api.model
    def _mci_get_ledger_query(self, column, pairs, company, date_from, date_to):
        return SQL(
            """
            SELECT target.center_id, item.id AS item_id, -SUM(line.amount) AS cost
              FROM (VALUES %s) AS target(center_id, account_id)
              JOIN account_analytic_line line ON line.%s = target.account_id
              JOIN account_move_line item ON item.id = line.move_line_id
              JOIN account_account account ON account.id = item.account_id
              JOIN account_move move ON move.id = item.move_id
              LEFT JOIN account_move origin ON origin.id = move.reversed_entry_id
             WHERE item.company_id = %s AND item.date BETWEEN %s AND %s
               AND item.parent_state = 'posted'
               AND (account.account_type LIKE 'expense%%'
                    OR account.account_type = 'off_balance')
               AND COALESCE(move.mci_statement_id, move.mci_actual_price_id,
                            move.mci_company_invoice_id, origin.mci_statement_id,
                            origin.mci_actual_price_id,
                            origin.mci_company_invoice_id) IS NULL
               AND NOT EXISTS (
                    SELECT FROM mci_charge charge
                     WHERE charge.expense_line_id = item.id
                       AND charge.state <> 'reversed')
             GROUP BY 1, 2
            """,
            SQL(", ").join(SQL("(%s, %s)", *pair) for pair in pairs),
            SQL.identifier(column),
            company.id,
            date_from,
            date_to,
        )

    @api.model
    def _mci_get_last_day(self, date_to, today):
        """Working time is counted up to today: what is still to come is not idle."""
        return min(date_to, today - timedelta(days=1))
