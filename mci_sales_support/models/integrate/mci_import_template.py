import csv
import io

from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import file_open


class MciImportMixin(models.AbstractModel):
    """Files to fill, in the language of who fills them; names count in every language.

    A model names its file of examples in ``_mci_template``.
    """

    _inherit = "mci.import.mixin"

    _mci_template = ""

    @api.model
    def load(self, fields, data):
        # EXTENDS base: the list may come from a colleague who speaks another language
        spoken = self.with_context(mci_any_language=True)
        return super(MciImportMixin, spoken).load(fields, data)

    @api.model
    def _mci_get_template_url(self):
        return f"/mci_sales_support/template/{self._name}"

    @api.model
    def _mci_write_template(self):
        """The file of examples as CSV, names of records as the reader knows them."""
        with file_open(self._mci_template.lstrip("/")) as file:
            reader = csv.DictReader(file)
            rows, columns = list(reader), reader.fieldnames
        output = io.StringIO()
        writer = csv.DictWriter(output, columns, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow(
                {name: self._mci_translate_name(name, row[name]) for name in columns}
            )
        return output.getvalue()

    @api.model
    def _mci_translate_name(self, name, value):
        field = self._fields[name]
        if not value or field.type != "many2one":
            return value
        model = self.env[field.comodel_name]
        if not model._fields["name"].translate:
            return value
        english = model.with_context(lang="en_US")
        record = english.search([("name", "=", value)], limit=1)
        return record.with_env(self.env).name or value


class MciImportedNameMixin(models.AbstractModel):
    """Records that an imported list may name in any language that is installed."""

    _name = "mci.imported.name.mixin"
    _description = "Found by name in every language"

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if (
            not self.env.context.get("mci_any_language")
            or operator in Domain.NEGATIVE_OPERATORS
        ):
            return domain
        plain = self.with_context(mci_any_language=False)
        return Domain.OR(
            Domain("id", "in", plain.with_context(lang=code)._search(domain))
            for code, _name in self.env["res.lang"].get_installed()
        )


class MciLevel(models.Model):
    _name = "mci.level"
    _inherit = ["mci.level", "mci.imported.name.mixin"]


class MciFunction(models.Model):
    _name = "mci.function"
    _inherit = ["mci.function", "mci.imported.name.mixin"]
