/** Light, dark, or as the system has it; kept in this browser. */
export type Theme = "auto" | "light" | "dark";

const key = "vaesweep-theme";
const listeners = new Set<() => void>();

export function chosenTheme(): Theme {
    try {
        const kept = localStorage.getItem(key);
        return kept === "light" || kept === "dark" ? kept : "auto";
    } catch {
        return "auto";
    }
}

export function choose(theme: Theme): void {
    try {
        localStorage.setItem(key, theme);
    } catch {
        /* Without storage the choice lasts as long as the page. */
    }
    apply(theme);
}

/** Calls back whenever colours have changed; charts are drawn anew then. */
export function onTheme(listener: () => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
}

export function apply(theme: Theme = chosenTheme()): void {
    const dark = theme === "dark" || (theme === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    for (const listener of listeners) listener();
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => apply());
