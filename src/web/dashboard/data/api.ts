/** An answer that says in words why there is none. */
export class Refusal extends Error {
    constructor(
        readonly status: number,
        words: string,
        readonly position?: number,
    ) {
        super(words);
    }
}

const kept = new Map<string, { etag: string; body: unknown }>();
const old = new Map<string, { stale: number; madeAt: number | null }>();
const most = 200;
const signedOut = new Set<(words: string) => void>();

/** Hears of every answer that says there is no session. */
export function onSignedOut(listener: (words: string) => void): () => void {
    signedOut.add(listener);
    return () => {
        signedOut.delete(listener);
    };
}

async function refusal(answer: Response): Promise<Refusal> {
    let words = `the head answered ${answer.status}`;
    let position: number | undefined;
    try {
        const body = (await answer.json()) as { error?: string; position?: number };
        words = body.error ?? words;
        position = body.position;
    } catch {
        /* A proxy's page, say: the number has to do. */
    }
    if (answer.status === 401) for (const listener of signedOut) listener(words);
    return new Refusal(answer.status, words, position);
}

/** Reads; what has not changed since it was read last is not sent again. */
export async function get<T>(url: string, signal?: AbortSignal): Promise<T> {
    const known = kept.get(url);
    const answer = await fetch(url, { cache: "no-store", signal, headers: known ? { "If-None-Match": known.etag } : {} });
    const stale = Number(answer.headers.get("X-VaeSweep-Stale"));
    const age = Number(answer.headers.get("X-VaeSweep-Age"));
    if (stale > 0 || age > 0) old.set(url, { stale, madeAt: age > 0 ? Date.now() - 1000 * age : null });
    else old.delete(url);
    if (answer.status === 304 && known) return known.body as T;
    if (!answer.ok) throw await refusal(answer);
    const body = (await answer.json()) as T;
    const etag = answer.headers.get("ETag");
    if (etag) {
        kept.delete(url);
        kept.set(url, { etag, body });
        if (kept.size > most) kept.delete(kept.keys().next().value!);
    }
    return body;
}

/** What was read there last, if it was. */
export function remembered<T>(url: string): T | undefined {
    return kept.get(url)?.body as T | undefined;
}

/** Seconds after which to ask again, where the last answer was a little old on purpose. */
export function staleFor(url: string): number | undefined {
    return old.get(url)?.stale;
}

/** When the last answer was made, where what it tells of has changed since. */
export function madeAt(url: string): number | null {
    return old.get(url)?.madeAt ?? null;
}

export async function send<T>(method: "POST" | "DELETE", url: string, body?: unknown): Promise<T> {
    const answer = await fetch(url, {
        method,
        cache: "no-store",
        headers: { "Content-Type": "application/json", "X-VaeSweep": "1" },
        body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!answer.ok) throw await refusal(answer);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** A file that a POST answers with. */
export async function download(url: string, body: unknown, name: string): Promise<void> {
    const answer = await fetch(url, {
        method: "POST",
        cache: "no-store",
        headers: { "Content-Type": "application/json", "X-VaeSweep": "1" },
        body: JSON.stringify(body),
    });
    if (!answer.ok) throw await refusal(answer);
    save(await answer.blob(), name);
}

export function save(blob: Blob, name: string): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export function query(parameters: Record<string, string | number | null | undefined | string[]>): string {
    const built = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) {
        if (Array.isArray(value)) for (const one of value) built.append(name, one);
        else if (value !== null && value !== undefined && value !== "") built.set(name, String(value));
    }
    const text = built.toString();
    return text ? `?${text}` : "";
}
