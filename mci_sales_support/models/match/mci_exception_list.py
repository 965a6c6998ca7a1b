from collections import Counter

from babel.dates import format_skeleton
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.misc import babel_locale_parse, get_lang

from ...tools.arguments import arguments, date, identifier
from ...tools.retry import run_each

KINDS = [
    ("exception", "Exception"),
    ("override", "Queue override"),
    ("preemption", "Pre-emption"),
]
# Rules of the scarce people; the others have lists of their own.
PUBLISHED_RULES = ("M2", "M4", "M5")


class MciRuleEvent(models.Model):
    _inherit = "mci.rule.event"

    kind = fields.Selection(KINDS, compute="_compute_kind", store=True, index=True)

    @api.depends("rule", "res_model")
    def _compute_kind(self):
        for event in self:
            event.kind = "exception"
            if event.rule == "M5":
                preempted = event.res_model == "mci.preemption"
                event.kind = "preemption" if preempted else "override"


class MciExceptionList(models.Model):
    """Exceptions, overrides and pre-emptions of a month, for everybody to read (M5).

    Frozen when it is published: what changes later never changes the list.
    """

    _name = "mci.exception.list"
    _inherit = ["mail.thread", "mci.lock.mixin"]
    _description = "Published exceptions"
    _order = "date_from desc, company_id"
    _rec_name = "date_from"

    date_from = fields.Date("Month", required=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    published_date = fields.Datetime("Published on", required=True)
    line_ids = fields.One2many(
        "mci.exception.list.line", "list_id", string="Exceptions"
    )
    exception_count = fields.Integer("Exceptions approved")
    override_count = fields.Integer("Queue overrides")
    preemption_count = fields.Integer("Pre-emptions")
    observed_count = fields.Integer(
        "Only observed",
        help="Went past a rule that was only observed: nobody was asked.",
    )

    _month_uniq = models.Constraint(
        "UNIQUE(company_id, date_from)", "The list of this month is published."
    )

    def _mci_get_locked_fields(self):
        mine = ("date_from", "company_id", "published_date", "line_ids")
        counts = ("exception", "override", "preemption", "observed")
        return frozenset((*mine, *(f"{name}_count" for name in counts)))

    @api.depends("date_from", "company_id")
    def _compute_display_name(self):
        for record in self:
            record.display_name = self.env._(
                "Exceptions of %s",
                format_skeleton(
                    "yMMMM",
                    record.date_from or fields.Date.today(),
                    locale=babel_locale_parse(get_lang(self.env).code),
                ),
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for record in self:
            raise UserError(
                self.env._("%s is published and stays.", record.display_name)
            )

    # ------------------------------------------------------------------
    # Publishing
    # ------------------------------------------------------------------

    @api.model
    @arguments(month=date, company_id=identifier)
    def publish(self, month, company_id=None):
        """Publish the list of a month that is over; the same call twice makes one.

        :param month: any day of the month, ``YYYY-MM-DD``
        :param int company_id: default the current company
        :return: the list
        :raise AccessError: for whoever is no Sales Support Administrator
        :raise UserError: the month is not over
        """
        self.check_access("create")
        company = self.env["res.company"].browse(company_id) or self.env.company
        company = company & self.env.companies or self.env.company
        first = fields.Date.to_date(month).replace(day=1)
        if first + relativedelta(months=1) > company._mci_today():
            raise UserError(
                self.env._(
                    "%s is not over: its list is published afterwards.",
                    first.strftime("%Y-%m"),
                )
            )
        return self._do_publish(first, company)

    @api.model
    def action_publish_last_month(self):
        """Button: publish last month's list of the current company, and open it."""
        today = self.env.company._mci_today()
        published = self.publish(today - relativedelta(months=1))
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": published.id,
            "views": [(False, "form")],
        }

    @api.model
    def _do_publish(self, first, company):
        known = self.search(
            [("company_id", "=", company.id), ("date_from", "=", first)]
        )
        if known:
            return known
        events = (
            self.env["mci.rule.event"]
            .sudo()
            .search(self._mci_get_event_domain(first, company), order="date, id")
        )
        vals = self._prepare_publication_vals(first, company, events)
        published = self.sudo()._mci_unlock().create(vals)
        published._mci_tell()
        return published.sudo(self.env.su).with_context(mci_unlock=None)

    @api.model
    def _prepare_publication_vals(self, first, company, events):
        shown = events.filtered(lambda event: event.is_approved or event.reason)
        counts = Counter(shown.mapped("kind"))
        return {
            "date_from": first,
            "company_id": company.id,
            "published_date": fields.Datetime.now(),
            "observed_count": len(events - shown),
            "line_ids": [
                fields.Command.create(vals) for vals in shown._prepare_list_vals()
            ],
            **{f"{kind}_count": counts[kind] for kind, _label in KINDS},
        }

    @api.model
    def _mci_get_event_domain(self, first, company):
        return (
            Domain("company_id", "=", company.id)
            & Domain("rule", "in", PUBLISHED_RULES)
            & Domain("date", ">=", first)
            & Domain("date", "<", first + relativedelta(months=1))
        )

    def _mci_tell(self):
        """Heads of units and leaders of teams hear of it; everybody may read it."""
        for record in self:
            company = record.company_id
            teams = self.env["crm.team"].search(
                [("company_id", "in", [company.id, False])]
            )
            units = self.env["mci.delivery.center"].search(
                [("company_id", "=", company.id)]
            )
            users = (teams.user_id | units.lead_id).filtered(
                lambda user, company=company: user.active
                and company in user.company_ids
            )
            record.message_notify(
                partner_ids=users.partner_id.ids,
                subject=record.display_name,
                body=self.env._(
                    "%(exceptions)s exceptions, %(overrides)s queue overrides and"
                    " %(preemptions)s pre-emptions were approved.",
                    exceptions=record.exception_count,
                    overrides=record.override_count,
                    preemptions=record.preemption_count,
                ),
            )

    @api.model
    def _cron_publish(self):
        """From the first working day of a month on, publish the month before."""
        companies = self.env["res.company"].search([("active", "=", True)])
        run_each(companies, "_mci_publish_exceptions")


class ResCompany(models.Model):
    _inherit = "res.company"

    def _mci_publish_exceptions(self):
        lists = self.env["mci.exception.list"]
        for company in self:
            today = company._mci_today()
            if company._mci_has_worked_since(today.replace(day=1), today):
                last = today.replace(day=1) - relativedelta(months=1)
                lists._do_publish(last, company)

    def _mci_has_worked_since(self, first, today):
        """Whether one of the days, today included, is a working day."""
        calendar = self.resource_calendar_id
        if not calendar:
            return True
        start = fields.Datetime.to_datetime(first)
        stop = fields.Datetime.to_datetime(today) + relativedelta(days=1)
        return calendar.get_work_hours_count(start, stop) > 0


class MciExceptionListLine(models.Model):
    """One exception as it was when the list was published."""

    _name = "mci.exception.list.line"
    _inherit = ["mci.lock.mixin"]
    _description = "Published exception"
    _order = "list_id, kind, date, id"
    _rec_name = "lead_name"

    list_id = fields.Many2one(
        "mci.exception.list", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="list_id.company_id", store=True)
    kind = fields.Selection(KINDS, required=True)
    date = fields.Datetime(required=True)
    rule = fields.Char()
    lead_name = fields.Char("Deal")
    grade = fields.Char()
    team_name = fields.Char("Sales team")
    unit_name = fields.Char("Unit")
    requester_name = fields.Char("Asked by")
    approver_name = fields.Char("Approved by")
    reason = fields.Text()
    message = fields.Text("What Happened")

    def _mci_get_locked_fields(self):
        return frozenset(name for name in self._fields if name != "id")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self.list_id._unlink_never()
