import {_t} from "@web/core/l10n/translation";
import {normalize} from "@web/core/l10n/utils";

export const LEAVE = 1;
export const HOLIDAY = 2;

/** What the filters and groups of the board are about: fields of a person. */
export const AXES = {
    unit: {field: "unit_ids", names: "units"},
    function: {field: "function_ids", names: "functions"},
    level: {field: "level_id", names: "levels"},
    skill: {field: "skill_ids", names: "skills"},
};

/** Values of a person on an axis, as a list. */
function valuesOf(person, axis) {
    const value = person[AXES[axis].field];
    return Array.isArray(value) ? value : value ? [value] : [];
}

/** Whether a person passes the text and the chosen value of each axis. */
export function matches(person, text, filters) {
    if (text && !normalize(person.name).includes(normalize(text))) {
        return false;
    }
    return Object.keys(AXES).every(
        (axis) => !filters[axis] || valuesOf(person, axis).includes(filters[axis]),
    );
}

/** Hours of several people, column by column; a person counts once. */
export function sumCells(people, count) {
    const totals = Array.from({length: count}, () => [0, 0, 0, 0, 0]);
    for (const person of people) {
        person.cells.forEach((cell, index) => {
            for (let part = 0; part < 4; part++) {
                totals[index][part] += cell[part];
            }
        });
    }
    return totals;
}

/**
 * People in groups of an axis; who holds two values stands in both, as in lists.
 *
 * @returns {Object[]} `{id, name, people, totals}`
 */
export function groupPeople(board, people, axis) {
    const count = board.columns.length;
    if (!axis) {
        return [{id: "all", name: "", people, totals: sumCells(people, count)}];
    }
    const groups = board[AXES[axis].names].map(({id, name}) => ({
        id: `${axis}_${id}`,
        name,
        people: people.filter((person) => valuesOf(person, axis).includes(id)),
    }));
    groups.push({
        id: `${axis}_none`,
        name: _t("None"),
        people: people.filter((person) => !valuesOf(person, axis).length),
    });
    return groups
        .filter((group) => group.people.length)
        .map((group) => ({...group, totals: sumCells(group.people, count)}));
}

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
