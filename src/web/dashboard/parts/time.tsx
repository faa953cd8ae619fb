import { useEffect, useState } from "preact/hooks";

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const sameDay = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const otherDay = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
});

/** A time in the reader's zone; its place in UTC where the pointer rests and for a screen reader. */
export function Time({ at }: { at: string | null | undefined }) {
    if (!at) return <span class="faint">never</span>;
    const time = new Date(at);
    const text = (time.toDateString() === new Date().toDateString() ? sameDay : otherDay).format(time);
    return (
        <time dateTime={at} title={`${time.toISOString().replace("T", " ").slice(0, 19)} UTC (shown in ${zone})`}>
            {text}
        </time>
    );
}

/** "12 s", "3 min", "2 h 05 min", "4 d 3 h". */
export function span(seconds: number | null | undefined): string {
    if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "";
    if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`;
    const minutes = Math.round(seconds / 60);
    if (minutes < 60) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} min`;
    return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Renders again every so many milliseconds, for ages in words. */
export function useTick(every: number): number {
    const [now, set] = useState(Date.now());
    useEffect(() => {
        const timer = setInterval(() => set(Date.now()), every);
        return () => clearInterval(timer);
    }, [every]);
    return now;
}
