from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_date

READERS = (
    "sales_team.group_sale_manager,mci_sales_support.group_center_lead,"
    "mci_sales_support.group_manager"
)
# Within this share of the way from baseline to target a figure is amber, not red.
NEARLY = 0.5


class MciIndicator(models.Model):
    """One named figure of the diagnosis: definition, target, before, now, list (D1).

    Figures are those of the current companies. *Before* is everything before the start
    date of the company, imported past hours included; *now* is everything since. Who
    owned the open deals of a day that is over nobody knows: *deals without owner* has
    no baseline. They are read in a fixed number of queries, however many they are, tell
    of the system's health, never of the outcome of deals, and add up to no score.
    """

    _name = "mci.indicator"
    _description = "Indicator of the diagnosis"
    _order = "pain, sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, copy=False, readonly=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    pain = fields.Selection(
        [
            ("near", "Near the palace, first served"),
            ("owner", "Everyone in charge, nobody in charge"),
            ("scattered", "Scattered specialists"),
        ],
        required=True,
        group_expand=True,
    )
    definition = fields.Text(required=True, translate=True)
    unit = fields.Selection(
        [
            ("percent", "%"),
            ("points", "points"),
            ("days", "days"),
            ("count", "deals"),
        ],
        required=True,
        default="percent",
    )
    better = fields.Selection(
        [("high", "High is good"), ("low", "Low is good")], required=True
    )
    target = fields.Float(digits=(12, 1))
    limit = fields.Integer(
        "Departments", default=3, help="More departments than this on a deal count."
    )
    before = fields.Float(compute="_compute_figures", digits=(12, 1))
    has_before = fields.Boolean(compute="_compute_figures")
    value = fields.Float("Now", compute="_compute_figures", digits=(12, 1))
    has_value = fields.Boolean(compute="_compute_figures")
    light = fields.Selection(
        [("green", "On target"), ("amber", "On the way"), ("red", "Off target")],
        compute="_compute_figures",
    )
    is_better = fields.Boolean("Better than before", compute="_compute_figures")
    text_value = fields.Char("Figure now", compute="_compute_figures")
    text_before = fields.Char("Figure before", compute="_compute_figures")
    text_target = fields.Char("Figure aimed at", compute="_compute_figures")
    since = fields.Char(compute="_compute_figures")

    _code_uniq = models.Constraint(
        "UNIQUE (code)", "Another indicator already has this code."
    )

    @api.depends("target", "limit", "better", "unit")
    @api.depends_context("allowed_company_ids", "lang")
    def _compute_figures(self):
        figures = self._mci_get_figures()
        start = min(
            (c.mci_start_date for c in self.env.companies if c.mci_start_date),
            default=None,
        )
        since = format_date(self.env, start) if start else False
        for indicator in self:
            before, value = figures.get(indicator.code, (None, None))
            indicator.has_before = before is not None
            indicator.has_value = value is not None
            indicator.before, indicator.value = before or 0.0, value or 0.0
            indicator.is_better = indicator._mci_is_better(before, value)
            indicator.light = indicator._mci_get_light(before, value)
            indicator.text_value = indicator._mci_format(value)
            indicator.text_before = (
                self.env._("no baseline")
                if before is None
                else indicator._mci_format(before)
            )
            indicator.text_target = indicator._mci_format_target()
            indicator.since = since

    def _mci_format_target(self):
        target = self._mci_format(self.target)
        if self.better == "high":
            return self.env._("at least %s", target)
        return self.env._("at most %s", target)

    def _mci_format(self, number):
        if number is None:
            return "–"
        units = dict(self._fields["unit"]._description_selection(self.env))
        units["count"] = ""
        shown = f"{number:.0f}" if abs(number) >= 10 else f"{number:.1f}"
        shown = shown.removesuffix(".0")
        unit = units.get(self.unit, "")
        return f"{shown} {unit}".strip()

    def _mci_is_better(self, before, value):
        if before is None or value is None:
            return False
        return value > before if self.better == "high" else value < before

    def _mci_get_light(self, before, value):
        """Green at the target, amber at least half way from before to it, else red."""
        if value is None:
            return False
        sign = 1 if self.better == "high" else -1
        if sign * (value - self.target) >= 0:
            return "green"
        if before is None or sign * (self.target - before) <= 0:
            return "red"
        way = sign * (value - before) / (sign * (self.target - before))
        return "amber" if way >= NEARLY else "red"

    # ------------------------------------------------------------
    # Figures
    # ------------------------------------------------------------

    @api.model
    def _mci_check_reader(self):
        if not self.env.su and not self.env.user.has_groups(READERS):
            raise AccessError(
                self.env._(
                    "The diagnosis of the whole company is for sales managers, heads of"
                    " units and Sales Support Administrators (D1)."
                )
            )

    @api.model
    def _mci_get_figures(self):
        """:return: dict code → (before, now), None where there is nothing to count"""
        self._mci_check_reader()
        many = self.sudo().search([("code", "=", "departments")], limit=1)
        limit = many.limit if many else 3
        return {
            **self._mci_read_hours(),
            **self._mci_read_requests(),
            **self._mci_read_sellers(),
            **self._mci_read_deals(limit),
            **self._mci_read_holds(),
        }

    @api.model
    def _mci_read(self, model, query, names, **params):
        """Run an aggregate ``query`` with a phase per row on a report of ours.

        :return: dict name → (before, now)
        """
        self.env.flush_all()
        report = self.env[model]._table_query
        rows = {"before": None, "with": None}
        for phase, *values in self.env.execute_query(
            SQL(
                query,
                report=SQL("(%s) report", report) if report else SQL("mci_booking"),
                companies=tuple(self.env.companies.ids),
                **params,
            )
        ):
            rows[phase] = values
        return {
            name: tuple(
                float(rows[phase][number])
                if rows[phase] and rows[phase][number] is not None
                else None
                for phase in ("before", "with")
            )
            for number, name in enumerate(names)
        }

    @api.model
    def _mci_read_hours(self):
        return self._mci_read(
            "mci.diagnosis.hour",
            """
            SELECT phase, 100 * SUM(ab_hours) / NULLIF(SUM(hours), 0),
                   100 * SUM(unbooked_hours) / NULLIF(SUM(hours), 0)
              FROM %(report)s WHERE company_id IN %(companies)s GROUP BY phase
            """,
            ("ab_share", "unbooked"),
        )

    @api.model
    def _mci_read_requests(self):
        return self._mci_read(
            "mci.diagnosis.request",
            """
            SELECT phase, far_rate, near_rate - far_rate, waiting, late
              FROM (SELECT phase,
                           100 * SUM(hours_filled) FILTER (WHERE distance = 'far')
                             / NULLIF(SUM(hours_asked) FILTER (WHERE distance = 'far'),
                                      0) AS far_rate,
                           100 * SUM(hours_filled) FILTER (WHERE distance = 'near')
                             / NULLIF(SUM(hours_asked) FILTER (WHERE distance = 'near'),
                                      0) AS near_rate,
                           AVG(waiting_days) FILTER (WHERE distance = 'far') AS waiting,
                           100.0 * SUM(is_out_of_order)
                             / NULLIF(SUM(is_booked), 0) AS late
                      FROM %(report)s WHERE company_id IN %(companies)s
                     GROUP BY phase) figures
            """,
            ("far_fill", "fill_gap", "far_waiting", "out_of_order"),
        )

    @api.model
    def _mci_read_sellers(self):
        return self._mci_read(
            "mci.diagnosis.seller",
            """
            SELECT phase, MAX(gap) FROM %(report)s
             WHERE company_id IN %(companies)s AND senior_hours > 0 GROUP BY phase
            """,
            ("senior_gap",),
        )

    @api.model
    def _mci_read_deals(self, limit):
        return self._mci_read(
            "mci.diagnosis.deal",
            """
            SELECT phase, SUM(is_unowned) FILTER (WHERE outcome = 'open'
                       AND phase = 'with'),
                   100.0 * SUM(undeclared_count) / NULLIF(SUM(promise_count), 0),
                   100.0 * COUNT(*) FILTER (WHERE department_count > %(limit)s)
                       / NULLIF(COUNT(*) FILTER (WHERE department_count > 0), 0)
              FROM %(report)s WHERE company_id IN %(companies)s GROUP BY phase
            """,
            ("unowned", "undeclared", "departments"),
            limit=limit,
        )

    @api.model
    def _mci_read_holds(self):
        return self._mci_read(
            "mci.booking",
            """
            SELECT CASE WHEN booking.date_start < company.mci_start_date THEN 'before'
                        ELSE 'with' END AS phase,
                   100 * SUM(booking.hours) FILTER (WHERE booking.state IN
                       ('cancelled', 'refused') OR booking.state = 'requested'
                       AND booking.hold_until < now() AT TIME ZONE 'UTC')
                     / NULLIF(SUM(booking.hours), 0)
              FROM %(report)s booking
              JOIN res_company company ON company.id = COALESCE(
                   booking.payer_company_id, booking.company_id)
             WHERE booking.hold_user_id IS NOT NULL AND company.id IN %(companies)s
             GROUP BY 1
            """,
            ("dropped",),
        )

    # ------------------------------------------------------------
    # The list behind the figure
    # ------------------------------------------------------------

    def action_open(self):
        """Open the list behind the figure, with before and now apart (D1).

        :raise AccessError: for sellers and everybody else outside the readers
        """
        self.ensure_one()
        self._mci_check_reader()
        xmlid, domain, context = self._mci_get_list()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"mci_sales_support.{xmlid}"
        )
        return {
            **action,
            "name": self.name,
            "domain": domain,
            # First the list: the pivot shows before and now in columns of its own.
            "views": sorted(action["views"], key=lambda view: view[1] != "list"),
            "context": {"search_default_by_phase": 1, **context},
        }

    def _mci_get_list(self):
        hours, asks = "mci_diagnosis_hour_action", "mci_diagnosis_request_action"
        deals = "mci_diagnosis_deal_action"
        far = [("distance", "=", "far")]
        return {
            "ab_share": (hours, [], {}),
            "unbooked": (hours, [("unbooked_hours", ">", 0)], {}),
            "far_fill": (asks, [*far, ("hours_asked", ">", 0)], {}),
            "fill_gap": (
                asks,
                [("hours_asked", ">", 0)],
                {"search_default_by_distance": 1},
            ),
            "far_waiting": (asks, [*far, ("waiting_days", "!=", False)], {}),
            "out_of_order": (asks, [("is_out_of_order", ">", 0)], {}),
            "senior_gap": ("mci_diagnosis_seller_action", [], {}),
            "dropped": (
                "mci_booking_action",
                [
                    ("hold_user_id", "!=", False),
                    ("state", "in", ("cancelled", "refused", "requested")),
                ],
                {},
            ),
            "unowned": (deals, [("is_unowned", ">", 0)], {}),
            "undeclared": (deals, [("undeclared_count", ">", 0)], {}),
            "departments": (deals, [("department_count", ">", self.limit)], {}),
        }.get(self.code, (hours, [], {}))
