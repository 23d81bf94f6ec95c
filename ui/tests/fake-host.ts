// Stands in for the app: answers from a table, remembers what was asked, and says what a test tells it to say.
import type { Commands, Events, UiError } from "../src/generated";
import type { Ask, CommandName, Host } from "../src/lib/host";

/** How a command is answered: a value, an error, or what a function makes of the request. */
type Answer<Name extends CommandName> =
  | Commands[Name][1]
  | ((request: Commands[Name][0]) => Commands[Name][1] | Promise<Commands[Name][1]>);

/** Answers by command. */
export type Answers = { [Name in CommandName]?: Answer<Name> };

/** An error as the app gives them. */
export function refusal(code: string, field: string | null = null): UiError {
  return { code, field };
}

/** The app, faked. */
export class FakeHost implements Host {
  /** Everything that was asked, in order. */
  readonly asked: { name: CommandName; request: unknown }[] = [];
  /** What a page did in which order: `listen cards`, `call cards`. */
  readonly log: string[] = [];
  readonly #ears = new Map<string, Set<(said: never) => void>>();

  constructor(public answers: Answers = {}) {}

  async call<Name extends CommandName>(name: Name, ...request: Ask<Name>): Promise<Commands[Name][1]> {
    this.asked.push({ name, request: request[0] });
    this.log.push(`call ${name}`);
    await Promise.resolve();
    const answer: unknown = this.answers[name];
    if (answer === undefined) throw refusal("internal");
    const given: unknown = typeof answer === "function" ? await answer(request[0]) : structuredClone(answer);
    return given as Commands[Name][1];
  }

  listen<Name extends keyof Events>(name: Name, heard: (said: Events[Name]) => void): Promise<() => void> {
    this.log.push(`listen ${name}`);
    const ears = this.#ears.get(name) ?? new Set();
    this.#ears.set(name, ears);
    ears.add(heard as (said: never) => void);
    return Promise.resolve(() => ears.delete(heard as (said: never) => void));
  }

  /** The app says something by itself. */
  say<Name extends keyof Events>(name: Name, said: Events[Name]): void {
    for (const heard of this.#ears.get(name) ?? []) (heard as (said: Events[Name]) => void)(said);
  }

  /** The requests of one command. */
  requests(name: CommandName): unknown[] {
    return this.asked.filter((one) => one.name === name).map((one) => one.request);
  }
}
