import { drawChart, drawParallel, type Chart } from "./chart";
import type { Figure, Panel } from "./data";
import { el } from "./dom";
import { heightOf, nameOf, scaleBar, tiles } from "./parts";

/** Charts are drawn when they come near the window: a report has dozens, and a phone little memory. */
const waiting = new Map<Element, () => void>();
const observer = new IntersectionObserver(
    (entries) => {
        for (const entry of entries) {
            if (!entry.isIntersecting) continue;
            observer.unobserve(entry.target);
            waiting.get(entry.target)?.();
            waiting.delete(entry.target);
        }
    },
    { rootMargin: "600px" },
);

/** Paper has no scrolling: everything is drawn before it is printed. */
window.addEventListener("beforeprint", () => {
    for (const draw of waiting.values()) draw();
    waiting.clear();
});

export function figureCard(figure: Figure): HTMLElement {
    const charts: Chart[] = [];
    const pending: ((chart: Chart) => void)[] = [];
    const panels = el("div", { class: "panels", "data-count": String(figure.panels.length) });
    for (const panel of figure.panels)
        panels.append(
            panelBox(panel, (chart) => {
                charts.push(chart);
                for (const apply of pending) apply(chart);
            }),
        );
    return el(
        "section",
        { class: "card figure", id: `figure-${figure.kind}` },
        el("h3", {}, figure.title),
        ...legend(figure, charts, pending),
        panels,
        el("div", { class: "notes" }, ...figure.notes.map((note) => el("p", {}, note))),
    );
}

function legend(figure: Figure, charts: Chart[], pending: ((chart: Chart) => void)[]): HTMLElement[] {
    const entries = new Map<string, string>();
    for (const panel of figure.panels) {
        if (panel.type !== "chart") continue;
        for (const mark of panel.marks) if (mark.name) entries.set(mark.name, mark.color);
    }
    if (entries.size === 0) return [];
    const buttons = [...entries].map(([name, color]) => {
        const button = el(
            "button",
            { type: "button", "aria-pressed": "true", title: "show or hide" },
            el("span", { class: "swatch", style: `background:${color}` }),
            name,
        );
        button.addEventListener("click", () => {
            const shown = button.getAttribute("aria-pressed") !== "true";
            button.setAttribute("aria-pressed", String(shown));
            const apply = (chart: Chart) => chart.dispatchAction({ type: shown ? "legendSelect" : "legendUnSelect", name });
            charts.forEach(apply);
            // A panel that is drawn later must come out the same.
            pending.push(apply);
        });
        return button;
    });
    return [
        el(
            "div",
            { class: "legend" },
            ...(figure.legendTitle ? [el("span", { class: "legend-title" }, `${figure.legendTitle}:`)] : []),
            ...buttons,
        ),
    ];
}

function panelBox(panel: Panel, drawn: (chart: Chart) => void): HTMLElement {
    if (panel.type === "tiles") return tiles(panel);
    const host = el("div", { class: "chart", style: `height:${heightOf(panel)}px`, role: "img", "aria-label": nameOf(panel) });
    waiting.set(host, () => {
        const chart = panel.type === "parallel" ? drawParallel(host, panel) : drawChart(host, panel);
        host.dataset.drawn = "true";
        new ResizeObserver(() => chart.resize()).observe(host);
        drawn(chart);
    });
    observer.observe(host);
    return el(
        "figure",
        { class: panel.type === "parallel" ? "wide" : "" },
        ...(panel.title ? [el("figcaption", {}, panel.title)] : []),
        host,
        ...(panel.scale ? [scaleBar(panel.scale)] : []),
    );
}
