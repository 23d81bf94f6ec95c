// Made-up views of a made-up shop, for tests and the gallery.
import type {
  AppInfo,
  BookCheck,
  CardsView,
  CardView,
  Choices,
  Correction,
  CorrectionView,
  CustomerSettings,
  DaySummary,
  DayView,
  Doors,
  HistoryChoices,
  Language,
  ListeningView,
  PaymentDetails,
  PaymentView,
  Settings,
  SetupView,
  Shop,
  SourceConfig,
  SourceForm,
  SourceKind,
  SourceView,
  Theme,
  UnreadView,
  UpdateOffer,
  UpdatesView,
  VoicesView,
} from "../src/generated";

/** Sunday, 22 November 2026, 14:03:21 in Shanghai. */
export const NOW = Date.UTC(2026, 10, 22, 6, 3, 21);

export const SHOP: Shop = {
  name: "小满便利店",
  currency: "CNY",
  day_rule: { zone: "Asia/Shanghai", cutover_hour: 4 },
};

export function info(language: Language = "zh-CN", theme: Theme = "light", name = SHOP.name): AppInfo {
  return {
    language,
    theme,
    version: "0.1.0",
    shop: { ...SHOP, name },
    today: "2026-11-22",
    first_start: false,
    missing: [],
    asks_customers: false,
    prints: false,
  };
}

let line = 5000;

export function payment(part: Partial<PaymentView> = {}): PaymentView {
  line -= 1;
  const minor = part.amount === undefined ? 1250 : (part.amount?.minor ?? 0);
  const sign = part.amount?.currency === "USD" ? "$" : "¥";
  const text = `${sign}${(minor / 100).toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ",")}`;
  return {
    line,
    seq: line,
    day: "2026-11-22",
    number: 48,
    kind: "payment",
    trust: "confirmed",
    platform: "alipay",
    amount: { minor, currency: "CNY" },
    amount_text: part.kind === "refund" ? `−${text}` : text,
    payer: "李*芳",
    note: null,
    order: "2026112222001476381024",
    test: false,
    collector: "前台手机",
    standing: "counts",
    joined_to: null,
    corrected: false,
    remarks: null,
    at: NOW,
    clock: "14:03:21",
    ...part,
  };
}

export const cny = (minor: number) => ({ minor, currency: "CNY" });

export function today(): PaymentView[] {
  line = 5000;
  return [
    payment({}),
    payment({ platform: "wechat", amount: cny(600), payer: "王**", trust: "reported", number: 47, clock: "14:03:09" }),
    payment({ platform: "wechat", amount: cny(12800), payer: null, number: 46, clock: "13:58:47" }),
    payment({ amount: cny(3590), payer: "陈*", number: 45, clock: "13:51:02" }),
    payment({ amount: cny(1500), kind: "refund", payer: "陈*", number: null, clock: "13:40:33" }),
    payment({
      platform: "stripe",
      amount: { minor: 128000, currency: "USD" },
      payer: "Table 6",
      number: 44,
      clock: "13:38:10",
    }),
    payment({ platform: "wechat", amount: null, amount_text: null, payer: null, trust: "reported", number: 43, clock: "13:22:54" }),
    payment({ platform: "wechat", amount: cny(2200), payer: null, number: 42, clock: "13:20:18" }),
    payment({ amount: cny(1860), payer: "赵*国", number: 41, clock: "13:04:41" }),
    payment({ platform: "test", amount: cny(1250), payer: null, number: null, test: true, clock: "12:59:30" }),
    payment({ platform: "wechat", amount: cny(350), payer: null, number: 40, clock: "12:57:12" }),
    payment({
      amount: cny(2700),
      payer: "‮<b>孙</b> 👩‍👧 محمد عبد الرحمن الطويل جدا جدا جدا جدا جدا",
      number: 39,
      clock: "12:51:48",
    }),
    payment({ platform: "lakala_pay", amount: cny(100000000000), payer: "张*", number: 38, clock: "12:40:00" }),
    ...Array.from({ length: 14 }, (_, index) =>
      payment({ platform: index % 3 === 0 ? "unionpay" : "wechat", amount: cny(850 + index * 130), payer: null, number: 37 - index, clock: `12:${String(38 - index * 2).padStart(2, "0")}:05` }),
    ),
  ];
}

