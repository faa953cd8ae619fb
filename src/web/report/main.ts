import "./style.css";
import type { Report } from "./data";
import { el, show } from "../figures/dom";
import { figureCard } from "../figures/figure";
import { trialsCard } from "./trials";

const report = JSON.parse(document.getElementById("report-data")!.textContent!) as Report;
const app = document.getElementById("app")!;
document.title = `${report.sweep}: VaeSweep report`;

const total = Object.values(report.states).reduce((a, b) => a + b, 0);
const chips = Object.entries(report.states)
    .filter(([, n]) => n > 0)
    .map(([state, n]) => el("span", { class: `chip state ${state}` }, `${n} ${state}`));
app.append(
    el(
        "header",
        {},
        el("h1", {}, report.sweep),
        ...(report.description ? [el("p", { class: "lead" }, report.description)] : []),
        el(
            "p",
            { class: "chips" },
            el("span", { class: "chip" }, `${total} trials`),
            ...chips,
            el("span", { class: "chip" }, `${report.epochs.done} of ${report.epochs.total} epochs`),
        ),
        el("p", { class: "notes" }, `Made by vaesweep ${report.version}, ${report.generated}. Everything is inside this file.`),
    ),
);

const sections: [string, string, HTMLElement][] = [];
const table = el("section", { class: "card", id: "table" }, el("h2", {}, "Comparison"), el("div", { class: "scroll" }));
// Made and escaped by vaesweep's own HTML renderer.
table.querySelector(".scroll")!.innerHTML = report.table;
sections.push(["table", "Table", table]);

const figures = el("section", { id: "figures" }, el("h2", {}, "Figures"), ...report.figures.map(figureCard));
if (report.skipped.length > 0) {
    figures.append(
        el(
            "details",
            { class: "card" },
            el("summary", {}, `${report.skipped.length} figures do not apply`),
            el("ul", {}, ...report.skipped.map((s) => el("li", {}, `${s.kind}: ${s.reason}`))),
        ),
    );
}
sections.push(["figures", "Figures", figures]);
sections.push(["trials", "Trials", trialsCard(report)]);

sections.push([
    "failures",
    "Failures",
    el(
        "section",
        { class: "card", id: "failures" },
        el("h2", {}, "Failures"),
        report.failures.length === 0
            ? el("p", {}, "No trial failed.")
            : el(
                  "div",
                  { class: "scroll" },
                  el(
                      "table",
                      {},
                      el(
                          "thead",
                          {},
                          el(
                              "tr",
                              {},
                              ...["trial", "seed", "attempts", "class", "reason"].map((name) => el("th", { scope: "col" }, name)),
                          ),
                      ),
                      el(
                          "tbody",
                          {},
                          ...report.failures.map((f) =>
                              el(
                                  "tr",
                                  {},
                                  el("td", {}, f.trial),
                                  el("td", { class: "number" }, show(f.seed)),
                                  el("td", { class: "number" }, show(f.attempts)),
                                  el("td", {}, f.class),
                                  el("td", {}, f.reason),
                              ),
                          ),
                      ),
                  ),
              ),
    ),
]);

sections.push([
    "definition",
    "Definition",
    el(
        "section",
        { class: "card", id: "definition" },
        el("h2", {}, "Definition"),
        el("p", { class: "notes" }, "The sweep file as it was submitted. `vaesweep run` on it makes the same trials."),
        el("pre", {}, report.definition),
    ),
]);

sections.push([
    "provenance",
    "Provenance",
    el(
        "section",
        { class: "card", id: "provenance" },
        el("h2", {}, "Provenance"),
        ...report.provenance.map((p) =>
            el(
                "details",
                {},
                el("summary", {}, `${p.worker} on ${p.device}: ${p.trials} finished trials`),
                el(
                    "div",
                    { class: "scroll" },
                    el(
                        "table",
                        {},
                        el(
                            "tbody",
                            {},
                            ...Object.entries(p.versions ?? {}).map(([name, value]) =>
                                el(
                                    "tr",
                                    {},
                                    el("th", { scope: "row" }, name),
                                    el("td", {}, typeof value === "string" ? value : JSON.stringify(value)),
                                ),
                            ),
                        ),
                    ),
                ),
            ),
        ),
    ),
]);

app.append(
    el("nav", {}, ...sections.map(([id, name]) => el("a", { href: `#${id}` }, name))),
    el("main", {}, ...sections.map(([, , section]) => section)),
);
