import type { Scale } from "./data";

// Viridis, as src/VaeSweep.Results/Figures/Drawing/Palette.cs has it.
const viridis = [
    [68, 1, 84],
    [72, 26, 108],
    [71, 47, 125],
    [65, 68, 135],
    [57, 86, 140],
    [49, 104, 142],
    [42, 120, 142],
    [35, 136, 142],
    [31, 152, 139],
    [34, 168, 132],
    [53, 183, 121],
    [84, 197, 104],
    [122, 209, 81],
    [165, 219, 54],
    [210, 226, 27],
    [253, 231, 37],
];

export function rgb(t: number): [number, number, number] {
    const place = Math.min(1, Math.max(0, t)) * (viridis.length - 1);
    const i = Math.min(Math.floor(place), viridis.length - 2);
    return [0, 1, 2].map((c) => Math.round(viridis[i][c] + (place - i) * (viridis[i + 1][c] - viridis[i][c]))) as [
        number,
        number,
        number,
    ];
}

/** @param dark On dark paper the scale leaves out its dark third. */
export function colorAt(scale: Scale, value: number | null, dark = false): string {
    if (value === null) return dark ? "#777777" : "#bbbbbb";
    const at = scale.max > scale.min ? (value - scale.min) / (scale.max - scale.min) : 0.5;
    const t = dark ? (scale.reversed ? 0.67 * at : 0.33 + 0.67 * at) : at;
    return `rgb(${rgb(scale.reversed ? 1 - t : t).join(",")})`;
}

/** The gradient of a scale from its lower to its upper end, for CSS. */
export function gradient(scale: Scale): string {
    const stops = viridis.map((c) => `rgb(${c.join(",")})`);
    return `linear-gradient(to right, ${(scale.reversed ? stops.reverse() : stops).join(", ")})`;
}
