// The phone page in real browsers: `npm run browser`, after `npm run build`. Needs Chromium with chromedriver, WebKitGTK
// with WebKitWebDriver and MiniBrowser, and Xvfb; without them it fails and is not passed over. With TILLBELL_HUB=target/debug/tillbell-hub it is tried at the real hub besides
// (on Node 20: NODE_OPTIONS=--experimental-websocket).
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    environment: "node",
    include: ["tests/phone/page.browser.ts", "tests/phone/webkit.browser.ts", ...(process.env.TILLBELL_HUB === undefined ? [] : ["tests/phone/real-hub.browser.ts"])],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
