import { announce } from "../parts/announce";
import { Refusal, send } from "./api";
import type { ActionAnswer } from "./types";

/** Does it, says what it did, and offers what takes it back. */
export async function perform(verb: string, body: Record<string, unknown>): Promise<ActionAnswer | null> {
    try {
        const answer = await send<ActionAnswer>("POST", `/api/actions/${verb}`, body);
        const undo = answer.undo;
        announce(answer.said, {
            undo: undo
                ? () => {
                      void perform(undo.verb, undo.body);
                  }
                : undefined,
        });
        return answer;
    } catch (fault) {
        announce(
            fault instanceof Refusal
                ? fault.message
                : "the head cannot be reached: nothing was changed as far as this page knows",
            { bad: true },
        );
        return null;
    }
}

/** What a deletion would take away. */
export async function preview(body: Record<string, unknown>): Promise<ActionAnswer | null> {
    try {
        return await send<ActionAnswer>("POST", "/api/actions/delete", { ...body, preview: true });
    } catch (fault) {
        announce(fault instanceof Refusal ? fault.message : "the head cannot be reached", { bad: true });
        return null;
    }
}
