import { useState } from "preact/hooks";
import { Words } from "../parts/pieces";
import { Refusal, send } from "../data/api";

/** Without a session nothing is shown; the words of the head say where the token is. */
export function LoginView({ words, onDone }: { words: string; onDone: () => void }) {
    const [token, setToken] = useState("");
    const [fault, setFault] = useState<string | null>(null);
    const submit = async (event: Event) => {
        event.preventDefault();
        try {
            await send("POST", "/api/session", { token: token.trim() });
            onDone();
        } catch (e) {
            setFault(e instanceof Refusal ? e.message : "the head cannot be reached");
        }
    };
    return (
        <section class="card login" aria-labelledby="login-title">
            <h1 id="login-title">Who are you?</h1>
            <p>
                <Words text={words} />
            </p>
            <form onSubmit={submit}>
                <label class="field">
                    token{" "}
                    <input type="password" autocomplete="off" value={token} onInput={(e) => setToken(e.currentTarget.value)} />
                </label>
                {fault && (
                    <p class="fault" role="alert">
                        {fault}
                    </p>
                )}
                <div class="buttons left">
                    <button type="submit" class="primary" disabled={token.trim() === ""}>
                        open the dashboard
                    </button>
                </div>
            </form>
        </section>
    );
}
