import { useEffect, useState } from "preact/hooks";
import type { Home, LiveEvent } from "./types";

/** How the page stands with the head. */
export type Link = "connecting" | "live" | "disconnected";

export interface Live {
    home: Home | null;
    link: Link;
    /** When something was heard last, by this page's clock. */
    heard: number;
}

type Note =
    | { kind: "event"; event: LiveEvent }
    | { kind: "link"; link: Link; heard: number }
    | { kind: "hello" }
    | { kind: "whole"; live: Live };

/** One stream for all tabs of a browser, since it allows six connections: the tab with the lock holds it and tells the others. */
class Stream {
    private live: Live = { home: null, link: "connecting", heard: Date.now() };
    private readonly listeners = new Set<(live: Live) => void>();
    private readonly channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("vaesweep-live") : null;
    private source: EventSource | null = null;
    private started = false;

    start(): void {
        if (this.started) return;
        this.started = true;
        if (!this.channel || !navigator.locks) {
            this.open();
            return;
        }
        this.channel.onmessage = (message: MessageEvent<Note>) => this.told(message.data);
        this.channel.postMessage({ kind: "hello" } satisfies Note);
        // Held until the tab is closed; then the next one gets it, and opens a stream of its own.
        void navigator.locks.request("vaesweep-live", () => {
            this.open();
            return new Promise(() => {});
        });
    }

    /** After a new session: the old stream was refused. */
    restart(): void {
        if (this.source) this.open();
    }

    listen(listener: (live: Live) => void): () => void {
        this.listeners.add(listener);
        listener(this.live);
        return () => {
            this.listeners.delete(listener);
        };
    }

    private told(note: Note): void {
        if (note.kind === "hello") {
            if (this.source && this.live.home) this.channel!.postMessage({ kind: "whole", live: this.live } satisfies Note);
        } else if (this.source) {
            return;
        } else if (note.kind === "whole") {
            this.set(note.live);
        } else if (note.kind === "link") {
            this.set({ ...this.live, link: note.link, heard: note.heard });
        } else {
            this.apply(note.event);
        }
    }

    private open(): void {
        this.source?.close();
        const source = new EventSource("/api/events");
        this.source = source;
        source.onopen = () => this.linked("live");
        source.onmessage = (message: MessageEvent<string>) => {
            const event = JSON.parse(message.data) as LiveEvent;
            this.apply(event);
            this.channel?.postMessage({ kind: "event", event } satisfies Note);
        };
        source.onerror = () => {
            this.linked("disconnected");
            // A refusal ends an EventSource for good; a broken connection it mends itself.
            if (source.readyState === EventSource.CLOSED)
                setTimeout(() => {
                    if (this.source === source) this.open();
                }, 2000);
        };
    }

    private linked(link: Link): void {
        const heard = link === "live" ? Date.now() : this.live.heard;
        this.set({ ...this.live, link, heard });
        this.channel?.postMessage({ kind: "link", link, heard } satisfies Note);
    }

    private apply(event: LiveEvent): void {
        const heard = Date.now();
        const home = this.live.home;
        if (event.type === "snapshot") {
            this.set({ home: event.home, link: "live", heard });
        } else if (event.type === "change" && home) {
            const changed = new Map(event.sweeps.map((s) => [s.id, s]));
            const gone = new Set(event.gone);
            const sweeps = home.sweeps
                .filter((s) => !gone.has(s.id))
                .map((s) => {
                    const newer = changed.get(s.id);
                    changed.delete(s.id);
                    return newer ?? s;
                });
            this.set({
                home: {
                    ...home,
                    seq: event.seq,
                    at: event.at,
                    mode: event.mode,
                    says: event.says,
                    sweeps: [...changed.values(), ...sweeps],
                    nodes: event.nodes ?? home.nodes,
                    head: event.head ?? home.head,
                },
                link: "live",
                heard,
            });
        } else {
            this.set({ ...this.live, link: "live", heard });
        }
    }

    private set(live: Live): void {
        this.live = live;
        for (const listener of this.listeners) listener(live);
    }
}

export const stream = new Stream();

export function useLive(): Live {
    const [live, set] = useState<Live>({ home: null, link: "connecting", heard: Date.now() });
    useEffect(() => stream.listen(set), []);
    return live;
}
