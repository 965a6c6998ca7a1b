import {formatDate} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";

const {DateTime} = luxon;
const LEAVE = 1;
const HOLIDAY = 2;

export const LEGEND = [
    {class: "o_mci_low", text: "1–39 %"},
    {class: "o_mci_half", text: "40–74 %"},
    {class: "o_mci_high", text: "75–99 %"},
    {class: "o_mci_full", text: "100 %"},
    {class: "o_mci_over", text: "▲ > 100 %"},
];
/** Booked ÷ available in percent; null where nobody works and nothing is booked. */
export function loadOf([capacity, firm, held]) {
    const booked = firm + held;
    if (capacity > 0) {
        return Math.round((booked / capacity) * 100);
    }
    return booked > 0 ? Infinity : null;
}

/** What a cell looks like: a class by steps that differ in lightness and in text. */
export function classOf(cell) {
    const load = loadOf(cell);
    if (load === null) {
        return "o_mci_off";
    }
    if (load > 100) {
        return "o_mci_over";
    }
    const steps = [
        [100, "o_mci_full"],
        [75, "o_mci_high"],
        [40, "o_mci_half"],
        [1, "o_mci_low"],
    ];
    const found = steps.find(([limit]) => load >= limit);
    return found ? found[1] : "o_mci_free";
}

/** The words in a cell: they say the same as its colour. */
export function textOf(cell) {
    const load = loadOf(cell);
    if (load === null) {
        return "–";
    }
    return load === Infinity ? "▲" : load > 100 ? `▲ ${load}%` : `${load}%`;
}

export function formatHours(value) {
    return String(Math.round(value * 10) / 10);
}

export function columnHint({date_from, date_to}) {
    const first = formatDate(DateTime.fromISO(date_from));
    return date_from === date_to
        ? first
        : `${first} – ${formatDate(DateTime.fromISO(date_to))}`;
}

/** What a person reads, or hears from a screen reader, about a cell. */
export function cellHint(name, cell, column) {
    const [capacity, firm, held, asked, marks] = cell;
    const parts = [
        [name, columnHint(column)].filter(Boolean).join(", "),
        _t("Available: %s h", formatHours(capacity)),
        _t("Confirmed or done: %s h", formatHours(firm)),
    ];
    if (held) {
        parts.push(_t("Held: %s h", formatHours(held)));
    }
    if (asked) {
        parts.push(_t("Requested: %s h", formatHours(asked)));
    }
    if (marks & LEAVE) {
        parts.push(_t("Time off"));
    }
    if (marks & HOLIDAY) {
        parts.push(_t("Public holiday"));
    }
    return parts.join("\n");
}

/** Share of the bar that firm and held hours fill. */
export function barStyle([capacity, firm, held]) {
    const whole = Math.max(capacity, firm + held) || 1;
    const solid = Math.round((firm / whole) * 100);
    const hatched = Math.round((held / whole) * 100);
    return `--mci-firm: ${solid}%; --mci-held: ${solid + hatched}%`;
}
