import { useEffect, useMemo, useState } from "preact/hooks";
import { get, onSignedOut, Refusal, send } from "./data/api";
import { stream, useLive, type Live } from "./data/live";
import { usePlace } from "./data/route";
import type { Role } from "./data/types";
import { Messages } from "./parts/announce";
import { Guard } from "./parts/guard";
import { Words } from "./parts/pieces";
import { SessionContext } from "./parts/session";
import { choose, chosenTheme, type Theme } from "./parts/theme";
import { span, useTick } from "./parts/time";
import { CompareView } from "./views/compare";
import { HomeView } from "./views/home";
import { LoginView } from "./views/login";
import { NodesView } from "./views/nodes";
import { QueryView } from "./views/query";
import { SweepView } from "./views/sweep";
import { TrialView } from "./views/trial";

type Door = { open: true; role: Role } | { open: false; words: string | null };

/** The ticket in the address is used once and taken out of it. */
async function enter(): Promise<Role> {
    const found = /^#(ticket|token)=(.+)$/.exec(location.hash);
    if (found) {
        history.replaceState(null, "", location.pathname + location.search);
        try {
            return (await send<{ role: Role }>("POST", "/api/session", { [found[1]]: decodeURIComponent(found[2]) })).role;
        } catch (fault) {
            // Used already, in this very browser perhaps.
            if (!(fault instanceof Refusal) || fault.status !== 401) throw fault;
        }
    }
    return (await get<{ role: Role }>("/api/session")).role;
}

export function App() {
    const [door, setDoor] = useState<Door>({ open: false, words: null });
    const knock = () => {
        enter().then(
            (role) => {
                setDoor({ open: true, role });
                stream.start();
                stream.restart();
            },
            (fault: unknown) => {
                if (fault instanceof Refusal && fault.status === 401) setDoor({ open: false, words: fault.message });
                else setTimeout(knock, 1000);
            },
        );
    };
    useEffect(knock, []);
    useEffect(() => onSignedOut((words) => setDoor({ open: false, words })), []);
    if (!door.open)
        return (
            <main>
                {door.words === null ? (
                    <p class="faint loading tall">opening …</p>
                ) : (
                    <LoginView words={door.words} onDone={knock} />
                )}
            </main>
        );
    return <Inside role={door.role} />;
}

const titles = {
    home: "sweeps",
    query: "query",
    nodes: "nodes",
    compare: "compare",
    login: "login",
    unknown: "not found",
    sweep: "sweep",
    trial: "trial",
};

function Inside({ role }: { role: Role }) {
    const live = useLive();
    const place = usePlace();
    const { route } = place;
    const canSteer = role === "owner" && live.home?.mode === "live";
    const session = useMemo(() => ({ role, canSteer }), [role, canSteer]);
    const name =
        route.view === "sweep"
            ? (live.home?.sweeps.find((s) => s.id === route.sweep)?.name ?? titles.sweep)
            : route.view === "trial"
              ? `trial ${route.trial}`
              : titles[route.view];
    useEffect(() => {
        document.title = `${name} · VaeSweep`;
    }, [name]);
    return (
        <SessionContext.Provider value={session}>
            <a
                class="skip"
                href="#main"
                onClick={(e) => {
                    e.preventDefault();
                    document.getElementById("main")!.focus();
                }}>
                to the content
            </a>
            <header class="bar">
                <a class="brand" href="/">
                    VaeSweep
                </a>
                <nav aria-label="pages">
                    {(
                        [
                            ["/", "home", "sweeps"],
                            ["/compare", "compare", "compare"],
                            ["/query", "query", "query"],
                            ["/nodes", "nodes", "nodes"],
                        ] as const
                    ).map(([address, view, text]) => (
                        <a key={view} href={address} aria-current={route.view === view ? "page" : undefined}>
                            {text}
                        </a>
                    ))}
                </nav>
                <Standing live={live} />
                {role === "visitor" && <span class="tag">visitor: look, do not touch</span>}
                <ThemeChoice />
            </header>
            {live.home?.says && (
                <aside class="banner" aria-label="notice">
                    <Words text={live.home.says} />
                </aside>
            )}
            <main id="main" tabIndex={-1}>
                <Guard key={`${route.view} ${location.pathname}`}>
                    {route.view === "home" ? (
                        <HomeView live={live} place={place} />
                    ) : route.view === "sweep" ? (
                        <SweepView id={route.sweep} live={live} place={place} />
                    ) : route.view === "trial" ? (
                        <TrialView sweep={route.sweep} id={route.trial} live={live} place={place} />
                    ) : route.view === "compare" ? (
                        <CompareView live={live} place={place} />
                    ) : route.view === "query" ? (
                        <QueryView live={live} place={place} />
                    ) : route.view === "nodes" ? (
                        <NodesView live={live} />
                    ) : (
                        <p>
                            There is no such page. <a href="/">All sweeps</a>
                        </p>
                    )}
                </Guard>
            </main>
            <Messages />
        </SessionContext.Provider>
    );
}

/** After so many seconds without a word from the head what is shown may be out of date; it beats every 5. */
const staleAfter = 10;

function Standing({ live }: { live: Live }) {
    const now = useTick(1000);
    const age = Math.max(0, (now - live.heard) / 1000);
    const [kind, words] =
        live.link === "disconnected"
            ? ["disconnected", `disconnected for ${span(age)}, trying again`]
            : live.link === "connecting"
              ? ["stale", "connecting"]
              : live.home?.mode === "away"
                ? ["stale", "the head is away"]
                : live.home?.mode === "reading"
                  ? ["reading", "read only: no head"]
                  : age > staleAfter
                    ? ["stale", `stale for ${span(age)}`]
                    : ["live", "live"];
    return (
        <>
            <span class={`standing ${kind}`}>
                <span class="dot" aria-hidden="true" />
                {words}
            </span>
            <span class="visually-hidden" role="status">
                {kind === "live"
                    ? "live"
                    : kind === "disconnected"
                      ? "disconnected"
                      : kind === "reading"
                        ? "read only"
                        : "out of date"}
            </span>
        </>
    );
}

function ThemeChoice() {
    const [theme, set] = useState(chosenTheme());
    return (
        <label class="theme">
            <span class="visually-hidden">colours</span>
            <select
                value={theme}
                onChange={(e) => {
                    const next = e.currentTarget.value as Theme;
                    set(next);
                    choose(next);
                }}>
                <option value="auto">auto</option>
                <option value="light">light</option>
                <option value="dark">dark</option>
            </select>
        </label>
    );
}
