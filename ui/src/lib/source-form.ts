// What must be entered for each kind of source, and how it becomes the source's settings.
import type { PlatformKey, SourceConfig, SourceKind } from "../generated";

/** One field of a source's form. Its words are `field.<kind>.<name>` and, where there is more to say, `…_help`. */
export interface SourceField {
  name: string;
  type: "text" | "secret" | "long" | "switch";
  optional?: boolean;
  placeholder?: string;
  /** Left empty while a source is changed, what is stored stays. */
  keeps?: boolean;
}

/** What was typed, by the fields' names. */
export type Typed = Record<string, string | boolean>;

interface SourceForm {
  fields: readonly SourceField[];
  /**
   * The settings out of what was typed; the name of the first field that cannot be right, else. `keeping`: a source is
   * changed, and what is left empty stays as it is stored.
   */
  read(text: (name: string) => string, on: (name: string) => boolean, keeping: boolean): SourceConfig | string;
}

/** The kinds that an owner can add, phones first. */
export const PHONE_KINDS = ["sms_forwarder", "vmq", "forwarder"] as const satisfies readonly SourceKind[];
export const PLATFORM_KINDS = [
  "wechat_v3",
  "wechat_v2",
  "alipay",
  "stripe",
  "unionpay",
] as const satisfies readonly SourceKind[];

/** A kind that an owner can add. */
export type AddableKind = (typeof PHONE_KINDS)[number] | (typeof PLATFORM_KINDS)[number];

/** Whether it is a phone that forwards its notices. */
export function isPhone(kind: SourceKind): boolean {
  return (PHONE_KINDS as readonly SourceKind[]).includes(kind);
}

/** The blocks of a PEM text, each as it stands. */
export function pemBlocks(text: string): string[] {
  return text.match(/-----BEGIN ([A-Z ]+)-----[\s\S]+?-----END \1-----/g) ?? [];
}

const KEY_V2 = /^[0-9A-Za-z]{32}$/;

