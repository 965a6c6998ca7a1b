from odoo import http
from odoo.http import content_disposition, request


class MciImportTemplate(http.Controller):
    """Files of examples that Odoo's import offers, in the language of the user."""

    @http.route(
        "/mci_sales_support/template/<string:model>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def template(self, model):
        records = request.env.get(model)
        if not getattr(records, "_mci_template", None):
            raise request.not_found()
        records.check_access("create")
        name = f"{model.removeprefix('mci.').replace('.', '_')}s.csv"
        # Spreadsheets take the file for UTF-8 by the mark at its beginning.
        return request.make_response(
            records._mci_write_template().encode("utf-8-sig"),
            [
                ("Content-Type", "text/csv; charset=utf-8"),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
