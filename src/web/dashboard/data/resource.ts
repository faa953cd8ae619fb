import { useEffect, useRef, useState } from "preact/hooks";
import { get, madeAt, Refusal, remembered, staleFor } from "./api";

export interface Resource<T> {
    /** The last answer, also while a newer one is asked for. */
    data: T | undefined;
    error: string | null;
    /** Nothing has come yet. */
    loading: boolean;
    /** A newer answer is on its way. */
    busy: boolean;
    /** When what is shown was true, where it has changed since and the newer is not to be had yet. */
    asOf: number | null;
}

/** Reads an address, and again when it or its version changes. Late answers of earlier addresses are dropped. */
export function useResource<T>(url: string | null, version: unknown = 0): Resource<T> {
    const [state, set] = useState<{ url: string | null; data: T | undefined; error: string | null; busy: boolean }>({
        url,
        data: url ? remembered<T>(url) : undefined,
        error: null,
        busy: false,
    });
    const again = useRef<number>(0);
    useEffect(() => {
        if (!url) {
            set({ url, data: undefined, error: null, busy: false });
            return;
        }
        const stop = new AbortController();
        let timer: ReturnType<typeof setTimeout> | undefined;
        set((was) => ({ ...was, url, data: samePlace(was.url, url) ? was.data : remembered<T>(url), busy: true }));
        const read = () => {
            get<T>(url, stop.signal).then(
                (data) => {
                    again.current = 0;
                    if (stop.signal.aborted) return;
                    set({ url, data, error: null, busy: false });
                    const stale = staleFor(url);
                    if (stale) timer = setTimeout(read, Math.max(0.3, stale) * 1000);
                },
                (fault: unknown) => {
                    if (stop.signal.aborted) return;
                    const words = fault instanceof Refusal ? fault.message : "the head cannot be reached";
                    const passes = !(fault instanceof Refusal) || fault.status === 503 || fault.status === 429;
                    // The head may be starting anew, as the top of the page says: what was shown stays as it is, and is asked for again.
                    set((was) => ({ ...was, error: passes && was.data !== undefined ? was.error : words, busy: false }));
                    if (passes) timer = setTimeout(read, Math.min(10_000, 500 * 2 ** again.current++));
                },
            );
        };
        read();
        return () => {
            stop.abort();
            clearTimeout(timer);
        };
    }, [url, version]);
    return {
        data: state.data,
        error: state.error,
        loading: state.data === undefined && state.error === null,
        busy: state.busy,
        asOf: state.url ? madeAt(state.url) : null,
    };
}

/** The same thing with other parameters: what was there is shown until the new is here. */
function samePlace(a: string | null, b: string): boolean {
    return a !== null && a.split("?")[0] === b.split("?")[0];
}

/** A resource that follows a sweep's changes: read at once, then at most so often, and the less often the longer it takes. */
export function useFollowed<T>(url: string | null, version: unknown, every = 1000): Resource<T> {
    const took = useRef(0);
    const began = useRef(0);
    const slow = useSlow(version, Math.max(every, 6 * took.current));
    const resource = useResource<T>(url, slow);
    useEffect(() => {
        if (resource.busy) began.current = performance.now();
        else if (began.current > 0) took.current = performance.now() - began.current;
    }, [resource.busy]);
    return resource;
}

/** Passes a value on at most so often, the last one always: a table is not read anew five times a second. */
function useSlow<T>(value: T, every: number): T {
    const [shown, set] = useState(value);
    const last = useRef(0);
    useEffect(() => {
        const wait = Math.max(0, last.current + every - performance.now());
        const timer = setTimeout(() => {
            last.current = performance.now();
            set(value);
        }, wait);
        return () => clearTimeout(timer);
    }, [value, every]);
    return shown;
}
