// What is kept on this phone: its key, which till it belongs to, how far it has heard, and what its owner wished. Never
// a payment.
import type { Language } from "../generated";
import type { Keys } from "./keys";

/** Which till this phone belongs to. */
export interface Bond {
  keys: Keys;
  terminal: string;
  hub: string;
  shop: string;
}

/** What was chosen on this phone. */
export interface Wishes {
  language: Language | null;
  vibrate: boolean;
  /** The screen stays on while the page is open. */
  awake: boolean;
}

/** How far this phone has heard. */
export interface Heard {
  /** The hub's sealed place. */
  cursor: string;
  /** The hub's names of the newest payments, so that later news of one is not taken for another. */
  ids: readonly string[];
}

/** Everything that is kept. */
export interface Kept {
  bond: Bond | null;
  heard: Heard | null;
  wishes: Wishes;
}

/** Where it is kept. Tests stand in for it. */
export interface Store {
  read(): Promise<Kept>;
  write<Name extends keyof Kept>(name: Name, value: Kept[Name]): Promise<void>;
  /** Forgets all of it but the language. */
  erase(): Promise<void>;
}

export const WISHES: Wishes = { language: null, vibrate: true, awake: true };

const DATABASE = "tillbell-phone";
const SHELF = "kept";

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the browser's store refused"));
  });
}

/** The browser's own store, in which a key can lie that nobody can read out. */
export class BrowserStore implements Store {
  #opened: Promise<IDBDatabase> | undefined;

  async read(): Promise<Kept> {
    const shelf = await this.#shelf("readonly");
    const [bond, heard, wishes] = await Promise.all(["bond", "heard", "wishes"].map((name) => done<unknown>(shelf.get(name))));
    return {
      bond: (bond as Bond | undefined) ?? null,
      heard: (heard as Heard | undefined) ?? null,
      wishes: { ...WISHES, ...(wishes as Partial<Wishes> | undefined) },
    };
  }

  async write<Name extends keyof Kept>(name: Name, value: Kept[Name]): Promise<void> {
    const shelf = await this.#shelf("readwrite");
    await done(shelf.put(value, name));
  }

  async erase(): Promise<void> {
    const { wishes } = await this.read();
    const shelf = await this.#shelf("readwrite");
    await done(shelf.clear());
    await this.write("wishes", { ...WISHES, language: wishes.language });
    // A page of this address that an older browser kept as an app goes too.
    const caches = globalThis.caches as CacheStorage | undefined;
    for (const name of (await caches?.keys().catch(() => [])) ?? []) await caches?.delete(name);
  }

  async #shelf(mode: IDBTransactionMode): Promise<IDBObjectStore> {
    this.#opened ??= this.#open();
    return (await this.#opened).transaction(SHELF, mode).objectStore(SHELF);
  }

  #open(): Promise<IDBDatabase> {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(SHELF);
    return done(request);
  }
}
