from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

TIERS = [
    ("delivery_center", "Delivery center"),
    ("local_office", "Local office"),
    ("hotline", "Service hotline"),
    ("expert_pool", "Expert pool"),
]


class MciDeliveryCenter(models.Model):
    """A unit that provides people: delivery center, office, hotline or expert pool.

    Every priced hour has one provider with a timesheet project and an analytic account
    (rules I1, I2). The project is made with the unit and stays its own.
    """

    _name = "mci.delivery.center"
    _description = "Unit"
    _inherit = ["mci.lock.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "tier, name, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    _mci_locked_fields = frozenset({"project_id"})
    # What the lead of a unit keeps himself; the rest is the administrator's.
    _mci_lead_fields = frozenset(
        {"name", "deputy_id", "industry_ids", "solution_ids", "seat_ids", "note"}
    )

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(
        copy=False, help="Short key, for the account and for other systems."
    )
    active = fields.Boolean(default=True, tracking=True)
    tier = fields.Selection(
        TIERS,
        string="Support tier",
        required=True,
        default="delivery_center",
        tracking=True,
        help="Which deals the unit serves (M2): delivery centers A and B, the local"
        " office of the sales team and the hotline C, D and E; specialists of other"
        " departments form an expert pool.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    lead_id = fields.Many2one(
        "res.users",
        string="Head",
        required=True,
        index=True,
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Plans the people of the unit and answers for its result. The user needs"
        " the role Center or office lead.",
    )
    deputy_id = fields.Many2one(
        "res.users",
        string="Deputy",
        index="btree_not_null",
        tracking=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Decides in the place of the head.",
    )
    project_id = fields.Many2one(
        "project.project",
        string="Timesheet project",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        help="Private project of the unit, made with it: its people record their"
        " presales hours there.",
    )
    analytic_account_id = fields.Many2one(
        related="project_id.account_id", string="Analytic account"
    )
    seat_ids = fields.One2many("mci.center.seat", "center_id", string="Positions")
    industry_ids = fields.Many2many("res.partner.industry", string="Industries")
    solution_ids = fields.Many2many("mci.solution", string="Solutions")
    note = fields.Html(string="Service catalogue")
    member_ids = fields.Many2many(
        "resource.resource",
        string="Members",
        compute="_compute_member_ids",
        help="Who holds a position today.",
    )
    member_count = fields.Integer(
        compute="_compute_member_ids", string="Number of members"
    )
    function_gap_ids = fields.Many2many(
        "mci.function",
        string="Functions without a member",
        compute="_compute_function_gap_ids",
        help="A delivery center offers every function from one hand (I1): these have"
        " nobody today.",
    )
    has_function_gap = fields.Boolean(
        compute="_compute_function_gap_ids", search="_search_has_function_gap"
    )

    can_configure = fields.Boolean(compute="_compute_can")
    can_plan = fields.Boolean(compute="_compute_can")

    _code_company_uniq = models.Constraint(
        "UNIQUE(company_id, code)", "Another unit of the company has this code."
    )
    _project_uniq = models.Constraint(
        "UNIQUE(project_id)", "A project belongs to one unit only."
    )

    @api.depends("seat_ids.resource_id", "seat_ids.date_from", "seat_ids.date_to")
    def _compute_member_ids(self):
        seats = self.env["mci.center.seat"]
        members = dict(
            seats._read_group(
                seats._mci_current() & Domain("center_id", "in", self.ids),
                ["center_id"],
                ["resource_id:recordset"],
            )
        )
        for center in self:
            resources = members.get(center._origin, self.env["resource.resource"])
            center.member_ids = resources.filtered("active")
            center.member_count = len(center.member_ids)

    @api.depends("tier", "active", "seat_ids.function_id", "seat_ids.date_to")
    def _compute_function_gap_ids(self):
        gaps = dict(
            self.env["mci.function.gap"]._read_group(
                [("center_id", "in", self.ids)],
                ["center_id"],
                ["function_id:recordset"],
            )
        )
        for center in self:
            center.function_gap_ids = gaps.get(center._origin)
            center.has_function_gap = bool(center.function_gap_ids)

    def _search_has_function_gap(self, operator, value):
        if operator != "in":
            return NotImplemented
        gaps = self.env["mci.function.gap"]._search([])
        return Domain("id", "in", gaps.subselect("center_id"))

    @api.constrains("company_id")
    def _check_company_kept(self):
        for center in self:
            company = center.sudo().project_id.company_id
            if company and company != center.company_id:
                raise ValidationError(
                    self.env._(
                        "%(unit)s stays in %(company)s, where its hours are recorded:"
                        " make a new unit in the other company.",
                        unit=center.display_name,
                        company=company.display_name,
                    )
                )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        centers = super().create(vals_list)
        centers._mci_create_projects()
        centers._mci_sync_followers()
        return centers

    def write(self, vals):
        self._mci_check_write_fields(vals)
        result = super().write(vals)
        if {"name", "active", "lead_id", "code"}.intersection(vals):
            self._mci_sync_projects(vals)
        if {"lead_id", "deputy_id"}.intersection(vals):
            self._mci_sync_followers()
        return result

    def copy_data(self, default=None):
        return [
            dict(vals, name=self.env._("%s (copy)", center.name))
            for center, vals in zip(
                self, super().copy_data(default=default), strict=True
            )
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        projects = self.sudo().with_context(active_test=False).project_id
        lines = self.env["account.analytic.line"].sudo()
        used = lines._read_group(
            Domain("project_id", "in", projects.ids)
            | Domain("account_id", "in", projects.account_id.ids),
            ["project_id", "account_id"],
        )
        used_ids = {record.id for row in used for record in row}
        for project in projects:
            if project.task_ids or used_ids & {project.id, project.account_id.id}:
                raise UserError(
                    self.env._(
                        "%(unit)s has tasks or hours and cannot be deleted: archive"
                        " it instead.",
                        unit=project.mci_center_id.display_name,
                    )
                )

    def unlink(self):
        projects = self.sudo().with_context(active_test=False).project_id
        result = super().unlink()
        # The foreign key has let go of the unit: an ordinary, empty project is left.
        projects.invalidate_recordset(["mci_center_id"])
        projects._mci_unlock().unlink()
        return result

    def _mci_check_write_fields(self, vals):
        """The lead of a unit writes its people and coverage, not what it is."""
        if self.env.su or self._mci_is_unlocked():
            return
        if self.env.user.has_group("mci_sales_support.group_manager"):
            return
        refused = {
            name
            for name in set(vals) - self._mci_lead_fields
            if not name.startswith(("message_", "activity_"))
        }
        if refused:
            raise AccessError(
                self.env._(
                    "%(fields)s of %(units)s: only a Sales Support Administrator may"
                    " change that.",
                    fields=", ".join(
                        sorted(
                            self._fields[name]._description_string(self.env)
                            for name in refused
                        )
                    ),
                    units=", ".join(self[:5].mapped("display_name")),
                )
            )

    # ------------------------------------------------------ project and account

    def _mci_create_projects(self):
        """Give each unit its private timesheet project with an account."""
        for company, centers in self.sudo().grouped("company_id").items():
            accounts = (
                centers.env["account.analytic.account"]
                .with_company(company)
                ._mci_unlock()
                .create([center._prepare_account_vals() for center in centers])
            )
            projects = (
                centers.env["project.project"]
                .with_company(company)
                # Odoo writes the company of the account, which is guarded already.
                ._mci_unlock()
                .create(
                    [
                        center._prepare_project_vals(account)
                        for center, account in zip(centers, accounts, strict=True)
                    ]
                )
            )
            for center, project in zip(centers, projects, strict=True):
                project._mci_unlock().mci_center_id = center
                center._mci_unlock().project_id = project

    def _prepare_account_vals(self):
        self.ensure_one()
        return {
            "name": self.name,
            "code": self.code,
            "plan_id": self.company_id._mci_get_plan("unit").id,
            "company_id": self.company_id.id,
            "mci_kind": "unit",
        }

    def _prepare_project_vals(self, account):
        self.ensure_one()
        return {
            "name": self.name,
            "company_id": self.company_id.id,
            "account_id": account.id,
            "user_id": self.lead_id.id,
            "allow_timesheets": True,
            "privacy_visibility": "followers",
            "active": self.active,
        }

    def _mci_sync_projects(self, vals):
        """Name, head and state of the project are the unit's."""
        for center in self.sudo().filtered("project_id"):
            project = center.project_id._mci_unlock()
            if "active" in vals:
                project.active = center.active
            if "lead_id" in vals:
                project.user_id = center.lead_id
            if "code" in vals:
                project.account_id.code = center.code
            if "name" in vals:
                # Names of projects are translated, those of units are not.
                for lang, _name in self.env["res.lang"].get_installed():
                    project.with_context(lang=lang).name = center.name

    def _mci_sync_followers(self):
        """Head, deputy and members follow the private project of their unit.

        Who leaves keeps following: Odoo would hide his own past hours from him. Hours
        of others stay hidden from him by the rule on analytic lines (C8).
        """
        for center in self.sudo():
            users = (
                center.lead_id | center.deputy_id | center.seat_ids.resource_id.user_id
            )
            missing = users.partner_id - center.project_id.message_partner_ids
            if missing:
                center.project_id.message_subscribe(partner_ids=missing.ids)

    # ------------------------------------------------------------------ rights

    @api.depends("lead_id", "deputy_id")
    @api.depends_context("uid")
    def _compute_can(self):
        """What the form opens for the current user; ``write`` checks it again."""
        manager = self.env.user.has_group("mci_sales_support.group_manager")
        lead = self.env.user.has_group("mci_sales_support.group_center_lead")
        for center in self:
            center.can_configure = manager
            center.can_plan = manager or (lead and center._mci_is_lead())

    @api.private
    def _mci_is_lead(self, user=None):
        """Whether ``user`` (default: the current one) is head or deputy of the unit.

        False for no unit at all. The one test for rights of a unit, also in sudo.
        """
        user = user or self.env.user
        return user in (self.sudo().lead_id | self.sudo().deputy_id)

    def action_view_members(self):
        """Open the positions of the unit that are held today."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "mci_sales_support.mci_center_seat_action"
        )
        action["context"] = {
            "search_default_current": 1,
            "search_default_center_id": self.id,
            "default_center_id": self.id,
        }
        return action

    def action_view_timesheets(self):
        """Open the hours recorded on the project of the unit, as the rules allow."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "hr_timesheet.act_hr_timesheet_line_by_project"
        )
        action["display_name"] = self.env._("%(unit)s's hours", unit=self.name)
        action["domain"] = [("project_id.mci_center_id", "=", self.id)]
        action["context"] = {"default_project_id": self.project_id.id}
        return action
