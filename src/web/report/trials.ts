import type { Report } from "./data";
import { el, show } from "../figures/dom";

const pageSize = 50;

/** Every trial in a table that can be searched and sorted. */
export function trialsCard(report: Report): HTMLElement {
    let sorted = -1;
    let down = false;
    let shown = pageSize;
    let rows = report.trials;
    const body = el("tbody");
    const count = el("p", { class: "notes" });
    const more = el("button", { type: "button", class: "more" }, "show more");
    const search = el("input", { type: "search", placeholder: "filter: latent 20 failed", "aria-label": "filter trials" });
    const heads = report.columns.map((name, i) => {
        const head = el("th", { scope: "col", tabindex: "0" }, name);
        const sort = () => {
            down = sorted === i && !down;
            sorted = i;
            heads.forEach((h, k) =>
                k === i ? h.setAttribute("aria-sort", down ? "descending" : "ascending") : h.removeAttribute("aria-sort"),
            );
            render();
        };
        head.addEventListener("click", sort);
        head.addEventListener("keydown", (event) => {
            if (event.key === "Enter") sort();
        });
        return head;
    });

    const compare = (a: string | number | null, b: string | number | null) =>
        a === b
            ? 0
            : a === null
              ? 1
              : b === null
                ? -1
                : typeof a === "number" && typeof b === "number"
                  ? a - b
                  : String(a).localeCompare(String(b), "en", { numeric: true });

    function render(): void {
        const words = search.value
            .toLowerCase()
            .split(/\s+/)
            .filter((w) => w);
        rows = report.trials.filter((row) => {
            const text = row
                .map((value, i) => `${report.columns[i]} ${show(value)}`)
                .join(" ")
                .toLowerCase();
            return words.every((word) => text.includes(word));
        });
        if (sorted >= 0) rows = [...rows].sort((a, b) => (down ? -1 : 1) * compare(a[sorted], b[sorted]));
        body.replaceChildren(
            ...rows
                .slice(0, shown)
                .map((row) =>
                    el(
                        "tr",
                        {},
                        ...row.map((value, i) =>
                            el(
                                "td",
                                {
                                    class:
                                        typeof value === "number"
                                            ? "number"
                                            : report.columns[i] === "state"
                                              ? `state ${value}`
                                              : "",
                                },
                                show(value),
                            ),
                        ),
                    ),
                ),
        );
        more.hidden = rows.length <= shown;
        const cut =
            report.trialsTotal > report.trials.length
                ? ` (this file holds the first ${report.trials.length} of ${report.trialsTotal})`
                : "";
        count.textContent = `${rows.length} of ${report.trials.length} trials${cut}; ${Math.min(shown, rows.length)} shown.`;
    }

    search.addEventListener("input", () => {
        shown = pageSize;
        render();
    });
    more.addEventListener("click", () => {
        shown += 4 * pageSize;
        render();
    });
    render();
    return el(
        "section",
        { class: "card", id: "trials" },
        el("h2", {}, "Trials"),
        search,
        el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, ...heads)), body)),
        count,
        more,
    );
}
