// What every walk through a page needs: a browser, a look at the whole page, a view of what went wrong.
import { chromium } from "playwright-core";

/** The browser's own sandbox needs privileges that containers lack; the pages are our own. */
export const launch = (executablePath) => chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

/** Brightness of a picture on a coarse grid, 0 to 255, row by row: what is where, whatever the fonts' edges. */
export async function look(context, picture) {
    const page = await context.newPage();
    const seen = await page.evaluate(
        async ([png, columns, rows]) => {
            const image = new Image();
            image.src = `data:image/png;base64,${png}`;
            await image.decode();
            const canvas = Object.assign(document.createElement("canvas"), { width: columns, height: rows });
            const paper = canvas.getContext("2d");
            paper.imageSmoothingQuality = "high";
            paper.drawImage(image, 0, 0, columns, rows);
            const pixels = paper.getImageData(0, 0, columns, rows).data;
            const grey = Array.from({ length: columns * rows }, (_, i) =>
                Math.round((pixels[4 * i] + pixels[4 * i + 1] + pixels[4 * i + 2]) / 3),
            );
            return { width: image.width, height: image.height, columns, grey };
        },
        [picture.toString("base64"), 24, 64],
    );
    await page.close();
    return seen;
}

/** Draws every chart of a page by bringing it into the window. */
export async function drawCharts(page) {
    const charts = page.locator(".chart");
    const count = await charts.count();
    for (let i = 0; i < count; i++) {
        await charts.nth(i).scrollIntoViewIfNeeded();
        await charts.nth(i).and(page.locator("[data-drawn=true]")).waitFor();
    }
    return count;
}

/** Charts whose canvas holds one colour: nothing was drawn. */
export const blankCharts = (page) =>
    page.evaluate(
        () =>
            [...document.querySelectorAll(".chart")].filter((chart) => {
                const canvas = chart.querySelector("canvas");
                if (!canvas) return true;
                const data = new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer);
                return data.every((pixel) => pixel === data[0]);
            }).length,
    );

export const overflow = (page) =>
    page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
