// Draws a view of the dashboard as SVG, from where the browser has put each box and word; charts are those that the head draws for papers.
//   node picture.mjs LINK ADDRESS CHROMIUM FILE.svg [light|dark]
import { writeFileSync } from "node:fs";
import { launch } from "./browser.mjs";

const [link, address, executablePath, file, theme = "light"] = process.argv.slice(2);
const browser = await launch(executablePath);
try {
    const page = await (
        await browser.newContext({ viewport: { width: 1240, height: 900 }, deviceScaleFactor: 1, colorScheme: theme })
    ).newPage();
    await page.goto(link);
    await page.locator(".bar").waitFor();
    await page.goto(new URL(address, link).href);
    await page.waitForFunction(() => document.querySelector(".card") && !document.querySelector(".loading"));
    for (const chart of await page.locator(".chart").all()) {
        await chart.scrollIntoViewIfNeeded();
        await chart.and(page.locator("[data-drawn=true]")).waitFor();
    }
    // What names a folder of this machine is not for others.
    await page.evaluate(() => {
        document.querySelector(".banner")?.remove();
        window.scrollTo(0, 0);
    });
    writeFileSync(file, await page.evaluate(draw));
} finally {
    await browser.close();
}

// Runs in the page.
async function draw() {
    const parts = [];
    const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
    const at = (n) => Math.round(n * 10) / 10;
    const clear = (color) => color === "transparent" || /, 0\)$/.test(color);
    const seen = (element) =>
        element.checkVisibility({ visibilityProperty: true }) && !element.closest(".visually-hidden, .skip, dialog");
    const walk = async (element) => {
        if (element.nodeType === Node.TEXT_NODE) {
            const words = element.textContent.replace(/\s+/g, " ");
            if (words.trim() === "" || !seen(element.parentElement)) return;
            const style = getComputedStyle(element.parentElement);
            // One text a line, as the browser has broken it.
            const range = document.createRange();
            let line = null;
            const flush = () => {
                if (!line || line.text.trim() === "") return;
                parts.push(
                    `<text x="${at(line.x)}" y="${at(line.y)}" textLength="${at(line.right - line.x)}" lengthAdjust="spacingAndGlyphs" fill="${style.color}" font-size="${style.fontSize}" font-weight="${style.fontWeight}"${/mono/i.test(style.fontFamily.split(",")[0]) ? ' font-family="DejaVu Sans Mono, monospace"' : ""}${style.fontStyle === "italic" ? ' font-style="italic"' : ""}>${escape(line.text.trim())}</text>`,
                );
            };
            for (let i = 0; i < element.length; i++) {
                range.setStart(element, i);
                range.setEnd(element, i + 1);
                const box = range.getClientRects()[0];
                if (!box || box.width === 0) continue;
                if (!line || Math.abs(box.top - line.top) > 3) {
                    flush();
                    line = { x: box.left, right: box.right, top: box.top, y: box.top + box.height * 0.79, text: "" };
                }
                line.text += element.textContent[i];
                if (element.textContent[i].trim() !== "") line.right = box.right;
            }
            flush();
            return;
        }
        if (element.nodeType !== Node.ELEMENT_NODE || !seen(element)) return;
        const box = element.getBoundingClientRect();
        const style = getComputedStyle(element);
        if (element.matches(".chart")) {
            const svg = element.closest(".card")?.querySelector(".files a[href*='.svg']");
            if (svg) {
                const whole = await (await fetch(svg.href)).text();
                const [, width, height] = /viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"/.exec(whole) ?? [];
                const inner = whole.slice(whole.indexOf(">", whole.indexOf("<svg")) + 1, whole.lastIndexOf("</svg>"));
                parts.push(
                    `<svg x="${at(box.left)}" y="${at(box.top)}" width="${at(box.width)}" height="${at(box.height)}" viewBox="0 0 ${width} ${height}">${inner}</svg>`,
                );
            }
            return;
        }
        if (
            box.width > 0 &&
            box.height > 0 &&
            (!clear(style.backgroundColor) || parseFloat(style.borderTopWidth) > 0 || parseFloat(style.borderBottomWidth) > 0)
        ) {
            const [top, bottom] = [parseFloat(style.borderTopWidth), parseFloat(style.borderBottomWidth)];
            if (!clear(style.backgroundColor) || top > 0) {
                parts.push(
                    `<rect x="${at(box.left + 0.5)}" y="${at(box.top + 0.5)}" width="${at(box.width - 1)}" height="${at(box.height - 1)}" rx="${at(Math.min(parseFloat(style.borderTopLeftRadius) || 0, box.height / 2))}" fill="${clear(style.backgroundColor) ? "none" : style.backgroundColor}"${top > 0 && !clear(style.borderTopColor) ? ` stroke="${style.borderTopColor}"` : ""}/>`,
                );
            } else if (bottom > 0) {
                parts.push(`<path d="M${at(box.left)} ${at(box.bottom)}H${at(box.right)}" stroke="${style.borderBottomColor}"/>`);
            }
        }
        if (element.matches("svg")) {
            const copy = element.cloneNode(true);
            for (const [name, value] of Object.entries({ x: at(box.left), y: at(box.top) })) copy.setAttribute(name, value);
            parts.push(copy.outerHTML);
            return;
        }
        if (element.matches("select, input:not([type=checkbox])")) {
            const text = element.matches("select")
                ? (element.selectedOptions[0]?.textContent ?? "")
                : element.value || element.placeholder;
            parts.push(
                `<text x="${at(box.left + 10)}" y="${at(box.top + box.height * 0.66)}" fill="${style.color}" font-size="${style.fontSize}">${escape(text)}</text>`,
            );
            return;
        }
        if (element.matches("summary"))
            parts.push(`<path d="M${at(box.left)} ${at(box.top + 5)}l8 5l-8 5z" fill="${style.color}"/>`);
        for (const child of element.childNodes) await walk(child);
    };
    await walk(document.body);
    const [width, height] = [document.documentElement.clientWidth, document.documentElement.scrollHeight];
    return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, DejaVu Sans, sans-serif"><rect width="100%" height="100%" fill="${getComputedStyle(document.body).backgroundColor}"/>${parts.join("\n")}</svg>\n`;
}
