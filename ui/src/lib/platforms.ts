// A platform's name and colour. A platform that nobody knows yet is shown by its own short name, in grey.
import type { SourceKind } from "../generated";
import { maybe } from "./i18n.svelte";

const COLOURS: Readonly<Record<string, string>> = {
  wechat: "#1aad19",
  wechat_work: "#2b7ce9",
  alipay: "#1677ff",
  unionpay: "#d9363e",
  stripe: "#7a5cff",
  ecny: "#c8102e",
  aggregator_cn: "#e08a1e",
  meituan: "#f5b400",
  bank_cn: "#8a7350",
  bank_in: "#8a7350",
  bank_th: "#8a7350",
  bank_vn: "#8a7350",
  gpay_in: "#4285f4",
  phonepe: "#6739b7",
  paytm: "#00a5e0",
  bharatpe: "#00a39a",
  paypal: "#2a6fd6",
  venmo: "#3d95ce",
  nubank: "#8a2be2",
  picpay: "#21c25e",
  mpesa: "#43a047",
  bkash: "#e2136e",
  nagad: "#ee5a24",
  telebirr: "#7cb342",
  dana: "#118eea",
  gopay: "#00aa13",
  qris: "#c0392b",
  pix: "#32bcad",
  upi: "#e67e22",
  test: "#8d948e",
};

/** Platforms that come most often, for choices. */
export const COMMON_PLATFORMS = ["wechat", "alipay", "unionpay", "stripe", "bank_cn"] as const;

/** A platform's name for people. */
export function platformName(platform: string): string {
  return maybe(`platform.${platform}`, platform);
}

/** A platform's colour. It never stands alone: the name is beside it. */
export function platformColour(platform: string): string {
  return COLOURS[platform] ?? "#8d948e";
}

/** The platform that a kind of source belongs to, for its square. */
export function sourceColour(kind: SourceKind): string {
  if (kind === "wechat_v3" || kind === "wechat_v2") return platformColour("wechat");
  return platformColour(kind);
}