export const SOURCE_FORMS: Readonly<Record<AddableKind, SourceForm>> = {
  // The secrets of phones are made by the hub: a person would choose a weak one.
  sms_forwarder: { fields: [], read: () => ({ kind: "sms_forwarder", secret: "" }) },
  vmq: { fields: [], read: () => ({ kind: "vmq", key: "" }) },
  forwarder: { fields: [], read: () => ({ kind: "forwarder", secret: "" }) },
  wechat_v3: {
    fields: [
      { name: "mchid", type: "text", placeholder: "1900000109" },
      { name: "api_v3_key", type: "secret", keeps: true },
      { name: "public_key_id", type: "text", optional: true, placeholder: "PUB_KEY_ID_0000000000000000000000000000000" },
      { name: "public_key", type: "long", optional: true, keeps: true, placeholder: "-----BEGIN PUBLIC KEY-----" },
      { name: "certificates", type: "long", optional: true, keeps: true, placeholder: "-----BEGIN CERTIFICATE-----" },
      { name: "appid", type: "text", optional: true, placeholder: "wx…" },
    ],
    read: (text, _, keeping) => {
      const kept = (name: string) => keeping && text(name) === "";
      if (!/^\d{6,32}$/.test(text("mchid"))) return "mchid";
      if (!kept("api_v3_key") && !KEY_V2.test(text("api_v3_key"))) return "api_v3_key";
      const keys: PlatformKey[] = pemBlocks(text("certificates")).map((pem) => ({ serial: "", pem }));
      if (text("certificates") !== "" && keys.length === 0) return "certificates";
      const [pem] = pemBlocks(text("public_key"));
      if (text("public_key") !== "" && pem === undefined) return "public_key";
      if (pem !== undefined && !text("public_key_id").startsWith("PUB_KEY_ID_")) return "public_key_id";
      if (pem !== undefined) keys.unshift({ serial: text("public_key_id"), pem });
      if (keys.length === 0 && (!keeping || text("public_key_id") !== "")) return "public_key";
      return {
        kind: "wechat_v3",
        mchid: text("mchid"),
        appid: text("appid") || null,
        api_v3_key: text("api_v3_key"),
        platform_keys: keys,
      };
    },
  },
  wechat_v2: {
    fields: [
      { name: "mch_id", type: "text", placeholder: "1900000109" },
      { name: "api_v2_key", type: "secret", keeps: true },
      { name: "appid", type: "text", optional: true, placeholder: "wx…" },
    ],
    read: (text, _, keeping) => {
      if (!/^\d{6,32}$/.test(text("mch_id"))) return "mch_id";
      const kept = keeping && text("api_v2_key") === "";
      if (!kept && !KEY_V2.test(text("api_v2_key"))) return "api_v2_key";
      return {
        kind: "wechat_v2",
        mch_id: text("mch_id"),
        appid: text("appid") || null,
        api_v2_key: text("api_v2_key"),
      };
    },
  },
  alipay: {
    fields: [
      { name: "app_id", type: "text", placeholder: "2021000000000000" },
      { name: "alipay_public_key", type: "long", placeholder: "MIIBIjANBgkqhkiG9w0BAQEFAAOC…" },
      { name: "seller_id", type: "text", optional: true, placeholder: "2088…" },
      { name: "allow_rsa1", type: "switch" },
    ],
    read: (text, on) => {
      if (!/^\d{8,32}$/.test(text("app_id"))) return "app_id";
      if (text("alipay_public_key").length < 100) return "alipay_public_key";
      if (text("seller_id") !== "" && !/^2088\d{12}$/.test(text("seller_id"))) return "seller_id";
      return {
        kind: "alipay",
        app_id: text("app_id"),
        seller_id: text("seller_id") || null,
        alipay_public_key: text("alipay_public_key"),
        allow_rsa1: on("allow_rsa1"),
      };
    },
  },
  stripe: {
    fields: [
      { name: "endpoint_secrets", type: "long", keeps: true, placeholder: "whsec_…" },
      { name: "test_mode", type: "switch" },
    ],
    read: (text, on, keeping) => {
      const secrets = text("endpoint_secrets").split(/\s+/).filter((line) => line !== "");
      if (secrets.length === 0 && !keeping) return "endpoint_secrets";
      if (secrets.some((secret) => !secret.startsWith("whsec_"))) return "endpoint_secrets";
      return { kind: "stripe", endpoint_secrets: secrets, test_mode: on("test_mode") };
    },
  },
  unionpay: {
    fields: [
      { name: "mer_id", type: "text", placeholder: "777290058110048" },
      { name: "ca_certificates", type: "long", keeps: true, placeholder: "-----BEGIN CERTIFICATE-----" },
      { name: "test_mode", type: "switch" },
    ],
    read: (text, on, keeping) => {
      if (!/^[0-9A-Za-z]{15}$/.test(text("mer_id"))) return "mer_id";
      const certificates = pemBlocks(text("ca_certificates"));
      const kept = keeping && text("ca_certificates") === "";
      if (!kept && certificates.length === 0) return "ca_certificates";
      return {
        kind: "unionpay",
        mer_id: text("mer_id"),
        ca_certificates: certificates,
        test_mode: on("test_mode"),
      };
    },
  },
};

/** Reads a form. `keeping`: a source is changed, and what is left empty stays as it is stored. */
export function readSource(kind: AddableKind, typed: Typed, keeping = false): SourceConfig | string {
  return SOURCE_FORMS[kind].read(
    (name) => String(typed[name] ?? "").trim(),
    (name) => typed[name] === true,
    keeping,
  );
}

/** A form filled with a source's settings; secrets come empty and stay so. */
export function typedFrom(config: SourceConfig): Typed {
  const typed: Typed = {};
  for (const [name, value] of Object.entries(config) as [string, unknown][]) {
    if (name !== "kind" && (typeof value === "boolean" || (typeof value === "string" && value !== ""))) typed[name] = value;
  }
  return typed;
}

/** What is stored for a field whose contents are not shown: keys by their serials, the others by how many there are. */
export function storedIn(config: SourceConfig, field: string): string {
  if (config.kind === "stripe" && field === "endpoint_secrets") return String(config.endpoint_secrets.length);
  if (config.kind === "unionpay" && field === "ca_certificates") return String(config.ca_certificates.length);
  if (config.kind !== "wechat_v3") return "";
  const serials = config.platform_keys.map((key) => key.serial);
  if (field === "public_key") return serials.filter((serial) => serial.startsWith("PUB_KEY_ID_")).join(", ");
  if (field === "certificates") return serials.filter((serial) => !serial.startsWith("PUB_KEY_ID_")).join(", ");
  return "";
}
