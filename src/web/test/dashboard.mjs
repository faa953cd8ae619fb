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
    page.on("console", (message) => { if (["error", "warning"].includes(message.type()) && !expected?.test(message.text())) found.faults.push(`${name}: ${message.text()}`); });
    page.on("pageerror", (fault) => found.faults.push(`${name}: ${fault.stack}`));
    page.on("request", (request) => { if (!request.url().startsWith(`${origin}/`) && !/^(data|blob):/.test(request.url())) found.requests.push(request.url()); });
    await page.addInitScript(() => document.addEventListener("securitypolicyviolation", (event) => console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`)));
    return page;
}

/** What the browser may say meanwhile: that the head is away, or has told in words that there is nothing to draw. */
let expected = null;

/** Everything that the view shows at once is there. */
async function settled(page) {
    await page.waitForFunction(() => document.querySelector(".card, .login, .fault") && !document.querySelector(".loading") && !document.querySelector("[data-busy=true]"));
}

async function audit(page, name) {
    const violations = await page.evaluate(`${axe}; axe.run().then((r) => r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html.slice(0, 200)).join(" | ")))`);
    found.axe.push(...violations.map((v) => `${name}: ${v}`));
}

async function visit(person, address, ready) {
    await person.page.goto(origin + address);
    if (ready) await person.page.locator(ready).first().waitFor();
    await settled(person.page);
}

const walks = {
    /** Every page, on a desktop, on a phone and in the dark. */
    async pages() {
        found.views = [];
        for (const [name, options] of [["desktop", {}], ["phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }], ["dark", { colorScheme: "dark", reducedMotion: "reduce" }]]) {
            const one = await person(name, options);
            const id = (await one.page.locator(".sweep-name a").first().getAttribute("href")).split("/").pop();
            await visit(one, `/sweep/${id}?tab=trials`, ".vrow a");
            const trial = await one.page.locator(".vrow a").first().getAttribute("href");
            const failed = `/sweep/${id}?tab=failures`;
            const views = {
                home: "/", sweep: `/sweep/${id}`, trials: `/sweep/${id}?tab=trials`, figures: `/sweep/${id}?tab=figures&figure=importance`, failures: failed, definition: `/sweep/${id}?tab=definition`,
                trial, compare: `/compare?of=${id};objective.k=1&of=${id};objective.k=5`, query: "/query?name=best", nodes: "/nodes", unknown: "/compare",
            };
            for (const [view, address] of Object.entries(views)) {
                await visit(one, address);
                const charts = await drawCharts(one.page);
                await settled(one.page);
                await one.page.evaluate(() => window.scrollTo(0, 0));
                await audit(one.page, `${name} ${view}`);
                // It names the store's folder, which is another one every time.
                await one.page.evaluate(() => { const banner = document.querySelector(".banner"); if (banner) banner.hidden = true; });
                const seen = {
                    name: `${view}-${name}`, charts, blank: await blankCharts(one.page), overflow: await overflow(one.page), markup: await one.page.locator("main b, main script, main img[src=x]").count(),
                    words: await one.page.locator("main").innerText(), faults: await one.page.locator(".fault[role=alert]").allInnerTexts(),
                };
                const picture = await one.page.screenshot({ fullPage: true, ...(folder ? { path: `${folder}/dashboard-${view}-${name}.png` } : {}) });
                if (["home", "sweep"].includes(view)) seen.look = await look(one.context, picture);
                found.views.push(seen);
            }
            await one.context.close();
        }
    },

    /** A sweep that trains: numbers come in, and nothing of what the reader does is lost. */
    async live() {
        // No trial has finished: parallel coordinates are refused in words.
        expected = /status of 400/;
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
        const state = () => page.evaluate(() => ({
            scroll: window.scrollY, focus: document.activeElement.textContent, address: location.search, open: document.querySelectorAll("tr.seeds").length,
        }));
        const before = await state();
        const fills = async () => Number(await curves.getAttribute("data-fills") ?? 0);
        const drawn = await fills();
        const epochs = async () => Number(/(\d+) of \d+ epochs/.exec(await page.locator(".sweep-head").innerText())[1]);
        const first = await epochs();
        found.delays = [];
        // How long it takes from an epoch's end at the trainer to its number on the page.
        for (let i = 0; i < 8; i++) {
            const were = await epochs();
            const began = performance.now();
            await ask("epoch");
            await page.waitForFunction((n) => Number(/(\d+) of \d+ epochs/.exec(document.querySelector(".sweep-head").innerText)[1]) > n, were);
            found.delays.push(Math.round(performance.now() - began));
        }
        await page.waitForFunction((n) => Number(document.querySelector("#learning-curves .chart").dataset.fills ?? 0) > n, drawn);
        found.kept = { before, after: await state(), epochs: (await epochs()) - first };
        // A second tab gets what the first one hears: one stream for both.
        const second = await open(one.context, "second tab");
        await second.goto(page.url());
        await second.locator(".standing.live").waitFor();
        await second.locator(".sweep-head").waitFor();
        found.streams = await second.evaluate(async () => (await (await fetch("/api/home")).json()).head?.watchers ?? null);
        const were = await epochs();
        await ask("epoch");
        await second.waitForFunction((n) => Number(/(\d+) of \d+ epochs/.exec(document.querySelector(".sweep-head").innerText)[1]) > n, were);
        // The tab that held the stream is closed: the other takes over.
        await page.close();
        await ask("epoch");
        await second.waitForFunction((n) => Number(/(\d+) of \d+ epochs/.exec(document.querySelector(".sweep-head").innerText)[1]) > n + 1, were);
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
        found.kept = (await page.locator(".comparison tbody").innerText()) === before;
        await ask("start");
        await page.locator(".standing.live, .standing.reading").waitFor();
        expected = null;
        await page.locator("nav.tabs a", { hasText: "trials" }).click();
        await page.locator(".vrow a").first().waitFor();
        found.back = await words.innerText();
    },

    /** Everything that can be done to a sweep and to a trial, and what takes it back; a second person sees it, a visitor may not. */
    async steer() {
        // No epoch has been trained: curves are refused in words; and of a deleted sweep everything.
        expected = /status of (400|404)/;
        const [one, other] = [await person("steering"), await person("watching")];
        const { page } = one;
        found.said = {};
        await page.locator(".sweep-name a").first().click();
        await settled(page);
        await other.page.locator(".sweep-name a").first().click();
        await settled(other.page);
        const message = () => page.locator(".message").last();
        const button = (name) => page.locator(".actions").getByRole("button", { name });
        const clear = async () => { while (await page.locator(".message").count() > 0) await page.locator(".message").last().getByRole("button", { name: "close this message" }).click(); };
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
            if (seen) await other.page.waitForFunction(([selector, words]) => document.querySelector(selector)?.textContent.includes(words), seen);
        };
        const stands = (word) => [".sweep-head .stands", word];
        await act("pause", () => button("pause").click(), stands("paused"));
        await act("undo pause", () => message().getByRole("button", { name: "undo" }).click(), stands("active"));
        await act("stop", async () => { await button("stop …").click(); await fill(null, "stop"); }, stands("stopped"));
        await act("resume", () => button("resume").click(), stands("active"));
        await act("priority", async () => { await button(/^priority/).click(); await fill("7", "set priority"); }, [".actions", "priority 7"]);
        await act("undo priority", () => message().getByRole("button", { name: "undo" }).click(), [".actions", "priority 0"]);
        await act("concurrency", async () => { await button(/at once/).click(); await fill("2", "set limit"); }, [".actions", "at most 2 at once"]);
        await act("tags", async () => { await button("tags …").click(); await fill("paper draft", "set tags"); }, [".sweep-head", "draft"]);
        await act("note", async () => { await button("note …").click(); await fill("<b>look</b> at k", "set note"); }, [".sweep-head .note", "<b>look</b> at k"]);
        await act("retry", async () => { await button("retry failed …").click(); await fill(null, "retry"); });
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
        await act("trial note", async () => { await button("note …").click(); await fill("odd", "set note"); });
        await act("trial stop", async () => { await button("stop …").click(); await fill(null, "stop"); });
        await act("trial retry", async () => { await button("retry …").click(); await fill(null, "retry"); });
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
        if (await dialog.getByRole("button", { name: /stop it/ }).count() > 0) {
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
                const paint = await page.evaluate(() => performance.getEntriesByType("paint").find((e) => e.name === "first-contentful-paint")?.startTime ?? 0);
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
        await box.evaluate((element) => { element.scrollTop = element.scrollHeight; });
        await page.locator(`.vrow[aria-rowindex="${found.count}"] a`).waitFor();
        found.bottom = Math.round(performance.now() - began);
        began = performance.now();
        await page.getByRole("button", { name: "k", exact: true }).click();
        await page.waitForURL(/sort=/);
        await page.locator(".vrow a").first().waitFor();
        found.sort = Math.round(performance.now() - began);
        const trial = (await page.locator(".vrow a").nth(3).innerText()).trim();
        await page.getByPlaceholder("trial id").fill(trial);
        await page.waitForFunction((id) => document.querySelectorAll(".vrow a").length === 1 && document.querySelector(".vrow a").textContent === id, trial);
        found.heap = Math.round(await page.evaluate(() => (performance.memory?.usedJSHeapSize ?? 0) / 1e6));
        found.elements = await page.evaluate(() => document.querySelectorAll("*").length);
        await audit(page, "many");
    },
};

try {
    await walks[walk]();
} finally {
    await browser.close();
}
process.stdout.write(`${JSON.stringify(found)}\n`, () => process.exit(0));
