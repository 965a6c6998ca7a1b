"""What all chapters of the demo story share: people, deals, dates, bookings."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

ZONE = "Europe/London"
FULL_DAY = 8


class Dates:
    """Dates of the story, relative to the day it is told."""

    def __init__(self):
        self.today = datetime.now(pytz.timezone(ZONE)).date()
        self.start = self.month(-2)
        monday = self.today - timedelta(days=self.today.weekday())
        self.next_monday = monday + timedelta(days=7)
        self.holiday = monday + timedelta(days=18)

    def month(self, offset):
        """First day of the month ``offset`` months from this one."""
        return self.today + relativedelta(months=offset, day=1)

    def month_end(self, offset):
        return self.today + relativedelta(months=offset, day=31)

    def is_workday(self, day):
        return day.weekday() < 5 and day != self.holiday

    def shift(self, day, count):
        """The working day ``count`` working days after (before) ``day``.

        With 0 the day itself, or the next working day.
        """
        step = timedelta(days=-1 if count < 0 else 1)
        if count >= 0:
            while not self.is_workday(day):
                day += step
        for _turn in range(abs(count)):
            day += step
            while not self.is_workday(day):
                day += step
        return day

    def workday(self, count):
        return self.shift(self.today, count)

    def nth(self, offset, number):
        """The working day ``number`` (1 to 20) of a month."""
        return self.shift(self.month(offset), number - 1)


@dataclass
class Plan:
    """One booking of the story.

    ``until`` is the state it reaches; ``done`` the hours spent when not as booked.
    """

    deal: str
    person: str
    unit: str
    first: date
    hours: float
    days: int = 1
    function: str = "presales"
    hour: int = 9
    brief: str = ""
    note: str = ""
    until: str = "done"
    done: float = 0.0
    exception: str = ""
    line: object = None
    booking: object = None


class Story:
    def __init__(self, env):
        self.env = env(
            context={
                **env.context,
                "tracking_disable": True,
                "mail_create_nolog": True,
                "mail_create_nosubscribe": True,
                "mail_activity_quick_update": True,
                "no_reset_password": True,
            }
        )
        self.dates = Dates()
        self.company = self.env.ref("base.main_company")
        self.users = {}
        self.employees = {}
        self.customers = {}
        self.units = {}
        self.teams = {}
        self.stages = {}
        self.deals = {}
        self._taken = defaultdict(float)
        self._away = set()

    def ref(self, name):
        return self.env.ref(f"mci_sales_support.{name}")

    def act(self, login, records):
        """The records as the user would have them in his hands."""
        return records.with_user(self.users[login])

    def model(self, login, name):
        return self.act(login, self.env[name])

    # --- Dates of the past ------------------------------------------------------------

    def backdate(self, records, moment, *columns):
        """Write a moment of the past, which no method of ours takes, by SQL."""
        if not records:
            return
        records.flush_recordset()
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(10))
        assignments = SQL(", ").join(
            SQL("%s = %s", SQL.identifier(column), moment) for column in columns
        )
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE id IN %s",
                SQL.identifier(records._table),
                assignments,
                tuple(records.ids),
            )
        )
        records.invalidate_recordset(flush=False)

    def date_ledger(self, lead, day):
        """Rows of the ownership ledger written just now are of that day."""
        rows = lead.mci_ownership_ids
        for column in ("date_from", "date_to", "offered_date"):
            fresh = rows.filtered(
                lambda row, column=column: row[column]
                and row[column].date() >= self.dates.today
            )
            self.backdate(fresh, day, column)

    # --- Bookings ---------------------------------------------------------------------

    def set_away(self, login, first, last):
        while first <= last:
            self._away.add((login, first))
            first += timedelta(days=1)

    def find_days(self, person, earliest, days, hours):
        """The first working days in a row on which the person still has the hours."""
        share = min(hours / days, FULL_DAY)
        first = self.dates.shift(earliest, 0)
        while True:
            run = [self.dates.shift(first, number) for number in range(days)]
            if all(self.is_free(person, day, share) for day in run):
                return run
            first = self.dates.shift(first, 1)

    def is_free(self, person, day, hours):
        if (person, day) in self._away:
            return False
        return self._taken[person, day] + hours <= FULL_DAY

    def book(self, plans):
        """Make the bookings of ``plans`` and take each to its state, step by step.

        The deal's seller asks, the approver confirms, the person reports the work.
        """
        self._draft(plans)
        for plan in plans:
            if plan.exception:
                self._allow(plan)
        asked = [plan for plan in plans if plan.until != "draft"]
        for requester, group in self._group(asked, lambda p: p.booking.requester_id):
            group.with_user(requester).action_request()
        confirmed = [p for p in asked if p.until in ("held", "confirmed", "done")]
        for approver, group in self._group(confirmed, lambda p: p.booking.approver_id):
            group = group.filtered(lambda b: b.state == "requested")
            held = group & self._union(p for p in plans if p.until == "held")
            for booking in held.with_user(approver):
                booking.action_hold(hold_until=booking.date_start)
            (group - held).with_user(approver).action_confirm()
        self._report([plan for plan in plans if plan.until == "done"])
        for plan in plans:
            self._turn_down(plan)
            self._date(plan)
        return plans

    def _allow(self, plan):
        booking = plan.booking
        booking.with_user(booking.requester_id).action_ask_exception(plan.exception)
        self.act("vp", booking).action_approve_exception("Once, for this customer.")

    def _turn_down(self, plan):
        booking = plan.booking
        if plan.until == "refused":
            booking.with_user(booking.approver_id).action_refuse(
                "Not before the feasibility is signed."
            )
        elif plan.until == "cancelled":
            booking.with_user(booking.requester_id).action_cancel(
                "The customer moved the visit."
            )

    def book_internal(self, plan, category):
        """Work for no deal, planned by the unit's lead."""
        vals = self._prepare_booking(plan)
        vals.update(
            kind="internal",
            lead_id=False,
            category_id=self.ref(f"work_category_{category}").id,
        )
        lead = self.units[plan.unit].lead_id
        booking = self.env["mci.booking"].with_user(lead).create(vals)
        booking.action_confirm()
        plan.booking = booking.sudo()
        if plan.until == "done":
            self._report([plan])
        self._date(plan)

    def _draft(self, plans):
        by_requester = defaultdict(list)
        for plan in plans:
            by_requester[self.deals[plan.deal].mci_owner_id].append(plan)
        for requester, group in by_requester.items():
            bookings = (
                self.env["mci.booking"]
                .with_user(requester)
                .create([self._prepare_booking(plan) for plan in group])
            )
            for plan, booking in zip(group, bookings, strict=True):
                plan.booking = booking.sudo()

    def _prepare_booking(self, plan):
        run = self.find_days(plan.person, plan.first, plan.days, plan.hours)
        for day in run:
            self._taken[plan.person, day] += plan.hours / plan.days
        start, stop = self._window(plan, run)
        return {
            "lead_id": self.deals[plan.deal].id if plan.deal else False,
            "center_id": self.units[plan.unit].id,
            "function_id": self.ref(f"function_{plan.function}").id,
            "resource_id": self.employees[plan.person].resource_id.id,
            "date_start": start,
            "date_stop": stop,
            "hours": plan.hours,
            "brief": plan.brief,
            "request_line_id": plan.line.id if plan.line else False,
        }

    def _window(self, plan, run):
        """Begin and end in UTC; a short booking has its own hours on the calendar."""
        end = 17
        if plan.days == 1 and plan.hours <= 4:
            end = plan.hour + plan.hours
        zone = self.employees[plan.person].resource_id.tz
        return (
            self.moment(run[0], plan.hour, zone),
            self.moment(run[-1], end, zone),
        )

    def moment(self, day, hour, zone=ZONE):
        """The hour of a local day, in UTC."""
        local = datetime.combine(day, time()) + timedelta(hours=hour)
        moment = pytz.timezone(zone).localize(local).astimezone(pytz.utc)
        return moment.replace(tzinfo=None)

    def _report(self, plans):
        as_booked = [p for p in plans if not p.done and not p.note]
        for person, group in self._group(
            as_booked, lambda p: p.booking.resource_user_id
        ):
            group.with_user(person).action_done()
        for plan in plans:
            if plan.done or plan.note:
                booking = plan.booking
                booking.with_user(booking.resource_user_id).action_done(
                    hours=plan.done or None, note=plan.note or None
                )

    def _date(self, plan):
        """Who asked when: a week ahead, in the past where the work is."""
        booking = plan.booking
        day = booking.date_start.date()
        asked = min(self.dates.shift(day, -5), self.dates.workday(-1))
        self.backdate(booking, asked, "create_date", "request_date")
        if booking.decided_date:
            decided = min(self.dates.shift(asked, 1), self.dates.today)
            self.backdate(booking, min(decided, self.dates.today), "decided_date")
        if booking.state == "done":
            self.backdate(booking, booking.date_stop, "done_date")

    def _group(self, plans, key):
        """Pairs of user and bookings, in the order of the plans."""
        groups = {}
        for plan in plans:
            groups.setdefault(key(plan), []).append(plan)
        return [(user, self._union(group)) for user, group in groups.items()]

    def _union(self, plans):
        return self.env["mci.booking"].union(*(plan.booking for plan in plans))

    # --- Deals ------------------------------------------------------------------------

    def add_deal(self, key, login, **values):
        """A deal entered by its seller, or by nobody."""
        leads = self.model(login, "crm.lead") if login else self.env["crm.lead"]
        self.deals[key] = leads.create({"type": "opportunity", **values}).sudo()
        return self.deals[key]

    def ask(self, deal, date_from, date_needed, lines, brief="", asked=None, unit=None):
        """A request of the deal's owner; ``lines`` are (function, level, hours)."""
        lead = self.deals[deal]
        # Nobody asks for days that are over: a story of the past is dated afterwards.
        past = max(self.dates.today - date_needed, timedelta())
        vals = {
            "date_from": date_from and date_from + past,
            "date_needed": date_needed + past,
            "brief": brief,
            "lines": [
                {
                    "function_id": self.ref(f"function_{function}").id,
                    "level_id": self.ref(level).id,
                    "hours": hours,
                }
                for function, level, hours in lines
            ],
        }
        if unit:
            vals["center_id"] = self.units[unit].id
        request = lead.with_user(lead.mci_owner_id).mci_ask_support(vals).sudo()
        self._date_request(
            request,
            asked or self.dates.shift(date_needed, -8),
            {"date_from": date_from, "date_needed": date_needed} if past else {},
        )
        return request

    def _date_request(self, request, asked, days):
        """Asked on a day of the past, with the limits that began on that day."""
        ago = datetime.now() - datetime.combine(asked, time(10))
        for name in ("respond_due", "start_due"):
            if request[name]:
                self.backdate(request, request[name] - ago, name)
        self.backdate(request, asked, "create_date")
        for name, day in days.items():
            if day:
                self.backdate(request, day, name)

    def date_answers(self):
        """What was answered until now was answered some hours after it was asked."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE mci_request SET responded_date = create_date + interval '5 hours',"
            " respond_missed = FALSE WHERE responded_date IS NOT NULL"
        )
        self.env.invalidate_all()

    def close(self, lead, day, lost_reason=None):
        """Won, or lost for a reason, on a day of the past."""
        if lost_reason is None:
            lead.action_set_won()
        else:
            lead.action_set_lost(lost_reason_id=lost_reason.id)
        self.backdate(lead, day, "date_closed", "date_last_stage_update")
        self.backdate(lead.sudo().mci_credit_ids, day, "date")
        accounts = self.env["mci.closing.account"].search([("lead_id", "=", lead.id)])
        self.backdate(accounts, day, "date")
        forms = lead.sudo().mci_evaluation_ids
        self.backdate(forms, day, "date", "create_date")
        self.backdate(forms, day + timedelta(days=14), "deadline")
