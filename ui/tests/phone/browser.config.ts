// The phone page in a real browser: `npm run browser`, after `npm run build`. Needs Chromium and chromedriver; without
// them it fails and is not passed over.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("../..", import.meta.url).pathname,
    environment: "node",
    include: ["tests/phone/*.browser.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
