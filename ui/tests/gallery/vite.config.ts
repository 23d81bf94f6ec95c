// Serves the gallery: every page and state on a fake host, to be looked at. Not part of the app's build.
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: at("."),
  plugins: [svelte({ configFile: at("../../svelte.config.js") })],
  server: { port: 5180, strictPort: true, fs: { allow: [at("../..")] } },
});
