// A real WebKit, nearest to Safari of what runs here, driven over the WebDriver protocol.
import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BINARY = process.env.TILLBELL_MINIBROWSER ?? "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

/** Ends a program, and waits until it has ended. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const over = new Promise((done) => child.once("exit", done));
  child.kill();
  await over;
}

/** A browser with one page. */
export class WebKit {
  private constructor(
    private readonly children: readonly ChildProcess[],
    private readonly base: string,
    private readonly home: string,
  ) {}

  /** Starts one, on a display of its own. */
  static async start(language: string): Promise<WebKit> {
    const screen = spawn("Xvfb", ["-displayfd", "1", "-screen", "0", "500x1000x24"], { stdio: ["ignore", "pipe", "ignore"] });
    const display = await new Promise<string>((found, failed) => {
      screen.on("error", failed);
      screen.stdout.once("data", (number: Buffer) => found(`:${number.toString().trim()}`));
    });
    const home = await mkdtemp(join(tmpdir(), "phone-webkit-"));
    const port = await freePort();
    const env = { ...process.env, DISPLAY: display, HOME: home, XDG_DATA_HOME: home, XDG_CACHE_HOME: home, LANG: language };
    const driver = spawn("WebKitWebDriver", [`--port=${String(port)}`, "--host=127.0.0.1"], { stdio: "ignore", env });
    const address = `http://127.0.0.1:${String(port)}`;
    const capabilities = { alwaysMatch: { acceptInsecureCerts: true, "webkitgtk:browserOptions": { binary: BINARY, args: ["--automation"] } } };
    for (let tries = 0; ; tries++) {
      try {
        const { sessionId } = (await post(`${address}/session`, { capabilities })) as { sessionId: string };
        return new WebKit([driver, screen], `${address}/session/${sessionId}`, home);
      } catch (error) {
        if (tries > 100 || !(error instanceof TypeError)) throw error;
        await new Promise((done) => setTimeout(done, 50));
      }
    }
  }

  /** Opens an address. */
  async open(url: string): Promise<void> {
    await post(`${this.base}/url`, { url });
  }

  /** Runs a function's body in the page. */
  run<T>(body: string, ...args: unknown[]): Promise<T> {
    return post(`${this.base}/execute/sync`, { script: body, args }) as Promise<T>;
  }

  /** Waits until the page's text has it. */
  async sees(words: string): Promise<void> {
    let text = "";
    for (let tries = 0; tries < 300; tries++) {
      text = await this.run<string>("return document.body.innerText");
      if (text.includes(words)) return;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error(`never seen: ${words}, but:\n${text}`);
  }

  /** Presses the button with these words. */
  async touch(words: string): Promise<void> {
    await this.sees(words);
    const found = await this.run<Record<string, string> | null>("return [...document.querySelectorAll('button')].findLast((one) => one.innerText.includes(arguments[0])) ?? null", words);
    if (found === null) throw new Error(`no button: ${words}`);
    await post(`${this.base}/element/${String(Object.values(found)[0])}/click`, {});
  }

  /** Ends it. */
  async stop(): Promise<void> {
    await fetch(this.base, { method: "DELETE" }).catch(() => undefined);
    for (const child of this.children) await ended(child);
    await rm(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

async function post(url: string, body: object): Promise<unknown> {
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  const { value } = (await answer.json()) as { value: unknown };
  if (!answer.ok) throw new Error((value as { message: string }).message);
  return value;
}
