// Builds one HTML page per window into dist/, and runs the pages' tests.
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const page = (name: string) => fileURLToPath(new URL(`${name}.html`, import.meta.url));

export default defineConfig({
  plugins: [svelte()],
  // Tests run the browser's build of Svelte, since they mount components.
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  server: { port: 5173, strictPort: true },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // WebView2, WKWebView of macOS 13 and WebKitGTK 2.40 all have this.
    target: ["es2022", "safari16.4"],
    // Nothing inline: the windows' policy allows files of their own only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { card: page("card"), customer: page("customer"), history: page("history"), settings: page("settings"), welcome: page("welcome") },
    },
  },
  test: { environment: "jsdom", css: true, include: ["tests/**/*.test.ts"], testTimeout: 30_000 },
});
