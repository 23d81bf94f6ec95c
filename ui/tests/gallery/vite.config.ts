// Serves the gallery: every page and state on a fake host, to be looked at. Not part of the app's build.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  root: new URL(".", import.meta.url).pathname,
  plugins: [svelte({ configFile: new URL("../../svelte.config.js", import.meta.url).pathname })],
  server: { port: 5180, strictPort: true, fs: { allow: [new URL("../..", import.meta.url).pathname] } },
});
