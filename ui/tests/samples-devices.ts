// Made-up displays, printers and receipts of the made-up shop, for tests and the gallery.
import type {
  CodePage,
  CommandSet,
  CommandSetView,
  Display,
  DisplayChoices,
  DisplayPreview,
  DisplaySetup,
  DisplayTry,
  DisplayWords,
  DevicesView,
  FoundDevice,
  MonitorView,
  PaperView,
  PortLine,
  PrinterPreset,
  PrinterSetup,
  PrinterTry,
  PrintJobView,
  Profile,
  Settings,
  ShownAmount,
} from "../src/generated";
import { refusal, type Answers } from "./fake-host";
import { CUSTOMER, square } from "./samples";

export const LINE: PortLine = {
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

export const MONITORS: MonitorView[] = [
  { name: "DP-1", width: 1920, height: 1080, primary: true },
  { name: "HDMI-1", width: 1024, height: 600, primary: false },
];

function look(set: CommandSet, columns: number, rows: number, page: CodePage): Display {
  return { set, geometry: { columns, rows }, page, brightness: null, "rest-ms": 0, "line-end": false, template: null };
}

function view(set: CommandSet, name: string, ability: CommandSetView["ability"], display: Display, part: Partial<CommandSetView> = {}): CommandSetView {
  return { set, name, ability, dims: false, most_rows: ability === "digits" ? 1 : 4, display, line: LINE, ...part };
}

const ZH: DisplayWords = { idle: "欢迎光临", total: "合计", "to-pay": "应付", received: "已收款", reported: "通知到账", thanks: "谢谢惠顾", change: "找零", refund: "退款" };
const EN: DisplayWords = { idle: "Welcome", total: "Total", "to-pay": "To pay", received: "Received", reported: "Reported", thanks: "Thank you", change: "Change", refund: "Refund" };

export const DISPLAY_CHOICES: DisplayChoices = {
  sets: [
    view("led8", "LED8 / LED8N", "digits", look("led8", 8, 1, "ascii"), { line: { ...LINE, baud: 2400 } }),
    view("led8-cd7110", "LED8, CD7110", "digits", look("led8-cd7110", 8, 1, "ascii")),
    view("esc-pos", "ESC/POS (Epson)", "text", look("esc-pos", 20, 2, "ascii"), { dims: true }),
    view("cd5220", "CD5220", "text", look("cd5220", 20, 2, "ascii"), { dims: true, most_rows: 2 }),
    view("gb18030", "GB18030 VFD/LCD", "text", look("gb18030", 20, 2, "gb18030")),
    view("qr-bonrix", "Bonrix QR", "codes", look("qr-bonrix", 20, 2, "ascii"), { line: { ...LINE, baud: 115_200 } }),
    view("qr-template", "QR template", "codes", look("qr-template", 20, 2, "ascii")),
  ],
  pages: ["ascii", "cp437", "cp850", "cp858", "cp866", "gb18030", "big5", "shift-jis", "euc-kr"],
  languages: [
    { language: "en", words: EN },
    { language: "zh-CN", words: ZH },
    { language: "ja", words: EN },
    { language: "vi", words: EN },
  ],
};

const PROFILE: Profile = {
  dots: 576,
  columns: 48,
  letters: { own: "gb18030" },
  maker: "epson",
  "draws-qr": true,
  "draws-code128": true,
  cut: "feeding",
  "tear-lines": 4,
  drawer: "two",
  bell: "none",
  "band-rows": 256,
};

export const PRESETS: PrinterPreset[] = [
  { preset: "chinese58", profile: { ...PROFILE, dots: 384, columns: 32, cut: "none" } },
  { preset: "chinese80", profile: PROFILE },
  { preset: "western80", profile: { ...PROFILE, letters: { own: "cp858" } } },
  { preset: "drawn58", profile: { ...PROFILE, dots: 384, columns: 32, cut: "none", letters: "drawn", "draws-qr": false } },
  { preset: "drawn80", profile: { ...PROFILE, letters: "drawn", "draws-qr": false } },
];

export function display(part: Partial<DisplaySetup> = {}): DisplaySetup {
  return {
    id: "d1",
    name: "前台顾客屏",
    on: true,
    address: "serial:/dev/ttyUSB0?usb=1a86:7523&at=1-2",
    line: null,
    display: look("gb18030", 20, 2, "gb18030"),
    language: "zh-CN",
    texts: { idle: null, total: null, to_pay: null, received: null, reported: null, thanks: null, change: null, refund: null },
    shows: { idle: "text", to_pay: true, received: true, refunds: true },
    ...part,
  };
}

export function printer(part: Partial<PrinterSetup> = {}): PrinterSetup {
  return {
    id: "p1",
    name: "后厨打印机",
    on: true,
    target: { at: "port", address: "tcp:192.168.1.20:9100", line: LINE },
    profile: { ...PROFILE, dots: 384, columns: 32, cut: "none" },
    language: "zh-CN",
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
    ...part,
  };
}

export function found(part: Partial<FoundDevice> = {}): FoundDevice {
  return {
    address: "serial:/dev/ttyUSB0?usb=1a86:7523&at=1-2",
    name: "USB Serial",
    port: "/dev/ttyUSB0",
    maker: "QinHeng Electronics",
    what: "unknown",
    why: "bridge",
    model: null,
    used_by: null,
    ...part,
  };
}

const FOUND: FoundDevice[] = [
  found({ address: "serial:/dev/ttyS0", name: "/dev/ttyS0", port: "/dev/ttyS0", maker: null, why: "plain-port" }),
  found(),
  found({ address: "usb-printer:/dev/usb/lp0?usb=0416:5011", name: "POS58", model: "POS58", port: "/dev/usb/lp0", maker: "Winbond Electronics Corp.", what: "printer", why: "known-model" }),
  found({ address: "serial:/dev/ttyUSB1?usb=03f0:3524", name: "HP LD220", model: "HP LD220", port: "/dev/ttyUSB1", maker: "HP", what: "display", why: "known-model" }),
  found({ address: "ble:AA:BB:CC:DD:EE:01", name: "MTP-II", port: "AA:BB:CC:DD:EE:01", maker: null, what: "printer", why: "familiar-name" }),
];

export function devices(part: Partial<DevicesView> = {}): DevicesView {
  return { found: FOUND, faults: [], displays: [], printers: [], ...part };
}

/** How many cells a text fills where letters above this one are wide. */
function cells(text: string, narrow = "\u2e80"): number {
  return [...text].reduce((sum, letter) => sum + (letter > narrow ? 2 : 1), 0);
}

/** A row as wide as a display: words on the left, an amount on the right. */
function row(left: string, right: string, columns: number, narrow?: string): string {
  const taken = cells(left, narrow) + cells(right, narrow);
  return left + " ".repeat(Math.max(0, columns - taken)) + right;
}

/** What the gallery's display shows; the app asks its decoders. */
export function preview({ setup, sample }: DisplayTry): DisplayPreview {
  const { columns, rows } = setup.display.geometry;
  const set = DISPLAY_CHOICES.sets.find((one) => one.set === setup.display.set);
  const words = (setup.language === "zh-CN" ? ZH : EN) as DisplayWords;
  const text = { idle: "", order: "¥12.50", change: "¥7.50", received: "¥12.50", reported: "¥12.50", to_pay: "¥12.50", refund: "-¥12.50" }[sample];
  const say = { idle: setup.texts.idle ?? words.idle, received: setup.texts.received ?? words.received, reported: setup.texts.reported ?? words.reported, to_pay: setup.texts.to_pay ?? words["to-pay"], refund: setup.texts.refund ?? words.refund, order: setup.texts.total ?? words.total, change: setup.texts.change ?? words.change }[sample];
  const narrow = setup.display.page === "gb18030" ? "\x7f" : undefined;
  const below = sample === "received" ? row("", setup.texts.thanks ?? words.thanks, 14) : "";
  const all = [row(say, text, columns, narrow), row(below, "", columns), row("", "", columns), row("", "", columns)].slice(0, rows);
  const long = sample === "idle" && setup.display.set === "cd5220" && cells(say) > columns;
  const base = { columns, running: long ? say.replace(/\s+/g, " ").slice(0, 40) : null, brightness: null, code: null, code_text: null, picture: null };
  if (set?.ability === "digits") {
    const digits = { idle: "", order: "12.50", change: "7.50", received: "12.50", reported: "12.50", to_pay: "12.50", refund: "-12.50" }[sample];
    return { ...base, ability: "digits", rows: [digits.padStart(digits === "" ? 8 : 9)], lamps: sample === "to_pay" ? ["total"] : sample === "received" ? ["paid"] : [] };
  }
  if (set?.ability === "codes") {
    return { ...base, ability: "codes", rows: [], lamps: [], code: sample === "to_pay" ? square() : null, code_text: null, picture: sample === "received" ? "paid" : "idle" };
  }
  return { ...base, ability: "text", rows: all, lamps: [] };
}

/** What the gallery's printer prints. */
export function paper({ printer, sample }: PrinterTry): PaperView {
  const { columns, dots } = printer.profile;
  const middle = (text: string, bold = false, wide = 1, tall = 1) => ({
    is: "line" as const,
    spans: [{ column: Math.floor((columns - cells(text) * wide) / 2), columns: cells(text), text, bold, wide, tall }],
  });
  const pair = (left: string, right: string) => ({ is: "line" as const, spans: [{ column: 0, columns, text: row(left, right, columns), bold: false, wide: 1, tall: 1 }] });
  const rule = middle("-".repeat(columns));
  if (sample === "closing") {
    const rows = [middle("小满便利店", true, 1, 2), middle("日结单"), middle("** 未结账 **", true, 1, 2), rule, pair("合计", "¥8,929.20"), pair("  收款笔数", "132"), rule, pair("应有现金", "¥306.50")];
    return { dots, columns, items: [...rows, { is: "cut" }] };
  }
  return {
    dots,
    columns,
    items: [
      middle("小满便利店", true, 1, 2),
      ...(printer.top === "" ? [] : printer.top.split("\n").map((line) => middle(line))),
      middle(sample === "refund" ? "退款凭条" : sample === "reported" ? "收款提示单" : "收款凭条"),
      ...(sample === "copy" ? [middle("** 副本 1 **", true, 1, 2)] : []),
      rule,
      middle(sample === "refund" ? "-¥12.50" : "¥12.50", false, 2, 2),
      ...(printer.rows.in_words ? [middle("人民币壹拾贰元伍角整")] : []),
      rule,
      pair("时间", "2026-11-22 14:03:21"),
      pair("支付方式", "支付宝"),
      ...(printer.rows.number ? [pair("当日序号", "48")] : []),
      ...(printer.rows.order ? [pair("订单号", "2026112222001476381024")] : []),
      ...(printer.barcode ? [{ is: "barcode" as const, text: "2026112222001476381024" }] : []),
      ...(printer.link === "" ? [] : [{ is: "qr" as const, modules: square(), module: 6 }]),
      ...(printer.foot === "" ? [] : [rule, ...printer.foot.split("\n").map((line) => middle(line))]),
      ...(printer.drawer ? [{ is: "drawer" as const }] : []),
      ...(printer.profile.cut === "none" ? [{ is: "feed" as const, lines: 4 }] : [{ is: "feed" as const, lines: 1 }, { is: "cut" as const }]),
    ],
  };
}

export function job(part: Partial<PrintJobView> = {}): PrintJobView {
  return {
    id: 1,
    line: 4999,
    paper: null,
    amount_text: "¥12.50",
    number: 48,
    paid_clock: "14:03:21",
    printer: "p1",
    printer_name: "后厨打印机",
    state: "failed",
    problem: { code: "gone", port: "192.168.1.20:9100" },
    copy: null,
    by_itself: true,
    needs_a_person: true,
    can_again: true,
    asked_clock: "14:03:22",
    ...part,
  };
}

const quiet = { needs_a_person: false, problem: null };
/** Receipts in every state. */
export const JOBS: PrintJobView[] = [
  job({ id: 9, line: 4999, state: "unknown", problem: { code: "restarted" } }),
  job({ id: 8, line: 4998, amount_text: "¥6.00", number: 47, paid_clock: "14:03:09" }),
  job({ id: 7, line: 4997, state: "queued", needs_a_person: false, can_again: false, problem: { code: "paper_out" }, amount_text: "¥128.00", number: 46 }),
  job({ id: 6, line: 4996, state: "sending", can_again: false, ...quiet, amount_text: "¥35.90", number: 45 }),
  job({ id: 5, line: 4995, state: "sent", copy: 1, by_itself: false, ...quiet, amount_text: "−¥15.00", number: null }),
  job({ id: 10, line: null, paper: "结账单 第 326 号", state: "sent", by_itself: false, ...quiet, amount_text: null, number: null }),
  job({ id: 4, line: 4994, state: "taken", ...quiet, amount_text: "$1,280.00", number: 44 }),
];

/** ?case=devices_…: the settings of the section in each of its states. */
export function setUp(state: string, english: boolean, long: string | null): Partial<Settings> {
  const name = (zh: string, en: string) => long ?? (english ? en : zh);
  const displays = [
    display({ name: name("前台顾客屏", "Front desk") }),
    display({ id: "d2", name: name("侧面数字屏", "Side window"), address: "serial:/dev/ttyUSB7", display: look("led8", 8, 1, "ascii") }),
    display({ id: "d3", name: name("二维码盒", "Code box"), address: "serial:/dev/ttyACM0", display: look("qr-bonrix", 20, 2, "ascii"), on: false }),
  ];
  const printers = [
    printer({ name: name("收银小票机", "Till printer") }),
    printer({ id: "p2", name: name("办公室打印机", "Office printer"), target: { at: "system", name: "HP_LaserJet_M110w", sheet: "a4" } }),
  ];
  const customer = { ...CUSTOMER, on: true, monitor: state === "devices_trouble" ? "DP-1" : null, code: "wxp://f2f0Lx8vQ0example", pictures: state === "devices_pictures" ? [...Object.keys(PICTURES), "000000000000000f"] : [] };
  return state === "devices_none" ? {} : { displays, printers, customer };
}

/** ?case=prints, prints_order, prints_left, prints_change: what the customer is shown. */
function standing(state: string): ShownAmount | null {
  const cny = (minor: number) => ({ minor, currency: "CNY" });
  const items = [
    { name: "农夫山泉 550ml", quantity: 2, each: cny(200) },
    { name: "全麦切片吐司面包大包装家庭分享装（买一送一，临期特价）", quantity: 1, each: cny(850) },
  ];
  switch (state) {
    case "prints":
      return { items: [], amount: cny(1250), change: null };
    case "prints_order":
    case "prints_left":
      return { items, amount: cny(1250), change: null };
    case "prints_change":
      return { items, amount: cny(1250), change: cny(750) };
    default:
      return null;
  }
}

/** A made-up picture in its shape. */
export function drawing(width: number, height: number, colour: string, word: string): string {
  const text = `<text x="50%" y="50%" fill="#fff" font-size="${String(Math.min(width, height) / 5)}" text-anchor="middle" dominant-baseline="middle" font-family="sans-serif">${word}</text>`;
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}"><rect width="100%" height="100%" fill="${colour}"/>${text}</svg>`)}`;
}

