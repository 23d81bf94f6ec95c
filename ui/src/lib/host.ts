// The only file that talks to the app: ask it (`call`), hear from it (`listen`).
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Commands, Events, UiError } from "../generated";

/** The name of a command. */
export type CommandName = keyof Commands;
/** What a command is asked with: nothing, or one request. */
export type Ask<Name extends CommandName> = Commands[Name][0] extends null ? [] : [request: Commands[Name][0]];

/** The app, as a page sees it. Tests and the gallery stand in for it. */
export interface Host {
  /** Asks the app. A refusal is thrown as {@link UiError}. */
  call<Name extends CommandName>(name: Name, ...request: Ask<Name>): Promise<Commands[Name][1]>;
  /** Hears what the app says by itself; answers how to stop hearing. */
  listen<Name extends keyof Events>(name: Name, heard: (said: Events[Name]) => void): Promise<() => void>;
}

/** The app that this window belongs to. */
export const app: Host = {
  async call(name, ...request) {
    try {
      return await invoke(name, request.length > 0 ? { req: request[0] } : {});
    } catch (error) {
      throw asUiError(error);
    }
  },
  listen: (name, heard) => listen(name, (event) => heard(event.payload as never)),
};

/** Whatever was thrown, as an error that pages have words for. */
export function asUiError(error: unknown): UiError {
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string") {
    const field = "field" in error && typeof error.field === "string" ? error.field : null;
    return { code: error.code, field };
  }
  return { code: "internal", field: null };
}
