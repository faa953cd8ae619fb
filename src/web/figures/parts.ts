import { gradient } from "./colors";
import type { ChartPanel, ParallelPanel, Scale, TilesPanel } from "./data";
import { el, show } from "./dom";

/** Which colour stands for which value. */
export function scaleBar(scale: Scale): HTMLElement {
    return el(
        "div",
        { class: "scale" },
        el("span", {}, show(Number(scale.min.toPrecision(4)))),
        el("span", { class: "bar", style: `background:${gradient(scale)}` }),
        el("span", {}, show(Number(scale.max.toPrecision(4)))),
        el("span", { class: "scale-label" }, scale.label),
    );
}

export function tiles(panel: TilesPanel): HTMLElement {
    const image = el("img", {
        src: panel.image,
        alt: `${panel.title || "images"}: ${panel.rows} rows of ${panel.columns}`,
        width: String(panel.width * 1.4),
        height: String(panel.height * 1.4),
    });
    const parts: (Node | string)[] = panel.title ? [el("figcaption", {}, panel.title)] : [];
    const rows = panel.rowLabels
        ? [el("div", { class: "row-labels" }, ...panel.rowLabels.map((label) => el("span", {}, label)))]
        : [];
    const columns = panel.columnLabels
        ? [el("div", { class: "column-labels" }, ...panel.columnLabels.map((label) => el("span", {}, label)))]
        : [];
    parts.push(el("div", { class: "tiles" }, ...rows, el("div", { class: "tile-image" }, ...columns, image)));
    const directions = [panel.xLabel, panel.yLabel].filter((text) => text).join("; ");
    if (directions) parts.push(el("p", { class: "directions" }, directions));
    return el("figure", {}, ...parts);
}

/** Pixels that a panel's chart takes. */
export function heightOf(panel: ChartPanel | ParallelPanel): number {
    return panel.type === "parallel"
        ? 380
        : panel.marks.some((m) => m.type === "bars" && m.horizontal)
          ? Math.max(200, 70 + 26 * (panel.y.categories?.length ?? 4))
          : 320;
}

/** What a screen reader says of a chart. */
export function nameOf(panel: ChartPanel | ParallelPanel): string {
    return panel.title || (panel.type === "chart" ? `${panel.y.label} by ${panel.x.label}` : "parallel coordinates");
}
