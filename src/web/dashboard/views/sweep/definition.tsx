import { useState } from "preact/hooks";
import { Refusal, send } from "../../data/api";
import type { SweepDetail } from "../../data/types";
import { Card } from "../../parts/pieces";
import { useSession } from "../../parts/session";

export function DefinitionTab({ detail }: { detail: SweepDetail }) {
    return (
        <>
            {detail.description && (
                <Card title="What it asks" id="description">
                    <p>{detail.description}</p>
                </Card>
            )}
            <Card title="Definition">
                <p class="faint">
                    The sweep file as it was submitted.{detail.checkpoints ? ` Checkpoints take ${detail.checkpoints}.` : ""}
                </p>
                <pre tabIndex={0} role="region" aria-label="sweep file">
                    {detail.definition}
                </pre>
            </Card>
            {useSession().role === "owner" && <Plan definition={detail.definition} />}
        </>
    );
}

/** What another definition would add and take away; nothing is changed. */
function Plan({ definition }: { definition: string }) {
    const [text, setText] = useState(definition);
    const [lines, setLines] = useState<string[] | null>(null);
    const [fault, setFault] = useState<string | null>(null);
    const plan = async (event: Event) => {
        event.preventDefault();
        setFault(null);
        try {
            const plan = await send<{ lines: string[]; samples: string[]; warnings: string[] }>("POST", "/api/plan", { text });
            setLines([...plan.lines, ...plan.samples, ...plan.warnings]);
        } catch (e) {
            setLines(null);
            setFault(e instanceof Refusal ? e.message : "the head cannot be reached");
        }
    };
    return (
        <Card title="If it were edited" id="plan">
            <form onSubmit={plan}>
                <label class="field">
                    Edit it here to see the difference; nothing is submitted. <code>vaesweep run FILE</code> submits.
                    <textarea
                        rows={Math.min(24, definition.split("\n").length + 1)}
                        spellcheck={false}
                        value={text}
                        onInput={(e) => setText(e.currentTarget.value)}
                    />
                </label>
                <div class="buttons left">
                    <button type="submit" class="primary">
                        tell the difference
                    </button>
                    {text !== definition && (
                        <button
                            type="button"
                            onClick={() => {
                                setText(definition);
                                setLines(null);
                                setFault(null);
                            }}>
                            as submitted
                        </button>
                    )}
                </div>
            </form>
            {fault && (
                <p class="fault pre" role="alert">
                    {fault}
                </p>
            )}
            {lines && (
                <pre tabIndex={0} role="region" aria-label="difference">
                    {lines.join("\n")}
                </pre>
            )}
        </Card>
    );
}
