import { useEffect, useState } from "preact/hooks";

/** What is shown, all of it: an address sent to a colleague shows the same. */
export type Route =
    | { view: "home" }
    | { view: "query" }
    | { view: "nodes" }
    | { view: "compare" }
    | { view: "login" }
    | { view: "sweep"; sweep: string }
    | { view: "trial"; sweep: string; trial: string }
    | { view: "unknown" };

export interface Place {
    route: Route;
    at: URLSearchParams;
}

const listeners = new Set<() => void>();

export function here(): Place {
    const parts = location.pathname
        .split("/")
        .filter((p) => p)
        .map(decoded);
    const at = new URLSearchParams(location.search);
    const [view, sweep, trial] = parts;
    const route: Route =
        view === undefined
            ? { view: "home" }
            : view === "sweep" && sweep
              ? { view: "sweep", sweep }
              : view === "trial" && sweep && trial
                ? { view: "trial", sweep, trial }
                : view === "query" || view === "nodes" || view === "compare" || view === "login"
                  ? { view }
                  : { view: "unknown" };
    return { route, at };
}

function decoded(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        return part;
    }
}

function tell(): void {
    for (const listener of listeners) listener();
}

addEventListener("popstate", tell);

export function go(address: string, replace = false): void {
    if (address === location.pathname + location.search) return;
    history[replace ? "replaceState" : "pushState"](null, "", address);
    tell();
}

/** Changes parameters of the address, and nothing else; null takes one away. */
export function change(parameters: Record<string, string | string[] | null>, replace = true): void {
    const at = new URLSearchParams(location.search);
    for (const [name, value] of Object.entries(parameters)) {
        at.delete(name);
        if (Array.isArray(value)) for (const one of value) at.append(name, one);
        else if (value !== null && value !== "") at.set(name, value);
    }
    const text = at.toString().replaceAll("%3D", "=").replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%7C", "|");
    go(location.pathname + (text ? `?${text}` : ""), replace);
}

export function usePlace(): Place {
    const [place, set] = useState(here);
    useEffect(() => {
        const listener = () => set(here());
        listeners.add(listener);
        return () => {
            listeners.delete(listener);
        };
    }, []);
    return place;
}

/** Links within the page do not load it anew; those with a modifier key are the browser's. */
addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest?.("a[href^='/']");
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download") || link.pathname.startsWith("/api/"))
        return;
    event.preventDefault();
    go(link.pathname + link.search);
    scrollTo(0, 0);
});

export const sweepAddress = (id: string) => `/sweep/${encodeURIComponent(id)}`;
export const trialAddress = (sweep: string, trial: string) => `/trial/${encodeURIComponent(sweep)}/${encodeURIComponent(trial)}`;
