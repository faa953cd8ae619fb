// Opens a report in a real browser, clicks through it, and prints what it found as one line of JSON.
//   node walk.mjs REPORT.html CHROMIUM [SCREENSHOT-FOLDER]
import { pathToFileURL } from "node:url";
import { blankCharts, drawCharts, launch, look, overflow } from "./browser.mjs";

const [report, executablePath, folder] = process.argv.slice(2);
const browser = await launch(executablePath);
const found = { faults: [], requests: [], sizes: [] };
try {
    for (const [name, viewport] of [
        ["desktop", { width: 1280, height: 900 }],
        ["phone", { width: 390, height: 844 }],
    ]) {
        const context = await browser.newContext({ viewport, offline: true, deviceScaleFactor: 1 });
        const page = await context.newPage();
        page.on("console", (message) => {
            if (["error", "warning"].includes(message.type())) found.faults.push(`${name}: ${message.text()}`);
        });
        page.on("pageerror", (fault) => found.faults.push(`${name}: ${fault}`));
        page.on("request", (request) => {
            if (!/^(file|data|blob):/.test(request.url())) found.requests.push(request.url());
        });
        await page.goto(pathToFileURL(report).href);
        await page.waitForSelector("main section");

        // Each chart is drawn when it comes near the window.
        const count = await drawCharts(page);
        const blank = await blankCharts(page);
        const broken = await page.evaluate(
            () => [...document.images].filter((image) => !image.complete || image.naturalWidth === 0).length,
        );

        // Hiding a line changes its chart, showing it again brings it back.
        const pixels = () =>
            page
                .locator(".figure .chart canvas")
                .first()
                .evaluate((canvas) => canvas.toDataURL());
        const button = page.locator(".figure .legend button").first();
        let legend = null;
        if ((await button.count()) > 0) {
            const before = await pixels();
            await button.click();
            const hidden = await pixels();
            await button.click();
            legend = { changed: hidden !== before, restored: (await pixels()) === before };
        }

        // Trials: sorted by a click on a heading, filtered by typing.
        await page.locator("nav a", { hasText: "Trials" }).click();
        const cells = () => page.locator("#trials tbody tr td:last-child").allTextContents();
        await page.locator("#trials th").last().click();
        const values = (await cells()).filter((text) => text !== "").map(Number);
        const all = await page.locator("#trials tbody tr").count();
        await page.locator("#trials input").fill("no such trial");
        const none = await page.locator("#trials tbody tr").count();
        await page.locator("#trials input").fill("");
        for (const section of ["Table", "Figures", "Failures", "Definition", "Provenance"])
            await page.locator("nav a", { hasText: section }).click();
        const definition = await page.locator("#definition pre").textContent();
        found.sizes.push({
            name,
            charts: count,
            blank,
            broken,
            overflow: await overflow(page),
            legend,
            sorted: values.every((v, i) => i === 0 || v >= values[i - 1]),
            trials: all,
            none,
            rows: await page.locator("#table tbody tr").count(),
            definition: definition.length,
            figures: await page.locator(".figure").evaluateAll((cards) => cards.map((card) => card.id.replace("figure-", ""))),
        });
        await page.evaluate(() => window.scrollTo(0, 0));
        const picture = await page.screenshot({ fullPage: true, ...(folder ? { path: `${folder}/report-${name}.png` } : {}) });
        found.sizes.at(-1).look = await look(context, picture);
        await context.close();
    }
} finally {
    await browser.close();
}
console.log(JSON.stringify(found));
