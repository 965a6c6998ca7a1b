from odoo import api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tools import SQL

from ...tools.arguments import arguments, date, identifier, text
from ...tools.retry import run_each
from ...tools.words import Spoken

CRON = "mci_sales_support.ir_cron_mci_month_run"


class MciMonthRun(models.Model):
    """A step of the month end for many units or statements, with progress (C5, C6).

    Each unit of work is a transaction of its own, done with the rights of who started
    the run. The screen drives it and shows how far it is; when nobody looks any more,
    a scheduled action goes on. What failed says why and can be started again: every
    step tests for itself what there is still to do.
    """

    _name = "mci.month.run"
    _description = "Month-end run"
    _inherit = ["mci.lock.mixin"]
    _order = "id desc"

    kind = fields.Selection(
        [("collect", "Collect charges"), ("send", "Send"), ("post", "Post")],
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Started by", required=True, readonly=True
    )
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("stopped", "Stopped")],
        default="running",
        required=True,
        readonly=True,
    )
    end_date = fields.Datetime(string="Finished on", readonly=True)
    line_ids = fields.One2many("mci.month.run.line", "run_id", readonly=True)
    total_count = fields.Integer(string="To do", compute="_compute_counts")
    done_count = fields.Integer(string="Done", compute="_compute_counts")
    failed_count = fields.Integer(string="Failed", compute="_compute_counts")
    problems = fields.Text(compute="_compute_problems")

    # A second click shows the run that is under way.
    _running_uniq = models.UniqueIndex(
        "(company_id, kind) WHERE state = 'running'",
        "This step of the month end is running already.",
    )

    def _mci_get_locked_fields(self):
        return frozenset(self._fields)

    @api.depends("kind", "date_to")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for run in self:
            run.display_name = f"{kinds.get(run.kind, '')} {run.date_to or ''}"

    def _compute_counts(self):
        rows = self.env["mci.month.run.line"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count"]
        )
        counts = {(run.id, state): count for run, state, count in rows}
        for run in self:
            run.done_count = counts.get((run.id, "done"), 0)
            run.failed_count = counts.get((run.id, "failed"), 0)
            waiting = counts.get((run.id, "waiting"), 0)
            run.total_count = run.done_count + run.failed_count + waiting

    @api.depends_context("lang")
    def _compute_problems(self):
        for run in self:
            failed = run.line_ids.filtered(lambda line: line.state == "failed")
            run.problems = "\n".join(failed.mapped("message_words"))

    # --- Start ----------------------------------------------------------------

    @api.model
    @arguments(kind=text, date_from=date, date_to=date, company_id=identifier)
    def start(self, kind, date_from, date_to, company_id=None):
        """Begin a step of the month end; a scheduled action carries it out.

        :param str kind: ``collect``, ``send`` or ``post``
        :param date_from: first day of the period
        :param date_to: last day of the period
        :param int company_id: default the current company
        :return: id of the run, of the one under way when there is one; read it for
            ``state``, ``total_count``, ``done_count``, ``failed_count``, ``problems``
        :raises AccessError: the user is no accountant, or not of the company
        """
        company = self.env["res.company"].browse(company_id or self.env.company.id)
        run = self._mci_start(
            kind, company, fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        )
        if run.state == "running":
            self.env.ref(CRON).sudo()._trigger()
        return run.id

    def _mci_start(self, kind, company, date_from, date_to):
        self._check_can_start(company)
        if kind not in dict(self._fields["kind"].selection):
            raise UserError(self.env._("There is no step %s.", kind))
        if not date_from or not date_to or date_to < date_from:
            raise UserError(
                self.env._("Give the first and the last day of the period.")
            )
        running = self._mci_get_running(kind, company)
        return running or self._do_start(kind, company, date_from, date_to)

    @api.model
    def _mci_get_running(self, kind, company):
        domain = [("company_id", "=", company.id), ("kind", "=", kind)]
        return self.search([*domain, ("state", "=", "running")], limit=1)

    def _check_can_start(self, company):
        if self.env.su:
            return
        if company not in self.env.user.company_ids or not self.env.user.has_group(
            "account.group_account_invoice"
        ):
            raise AccessError(self.env._("Month end is for accountants."))

    def _do_start(self, kind, company, date_from, date_to):
        vals = {
            "kind": kind,
            "company_id": company.id,
            "date_from": date_from,
            "date_to": date_to,
            "user_id": self.env.uid,
        }
        run = self.sudo()._mci_unlock().create(vals)
        run._mci_unlock().write(
            {"line_ids": [fields.Command.create(line) for line in run._prepare_lines()]}
        )
        if not run.line_ids:
            run._do_end("done")
        else:
            # If nobody drives it from a screen any more.
            at = fields.Datetime.add(fields.Datetime.now(), minutes=3)
            self.env.ref(CRON).sudo()._trigger(at=at)
        return self.browse(run.id)

    def _prepare_lines(self):
        """One line for each unit that has charges, or for each statement."""
        self.ensure_one()
        if self.kind == "collect":
            charges = self.env["mci.charge"]._read_group(
                self._get_collect_domain(self.company_id, self.date_to), ["center_id"]
            )
            return [{"center_id": center.id} for (center,) in charges]
        statements = self.env["mci.statement"].search(
            self._get_statement_domain(), order="date_to, id"
        )
        return [{"statement_id": statement.id} for statement in statements]

    @api.model
    def _get_collect_domain(self, company, date_to):
        return [
            ("company_id", "=", company.id),
            ("state", "=", "open"),
            ("consent", "!=", "asked"),
            ("statement_id", "=", False),
            ("date", "<=", date_to),
            ("team_id", "!=", False),
        ]

    def _get_statement_domain(self):
        domain = [
            ("company_id", "=", self.company_id.id),
            ("date_to", "<=", self.date_to),
        ]
        if self.kind == "send":
            return [*domain, ("state", "=", "draft"), ("charge_count", ">", 0)]
        return [*domain, ("state", "=", "accepted"), ("is_showback", "=", False)]

    # --- Work -----------------------------------------------------------------

    def action_step(self):
        """Do the next unit of work; the caller's transaction is its own (C6).

        :return: dict ``state``, ``total``, ``done``, ``failed``, ``problems``
        """
        self.ensure_one()
        self._check_own()
        run = self.sudo()
        if run.state == "running":
            run._do_next()
        run.invalidate_recordset()
        return {
            "state": run.state,
            "total": run.total_count,
            "done": run.done_count,
            "failed": run.failed_count,
            "problems": run.problems or "",
        }

    def action_stop(self):
        """Stop a run: what is done stays, the rest can be started again."""
        for run in self:
            run._check_own()
            if run.state == "running":
                run.sudo()._do_end("stopped")
        return True

    def _check_own(self):
        self.check_access("read")
        self._check_can_start(self.company_id)

    def _do_next(self):
        line = self._claim_line()
        if line:
            line._do_line()
        elif not self._has_waiting():
            self._do_end("done")

    def _claim_line(self):
        """A waiting line nobody else works on at this moment."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT id FROM mci_month_run_line WHERE run_id = %s AND"
                " state = 'waiting' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
                self.id,
            )
        )
        row = self.env.cr.fetchone()
        return self.env["mci.month.run.line"].browse(row and row[0])

    def _has_waiting(self):
        lines = self.env["mci.month.run.line"]
        return bool(
            lines.search_count(
                [("run_id", "=", self.id), ("state", "=", "waiting")], limit=1
            )
        )

    def _do_end(self, state):
        self._mci_unlock().write({"state": state, "end_date": fields.Datetime.now()})

    @api.model
    def _cron_run(self):
        """Go on with runs that nobody drives from a screen."""
        runs = self.search([("state", "=", "running")])
        run_each(
            runs.line_ids.filtered(lambda line: line.state == "waiting"), "_do_line"
        )
        run_each(runs, "_do_end_if_through")

    def _do_end_if_through(self):
        for run in self:
            if run.state == "running" and not run._has_waiting():
                run._do_end("done")


class MciMonthRunLine(models.Model):
    """One unit of work of a month-end run, and how it went."""

    _name = "mci.month.run.line"
    _description = "Step of a month-end run"
    _inherit = ["mci.lock.mixin", "mci.words.mixin"]
    _order = "id"
    _mci_spoken_fields = {"message_words": "message"}

    run_id = fields.Many2one(
        "mci.month.run", required=True, index=True, readonly=True, ondelete="cascade"
    )
    center_id = fields.Many2one(
        "mci.delivery.center", string="Provided by", readonly=True, ondelete="cascade"
    )
    statement_id = fields.Many2one(
        "mci.statement", string="Statement", readonly=True, ondelete="cascade"
    )
    state = fields.Selection(
        [("waiting", "Waiting"), ("done", "Done"), ("failed", "Failed")],
        default="waiting",
        required=True,
        readonly=True,
    )
    message = fields.Char(readonly=True)
    message_packed = fields.Json(readonly=True, export_string_translation=False)
    message_words = fields.Char(
        "Message in the language of the reader", compute="_compute_spoken"
    )

    def _mci_get_locked_fields(self):
        return frozenset(self._fields)

    def _do_line(self):
        """With the rights of who started; a refusal is kept and the others go on."""
        for line in self.filtered(lambda line: line.state == "waiting"):
            vals = {"state": "done", "message": False}
            if refusal := line._mci_attempt(line.run_id.user_id.lang):
                vals = {"state": "failed", "message": line._mci_tell_refusal(refusal)}
            line._mci_unlock().write(vals)

    def _mci_attempt(self, lang, undo=None):
        """Do the work; return what refuses it in ``lang``, and leave nothing then.

        :param str undo: take it back whatever comes, and return this
        """
        try:
            with self.env.cr.savepoint():
                self._do_work(lang)
                if undo:
                    raise UserError(undo)
        except (UserError, RedirectWarning) as error:
            return str(error.args[0])
        return None

    def _mci_tell_refusal(self, refusal):
        """In every language: what was refused is tried again, and refused, in each."""
        first = self.run_id.user_id.lang or "en_US"
        texts = {first: refusal}
        for code, _name in self.env["res.lang"].get_installed():
            if code != first:
                texts[code] = self._mci_attempt(code, undo=refusal)
        return Spoken(texts)

    def _do_work(self, lang):
        run = self.run_id
        env = self.env(
            user=run.user_id.id,
            su=False,
            context={
                "lang": lang,
                "tz": run.user_id.tz,
                "allowed_company_ids": run.company_id.ids,
            },
        )
        if run.kind == "collect":
            env["mci.statement"].generate(
                run.date_from, run.date_to, self.center_id.ids
            )
            return
        statement = env["mci.statement"].browse(self.statement_id.id)
        if run.kind == "send" and statement.state == "draft":
            statement.action_send()
        elif run.kind == "post" and statement.state == "accepted":
            statement.action_post()
