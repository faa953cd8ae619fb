import { perform, preview } from "../data/actions";
import { go } from "../data/route";
import type { SweepEntry, TrialDetail } from "../data/types";
import { ask } from "./ask";
import { useSession } from "./session";

const split = (text: string) => text.split(/[\s,]+/).filter((t) => t);

async function retag(name: string, tags: string[], of: Record<string, unknown>): Promise<void> {
    const answer = await ask({
        title: `Tags of ${name}`,
        doIt: "set tags",
        field: { label: "tags, with spaces between", value: tags.join(" ") },
    });
    if (answer === null) return;
    const wanted = split(answer);
    const [add, remove] = [wanted.filter((t) => !tags.includes(t)), tags.filter((t) => !wanted.includes(t))];
    if (add.length + remove.length > 0) await perform("tag", { ...of, add, remove });
}

async function renote(name: string, note: string | null, of: Record<string, unknown>): Promise<void> {
    const answer = await ask({
        title: `Note on ${name}`,
        doIt: "set note",
        field: { label: "note; empty takes it away", value: note ?? "" },
    });
    if (answer !== null && answer !== (note ?? "")) await perform("note", { ...of, text: answer === "" ? null : answer });
}

async function remove(name: string, body: Record<string, unknown>): Promise<boolean> {
    let wish = body;
    let found = await preview(wish);
    if (!found) return false;
    if (!found.confirm) {
        const stop = await ask({
            title: `Delete ${name}?`,
            body: <p>{found.said}</p>,
            doIt: "stop it, then look again",
            danger: true,
        });
        if (stop === null) return false;
        wish = { ...body, stop: true };
        found = await preview(wish);
        if (!found?.confirm) return false;
    }
    const sure = await ask({ title: `Delete ${name}?`, body: <p class="preview">{found.said}</p>, doIt: "delete", danger: true });
    return sure !== null && (await perform("delete", { ...wish, confirm: found.confirm })) !== null;
}

/** Tags, note and deletion: of a sweep or a trial. */
function Keep({
    what,
    noted,
    of,
    after,
}: {
    what: string;
    noted: { tags: string[]; note: string | null };
    of: Record<string, unknown>;
    after: string;
}) {
    return (
        <>
            <button type="button" onClick={() => retag(what, noted.tags, of)}>
                tags …
            </button>
            <button type="button" onClick={() => renote(what, noted.note, of)}>
                note …
            </button>
            <button
                type="button"
                class="danger"
                onClick={async () => {
                    if (await remove(what, of)) go(after);
                }}>
                delete …
            </button>
        </>
    );
}

/** What can be done to a sweep; each asks once where it cannot be undone. */
export function SweepActions({ sweep }: { sweep: SweepEntry }) {
    if (!useSession().canSteer) return null;
    const of = { sweep: sweep.id };
    const running = sweep.states.running ?? 0;
    const stop = async () => {
        const sure = await ask({
            title: `Stop ${sweep.name}?`,
            body: (
                <p>
                    {running > 0 ? `${running} running trials write a checkpoint and end. ` : ""}Nothing more of it is trained
                    until it is resumed.
                </p>
            ),
            doIt: "stop",
            danger: true,
        });
        if (sure !== null) await perform("stop", of);
    };
    const retry = async () => {
        const sure = await ask({
            title: `Retry what failed of ${sweep.name}?`,
            body: <p>{sweep.states.failed} failed trials are queued again, and begin where they were.</p>,
            doIt: "retry",
        });
        if (sure !== null) await perform("retry", of);
    };
    const priority = async () => {
        const answer = await ask({
            title: `Priority of ${sweep.name}`,
            doIt: "set priority",
            field: {
                label: "priority",
                value: String(sweep.priority),
                type: "number",
                hint: "sweeps with a higher one are given out first",
            },
        });
        if (answer !== null && answer.trim() !== "") await perform("priority", { ...of, priority: Number(answer) });
    };
    const concurrency = async () => {
        const answer = await ask({
            title: `How many of ${sweep.name} run at once`,
            doIt: "set limit",
            field: {
                label: "most at once",
                value: sweep.maxConcurrent === null ? "" : String(sweep.maxConcurrent),
                type: "number",
                hint: "empty: no limit",
            },
        });
        if (answer !== null) await perform("concurrency", { ...of, max: answer.trim() === "" ? null : Number(answer) });
    };
    return (
        <div class="actions" role="group" aria-label={`actions on ${sweep.name}`}>
            {sweep.state === "active" ? (
                <button type="button" onClick={() => perform("pause", of)}>
                    pause
                </button>
            ) : (
                <button type="button" class="primary" onClick={() => perform("resume", of)}>
                    resume
                </button>
            )}
            {sweep.state !== "stopped" && (
                <button type="button" onClick={stop}>
                    stop …
                </button>
            )}
            {(sweep.states.failed ?? 0) > 0 && (
                <button type="button" onClick={retry}>
                    retry failed …
                </button>
            )}
            <button type="button" onClick={priority}>
                priority {sweep.priority} …
            </button>
            <button type="button" onClick={concurrency}>
                {sweep.maxConcurrent === null ? "no limit at once …" : `at most ${sweep.maxConcurrent} at once …`}
            </button>
            <Keep what={sweep.name} noted={sweep} of={of} after="/" />
        </div>
    );
}

export function TrialActions({ trial }: { trial: TrialDetail }) {
    if (!useSession().canSteer) return null;
    const of = { sweep: trial.sweep, trial: trial.trial };
    const open = ["queued", "running", "paused"].includes(trial.state);
    const stop = async () => {
        const sure = await ask({
            title: `Stop trial ${trial.trial}?`,
            body: <p>It writes a checkpoint, if it runs, and is not trained on until it is retried.</p>,
            doIt: "stop",
            danger: true,
        });
        if (sure !== null) await perform("stop", of);
    };
    const retry = async () => {
        const sure = await ask({
            title: `Retry trial ${trial.trial}?`,
            body: <p>It is queued again, and begins at its last checkpoint.</p>,
            doIt: "retry",
        });
        if (sure !== null) await perform("retry", of);
    };
    return (
        <div class="actions" role="group" aria-label={`actions on trial ${trial.trial}`}>
            {open && (
                <button type="button" onClick={stop}>
                    stop …
                </button>
            )}
            {(trial.state === "failed" || trial.state === "stopped") && (
                <button type="button" onClick={retry}>
                    retry …
                </button>
            )}
            <Keep what={`trial ${trial.trial}`} noted={trial} of={of} after={`/sweep/${trial.sweep}`} />
        </div>
    );
}
