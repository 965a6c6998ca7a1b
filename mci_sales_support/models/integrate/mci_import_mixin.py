from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ...tools.arguments import arguments

# Lines that one call of the dry run tests.
DRY_RUN_LIMIT = 5000


class MciImportMixin(models.AbstractModel):
    """Lists that are imported once, and tested before: a dry run for other systems."""

    _name = "mci.import.mixin"
    _description = "Import with a dry run"

    @api.model
    @arguments(
        columns=lambda value: isinstance(value, list | tuple),
        rows=lambda value: isinstance(value, list | tuple),
    )
    def dry_run(self, columns, rows):
        """Test an import line by line; nothing is kept (D1).

        :param list columns: names of fields, as Odoo's import takes them
        :param list rows: lists of texts in the order of ``columns``
        :return: list of dicts ``line`` (1 for the first row) and ``message``; empty
            when every line is good
        :raise AccessError: for whoever may not import
        :raise UserError: more than 5,000 rows, or rows of another length
        """
        self.check_access("create")
        if len(rows) > DRY_RUN_LIMIT or any(
            not isinstance(row, list | tuple) or len(row) != len(columns)
            for row in rows
        ):
            raise UserError(
                self.env._(
                    "Give at most %s lines, each with one value for every column.",
                    DRY_RUN_LIMIT,
                )
            )
        problems = []
        for number, row in enumerate(rows, 1):
            problems += self._mci_try_line(columns, number, row)
        return problems

    def _mci_try_line(self, columns, number, row):
        savepoint = self.env.cr.savepoint()
        try:
            messages = self.load(list(columns), [list(row)])["messages"]
        except (AccessError, UserError) as error:
            messages = [{"message": str(error)}]
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all(flush=False)
        return [{"line": number, "message": str(m["message"])} for m in messages]