export function card(payment: PaymentView, id: number, part: Partial<CardView> = {}): CardView {
  return { id, stays_ms: 8000, gone_ms: 3000, face: { face: "payment", payment }, ...part };
}

export function cards(list: CardView[], part: Partial<CardsView> = {}): CardsView {
  return { revision: 1, cards: list, more: 0, held: true, muted_until: null, ...part };
}

export function listening(part: Partial<ListeningView> = {}): ListeningView {
  return {
    state: "listening",
    since: null,
    since_clock: null,
    sources: [],
    heard_at: Date.now() - 12_000,
    muted_until: null,
    muted_until_clock: null,
    voice_problem: null,
    clock_ahead_ms: null,
    back: null,
    ...part,
  };
}

export function day(part: Partial<DayView> = {}): DayView {
  return {
    day: "2026-11-22",
    is_today: true,
    totals: [
      { net: cny(348250), net_text: "¥3,482.50", payments: 48, refunds: 1, refunds_text: "¥15.00" },
    ],
    without_amount: 1,
    unconfirmed: 2,
    not_understood: 3,
    last: null,
    ...part,
  };
}

export function days(): DaySummary[] {
  return [22, 21, 20, 19, 18, 17, 16, 15].map((date, index) => ({
    day: `2026-11-${String(date)}`,
    payments: 48 + index * 7,
    totals: index === 2 ? ["¥2,910.00", "$64.00"] : [`¥${String(3 + index)},482.50`],
  }));
}

export function details(payment: PaymentView): PaymentDetails {
  const step = (what: PaymentDetails["steps"][number]["what"], after_ms: number, via: SourceKind | null = null) => ({
    what,
    via,
    at: NOW + after_ms,
    clock: "14:03:20.4",
    after_ms,
  });
  return {
    payment,
    transaction: "4200002468202605013344556677",
    steps: [
      step("paid", 0),
      step("accepted", 620, "alipay"),
      step("received", 640),
      step("shown", 660),
      step("spoken", 810),
      step("joined", 2100, "sms_forwarder"),
    ],
    news: [
      { id: 1, can_split: false, via: "alipay", trust: "confirmed", at: NOW, clock: "14:03:21", amount_text: "¥12.50", payer: "李*芳", note: null, device: null },
      { id: 2, can_split: true, via: "sms_forwarder", trust: "reported", at: NOW, clock: "14:03:22", amount_text: "¥12.50", payer: null, note: "支付宝成功收款12.50元", device: "前台手机" },
    ],
    as_heard: null,
    corrections: [],
    joined: [],
    related: [],
    prints: [],
  };
}

/** A correction of a payment. */
export function correction(what: Correction, part: Partial<CorrectionView> = {}): CorrectionView {
  return {
    id: 1,
    line: 1,
    what,
    amount_text: what.what === "refunded_in_cash" ? "¥12.50" : null,
    at: NOW,
    clock: "14:20:05",
    day: "2026-11-22",
    who: "小赵",
    undoes: null,
    undone: false,
    can_undo: true,
    other: null,
    ...part,
  };
}

export const HISTORY_CHOICES: HistoryChoices = {
  platforms: ["alipay", "cash", "stripe", "wechat"],
  collectors: [
    { collector: "前台手机", name: "前台手机" },
    { collector: "src-alipay", name: "支付宝商户" },
  ],
  terminals: ["desk"],
  tags: ["赊账", "团购"],
  people: ["小赵", "老板"],
};

export const CHECKED: BookCheck = {
  running: null,
  result: {
    clock: "2026-11-22 14:05:00",
    rows: 2391,
    lines: 1204,
    days: 31,
    head: "9f2c6a8e41d07b35c8e1f4a2069d3b7750ce18aa94f26d3b81e7c05d92fa4b16",
    faults: [],
    all_faults: 0,
    closings: 12,
    restores: [],
    unfinished: false,
  },
  problem: null,
};

