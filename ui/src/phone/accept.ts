// Takes an invitation: its code and this phone's key for a place among the till's terminals.
import { makeKeys, publicKey, type Keys } from "./keys";
import type { Bond } from "./store";

const PROBLEMS = ["expired", "used", "unknown", "busy", "full", "storage"] as const;

/** Why an invitation did not work: as the hub says it, nobody answered, or this phone could not make or keep its key. */
export type InviteProblem = (typeof PROBLEMS)[number] | "offline" | "phone";

/** The code in a link's fragment, where there is one: it never reaches a server's log. */
export function codeIn(fragment: string): string | null {
  return /^#([A-Za-z0-9_-]{22})$/.exec(fragment)?.[1] ?? null;
}

function isAccepted(answer: unknown): answer is { terminal: string; hub: string; shop: string } {
  const fields = answer as Partial<Record<string, unknown>> | null;
  return ["terminal", "hub", "shop"].every((name) => typeof fields?.[name] === "string");
}

/** One invitation. The key stays the same over several tries, so that a lost answer costs nothing. */
export class Invitation {
  #keys: Keys | undefined;

  constructor(
    readonly code: string,
    private readonly ask: typeof fetch = (...request) => fetch(...request),
  ) {}

  /** Takes it. Throws where the browser makes no key. */
  async accept(): Promise<Bond | InviteProblem> {
    this.#keys ??= await makeKeys();
    const keys = this.#keys;
    try {
      // Beside the page: behind a proxy neither need be at the root.
      const answer = await this.ask("../v1/invitations/accept", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ code: this.code, key: await publicKey(keys) }),
        cache: "no-store",
        signal: AbortSignal.timeout(15_000),
      });
      const said: unknown = await answer.json();
      if (answer.ok) return isAccepted(said) ? { keys, terminal: said.terminal, hub: said.hub, shop: said.shop } : "offline";
      const code = (said as { code?: unknown } | null)?.code;
      if (code === "invalid") return "unknown";
      return PROBLEMS.find((one) => one === code) ?? "offline";
    } catch {
      return "offline";
    }
  }
}
