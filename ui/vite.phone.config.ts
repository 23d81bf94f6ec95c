// Builds the phone page into dist/phone/: alone, since the hub serves that folder to phones and nothing beside it.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The areas of words that this page uses: it is loaded over a shop's Wi-Fi, and the settings' words are most of them. */
export const AREAS = ["app", "common", "payment", "phone", "platform", "status", "time", "trust"];

const { version } = JSON.parse(readFileSync(at("package.json"), "utf8")) as { version: string };

/** Leaves the other areas' words out of the build. */
function ownWords(): Plugin {
  return {
    name: "own-words",
    enforce: "pre",
    transform(code, id) {
      if (!/\/locales\/[\w-]+\.json$/.test(id)) return null;
      const words = JSON.parse(code) as Record<string, string>;
      const kept = Object.entries(words).filter(([key]) => AREAS.includes(key.slice(0, key.indexOf("."))));
      return { code: JSON.stringify(Object.fromEntries(kept)), map: null };
    },
  };
}

export default defineConfig({
  root: at("phone"),
  base: "./",
  // The owner sees which page a phone runs: one that was opened before an update is the old one.
  define: { "import.meta.env.PAGE_VERSION": JSON.stringify(version) },
  plugins: [ownWords(), svelte({ configFile: at("svelte.config.js") })],
  server: { port: 5174, strictPort: true, fs: { allow: [at(".")] } },
  build: {
    outDir: at("dist/phone"),
    emptyOutDir: true,
    target: ["es2022", "safari16.4"],
    // Nothing inline: the hub's policy allows files of its own only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
