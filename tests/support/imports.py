"""Odoo's own import of CSV files, as the import screen calls it."""

import csv
import io

# The import screen sends as many rows at a time.
ROWS = 2000
OPTIONS = {
    "has_headers": True,
    "quoting": '"',
    "separator": ",",
    "encoding": "utf-8",
    "float_thousand_separator": ",",
    "float_decimal_separator": ".",
    "date_format": "%Y-%m-%d",
    "datetime_format": "%Y-%m-%d %H:%M:%S",
    "name_create_enabled_fields": {},
    "fallback_values": {},
    "import_set_empty_fields": [],
    "import_skip_records": [],
    "tracking_disable": True,
}


def to_csv(fields, rows):
    """Return rows as the text of a CSV file whose titles are the fields."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(fields)
    writer.writerows(rows)
    return text.getvalue()


def load(client, model, fields, rows):
    """Import rows as the user of a client; return the ids of the new records."""
    ids = []
    for start in range(0, len(rows), ROWS):
        part = to_csv(fields, rows[start : start + ROWS])
        [wizard] = client.call(
            "base_import.import",
            "create",
            vals_list=[
                {
                    "res_model": model,
                    "file": part,
                    "file_name": f"{model}.csv",
                    "file_type": "text/csv",
                }
            ],
        )
        result = client.call(
            "base_import.import",
            "execute_import",
            ids=wizard,
            fields=list(fields),
            columns=list(fields),
            options=OPTIONS,
            context={"tracking_disable": True, "no_reset_password": True},
        )
        assert result["ids"] and not result["messages"], result["messages"][:3]
        ids += result["ids"]
    return ids
