// What a display or printer is set up with to begin with, by what is known of it.
import type {
  CommandSet,
  CustomerLanguage,
  DisplayChoices,
  DisplaySetup,
  FoundDevice,
  Language,
  PortLine,
  PrinterPreset,
  PrinterSetup,
  PrinterTarget,
} from "../../generated";

/** The kinds of doors, as an address begins. */
export type Door = "serial" | "hid" | "usb-printer" | "tcp" | "ble";

/** The door of an address. */
export function doorOf(address: string): Door {
  return address.slice(0, address.indexOf(":")) as Door;
}

/** What a person calls an address: `COM5`, `192.168.1.20:9100`. */
export function placeOf(address: string): string {
  const place = address.slice(address.indexOf(":") + 1).replace(/\?.*$/, "");
  try {
    return decodeURIComponent(place);
  } catch {
    return place;
  }
}

/** The address of a serial port by its name; `null` for what is none. */
export function serialAddress(port: string): string | null {
  const path = port.trim();
  if (path === "" || path.length > 200) return null;
  return `serial:${path.replace(/[ %?&=#"']/g, (letter) => encodeURIComponent(letter).replace("'", "%27"))}`;
}

/** The address of a host on the network; `null` for what is none. */
export function networkAddress(host: string, port: string): string | null {
  const name = host.trim();
  const number = Number(port.trim());
  const good = /^[\p{L}\p{N}._-]+$/u.test(name) || /^[0-9a-f:.]+$/i.test(name);
  if (!good || name.length > 200 || !/^\d{1,5}$/.test(port.trim()) || number < 1 || number > 65_535) return null;
  return `tcp:${name.includes(":") ? `[${name}]` : name}:${String(number)}`;
}

/** How a line runs as a rule. */
export const USUAL_LINE: PortLine = {
  baud: 9600,
  "data-bits": 8,
  parity: "none",
  "stop-bits": 1,
  flow: "none",
  dtr: true,
  "byte-pause-ms": 0,
  chunk: 180,
  "confirm-writes": false,
};

/** A new device's id; made so that it needs no more of the browser than random numbers. */
export function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A name that none of the others has: the name itself, else with a number. */
export function newName(name: string, others: readonly { name: string }[]): string {
  const taken = new Set(others.map((one) => one.name));
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? name : `${name} ${String(number)}`;
    if (!taken.has(tried)) return tried;
  }
}

/** Makers and models whose devices speak one set as a rule; the rest is for the owner to say. */
const SETS: readonly (readonly [RegExp, CommandSet])[] = [
  [/\bBA6[36]\b|wincor/i, "ba63"],
  [/logic controls/i, "logic-controls"],
  [/\bIBM\b/i, "sure-pos"],
  [/\bNCR\b/i, "ncr"],
  [/mertech/i, "qr-mertech"],
  [/epson|bixolon|\bHP\b/i, "esc-pos"],
];

/** The set that a display probably speaks. */
export function guessSet(found: FoundDevice | null, language: Language): CommandSet {
  const name = found ? [found.model, found.maker, found.name].join(" ") : "";
  const known = SETS.find(([names]) => names.test(name))?.[1];
  if (found && doorOf(found.address) === "hid") return "ba63-hid";
  // Eight digits with four lamps are what most tills in China have.
  return known ?? (language === "zh-CN" ? "led8" : "esc-pos");
}

/** A new display. */
export function newDisplay(
  choices: DisplayChoices,
  at: { address: string; found: FoundDevice | null },
  name: string,
  language: Language,
): DisplaySetup | null {
  const set = guessSet(at.found, language);
  const view = choices.sets.find((one) => one.set === set) ?? choices.sets[0];
  if (!view) return null;
  // Models that we know for this set begin on this page, which has signs of money that ASCII lacks.
  const dos = set === "esc-pos" && at.found?.why === "known-model" && view.display.page === "ascii";
  return {
    id: newId(),
    name,
    on: true,
    address: at.address,
    line: null,
    display: dos ? { ...view.display, page: "cp437" } : view.display,
    language,
    texts: { idle: null, total: null, to_pay: null, received: null, reported: null, thanks: null, change: null, refund: null },
    shows: { idle: "text", to_pay: true, received: true, refunds: true },
  };
}

/** A new printer. */
export function newPrinter(
  presets: readonly PrinterPreset[],
  target: PrinterTarget,
  name: string,
  language: Language,
): PrinterSetup | null {
  // What goes through the system is drawn, on a sheet as a rule.
  const wanted = target.at === "system" ? "drawn80" : language === "zh-CN" ? "chinese58" : "western80";
  const preset = presets.find((one) => one.preset === wanted) ?? presets[0];
  if (!preset) return null;
  return {
    id: newId(),
    name,
    on: true,
    target,
    profile: preset.profile,
    language,
    top: "",
    foot: "",
    link: "",
    rows: { in_words: true, number: true, order: true, collector: true },
    collector: "",
    logo: false,
    copies: 1,
    by_itself: { payments: "never", refunds: false, from: null },
    drawer: false,
    bell: false,
    barcode: false,
  };
}

/** The languages that customers read, each by its own name. */
export const CUSTOMER_LANGUAGES: Readonly<Record<CustomerLanguage, string>> = {
  en: "English",
  "zh-CN": "简体中文",
  "zh-TW": "繁體中文",
  ja: "日本語",
  ko: "한국어",
  es: "Español",
  "pt-BR": "Português (Brasil)",
  fr: "Français",
  de: "Deutsch",
  it: "Italiano",
  pl: "Polski",
  ru: "Русский",
  tr: "Türkçe",
  id: "Bahasa Indonesia",
  vi: "Tiếng Việt",
};

/** What a welcome may have of lines; the app takes no more. */
const LINES_MAX = 4;

/** A text without the lines that are too many. */
export function firstLines(text: string): string {
  return text.split(/\r?\n/).slice(0, LINES_MAX).join("\n");
}

/** What a payment code may say, in bytes. */
const CODE_MAX = 1000;

/** A payment code as it was typed; `null` for none, `undefined` for what the app would not take. */
export function typedCode(text: string): string | null | undefined {
  // Control characters would be commands to the box that draws it.
  const code = text.replace(/\p{Cc}/gu, "").trim();
  if (code === "") return null;
  return new TextEncoder().encode(code).length > CODE_MAX ? undefined : code;
}