export function unread(): UnreadView[] {
  const base = { at: NOW, via: "sms_forwarder" as const };
  return [
    { ...base, line: 9, clock: "13:59:02", app: "com.tencent.mm", title: "张三", text: "微信支付收款12.80元(朋友到店)", reason: "imitation" },
    { ...base, line: 8, clock: "12:10:44", app: "com.eg.android.AlipayGphone", title: "支付宝通知", text: "你的账单已生成，点击查看<img src=x onerror=alert(1)>", reason: "unknown_wording" },
    { ...base, line: 7, clock: "11-21 21:40", app: null, title: "[title]", text: "[org_content]", reason: "template_not_filled" },
  ];
}

export function source(kind: SourceKind, part: Partial<SourceView> = {}): SourceView {
  const id = part.id ?? `src-${kind}`;
  const name = part.name ?? "老板的手机";
  return {
    id,
    name,
    kind,
    health: { id, name, kind, state: "listening", last_heard: Date.now() - 12_000, clock_ahead_ms: null, refusing: null },
    refused: 0,
    last_refusal: null,
    last_refusal_at: null,
    ...part,
  };
}

/** A square that looks like a QR code and says nothing. */
export function square(side = 29): string[] {
  const inFinder = (x: number, y: number) => {
    const at = (fx: number, fy: number) => {
      const [dx, dy] = [x - fx, y - fy];
      if (dx < 0 || dy < 0 || dx > 6 || dy > 6) return null;
      const ring = Math.max(Math.abs(dx - 3), Math.abs(dy - 3));
      return ring !== 2;
    };
    return at(0, 0) ?? at(side - 7, 0) ?? at(0, side - 7);
  };
  return Array.from({ length: side }, (_, y) =>
    Array.from({ length: side }, (_, x) => ((inFinder(x, y) ?? (x * 7 + y * 13 + x * y) % 3 === 0) ? "1" : "0")).join(""),
  );
}

export function setup(kind: SourceKind = "sms_forwarder", lan = true): SetupView {
  const phone = kind === "sms_forwarder" || kind === "forwarder" || kind === "vmq";
  const local = { url: "http://127.0.0.1:8787/n/Vt3kQ0mZx8LwYb2NcR5sHd7uJf9aGe1p", reach: "local" as const, plain: true };
  const near =
    kind === "vmq"
      ? { url: "192.168.1.20:8788/0123456789abcdef0123456789abcdef", reach: "lan" as const, plain: true }
      : { url: "https://192.168.1.20:8788/n/Vt3kQ0mZx8LwYb2NcR5sHd7uJf9aGe1p", reach: "lan" as const, plain: false };
  const addresses = lan ? [near, local] : [local];
  return {
    setup: {
      id: `src-${kind}`,
      name: phone ? "老板的手机" : "微信支付",
      kind,
      addresses,
      secret: phone ? "k3-wQz81Lm0pRb5HsYcN7dUe" : null,
      template: kind === "sms_forwarder" ? '{"from":"[from]","title":"[title]","text":"[org_content]","device":"[device_mark]","received_at":"[receive_time]","timestamp":"[timestamp]","sign":"[sign]"}' : null,
    },
    address_qr: addresses.map(() => square(33)),
    secret_qr: phone ? square(25) : null,
  };
}

/** A source's settings as the hub shows them: without secrets. */
export function form(kind: SourceKind = "wechat_v3"): SourceForm {
  const configs: Partial<Record<SourceKind, SourceConfig>> = {
    wechat_v3: {
      kind: "wechat_v3",
      mchid: "1900000109",
      appid: "wxd678efh567hg6787",
      api_v3_key: "",
      platform_keys: [
        { serial: "PUB_KEY_ID_0119000001092025010100000001", pem: "" },
        { serial: "5157F09EFDC096DE15EBE81A47057A7232F1B8E1", pem: "" },
      ],
    },
    stripe: { kind: "stripe", endpoint_secrets: ["", ""], test_mode: true },
    vmq: { kind: "vmq", key: "" },
  };
  const phone = kind === "vmq" || kind === "sms_forwarder";
  return { id: `src-${kind}`, name: phone ? "老板的手机" : "微信支付", config: configs[kind] ?? { kind: "sms_forwarder", secret: "" } };
}

