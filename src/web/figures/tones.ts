/** The colours that a page gives its charts, by the variables of its style sheet. */
export interface Tones {
    ink: string;
    paper: string;
    grid: string;
    frame: string;
    dark: boolean;
}

export function tonesOf(host: Element): Tones {
    const style = getComputedStyle(host);
    const one = (name: string, otherwise: string) => style.getPropertyValue(name).trim() || otherwise;
    const paper = one("--paper", "#ffffff");
    return {
        ink: one("--ink", "#222222"),
        paper,
        grid: one("--grid", "#e6e6e6"),
        frame: one("--frame", "#888888"),
        dark: luminance(paper) < 0.2,
    };
}

function parts(color: string): [number, number, number] {
    const hex = color.length === 4 ? [...color.slice(1)].map((c) => c + c).join("") : color.slice(1, 7);
    return [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16)) as [number, number, number];
}

function luminance(color: string): number {
    const [r, g, b] = parts(color).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
}

/** A figure's colours are chosen for white paper: on a dark one they are lightened until they stand out (3 to 1). */
export function visible(color: string, { paper, dark }: Tones): string {
    if (!dark || !/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(color)) return color;
    let shown = color;
    for (let i = 0; i < 8 && contrast(shown, paper) < 3.2; i++) {
        shown = `#${parts(shown)
            .map((c) =>
                Math.round(c + (255 - c) * 0.18)
                    .toString(16)
                    .padStart(2, "0"),
            )
            .join("")}`;
    }
    return shown;
}
