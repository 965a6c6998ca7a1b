from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date
from odoo.tools.float_utils import float_compare

from ...tools.arguments import arguments, identifier, number, text
from ...tools.arguments import date as day_of


class MciOvertime(models.Model):
    """Hours above the working time that a person accepted, on one day (M7).

    The planner asks, only the person himself accepts. From then on the hours can be
    booked, on that day and no other.
    """

    _name = "mci.overtime"
    _inherit = ["mail.thread", "mail.activity.mixin", "mci.lock.mixin"]
    _description = "Overtime"
    _order = "date desc, id desc"
    _rec_name = "date"

    _mci_locked_fields = frozenset(
        {"state", "requester_id", "answer_date", "answer_reason"}
    )
    # Asked once, it is answered as it was asked.
    _mci_asked_fields = frozenset(
        {"resource_id", "date", "hours", "lead_id", "reason", "company_id"}
    )

    resource_id = fields.Many2one(
        "resource.resource",
        string="Person",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('resource_type', '=', 'user')]",
    )
    user_id = fields.Many2one(
        related="resource_id.user_id", string="User of the person", store=True
    )
    company_id = fields.Many2one(
        related="resource_id.company_id", store=True, index=True
    )
    date = fields.Date(required=True, help="Local date where the person works.")
    hours = fields.Float(required=True, default=2.0)
    lead_id = fields.Many2one(
        "crm.lead", string="Opportunity", index="btree_not_null", ondelete="set null"
    )
    reason = fields.Char(required=True, help="Read by the person who is asked.")
    state = fields.Selection(
        [
            ("asked", "Asked"),
            ("accepted", "Accepted by the person"),
            ("declined", "Declined"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="asked",
        index=True,
        copy=False,
        tracking=True,
    )
    requester_id = fields.Many2one(
        "res.users",
        string="Asked by",
        default=lambda self: self.env.user,
        copy=False,
        index=True,
    )
    answer_date = fields.Datetime("Answered on", copy=False)
    answer_reason = fields.Char("Answer", copy=False)
    is_mine = fields.Boolean(compute="_compute_is_mine")

    _hours_of_a_day = models.Constraint(
        "CHECK(hours > 0 AND hours <= 16)",
        "Overtime is more than 0 and at most 16 hours a day.",
    )
    _resource_date_idx = models.Index("(resource_id, date) WHERE state = 'accepted'")

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_is_mine(self):
        for overtime in self:
            overtime.is_mine = overtime.user_id == self.env.user

    @api.depends("resource_id", "date", "hours")
    def _compute_display_name(self):
        for overtime in self:
            overtime.display_name = self.env._(
                "%(person)s, %(date)s, %(hours)s h",
                person=overtime.sudo().resource_id.name or "",
                date=format_date(self.env, overtime.date) if overtime.date else "",
                hours=f"{overtime.hours:g}",
            )

    def _mci_get_locked_fields(self):
        # EXTENDS mci.lock.mixin
        locked = super()._mci_get_locked_fields()
        return locked | self._mci_asked_fields if self else locked

    # ------------------------------------------------------------------
    # Ask
    # ------------------------------------------------------------------

    @api.model
    @arguments(
        resource_id=identifier,
        date=day_of,
        hours=number,
        reason=text,
        lead_id=identifier,
    )
    def ask(self, resource_id, date, hours, reason, lead_id=None):
        """Ask a person for overtime on one day (M7).

        :param int resource_id: the person
        :param date: local day of the person, ``YYYY-MM-DD``, today or later
        :param float hours: more than 0, at most 16
        :param str reason: read by the person
        :param int lead_id: the deal it is for
        :return: dict ``overtime_id``, ``state``
        :raise AccessError: neither head nor deputy of a unit of the person, nor the
            delivery lead of the deal
        :raise UserError: a day that is over, no reason, or hours out of range
        """
        overtime = self.create(
            {
                "resource_id": resource_id,
                "date": fields.Date.to_date(date),
                "hours": hours,
                "reason": reason,
                "lead_id": lead_id,
            }
        )
        return {"overtime_id": overtime.id, "state": overtime.state}

    @api.model_create_multi
    def create(self, vals_list):
        # The right depends on person and deal, not on the group: a delivery lead asks
        # as well as the head of a unit.
        self._mci_check_create(vals_list)
        self._mci_check_hours([vals.get("hours", 2) for vals in vals_list])
        created = super(MciOvertime, self.sudo()._mci_unlock()).create(vals_list)
        created = created.with_env(self.env)
        if not self.env.su:
            created.sudo()._mci_check_asker(self.env.user)
        created.sudo()._mci_check_asked()
        created.sudo()._mci_tell_person()
        return created

    def _mci_check_asker(self, user):
        for overtime in self:
            centers = overtime.resource_id.mci_seat_ids.filtered("is_current").center_id
            if (
                not any(center._mci_is_lead(user) for center in centers)
                and overtime.lead_id.mci_delivery_lead_id != user
            ):
                raise AccessError(
                    self.env._(
                        "Only head or deputy of a unit of %s, or the delivery lead of"
                        " the deal, ask for overtime (M7).",
                        overtime.resource_id.name,
                    )
                )

    def _mci_check_asked(self):
        for overtime in self:
            if not (overtime.reason or "").strip():
                raise UserError(self.env._("Say why the overtime is needed."))
            if overtime.date < overtime.resource_id._mci_today():
                raise UserError(
                    self.env._(
                        "%s is over: hours worked are reported, not asked for.",
                        format_date(self.env, overtime.date),
                    )
                )

    @api.model
    def _mci_check_hours(self, hours):
        if not all(value and 0 < value <= 16 for value in hours):
            raise UserError(
                self.env._("Overtime is more than 0 and at most 16 hours a day.")
            )

    def _mci_tell_person(self):
        for overtime in self.filtered("user_id"):
            overtime.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.with_context(lang=overtime.user_id.lang).env._(
                    "Accept or decline overtime"
                ),
                note=overtime.reason,
                user_id=overtime.user_id.id,
                date_deadline=overtime.date,
            )

    # ------------------------------------------------------------------
    # Answer
    # ------------------------------------------------------------------

    def action_accept(self):
        """The person accepts: the hours can be booked on that day (M7).

        :raise AccessError: for anybody but the person himself
        :raise UserError: answered already, or the day is over
        """
        self._mci_check_person()
        self._mci_check_state(("asked",))
        self.sudo()._mci_check_asked()
        self._mci_answer("accepted")
        return True

    @arguments(reason=text)
    def action_decline(self, reason=None):
        """The person does not want to; nothing changes.

        :param str reason: read by who asked
        :raise AccessError: for anybody but the person himself
        """
        self._mci_check_person()
        self._mci_check_state(("asked",))
        self._mci_answer("declined", reason)
        return True

    @arguments(reason=text)
    def action_withdraw(self, reason=None):
        """Take the question or the acceptance back, while no booking needs the hours.

        By the person, or by who asked.

        :raise UserError: bookings of that day need the hours; they are named
        """
        self.check_access("read")
        for overtime in self.sudo():
            if self.env.user not in overtime.user_id | overtime.requester_id:
                raise AccessError(
                    self.env._("Only the person, or who asked, takes overtime back.")
                )
        self._mci_check_state(("asked", "accepted"))
        accepted = self.sudo().filtered(lambda o: o.state == "accepted")
        # The row that bookings of the person write: whoever comes second starts anew.
        accepted.resource_id._mci_bump()
        self._mci_answer("withdrawn", reason)
        accepted._mci_check_not_needed()
        return True

    def _mci_answer(self, state, reason=None):
        unlocked = self.sudo()._mci_unlock()
        unlocked.write(
            {
                "state": state,
                "answer_date": fields.Datetime.now(),
                "answer_reason": reason or False,
            }
        )
        unlocked.activity_unlink(["mail.mail_activity_data_todo"])
        unlocked.flush_recordset()
        for overtime in unlocked:
            if overtime.requester_id != self.env.user:
                overtime.message_notify(
                    partner_ids=overtime.requester_id.partner_id.ids,
                    subject=self.env._("Overtime: %s", overtime.display_name),
                    body=self.env._("Answered. %s", reason or ""),
                )

    def _mci_check_person(self):
        self.check_access("read")
        for overtime in self.sudo():
            if overtime.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "Only %s himself accepts or declines overtime (M7).",
                        overtime.resource_id.name,
                    )
                )

    def _mci_check_state(self, states):
        for overtime in self.sudo():
            if overtime.state not in states:
                raise UserError(
                    self.env._("%s was answered already.", overtime.display_name)
                )

    def _mci_check_not_needed(self):
        """Refuse when bookings of the day no longer fit."""
        if not self:
            return
        dates = self.mapped("date")
        capacity = self.resource_id._mci_get_capacity(min(dates), max(dates))
        used = self.resource_id._mci_get_used(min(dates), max(dates))
        for overtime in self:
            person = overtime.resource_id
            left = capacity[person].get(overtime.date, 0)
            if float_compare(used[person][overtime.date], left, 2) <= 0:
                continue
            humans = person._mci_humans()[person]
            days = self.env["mci.booking.day"].search(
                [
                    ("resource_id", "in", humans.ids),
                    ("date", "=", overtime.date),
                    *self.env["mci.booking.day"]._mci_consuming_domain(),
                ]
            )
            raise UserError(
                self.env._(
                    "%(overtime)s is needed by %(bookings)s: move or cancel them"
                    " first.",
                    overtime=overtime.display_name,
                    bookings=", ".join(days.booking_id.mapped("display_name")),
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_accepted(self):
        for overtime in self:
            if overtime.state == "accepted":
                raise UserError(
                    self.env._(
                        "%s was accepted: take it back first.", overtime.display_name
                    )
                )

    # ------------------------------------------------------------------
    # Read by capacity
    # ------------------------------------------------------------------

    @api.model
    @api.private
    def _mci_get_hours(self, resources, first, last):
        """Accepted hours, by one query: ``{resource id: {date: hours}}``."""
        rows = self.sudo()._read_group(
            [
                ("resource_id", "in", resources.ids),
                ("state", "=", "accepted"),
                ("date", ">=", first),
                ("date", "<=", last),
            ],
            ["resource_id", "date:day"],
            ["hours:sum"],
        )
        result = defaultdict(dict)
        for resource, day, hours in rows:
            result[resource.id][day] = hours
        return result
