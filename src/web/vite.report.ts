import { defineConfig } from "vite";
import { viteSingleFile } from "vite-plugin-singlefile";

// One file with everything inside: reports are mailed, archived and read without a network.
export default defineConfig({
    root: "report",
    plugins: [viteSingleFile()],
    build: {
        outDir: "../../../artifacts/report-page",
        emptyOutDir: true,
        chunkSizeWarningLimit: 2000,
        reportCompressedSize: false,
    },
});
