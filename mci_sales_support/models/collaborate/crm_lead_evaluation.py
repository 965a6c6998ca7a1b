from collections import defaultdict
from datetime import timedelta
from functools import cache

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from ...tools.arguments import arguments, mapping
from ...tools.retry import retry_serialization
from ...tools.words import say

_lt = LazyTranslate(__name__)
FULL_FORM_GRADES = ("A", "B")


class CrmLead(models.Model):
    """When a deal closes, a form exists for everybody who took part (O5)."""

    _inherit = "crm.lead"

    mci_evaluation_ids = fields.One2many(
        "mci.evaluation", "lead_id", string="Evaluation forms", copy=False
    )

    # ---------------------------------------------------------------- closing

    def _mci_on_closed(self):
        # EXTENDS collaborate
        result = super()._mci_on_closed()
        self._mci_make_evaluations()
        return result

    def _mci_participants(self):
        """Who took part in these deals: by hours done, or by an accepted role.

        :return: ``{lead: [{'resource', 'role', 'function', 'hours', 'bookings'}, …]}``,
            one row per person; accepted roles come first
        """
        leads = self.sudo().with_context(active_test=False)
        work = leads._mci_get_work_done()
        resources = leads._mci_get_role_resources()
        participants = {}
        for lead, origin in zip(leads, self, strict=True):
            rows = {}
            for role, user in lead._mci_get_roles():
                resource = resources.get((user, lead._mci_get_company()))
                resource = resource or resources.get((user, None))
                if resource and user not in rows:
                    rows[user] = lead._prepare_participant(resource, role)
            for resource, done in work.get(lead, {}).items():
                key = resource.user_id or resource
                row = rows.setdefault(
                    key, lead._prepare_participant(resource, "participant")
                )
                row["hours"] = round(row["hours"] + done["hours"], 2)
                row["bookings"] += done["bookings"]
                row["function"] = row["function"] or done["function"]
            participants[origin] = list(rows.values())
        return participants

    def _prepare_participant(self, resource, role):
        return {
            "resource": resource,
            "role": role,
            "function": self.env["mci.function"],
            "hours": 0.0,
            "bookings": 0,
        }

    def _mci_get_work_done(self):
        """``{lead: {resource: {'hours', 'bookings', 'function'}}}`` of bookings done;
        the function is the one with most hours."""
        work = defaultdict(dict)
        groups = self.env["mci.booking"]._read_group(
            [("lead_id", "in", self.ids), ("state", "=", "done")],
            ["lead_id", "resource_id", "function_id"],
            ["hours_done:sum", "__count"],
            order="hours_done:sum desc",
        )
        for lead, resource, function, hours, count in groups:
            done = work[lead].setdefault(
                resource, {"hours": 0.0, "bookings": 0, "function": function}
            )
            done["hours"] += hours
            done["bookings"] += count
        return work

    def _mci_get_roles(self):
        """Accepted roles of the deal: ``[(role, user), …]``, the owner first.

        Earlier owners and delivery leads took part as well.
        """
        self.ensure_one()
        roles = [
            ("owner", self.mci_owner_id),
            ("delivery_lead", self.mci_delivery_lead_id),
        ]
        roles += [
            (row.role, row.user_id)
            for row in self.mci_ownership_ids.sorted("id")
            if row.state in ("active", "ended")
        ]
        return [(role, user) for role, user in roles if user]

    def _mci_get_role_resources(self):
        """``{(user, company): resource}`` of all who hold a role; company None: any."""
        users = self.env["res.users"]
        for lead in self:
            for _role, user in lead._mci_get_roles():
                users |= user
        resources = {}
        for resource in (
            self.env["resource.resource"]
            .sudo()
            .search([("user_id", "in", users.ids), ("resource_type", "=", "user")])
        ):
            resources.setdefault((resource.user_id, resource.company_id), resource)
            resources.setdefault((resource.user_id, None), resource)
        return resources

    # ---------------------------------------------------------------- forms

    def _mci_make_evaluations(self):
        """Make the missing forms of closed deals, in one batch (O5).

        Only for deals closed since the company's start date, not created closed, where
        somebody besides the owner took part.

        :return: the new ``mci.evaluation``
        """
        leads = self.with_context(active_test=False)._mci_filter_judged()
        pick = cache(self.env["mci.evaluation.template"]._mci_pick)
        vals_list = []
        for lead, participants in leads._mci_participants().items():
            if any(p["resource"].user_id != lead.mci_owner_id for p in participants):
                for participant in participants:
                    vals_list += lead._prepare_evaluation_vals(participant, pick)
        return self.env["mci.evaluation"]._mci_make(vals_list)

    def _prepare_evaluation_vals(self, participant, pick):
        """Values of one form in a list; empty when nobody can rate the person."""
        resource, role = participant["resource"], participant["role"]
        evaluator = self._mci_get_evaluator(resource, role)
        company = self._mci_get_company()
        is_short = self._mci_is_short_form(participant, company)
        audience = "owner" if role == "owner" else "participant"
        template = pick(company, audience, is_short)
        if not evaluator or not template:
            return []
        date = fields.Date.context_today(self, self.date_closed)
        return [
            {
                "lead_id": self.id,
                "lead_key": self.id,
                "company_id": company.id,
                "template_id": template.id,
                "resource_id": resource.id,
                "evaluator_id": evaluator.id,
                "lead_name": self.name,
                "partner_id": self.partner_id.id,
                "team_id": self.team_id.id,
                "grade_id": self.mci_grade_id.id,
                "outcome": self.won_status,
                "role": role,
                "function_id": participant["function"].id,
                "hours": participant["hours"],
                "booking_count": participant["bookings"],
                "is_short": is_short,
                "date": date,
                "deadline": date + timedelta(days=company.mci_evaluation_days),
            }
        ]

    def _mci_get_evaluator(self, resource, role):
        """The owner rates; he is rated by the sales manager of his team.

        Where that would be the person himself: the deputy of the team, then his line
        manager.
        """
        rated = resource.user_id
        first = self.mci_owner_id if role != "owner" else self.team_id.user_id
        manager = resource.employee_id.parent_id.user_id[:1]
        for user in (first, self.team_id.user_id, self.team_id.mci_deputy_id, manager):
            if user.active and user != rated:
                return user
        return None

    def _mci_is_short_form(self, participant, company):
        """Full form on A and B; short otherwise, and for few hours of a participant."""
        if self.mci_grade_id.code not in FULL_FORM_GRADES:
            return True
        few = participant["hours"] < company.mci_short_form_hours
        return few and participant["role"] == "participant"

    @api.model
    def _cron_make_evaluations(self):
        """Make forms that a close missed: a stage may change unseen (T14)."""
        since = self._mci_get_first_start()
        closed = self.with_context(active_test=False).search(
            [
                ("won_status", "in", ("won", "lost")),
                ("mci_created_closed", "=", False),
                ("date_closed", ">=", since),
                ("type", "=", "opportunity"),
                ("mci_evaluation_ids", "=", False),
            ]
        )
        for lead in closed:
            retry_serialization(self.env, lead._mci_make_evaluations)
            self.env["ir.cron"]._commit_progress(1)

    # ---------------------------------------------------------------- O5 overdue

    def _mci_support_gaps(self):
        # EXTENDS match: who owes forms gets no new support, where O5 is enforced.
        gaps = super()._mci_support_gaps()
        level = self.env["mci.rule.level"]._mci_get_level("O5", self._mci_get_company())
        if level == "enforce":
            overdue = self._mci_evaluation_gaps()
            gaps = [*gaps, *(say(self.env, gap) for gap in overdue)]
        return gaps

    def _mci_check_support_gaps(self):
        # EXTENDS match: observed and explained cases are counted.
        result = super()._mci_check_support_gaps()
        for lead in self:
            for gap in lead._mci_evaluation_gaps():
                self.env["mci.rule.level"]._mci_enforce(
                    "O5",
                    gap,
                    lead._mci_get_company(),
                    lead=lead,
                    reason=self.env.context.get("mci_reason"),
                )
        return result

    @arguments(vals=mapping)
    def mci_ask_support(self, vals):
        # EXTENDS match: ``vals['reason']`` says why to go on where a rule warns.
        lead = self.with_context(mci_reason=vals.get("reason")) if vals else self
        return super(CrmLead, lead).mci_ask_support(vals)

    def _mci_evaluation_gaps(self):
        """:return: lazy sentences, overdue forms of the owner and of whoever asks"""
        self.ensure_one()
        raters = self.sudo().mci_owner_id | self.env.user
        overdue = self.env["mci.evaluation"]._mci_get_overdue(raters)
        return [
            _lt(
                "%(person)s has %(count)s overdue evaluation forms to fill (O5).",
                person=rater.display_name,
                count=len(forms),
            )
            for rater, forms in overdue.grouped("evaluator_id").items()
        ]

    # ---------------------------------------------------------------- merge

    def _mci_merge(self, opportunities):
        # EXTENDS match: the tail is deleted after, its forms belong to the head.
        result = super()._mci_merge(opportunities)
        forms = self.env["mci.evaluation"].sudo()
        forms = forms.search([("lead_id", "in", opportunities.ids)])
        forms._mci_unlock().write({"lead_id": self.id})
        return result
