import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** Beside every file what browsers that know brotli are sent. */
function brotli(): Plugin {
    return {
        name: "brotli",
        writeBundle({ dir }) {
            const assets = join(dir!, "assets");
            for (const name of readdirSync(assets)) {
                if (/\.(js|css|svg)$/.test(name))
                    writeFileSync(join(assets, `${name}.br`), brotliCompressSync(readFileSync(join(assets, name))));
            }
        },
    };
}

// Served by the head under a strict Content-Security-Policy: nothing inline, nothing from elsewhere. Charts are loaded when one is looked at.
export default defineConfig({
    root: "dashboard",
    plugins: [brotli()],
    build: {
        outDir: "../../../artifacts/dashboard-page",
        emptyOutDir: true,
        chunkSizeWarningLimit: 2000,
        reportCompressedSize: false,
        modulePreload: { polyfill: false },
        assetsInlineLimit: 0,
        target: "es2022",
    },
});
