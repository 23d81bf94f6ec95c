// A real headless Chromium, driven over the WebDriver protocol.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** How a phone looks. */
export interface Look {
  width: number;
  height: number;
  language: "zh-CN" | "en";
  dark: boolean;
}

/** A voice that writes down what it is asked to say: a headless browser has none of its own. */
const VOICE = `
  window.__said = [];
  const voices = ["zh-CN", "en-US"].map((lang) => ({ lang, localService: true, name: lang, default: false, voiceURI: lang }));
  const speech = {
    getVoices: () => voices, cancel() {}, speaking: false, pending: false,
    speak(words) { if (words.volume !== 0) window.__said.push(words.text); setTimeout(() => { words.onstart?.({}); words.onend?.({}); }, 20); },
  };
  Object.defineProperty(window, "speechSynthesis", { value: speech, configurable: true });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  window.__shaken = [];
  navigator.vibrate = (pattern) => (window.__shaken.push(pattern), true);
  window.__refused = [];
  document.addEventListener("securitypolicyviolation", (event) => window.__refused.push(event.violatedDirective + " " + event.blockedURI));
`;

/** A browser with one page. */
export class Browser {
  private constructor(
    private readonly driver: ChildProcess,
    private readonly base: string,
    private readonly profile: string,
  ) {}

  /** Starts one. */
  static async start(look: Look): Promise<Browser> {
    const profile = await mkdtemp(join(tmpdir(), "phone-page-"));
    const driver = spawn("chromedriver", ["--port=0"], { stdio: ["ignore", "pipe", "ignore"] });
    const port = await new Promise<string>((found, failed) => {
      let text = "";
      driver.on("error", failed);
      driver.on("exit", () => failed(new Error("chromedriver ended")));
      driver.stdout.on("data", (part: Buffer) => {
        text += part.toString();
        const port = /started successfully on port (\d+)/.exec(text)?.[1];
        if (port !== undefined) found(port);
      });
    });
    const args = [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
      `--user-data-dir=${profile}`, `--lang=${look.language}`,
    ];
    const options = {
      args,
      prefs: { "intl.accept_languages": look.language },
      mobileEmulation: { deviceMetrics: { width: look.width, height: look.height, pixelRatio: 2, touch: true } },
    };
    const answer = await fetch(`http://127.0.0.1:${port}/session`, {
      method: "POST",
      body: JSON.stringify({ capabilities: { alwaysMatch: { browserName: "chrome", acceptInsecureCerts: true, "goog:chromeOptions": options, "goog:loggingPrefs": { browser: "ALL" } } } }),
    });
    const { value } = (await answer.json()) as { value: { sessionId?: string; message?: string } };
    if (value.sessionId === undefined) throw new Error(value.message);
    const browser = new Browser(driver, `http://127.0.0.1:${port}/session/${value.sessionId}`, profile);
    await browser.#cdp("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value: look.dark ? "dark" : "light" }] });
    await browser.#cdp("Page.addScriptToEvaluateOnNewDocument", { source: VOICE });
    return browser;
  }

  /** Runs before the page's own scripts, on every page from now on. */
  before(source: string): Promise<unknown> {
    return this.#cdp("Page.addScriptToEvaluateOnNewDocument", { source });
  }

  /** Opens an address. */
  async open(url: string): Promise<void> {
    await this.#post("url", { url });
  }

  /** Runs a function's body in the page. */
  run<T>(body: string, ...args: unknown[]): Promise<T> {
    return this.#post("execute/sync", { script: body, args }) as Promise<T>;
  }

  /** The page's text. */
  text(): Promise<string> {
    return this.run("return document.body.innerText");
  }

  /** Waits until the page's text has it. */
  async sees(words: string | RegExp): Promise<void> {
    const has = (text: string) => (typeof words === "string" ? text.includes(words) : words.test(text));
    for (let tries = 0; tries < 200; tries++) {
      if (has(await this.text())) return;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`never seen: ${String(words)}, but:\n${await this.text()}`);
  }

  /** Touches the button with these words, as a finger does. */
  async touch(words: string): Promise<void> {
    await this.sees(words);
    const found = await this.run<Record<string, string> | null>(
      "return [...document.querySelectorAll('button, [role=switch]')].findLast((one) => (one.innerText || one.getAttribute('aria-label') || '').includes(arguments[0]) && one.checkVisibility()) ?? null",
      words,
    );
    if (found === null) throw new Error(`no button: ${words}`);
    await this.#post(`element/${String(Object.values(found)[0])}/click`, {});
  }

  /** Saves a picture. */
  async picture(path: string): Promise<void> {
    const answer = await fetch(`${this.base}/screenshot`);
    const { value } = (await answer.json()) as { value: string };
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, Buffer.from(value, "base64"));
  }

  /** What the console said of errors. */
  async errors(): Promise<string[]> {
    const lines = (await this.#post("se/log", { type: "browser" })) as { level: string; message: string }[];
    return lines.filter(({ level }) => level === "SEVERE").map(({ message }) => message);
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await fetch(this.base, { method: "DELETE" }).catch(() => undefined);
    this.driver.removeAllListeners("exit");
    const ended = new Promise((done) => this.driver.once("exit", done));
    this.driver.kill();
    await ended;
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  #cdp(cmd: string, params: object): Promise<unknown> {
    return this.#post("goog/cdp/execute", { cmd, params });
  }

  async #post(path: string, body: object): Promise<unknown> {
    const answer = await fetch(`${this.base}/${path}`, { method: "POST", body: JSON.stringify(body) });
    const { value } = (await answer.json()) as { value: unknown };
    if (!answer.ok) throw new Error((value as { message: string }).message);
    return value;
  }
}