const PICTURES: Readonly<Record<string, string>> = {
  "0000000000000001": drawing(1600, 900, "#0b6b4f", "云南鲜花饼"),
  "0000000000000002": drawing(900, 1200, "#a65c00", "买二送一"),
  "0000000000000003": drawing(1200, 400, "#2563c9", "新店开张"),
};

/** The answers about displays and printers. */
export function answers(state: string): Answers {
  const trouble = state === "devices_trouble";
  const port = (name: string) => ({ port: name, remedy: null, reason: null });
  const view = devices({
    found: state === "empty" ? [] : state === "devices_many" ? Array.from({ length: 30 }, (_, at) => found({ address: `serial:/dev/ttyS${String(at)}`, name: `/dev/ttyS${String(at)}`, port: `/dev/ttyS${String(at)}`, maker: null, why: "plain-port" })) : FOUND,
    faults: trouble ? [{ finder: "ble", remedy: "bluetooth-on", reason: "no adapter" }] : [],
    displays: [
      { id: "d1", state: trouble ? "in-use" : "ready", problem: trouble ? port("/dev/ttyUSB0") : null, moved_to: null },
      { id: "d2", state: trouble ? "denied" : "connecting", problem: trouble ? { port: "/dev/ttyUSB7", remedy: "join-dialout", reason: null } : null, moved_to: trouble ? null : "/dev/ttyUSB8" },
    ],
    printers: [
      { id: "p1", state: trouble ? "ready" : "ready", problem: trouble ? { code: "paper_out" } : null, moved_to: null, paper_low: !trouble },
      { id: "p2", state: trouble ? "gone" : "ready", problem: trouble ? { code: "gone", port: "HP_LaserJet_M110w" } : null, moved_to: null, paper_low: false },
    ],
  });
  const never = () => new Promise<never>(() => undefined);
  const fail = () => Promise.reject(refusal("storage"));
  return {
    devices: state === "busy" ? never : state === "error" ? fail : view,
    look_for_bluetooth: state === "devices_busy" ? never : view,
    display_choices: DISPLAY_CHOICES,
    preview_display: preview,
    test_display: trouble ? { state: "in-use", problem: port("/dev/ttyUSB0") } : state === "devices_busy" ? never : { state: "ready", problem: null },
    blink_displays: null,
    show_amount: null,
    show_order: (items) => ({ items, amount: { minor: items.reduce((sum, item) => sum + item.quantity * item.each.minor, 0), currency: "CNY" }, change: null }),
    take_cash: (given) => ({ items: [], amount: { minor: 1250, currency: "CNY" }, change: { minor: given.minor - 1250, currency: "CNY" } }),
    shown_amount: standing(state),
    printer_presets: PRESETS,
    preview_receipt: paper,
    test_receipt: trouble ? { state: "failed", problem: { code: "cover_open" }, paper_low: false } : { state: "sent", problem: null, paper_low: false },
    system_printers: [{ name: "HP_LaserJet_M110w", usual: true }, { name: "PDF", usual: false }],
    print_receipt: job({ state: "queued", problem: null, needs_a_person: false }),
    print_jobs: state === "prints" ? JOBS : [],
    print_again: job({ id: 3, state: "queued", problem: null }),
    settle_job: null,
    settle_jobs: null,
    test_customer_window: 21,
    add_customer_picture: "0000000000000001",
    customer_picture: ({ id }) => PICTURES[id] ?? fail(),
    read_payment_code: "wxp://f2f0Lx8vQ0example",
    customer_window: { state: trouble ? "cards" : "shown", monitor: trouble ? null : "HDMI-1" },
  };
}
