import type { ComponentChildren } from "preact";
import { render } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface Question {
    title: string;
    body?: ComponentChildren;
    /** What the button that does it says. */
    doIt: string;
    danger?: boolean;
    /** A field to fill in; its answer is what is resolved. */
    field?: { label: string; value: string; type?: "text" | "number"; hint?: string };
}

/** Asks once. Null: no. */
export function ask(question: Question): Promise<string | null> {
    return new Promise((resolve) => {
        const before = document.activeElement as HTMLElement | null;
        const host = document.createElement("div");
        document.body.append(host);
        const close = (answer: string | null) => {
            render(null, host);
            host.remove();
            before?.focus();
            resolve(answer);
        };
        render(<Asking {...question} close={close} />, host);
    });
}

function Asking({ title, body, doIt, danger, field, close }: Question & { close: (answer: string | null) => void }) {
    const dialog = useRef<HTMLDialogElement>(null);
    const input = useRef<HTMLInputElement>(null);
    useEffect(() => {
        dialog.current!.showModal();
        input.current?.select();
    }, []);
    const submit = (event: Event) => {
        event.preventDefault();
        close(field ? input.current!.value : "");
    };
    return (
        <dialog
            ref={dialog}
            aria-labelledby="ask-title"
            onCancel={(event) => {
                event.preventDefault();
                close(null);
            }}>
            <form onSubmit={submit}>
                <h2 id="ask-title">{title}</h2>
                {body}
                {field && (
                    <label class="field">
                        {field.label}
                        {field.type === "number" ? (
                            <input ref={input} type="number" defaultValue={field.value} />
                        ) : (
                            <input ref={input} type="text" defaultValue={field.value} />
                        )}
                        {field.hint && <small>{field.hint}</small>}
                    </label>
                )}
                <div class="buttons">
                    <button type="button" onClick={() => close(null)}>
                        cancel
                    </button>
                    <button type="submit" class={danger ? "danger" : "primary"}>
                        {doIt}
                    </button>
                </div>
            </form>
        </dialog>
    );
}
