// The languages to choose from, each by its own name: whoever needs one can read it.
import type { Language, SpeechLanguage } from "../generated";

export const LANGUAGES: readonly { code: Language; name: string }[] = [
  { code: "zh-CN", name: "简体中文" },
  { code: "en", name: "English" },
];

export const SPEECH_LANGUAGES: readonly { code: SpeechLanguage; name: string }[] = [
  { code: "zh-CN", name: "普通话" },
  { code: "zh-TW", name: "國語（臺灣）" },
  { code: "zh-HK", name: "粵語" },
  { code: "en", name: "English" },
  { code: "es", name: "Español" },
  { code: "pt-BR", name: "Português (Brasil)" },
  { code: "hi", name: "हिन्दी" },
];

/** A language's own name. */
export function languageName(code: SpeechLanguage): string {
  return SPEECH_LANGUAGES.find((one) => one.code === code)?.name ?? code;
}

/** The system that the app runs on, as keys of texts name it. */
export function systemName(): "windows" | "macos" | "linux" {
  const agent = navigator.userAgent;
  if (agent.includes("Windows")) return "windows";
  return agent.includes("Macintosh") ? "macos" : "linux";
}
