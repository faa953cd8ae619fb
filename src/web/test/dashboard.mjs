// Opens the dashboard in a real browser, does one of the walks below, and prints what it found as the last line, JSON.
//   node dashboard.mjs WALK LINK CHROMIUM [SCREENSHOT-FOLDER]
// What the walk wants done to the head meanwhile it asks for on a line of its own, {"ask":"..."}; the answer is a line on standard input.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { blankCharts, drawCharts, launch, look, overflow } from "./browser.mjs";

const [walk, link, executablePath, folder] = process.argv.slice(2);
const origin = new URL(link).origin;
const axe = readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const browser = await launch(executablePath);
const found = { faults: [], requests: [], axe: [] };

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
async function ask(what) {
    console.log(JSON.stringify({ ask: what }));
    return (await lines.next()).value;
}

/** A browser of one person, who has opened the link that the head has printed. */
async function person(name, options = {}, address = link) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, deviceScaleFactor: 1, ...options });
    const page = await open(context, name);
    await page.goto(address);
    await page.locator(".bar").waitFor();
    if (page.url().includes("#")) found.faults.push(`${name}: what opens the door is still in the address`);
    return { context, page, name };
}

/** A tab in which everything that goes wrong is written down. */
async function open(context, name) {
    const page = await context.newPage();
    page.on("console", (message) => {
        if (!["error", "warning"].includes(message.type()) || expected?.test(message.text()) || refused.test(message.text()))
            return;
        found.faults.push(`${name}: ${message.text()} (${message.location().url})`);
    });
    page.on("response", (answer) => {
        if (answer.status() >= 400 && !expected?.test(`status of ${answer.status()}`)) refusals.push(toldBy(answer, name));
    });
    page.on("pageerror", (fault) => found.faults.push(`${name}: ${fault.stack}`));
    page.on("request", (request) => {
        if (!request.url().startsWith(`${origin}/`) && !/^(data|blob):/.test(request.url())) found.requests.push(request.url());
    });
    await page.addInitScript(() =>
        document.addEventListener("securitypolicyviolation", (event) =>
            console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`),
        ),
    );
    return page;
}

/** What the browser may say meanwhile: that the head is away, or has told in words that there is nothing to draw. */
let expected = null;

/** The browser says neither what was refused nor why, so that is written down from the answer itself. */
const refused = /^Failed to load resource: the server responded/;
const refusals = [];
async function toldBy(answer, name) {
    const words = await answer.text().catch(() => "words that were gone");
    found.faults.push(`${name}: ${answer.request().method()} ${answer.url()} answered ${answer.status()}: ${words}`);
}

/** Everything that the view shows at once is there. */
async function settled(page) {
    await page.waitForFunction(
        () =>
            document.querySelector(".card, .login, .fault") &&
            !document.querySelector(".loading") &&
            !document.querySelector("[data-busy=true]"),
    );
}

async function audit(page, name) {
    const violations = await page.evaluate(
        `${axe}; axe.run().then((r) => r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html.slice(0, 200)).join(" | ")))`,
    );
    found.axe.push(...violations.map((v) => `${name}: ${v}`));
}

async function visit(person, address, ready) {
    await person.page.goto(origin + address);
    if (ready) await person.page.locator(ready).first().waitFor();
    await settled(person.page);
}

/** How a page is looked at. */
const looks = [
    ["desktop", {}],
    ["phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }],
    ["dark", { colorScheme: "dark", reducedMotion: "reduce" }],
];

/** Everything that a view can be asked about. */
async function seen(one, name, address, withLook = false) {
    await visit(one, address);
    const charts = await drawCharts(one.page);
    await settled(one.page);
    await one.page.evaluate(() => window.scrollTo(0, 0));
    await audit(one.page, name);
    // It names the store's folder, which is another one every time.
    await one.page.evaluate(() => {
        const banner = document.querySelector(".banner");
        if (banner) banner.hidden = true;
    });
    const view = {
        name,
        charts,
        blank: await blankCharts(one.page),
        overflow: await overflow(one.page),
        markup: await one.page.locator("main b, main script, main img[src=x]").count(),
        words: await one.page.locator("main").innerText(),
        faults: await one.page.locator(".fault[role=alert]").allInnerTexts(),
    };
    const picture = await one.page.screenshot({ fullPage: true, ...(folder ? { path: `${folder}/dashboard-${name}.png` } : {}) });
    if (withLook) view.look = await look(one.context, picture);
    return view;
}

const walks = {
    /** Every page, on a desktop, on a phone and in the dark. */
    async pages() {
        found.views = [];
        for (const [name, options] of looks) {
            const one = await person(name, options);
            const id = (await one.page.locator(".sweep-name a").first().getAttribute("href")).split("/").pop();
            await visit(one, `/sweep/${id}?tab=trials`, ".vrow a");
            const trial = await one.page.locator(".vrow a").first().getAttribute("href");
            const failed = `/sweep/${id}?tab=failures`;
            const views = {
                home: "/",
                sweep: `/sweep/${id}`,
                trials: `/sweep/${id}?tab=trials`,
                figures: `/sweep/${id}?tab=figures&figure=importance`,
                failures: failed,
                definition: `/sweep/${id}?tab=definition`,
                trial,
                compare: `/compare?of=${id};objective.k=1&of=${id};objective.k=5`,
                query: "/query?name=best",
                nodes: "/nodes",
                unknown: "/compare",
            };
            for (const [view, address] of Object.entries(views))
                found.views.push(await seen(one, `${view}-${name}`, address, ["home", "sweep"].includes(view)));
            await one.context.close();
        }
    },

    /** A sweep that trains: numbers come in, and nothing of what the reader does is lost. */
    async live() {
        const one = await person("live");
        const { page } = one;
        await page.locator(".sweep-name a").first().click();
        await drawCharts(page);
        await settled(page);
        await page.locator("#comparison .unfold").first().click();
        await page.locator("tr.seeds table").waitFor();
        const curves = page.locator("#learning-curves .chart");
        await curves.scrollIntoViewIfNeeded();
        const box = await curves.boundingBox();
        await page.mouse.move(box.x + 100, box.y + 60);
        await page.mouse.down();
        await page.mouse.move(box.x + 220, box.y + 60, { steps: 4 });
        await page.mouse.up();
        await page.waitForURL(/zoom=/);
        await page.locator(".bar").getByRole("link", { name: "query" }).focus();
        await page.evaluate(() => window.scrollTo(0, 120));
        const state = () =>
            page.evaluate(() => ({
                scroll: window.scrollY,
                focus: document.activeElement.textContent,
                address: location.search,
                open: document.querySelectorAll("tr.seeds").length,
            }));
        const before = await state();
        const fills = async () => Number((await curves.getAttribute("data-fills")) ?? 0);
        const drawn = await fills();
        const epochs = async () => Number(/(\d+) of \d+ epochs/.exec(await page.locator(".sweep-head").innerText())[1]);
        const first = await epochs();
        found.delays = [];
        // How long it takes from an epoch's end at the trainer to its number on the page.
        for (let i = 0; i < 8; i++) {
            const were = await epochs();
            const began = performance.now();
            await ask("epoch");
            await page.waitForFunction(
                (n) => Number(/(\d+) of \d+ epochs/.exec(document.querySelector(".sweep-head").innerText)[1]) > n,
                were,
            );
            found.delays.push(Math.round(performance.now() - began));
        }
        await page.waitForFunction(
            (n) => Number(document.querySelector("#learning-curves .chart").dataset.fills ?? 0) > n,
            drawn,
        );
        found.kept = { before, after: await state(), epochs: (await epochs()) - first };
        // A second tab gets what the first one hears: one stream for both.
        const second = await open(one.context, "second tab");
        await second.goto(page.url());
        await second.locator(".standing.live").waitFor();
        await second.locator(".sweep-head").waitFor();
        found.streams = await second.evaluate(async () => (await (await fetch("/api/home")).json()).head?.watchers ?? null);
        const were = await epochs();
        await ask("epoch");
        await second.waitForFunction(
            (n) => Number(/(\d+) of \d+ epochs/.exec(document.querySelector(".sweep-head").innerText)[1]) > n,
            were,
        );
        // The tab that held the stream is closed: the other takes over.
        await page.close();
        await ask("epoch");
        await second.waitForFunction(
            (n) => Number(/(\d+) of \d+ epochs/.exec(document.querySelector(".sweep-head").innerText)[1]) > n + 1,
            were,
        );
        found.takenOver = true;
    },

    /** The head goes away under an open page, and comes back. */
    async restart() {
        const { page } = await person("restart");
        await page.locator(".sweep-name a").first().click();
        await settled(page);
        const words = page.locator(".standing");
        const before = await page.locator(".comparison tbody").innerText();
        expected = /./;
        await ask("stop");
        await page.locator(".standing.disconnected").waitFor();
        found.away = await words.innerText();
        // Once the table has been asked for in vain.
        await page.evaluate(() => fetch("/api/home").catch(() => null));
        found.kept = (await page.locator(".comparison tbody").innerText()) === before;
        found.alerts = await page.locator("main .fault").count();
        await ask("start");
        await page.locator(".standing.live, .standing.reading").waitFor();
        expected = null;
        await page.locator("nav.tabs a", { hasText: "trials" }).click();
        await page.locator(".vrow a").first().waitFor();
        found.back = await words.innerText();
    },

    /** Everything that can be done to a sweep and to a trial, and what takes it back; a second person sees it, a visitor may not. */
    async steer() {
        // Of a deleted sweep everything is refused.
        expected = /status of 404/;
        const [one, other] = [await person("steering"), await person("watching")];
        const { page } = one;
        found.said = {};
        await page.locator(".sweep-name a").first().click();
        await settled(page);
        await other.page.locator(".sweep-name a").first().click();
        await settled(other.page);
        const message = () => page.locator(".message").last();
        const button = (name) => page.locator(".actions").getByRole("button", { name });
        const clear = async () => {
            while ((await page.locator(".message").count()) > 0)
                await page.locator(".message").last().getByRole("button", { name: "close this message" }).click();
        };
        const fill = async (text, doIt) => {
            const dialog = page.locator("dialog");
            await dialog.waitFor();
            if (text !== null) await dialog.locator("input").fill(text);
            await dialog.getByRole("button", { name: doIt, exact: true }).click();
            await dialog.waitFor({ state: "detached" });
        };
        const act = async (name, run, seen) => {
            if (!name.startsWith("undo")) await clear();
            await run();
            await message().waitFor();
            found.said[name] = await message().locator("span").innerText();
            // In words of its own: a page under this policy evaluates no text.
            if (seen)
                await other.page.waitForFunction(
                    ([selector, words]) => document.querySelector(selector)?.textContent.includes(words),
                    seen,
                );
        };
        const stands = (word) => [".sweep-head .stands", word];
        await act("pause", () => button("pause").click(), stands("paused"));
        await act("undo pause", () => message().getByRole("button", { name: "undo" }).click(), stands("active"));
        await act(
            "stop",
            async () => {
                await button("stop …").click();
                await fill(null, "stop");
            },
            stands("stopped"),
        );
        await act("undo stop", () => message().getByRole("button", { name: "undo" }).click(), stands("active"));
        await act(
            "stop again",
            async () => {
                await button("stop …").click();
                await fill(null, "stop");
            },
            stands("stopped"),
        );
        await act("resume", () => button("resume").click(), stands("active"));
        const undo = () => message().getByRole("button", { name: "undo" }).click();
        await act("undo resume", undo, stands("stopped"));
        await act("resume again", () => button("resume").click(), stands("active"));
        await act(
            "priority",
            async () => {
                await button(/^priority/).click();
                await fill("7", "set priority");
            },
            [".actions", "priority 7"],
        );
        await act("undo priority", () => message().getByRole("button", { name: "undo" }).click(), [".actions", "priority 0"]);
        await act(
            "concurrency",
            async () => {
                await button(/at once/).click();
                await fill("2", "set limit");
            },
            [".actions", "at most 2 at once"],
        );
        await act("undo concurrency", undo, [".actions", "no limit at once"]);
        await act(
            "tags",
            async () => {
                await button("tags …").click();
                await fill("paper draft", "set tags");
            },
            [".sweep-head", "draft"],
        );
        await act("undo tags", undo);
        await page.waitForFunction(() => !document.querySelector(".sweep-head").textContent.includes("draft"));
        await act(
            "note",
            async () => {
                await button("note …").click();
                await fill("<b>look</b> at k", "set note");
            },
            [".sweep-head .note", "<b>look</b> at k"],
        );
        await act("undo note", undo);
        await other.page.locator(".sweep-head .note").waitFor({ state: "detached" });
        await act("retry", async () => {
            await button("retry failed …").click();
            await fill(null, "retry");
        });
        // What is queued again cannot be made to have failed.
        found.retryHasUndo = (await message().getByRole("button", { name: "undo" }).count()) > 0;
        // The second person steers, and the first one sees it.
        await other.page.locator(".actions").getByRole("button", { name: "pause" }).click();
        await page.waitForFunction(() => document.querySelector(".sweep-head .stands").textContent.includes("paused"));
        await other.page.locator(".message").getByRole("button", { name: "undo" }).click();
        await page.waitForFunction(() => !document.querySelector(".sweep-head .stands").textContent.includes("paused"));
        // A dialog that is closed by the keyboard does nothing, and the focus is where it was.
        await clear();
        await button("delete …").click();
        await page.locator("dialog").waitFor();
        await audit(page, "dialog");
        await page.keyboard.press("Escape");
        await page.locator("dialog").waitFor({ state: "detached" });
        found.focus = await page.evaluate(() => document.activeElement.textContent);
        // One trial.
        await page.locator("nav.tabs a", { hasText: "trials" }).click();
        await page.locator(".vrow", { hasText: "queued" }).first().locator("a").click();
        await page.locator(".actions").waitFor();
        await act("trial note", async () => {
            await button("note …").click();
            await fill("odd", "set note");
        });
        await act("undo trial note", undo);
        await act("trial stop", async () => {
            await button("stop …").click();
            await fill(null, "stop");
        });
        await act("undo trial stop", undo);
        await page.locator("h1 .state.queued").waitFor();
        await act("trial stop again", async () => {
            await button("stop …").click();
            await fill(null, "stop");
        });
        await act("trial retry", async () => {
            await button("retry …").click();
            await fill(null, "retry");
        });
        // A visitor looks, and has nothing to press.
        const visitor = await person("visitor", {}, await ask("visitor"));
        await visitor.page.locator(".sweep-name a").first().click();
        await settled(visitor.page);
        found.visitor = await visitor.page.locator(".actions").count();
        // The whole sweep: what would go is shown before.
        await page.goto(`${origin}/`);
        await page.locator(".sweep-name a").first().click();
        await settled(page);
        await clear();
        await button("delete …").click();
        const dialog = page.locator("dialog");
        await dialog.waitFor();
        found.preview = await dialog.innerText();
        if ((await dialog.getByRole("button", { name: /stop it/ }).count()) > 0) {
            await dialog.getByRole("button", { name: /stop it/ }).click();
            await page.locator("dialog .preview").waitFor();
        }
        await page.locator("dialog").getByRole("button", { name: "delete", exact: true }).click();
        await page.waitForURL(`${origin}/`);
        await message().waitFor();
        found.said.delete = await message().locator("span").innerText();
        await other.page.getByText("is gone").waitFor();
    },

    /** By the keyboard alone: from the top of the page to a seed's trial. */
    async keyboard() {
        const { page } = await person("keyboard");
        const to = async (test, most = 60) => {
            for (let i = 0; i < most; i++) {
                await page.keyboard.press("Tab");
                if (await page.evaluate(test)) return true;
            }
            throw new Error(`no way by the keyboard to ${test}`);
        };
        await to('document.activeElement.matches(".skip")');
        await page.keyboard.press("Enter");
        await to('document.activeElement.matches(".sweep-name a")');
        await page.keyboard.press("Enter");
        await settled(page);
        await to('document.activeElement.matches(".unfold")');
        await page.keyboard.press("Enter");
        await page.locator("tr.seeds a").first().waitFor();
        await to('document.activeElement.matches("tr.seeds a")');
        found.outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
        await page.keyboard.press("Enter");
        await page.locator("h1", { hasText: "trial" }).waitFor();
        await page.goBack();
        await page.locator("tr.seeds a").first().waitFor();
        // A grid of all trials: one stop of Tab, and arrows from there.
        await page.locator("nav.tabs a", { hasText: "trials" }).focus();
        await page.keyboard.press("Enter");
        await page.locator(".vrow a").first().waitFor();
        await settled(page);
        const at = () =>
            page.evaluate(() => {
                const cell = document.activeElement.closest("[role=gridcell], [role=columnheader]");
                return cell
                    ? [Number(cell.parentElement.getAttribute("aria-rowindex")), [...cell.parentElement.children].indexOf(cell)]
                    : null;
            });
        await to('document.activeElement.closest("[role=grid]")');
        found.grid = [await at()];
        for (const key of [
            "ArrowDown",
            "ArrowRight",
            "End",
            "ArrowUp",
            "ArrowUp",
            "Home",
            "Control+End",
            "ArrowDown",
            "Control+Home",
            "PageDown",
        ]) {
            await page.keyboard.press(key);
            found.grid.push(await at());
        }
        found.stops = await page.locator("[role=grid] [tabindex='0']").count();
        await page.keyboard.press("Control+Home");
        await page.keyboard.press("Enter");
        await page.locator("h1", { hasText: "trial" }).waitFor();
        await page.goBack();
        await page.locator("nav.tabs a", { hasText: "overview" }).click();
        await settled(page);
        // The filter by the keyboard does what the brush does.
        await page.locator(".filters select").focus();
        await page.keyboard.press("ArrowDown");
        await to('document.activeElement.matches(".filters input")');
        await page.keyboard.type("1");
        await page.keyboard.press("Enter");
        await page.waitForURL(/where=/);
        await page.waitForFunction(() => document.querySelectorAll(".comparison tbody tr:not(.seeds)").length === 1);
    },

    /** Brushing an axis filters table and curves; the address shows the same to somebody else. */
    async brush() {
        const one = await person("brush");
        const { page } = one;
        await page.locator(".sweep-name a").first().click();
        await page.locator("#parallel-coordinates .chart").waitFor();
        await settled(page);
        await drawCharts(page);
        const rows = () => page.locator(".comparison tbody tr").count();
        found.before = await rows();
        const chart = page.locator("#parallel-coordinates .chart");
        await chart.scrollIntoViewIfNeeded();
        await chart.and(page.locator("[data-drawn=true]")).waitFor();
        const box = await chart.boundingBox();
        await page.mouse.move(box.x + 60, box.y + 48);
        await page.mouse.down();
        await page.mouse.move(box.x + 60, box.y + 150, { steps: 6 });
        await page.mouse.up();
        await page.waitForURL(/where=/);
        await page.waitForFunction((n) => document.querySelectorAll(".comparison tbody tr").length < n, found.before);
        found.after = await rows();
        found.address = decodeURIComponent(new URL(page.url()).search);
        const second = await open(one.context, "sent to a colleague");
        await second.goto(page.url());
        await settled(second);
        found.sent = await second.locator(".comparison tbody tr").count();
        found.lines = await second.locator("#learning-curves .legend button").count();
        // What the head could not make anew yet says how old it is.
        await second.route(/\/table\?/, async (route) => {
            // Asked by this process: the head believes a cookie of a page of its own alone, which a browser would say.
            const answer = await route.fetch({ headers: { ...route.request().headers(), "sec-fetch-site": "same-origin" } });
            await route.fulfill({ response: answer, headers: { ...answer.headers(), "x-vaesweep-age": "12" } });
        });
        await second.reload();
        found.age = await second.locator("#comparison .age").innerText();
        await second.unrouteAll({ behavior: "ignoreErrors" });
    },

    /** A hundred thousand trials. */
    async many() {
        const one = await person("many");
        const { page } = one;
        const id = (await page.locator(".sweep-name a").first().getAttribute("href")).split("/").pop();
        await visit(one, `/sweep/${id}?tab=trials`, ".vrow a");
        // The best of three: what the page and the head take, whatever else the machine does.
        const timed = async (address, ready) => {
            const tries = [];
            for (let i = 0; i < 3; i++) {
                const began = performance.now();
                await page.goto(origin + address);
                await page.locator(ready).first().waitFor();
                const paint = await page.evaluate(
                    () => performance.getEntriesByType("paint").find((e) => e.name === "first-contentful-paint")?.startTime ?? 0,
                );
                tries.push({ usable: Math.round(performance.now() - began), paint: Math.round(paint) });
            }
            return tries.reduce((a, b) => (b.usable < a.usable ? b : a));
        };
        found.home = await timed("/", ".sweep-name a");
        found.sweep = await timed(`/sweep/${id}`, ".comparison tbody tr");
        found.trials = await timed(`/sweep/${id}?tab=trials`, ".vrow a");
        const box = page.locator(".virtual");
        found.rows = await page.locator(".vrow").count();
        found.count = Number(await page.locator(".vtable").getAttribute("aria-rowcount"));
        let began = performance.now();
        await box.evaluate((element) => {
            element.scrollTop = element.scrollHeight;
        });
        await page.locator(`.vrow[aria-rowindex="${found.count}"] a`).waitFor();
        found.bottom = Math.round(performance.now() - began);
        began = performance.now();
        await page.getByRole("button", { name: "k", exact: true }).click();
        await page.waitForURL(/sort=/);
        await page.locator(".vrow a").first().waitFor();
        found.sort = Math.round(performance.now() - began);
        const trial = (await page.locator(".vrow a").nth(3).innerText()).trim();
        await page.getByPlaceholder("trial id").fill(trial);
        await page.waitForFunction(
            (id) => document.querySelectorAll(".vrow a").length === 1 && document.querySelector(".vrow a").textContent === id,
            trial,
        );
        found.heap = Math.round(await page.evaluate(() => (performance.memory?.usedJSHeapSize ?? 0) / 1e6));
        found.elements = await page.evaluate(() => document.querySelectorAll("*").length);
        await audit(page, "many");
    },

    /** Searches: what they found, their rungs, and who went on from whom. */
    async search() {
        found.views = [];
        for (const [name, options] of looks) {
            const one = await person(name, options);
            await visit(one, "/", ".sweep-name a");
            const sweeps = await one.page
                .locator(".sweep-name a")
                .evaluateAll((links) => links.map((a) => [a.textContent, a.getAttribute("href")]));
            for (const [sweep, address] of sweeps)
                found.views.push({ sweep, ...(await seen(one, `search-${sweep}-${name}`, `${address}?tab=search`)) });
            await one.context.close();
        }
    },

    /** What a trained model draws. */
    async images() {
        const one = await person("images");
        const { page } = one;
        await page.locator(".sweep-name a").first().click();
        await settled(page);
        found.parallel = await page.locator("#parallel-coordinates").innerText();
        await page.locator("nav.tabs a", { hasText: "trials" }).click();
        await page.locator(".vrow a").first().click();
        await page.locator("#images").waitFor();
        found.offered = await page.locator("#images .chip").allInnerTexts();
        found.drawn = [];
        for (const kind of ["samples", "reconstructions"]) {
            await page.locator("#images").getByRole("button", { name: kind, exact: true }).click();
            await page.waitForFunction(
                () =>
                    document.querySelector("#images figure, #images .figure, #images .fault") &&
                    !document.querySelector("#images .loading"),
                null,
                { timeout: 240_000 },
            );
            await drawCharts(page);
            found.drawn.push({
                kind,
                faults: await page.locator("#images .fault").allInnerTexts(),
                address: new URL(page.url()).search,
                // Pictures of more than one colour.
                pictures: await page.locator("#images figure canvas, #images figure img").evaluateAll(async (all) => {
                    let count = 0;
                    for (const one of all) {
                        if (one instanceof HTMLImageElement) await one.decode();
                        const paper = Object.assign(document.createElement("canvas"), { width: 64, height: 64 }).getContext("2d");
                        paper.drawImage(one, 0, 0, 64, 64);
                        const pixels = new Uint32Array(paper.getImageData(0, 0, 64, 64).data.buffer);
                        if (pixels.some((pixel) => pixel !== pixels[0])) count++;
                    }
                    return count;
                }),
            });
        }
        await audit(page, "images");
        if (folder) await page.screenshot({ fullPage: true, path: `${folder}/dashboard-images.png` });
    },

    /** What another definition would change is told; what is wrong with it, too, with its line. */
    async plan() {
        expected = /status of 400/;
        const { page } = await person("plan");
        await page.locator(".sweep-name a").first().click();
        await settled(page);
        await page.locator("nav.tabs a", { hasText: "definition" }).click();
        const text = page.locator("#plan textarea");
        await text.waitFor();
        const whole = await text.inputValue();
        await text.fill(whole.replace("[1, 5]", "[1, 5, 7]"));
        await page.locator("#plan").getByRole("button", { name: "tell the difference" }).click();
        await page.locator("#plan pre").waitFor();
        found.difference = await page.locator("#plan pre").innerText();
        await text.fill(whole.replace("latent", "latnet").replace("objective.k", "objective.kk"));
        await page.locator("#plan").getByRole("button", { name: "tell the difference" }).click();
        await page.locator("#plan .fault").waitFor();
        found.fault = await page.locator("#plan .fault").innerText();
        await page.locator("#plan").getByRole("button", { name: "as submitted" }).click();
        found.back = (await text.inputValue()) === whole;
        await audit(page, "plan");
    },

    /** An hour under a sweep that changes every second, by a clock that runs faster: what the page holds stays what it was. */
    async heap() {
        const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
        const page = await open(context, "heap");
        await page.clock.install();
        await page.addInitScript(() => {
            const Real = EventSource;
            window.EventSource = class extends Real {
                constructor(url) {
                    super(url);
                    window.heard = this;
                }
            };
            // Every answer is read and drawn anew, as if it were another.
            const real = fetch;
            window.fetch = (url, how) => real(url, { ...how, headers: { ...how?.headers, "If-None-Match": "none" } });
        });
        await page.goto(link);
        await page.locator(".sweep-name a").first().click();
        await settled(page);
        await drawCharts(page);
        const entry = await page.evaluate(async () => (await (await fetch("/api/home")).json()).sweeps[0]);
        const cdp = await context.newCDPSession(page);
        await cdp.send("Performance.enable");
        const minutes = 60;
        found.heap = [];
        for (let second = 1; second <= 60 * minutes; second++) {
            await page.evaluate(
                ([sweep, n]) =>
                    window.heard.onmessage({
                        data: JSON.stringify({
                            type: "change",
                            seq: 1e6 + n,
                            at: new Date().toISOString(),
                            sweeps: [{ ...sweep, changed: 1e6 + n, note: `update ${n}` }],
                            gone: [],
                            nodes: null,
                            head: null,
                            mode: "live",
                            says: null,
                        }),
                    }),
                [entry, second],
            );
            await page.clock.runFor(1000);
            if (second % (15 * 60) !== 0) continue;
            await settled(page);
            await cdp.send("HeapProfiler.collectGarbage");
            const metrics = Object.fromEntries((await cdp.send("Performance.getMetrics")).metrics.map((m) => [m.name, m.value]));
            found.heap.push({
                minutes: second / 60,
                updates: second,
                bytes: metrics.JSHeapUsedSize,
                elements: metrics.Nodes,
                listeners: metrics.JSEventListeners,
                fills: await page.evaluate(() => Number(document.querySelector(".chart").dataset.fills ?? 0)),
            });
        }
    },
};

try {
    await walks[walk]().finally(() => Promise.all(refusals));
} catch (fault) {
    // Why a walk got no further is often what went wrong before.
    for (const one of found.faults) console.error(one);
    throw fault;
} finally {
    await browser.close();
}
process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0));
