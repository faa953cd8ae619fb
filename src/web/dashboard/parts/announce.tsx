import { Words } from "./pieces";
import { useEffect, useState } from "preact/hooks";

export interface Message {
    id: number;
    text: string;
    bad?: boolean;
    undo?: () => void;
}

let next = 0;
let shown: Message[] = [];
const listeners = new Set<(messages: Message[]) => void>();

function publish(): void {
    for (const listener of listeners) listener(shown);
}

export function dismiss(id: number): void {
    shown = shown.filter((m) => m.id !== id);
    publish();
}

/** Says what was done, on the page and to a screen reader; what can be undone stays longer. */
export function announce(text: string, more: { bad?: boolean; undo?: () => void } = {}): void {
    const id = next++;
    shown = [...shown.slice(-3), { id, text, ...more }];
    publish();
    if (!more.bad) setTimeout(() => dismiss(id), more.undo ? 60_000 : 6_000);
}

export function Messages() {
    const [messages, set] = useState(shown);
    useEffect(() => {
        listeners.add(set);
        return () => {
            listeners.delete(set);
        };
    }, []);
    return (
        <div class="messages" role="status" aria-live="polite">
            {messages.map((m) => (
                <div class={`message${m.bad ? " bad" : ""}`} key={m.id}>
                    <span>
                        <Words text={m.text} />
                    </span>
                    {m.undo && (
                        <button
                            type="button"
                            onClick={() => {
                                dismiss(m.id);
                                m.undo!();
                            }}>
                            undo
                        </button>
                    )}
                    <button type="button" aria-label="close this message" onClick={() => dismiss(m.id)}>
                        ×
                    </button>
                </div>
            ))}
        </div>
    );
}