export const CUSTOMER: CustomerSettings = {
  received_seconds: 8,
  code: null,
  payee: null,
  on: false,
  monitor: null,
  language: null,
  theme: null,
  show_payer: false,
  idle: "",
  texts: { idle: null, total: null, to_pay: null, received: null, reported: null, thanks: null, change: null, refund: null },
  clock: true,
  pictures: [],
  picture_seconds: 12,
};

export function settings(part: Partial<Settings> = {}): Settings {
  return {
    language: null,
    theme: "system",
    first_start_done: true,
    speak: true,
    speech_language: null,
    voice: null,
    volume: 100,
    rate: 100,
    chime: true,
    speak_number: true,
    speak_platform: true,
    speak_refunds: true,
    smallest_spoken: null,
    quiet_hours: null,
    platform_words: {},
    cards: true,
    card_seconds: 8,
    card_monitor: null,
    card_corner: "bottom_right",
    card_payer: true,
    check_updates: true,
    awake: true,
    displays: [],
    customer: CUSTOMER,
    printers: [],
    logo: null,
    closing: { remind_at: null, blind: false },
    backups: { daily: true, keep: 14, folder: null },
    ...part,
  };
}

export const DOORS_SHUT: Doors = { lan: false, port: 8787, lan_addresses: [], fingerprint: null, public_url: null };
export const DOORS_OPEN: Doors = {
  lan: true,
  port: 8788,
  lan_addresses: ["192.168.1.20"],
  fingerprint: "3F:A1:09:7C:5E:22:B8:D4:11:90:6A:CE:77:0B:F3:58:21:9D:E4:4C:8A:35:60:FE:12:C7:AB:93:5D:08:E1:46",
  public_url: null,
};

export const CHOICES: Choices = {
  zones: ["America/New_York", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Shanghai", "Europe/Madrid", "UTC"],
  system_zone: "Asia/Shanghai",
  currencies: [
    { code: "CNY", sign: "¥" },
    { code: "USD", sign: "$" },
    { code: "EUR", sign: "€" },
    { code: "JPY", sign: "¥" },
  ],
  system_language: "zh-CN",
};

export const VOICES: VoicesView = {
  voices: [
    { id: "huihui", name: "Microsoft Huihui", language: "zh-CN", fits: true },
    { id: "zira", name: "Microsoft Zira", language: "en-US", fits: false },
  ],
  problem: null,
};

/** A newer version, with notes. */
export function offer(part: Partial<UpdateOffer> = {}): UpdateOffer {
  return {
    version: "0.2.0",
    notes: "收银台提示更清楚\n\n- 没有声音时，会说明原因并告诉你怎么办。\n- 手机断线时，几秒内就会提示。",
    skipped: false,
    wanted: false,
    here: false,
    ...part,
  };
}

/** Where updates stand: the newest version runs. */
export function updates(part: Partial<UpdatesView> = {}): UpdatesView {
  return {
    version: "0.1.0",
    support: "itself",
    checked_at: Date.now() - 7_200_000,
    busy: null,
    offer: null,
    waits_for: null,
    waits_until: null,
    error: null,
    ...part,
  };
}

/** A code to pay with, as rows of modules: a made-up one of the smallest size. */
export const CODE: string[] = Array.from({ length: 29 }, (_, y) =>
  Array.from({ length: 29 }, (_, x) => {
    const corner = (cx: number, cy: number) => Math.max(Math.abs(x - cx), Math.abs(y - cy));
    const rings = [corner(3, 3), corner(25, 3), corner(3, 25)].filter((ring) => ring <= 4);
    if (rings.length > 0) return rings.some((ring) => ring <= 1 || ring === 3) ? "1" : "0";
    return (x * 7 + y * 13 + ((x * y) % 5)) % 3 === 0 ? "1" : "0";
  }).join(""),
);
