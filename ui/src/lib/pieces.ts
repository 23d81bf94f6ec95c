// Gives the app a file that a person dropped or chose: piece by piece, since a page never learns where a file lies.
import type { UiError } from "../generated";
import type { Host } from "./host";

/** How much of a file goes at once. The app takes twice as much. */
export const PIECE = 1 << 20;

/** Stops {@link giveFile}: what was sent so far is taken back. */
export class Stop {
  stopped = false;
}

/** Sends a file; answers the name by which the app knows it, or `null` where it was stopped. */
export async function giveFile(host: Host, file: Blob, stop: Stop, sent: (bytes: number) => void): Promise<string | null> {
  let id: string | null = null;
  let at = 0;
  let whole = false;
  try {
    do {
      const end = Math.min(file.size, at + PIECE);
      const bytes = await asBase64(file.slice(at, end));
      if (stop.stopped) break;
      id = await host.call("take_piece", { file: id, at, bytes });
      at = end;
      sent(at);
    } while (at < file.size);
    whole = !stop.stopped;
  } finally {
    // A stick that was pulled out leaves no part of its file with the app.
    if (!whole && id !== null) await host.call("forget_file", id).catch(() => undefined);
  }
  return whole ? id : null;
}

/** Bytes as the app takes them; throws a {@link UiError} where the file cannot be read any more. */
function asBase64(part: Blob): Promise<string> {
  if (part.size === 0) return Promise.resolve("");
  return new Promise((done, failed) => {
    const gone: UiError = { code: "unreadable_file", field: null };
    const reader = new FileReader();
    reader.onload = () => {
      const address = typeof reader.result === "string" ? reader.result : "";
      done(address.slice(address.indexOf(",") + 1));
    };
    reader.onerror = () => failed(gone);
    reader.readAsDataURL(part);
  });
}
