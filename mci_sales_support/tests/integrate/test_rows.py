from lxml import etree

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestRows(TransactionCase):
    """A row that opens shows a form somebody made, not every field there is."""

    def test_no_row_opens_a_form_nobody_made(self):
        forms = self.env["ir.ui.view"].search(
            [("type", "=", "form"), ("mode", "=", "primary"), ("model", "like", "mci.")]
        )
        bare = [
            f"{form.xml_id}: {node.get('name')}"
            for form in forms
            for node in self._find_opening_rows(form)
        ]
        self.assertFalse(bare, 'Say no_open="1", or give the rows a form.')

    def _find_opening_rows(self, form):
        model = self.env[form.model]
        arch = etree.fromstring(model.get_view(form.id, "form")["arch"])
        for node in arch.iterfind(".//field"):
            rows = node.find("list")
            field = model._fields.get(node.get("name"))
            if rows is None or field is None or node.find("form") is not None:
                continue
            if not rows.get("no_open") and not self._has_form(field.comodel_name):
                yield node

    def _has_form(self, name):
        return not name.startswith("mci.") or self.env["ir.ui.view"].search_count(
            [("model", "=", name), ("type", "=", "form")], limit=1
        )
