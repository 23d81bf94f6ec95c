// Looks up the words of the windows' language. Both locale files are read by the app's tray and voice too.
import type { Language } from "../generated";
import en from "../locales/en.json";
import zhCN from "../locales/zh-CN.json";

/** A key that both locale files have. */
export type Key = keyof typeof en;
/** What stands in a text's `{places}`. */
export type Values = Record<string, string | number>;

const TEXTS: Record<Language, Readonly<Record<string, string>>> = { en, "zh-CN": zhCN };

class Words {
  language = $state<Language>("en");
}

const words = new Words();

/** The language of all words on this page. */
export function language(): Language {
  return words.language;
}

/** Changes the language of all words on this page. */
export function setLanguage(language: Language): void {
  words.language = language;
}

/** The text of a key in the page's language. */
export function t(key: Key, values: Values = {}): string {
  const text = TEXTS[words.language][key] ?? TEXTS.en[key];
  return text === undefined ? key : fill(text, values);
}

/** Keys that have a second form for one. */
export type Counted = { [K in Key]: `${K}_one` extends Key ? K : never }[Key];

/** A text with a `{count}`: the form for one where it is one, which in Chinese is the same. */
export function tn(key: Counted, count: number, values: Values = {}): string {
  return t(count === 1 ? `${key}_one` : key, { count, ...values });
}

/** The text of a key that may not exist, such as a new platform's name; `otherwise` where there is none. */
export function maybe(key: string, otherwise: string, values: Values = {}): string {
  const text = TEXTS[words.language][key];
  return text === undefined ? otherwise : fill(text, values);
}

/** The words for an error's code; what nobody foresaw gets the general ones. */
export function errorText(code: string): string {
  return maybe(`error.${code}`, t("error.internal"));
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}
