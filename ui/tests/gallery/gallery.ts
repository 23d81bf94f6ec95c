// One page in one state, chosen by the address: ?page=history&case=busy&lang=en&theme=dark&name=long
import "../../src/styles/base.css";
import { mount, type Component } from "svelte";
import CardPage from "../../src/card/CardPage.svelte";
import CustomerPage from "../../src/customer/CustomerPage.svelte";
import type { BookCheck, CardView, CustomerFace, Language, PaymentDetails, Theme, UpdatesView } from "../../src/generated";
import HistoryPage from "../../src/history/HistoryPage.svelte";
import SettingsPage from "../../src/settings/SettingsPage.svelte";
import WelcomePage from "../../src/welcome/WelcomePage.svelte";
import { FakeHost, refusal, type Answers } from "../fake-host";
import * as sample from "../samples";
import * as dayend from "../samples-dayend";
import * as device from "../samples-devices";
import * as statement from "../samples-statements";
import * as terminal from "../samples-terminals";

const query = new URLSearchParams(location.search);
const page = query.get("page") ?? "history";
const state = query.get("case") ?? "";
const language = (query.get("lang") ?? "zh-CN") as Language;
const theme = (query.get("theme") ?? "light") as Theme;
const name = query.get("name") === "long" ? "小满便利店与三十九位老邻居一起开的街角超市城西第二分店暨烟酒茶糖总汇欢迎光临" : "小满便利店";

const never = () => new Promise<never>(() => undefined);
const fail = () => Promise.reject(refusal("storage"));
const rows = sample.today();
const english = language === "en";

const silent = sample.listening({
  state: "source_silent",
  since: Date.now() - 180_000,
  since_clock: "14:02",
  sources: [sample.source("vmq", { health: { ...sample.source("vmq").health, state: "silent" } }).health],
});

const refused = sample.listening({
  state: "source_refusing",
  since: Date.now() - 240_000,
  since_clock: "14:02",
  sources: [
    sample.source("wechat_v3", {
      health: {
        ...sample.source("wechat_v3").health,
        name: english ? "WeChat Pay" : "微信支付",
        state: "refusing",
        clock_ahead_ms: -360_000,
        refusing: { code: query.get("code") ?? "stale", since: Date.now() - 240_000, proven: query.get("code") !== "signature" },
      },
    }).health,
  ],
});

/** A payment about which much was put right. */
function corrected(details: PaymentDetails): PaymentDetails {
  const note = english ? "Took two bottles of water on the tab, comes back tomorrow" : "欠两瓶水，明天来付；周五之前提醒一下隔壁的王老板";
  const refund = sample.payment({ kind: "refund", platform: "cash", amount: sample.cny(250), number: null, line: 900, payer: null, clock: "14:31:40" });
  return {
    ...details,
    payment: { ...details.payment, corrected: true, remarks: note, platform: "cash", collector: "小钱" },
    as_heard: { platform: "alipay", trust: "reported", amount_text: "¥12.50", collector: "前台手机" },
    related: [refund],
    joined: [sample.payment({ platform: "wechat", line: 901, standing: "joined", joined_to: details.payment.line, clock: "14:03:25" })],
    corrections: [
      sample.correction({ what: "note", text: note }),
      sample.correction({ what: "cash" }, { id: 2, clock: "14:21:11" }),
      sample.correction({ what: "collected_by", name: "小孙" }, { id: 3, clock: "14:22:10", undone: true, can_undo: false }),
      sample.correction({ what: "collected_by", name: "小孙" }, { id: 4, clock: "14:23:00", undoes: 3, can_undo: false, who: english ? "The owner" : "老板" }),
      sample.correction({ what: "refunded_in_cash", amount: sample.cny(250) }, { id: 5, amount_text: "¥2.50", clock: "14:31:40", other: 900 }),
      sample.correction({ what: "join", other: 901 }, { id: 6, clock: "14:33:02", other: 901 }),
    ],
  };
}

function tampered(): BookCheck {
  const nothing = { kind: null, row: null, link: null, at: null, line: null, day: null };
  return {
    ...sample.CHECKED,
    result: sample.CHECKED.result && {
      ...sample.CHECKED.result,
      all_faults: 3,
      restores: [{ clock: "2026-11-20 09:12:00", who: "李芳", from: 12, to: 13 }],
      faults: [
        { ...nothing, fault: "row_changed", kind: "news", row: 1048, link: 1102, at: sample.NOW },
        { ...nothing, fault: "line_differs", line: 1001 },
        { ...nothing, fault: "day_differs", day: "2026-11-20" },
      ],
    },
  };
}

function cardList(): CardView[] {
  const wechat = rows[1];
  const alipay = rows[0];
  const hostile = rows[11];
  if (!wechat || !alipay || !hostile) return [];
  switch (state) {
    case "one":
      return [sample.card(alipay, 1)];
    case "stopped":
      return [
        sample.card(alipay, 1, { stays_ms: null, face: { face: "listening", view: silent } }),
        sample.card(sample.payment({ platform: "stripe", amount_text: "$1,280.00", payer: "Table 6", number: 49, clock: "14:05:40" }), 2),
      ];
    case "refused":
      return [sample.card(alipay, 1, { stays_ms: null, face: { face: "listening", view: refused } }), sample.card(alipay, 2)];
    case "back":
      return [
        sample.card(alipay, 1, {
          face: {
            face: "listening",
            view: sample.listening({ back: { since_clock: "14:02", until_clock: "14:20", payments: 3, without_amount: 1, totals: ["¥86.40", "$12.00"] } }),
          },
        }),
        sample.card(alipay, 2, { face: { face: "summary", count: 3, totals: ["¥86.40", "$12.00"], without_amount: 1, unconfirmed: 1, since: sample.NOW, since_clock: "14:02" } }),
      ];
    case "print_waiting":
    case "print_failed":
    case "print_unknown": {
      const nothing = { waiting: 0, failed: 0, unknown: 0, printer_name: query.get("name") === "long" ? name : english ? "Counter" : "前台小票机", problem: null, amount_text: null, paid_clock: null };
      const view = {
        print_waiting: { ...nothing, waiting: 3, problem: { code: "paper_out" as const, port: null, remedy: null, reason: null } },
        print_failed: { ...nothing, failed: 1, waiting: 2, problem: { code: "late" as const, port: null, remedy: null, reason: null }, amount_text: "¥12.80", paid_clock: "14:02:11" },
        print_unknown: { ...nothing, unknown: 1, failed: 4, printer_name: name },
      }[state];
      return [sample.card(alipay, 1), sample.card(alipay, 2, { stays_ms: null, face: { face: "printing", view } })];
    }
    case "closing_today":
    case "closing_forgotten": {
      const view = state === "closing_today" ? { what: "today" as const, day: "2026-11-22" } : { what: "forgotten" as const, day: "2026-11-20", more: 1 };
      return [sample.card(alipay, 1), sample.card(alipay, 2, { stays_ms: null, face: { face: "closing", view } })];
    }
    case "odd":
      return [
        sample.card(hostile, 1),
        sample.card(sample.payment({ amount: null, amount_text: null, trust: "reported", platform: "wechat", payer: null }), 2),
        sample.card(sample.payment({ amount_text: "−¥15.00", kind: "refund", number: null }), 3),
        sample.card(sample.payment({ amount_text: "¥1,000,000,000.00", test: true, number: null, platform: "test", payer: null }), 4),
        sample.card(sample.payment({ amount_text: "₫100,000,000", platform: "bank_vn", number: 1234, payer: "Nguyen Thi Very Long Name Indeed" }), 5),
      ];
    default:
      return [sample.card(wechat, 1), sample.card(alipay, 2)];
  }
}

const sources = [
  sample.source("sms_forwarder"),
  sample.source("vmq", { name: "前台手机", health: { ...sample.source("vmq").health, state: "silent", last_heard: Date.now() - 400_000, clock_ahead_ms: 75_000 } }),
  ...refused.sources
    .filter(() => state === "refused")
    .map((health) => sample.source("wechat_v3", { name: health.name, health, refused: 7, last_refusal: query.get("code") ?? "stale", last_refusal_at: Date.now() - 21_000 })),
  sample.source(state === "refused" ? "wechat_v2" : "wechat_v3", { name: english ? "WeChat Pay" : "微信支付", health: { ...sample.source("wechat_v3").health, last_heard: null, state: "waiting" }, refused: 4, last_refusal: "unknown_key", last_refusal_at: Date.now() - 61_000 }),
  sample.source("test", { name: "test" }),
];

/** ?case=update_…: the section on updates in each of its states. */
function update(): Partial<UpdatesView> {
  const notes = english
    ? "Clearer at the till\n\n- When there is no sound, it says why and what to do.\n- A phone that is gone is told within seconds."
    : sample.offer().notes;
  const offer = sample.offer({ notes });
  switch (state) {
    case "update_offer":
      return { offer };
    case "update_long":
      return { offer: { ...offer, notes: `<b>${notes}</b>\n`.repeat(20) } };
    case "update_download":
      return { offer: { ...offer, wanted: true }, busy: { doing: "downloading", percent: 42 } };
    case "update_waits":
      return { offer: { ...offer, wanted: true, here: true }, waits_for: "open", waits_until: "21:30" };
    case "update_paid":
      return { offer: { ...offer, wanted: true, here: true }, waits_for: "paid", waits_until: "14:23" };
    case "update_error":
      return { offer, error: "not_genuine" };
    case "update_skipped":
      return { offer: { ...offer, skipped: true } };
    case "update_package":
      return { offer, support: "package" };
    case "update_none":
      return { support: "not_configured", checked_at: null };
    default:
      return {};
  }
}

/** ?page=customer&case=to_pay: what a customer is told. */
function customerFace(): CustomerFace {
  const amount_text = query.get("amount") ?? "¥12.50";
  const word = (zh: string, en: string) => (english ? en : zh);
  switch (state) {
    case "to_pay":
      return { face: "to_pay", label: word("应付", "To pay"), amount_text, code: sample.CODE, payee: name };
    case "no_code":
      return { face: "to_pay", label: word("应付", "To pay"), amount_text, code: null, payee: "" };
    case "received":
      return { face: "received", label: word("已收款", "Received"), amount_text, confirmed: true, thanks: word("谢谢惠顾", "Thank you"), payer: query.get("payer") };
    case "reported":
      return { face: "received", label: word("通知到账", "Reported"), amount_text, confirmed: false, thanks: null, payer: null };
    case "refund":
      return { face: "refund", label: word("退款", "Refund"), amount_text: `−${amount_text}` };
    case "change":
      return { face: "change", label: word("找零", "Change"), amount_text };
    case "order":
      return {
        face: "order",
        lines: [
          [word("农夫山泉 550ml ×2", "Spring water 550 ml ×2"), "¥4.00"],
          [word("全麦切片吐司面包大包装家庭分享装", "Wholemeal sandwich loaf, the large family pack, sliced"), "¥8.50"],
        ],
        label: word("合计", "Total"),
        amount_text,
        code: query.get("code") === "none" ? null : sample.CODE,
        payee: name,
      };
    case "words":
      return { face: "idle", lines: english ? ["Open daily 7 to 22", "New: hand-pulled noodles at the back", "Follow us: @hilltea"] : ["每天 7:00–22:00 营业", "新到：云南鲜花饼，买二送一", "关注公众号，首单立减五元"], clock: null, picture: query.get("picture") };
    default:
      return { face: "idle", lines: [word("欢迎光临", "Welcome")], clock: "Asia/Shanghai", picture: query.get("picture") };
  }
}

const answers: Answers = {
  customer_view: { revision: 1, occasion: 1, language: query.get("words") ?? language, theme, shop: name, trial: query.has("trial") ? (english ? "TEST" : "测试") : null, face: customerFace() },
  app_info: { ...sample.info(language, theme, name), first_start: state === "empty", asks_customers: state.startsWith("prints"), prints: state.startsWith("prints") },
  cards: sample.cards(cardList(), state === "odd" ? { more: 2, muted_until: Date.now() } : {}),
  hold_cards: null,
  dismiss_card: null,
  cards_painted: null,
  mute: sample.listening(),
  listening: state === "stopped" ? silent : state === "refused" ? refused : state === "muted" ? sample.listening({ muted_until: Date.now(), muted_until_clock: "14:33" }) : state === "empty" ? sample.listening({ state: "no_source", heard_at: null }) : sample.listening(),
  day: state === "empty" ? sample.day({ totals: [], not_understood: 0, without_amount: 0, unconfirmed: 0 }) : sample.day(),
  days: state === "empty" ? [] : sample.days(),
  history_page: (request) => {
    if (state === "empty" || request.search === "none") return { rows: [], more: false };
    const list = request.from === null ? rows.map((row, index) => (index > 5 ? { ...row, day: "2026-11-21" } : row)) : rows;
    return { rows: list, more: false };
  },
  payment_details: (one) => {
    const found = sample.details(rows.find((row) => row.line === one) ?? sample.payment());
    return state === "corrected" ? corrected(found) : found;
  },
  payment_told: [
    { name: english ? "Zoe’s phone" : "小赵的手机", clock: "14:03:21", asked: false },
    { name, clock: "2026-11-22 15:40:02", asked: true },
  ],
  history_choices: sample.HISTORY_CHOICES,
  book_check: state === "checking" ? { ...sample.CHECKED, running: { done: 41, of: 100 } } : state === "checked" ? sample.CHECKED : state === "tampered" ? tampered() : { running: null, result: null, problem: null },
  check_book: sample.CHECKED,
  stop_check: sample.CHECKED,
  correct: () => corrected(sample.details(rows[0] ?? sample.payment())),
  undo_correction: () => sample.details(rows[0] ?? sample.payment()),
  unread_page: { rows: state === "empty" ? [] : sample.unread(), more: false },
  open_window: null,
  settings: sample.settings(
    state.startsWith("devices") ? device.setUp(state, english, query.get("name") === "long" ? name : null) : state === "full" ? { quiet_hours: { from_minute: 1320, to_minute: 420 }, smallest_spoken: sample.cny(50), platform_words: { wechat: "微信到账" } } : {},
  ),
  save_settings: (value) => (state === "error" ? fail() : value),
  set_shop: null,
  choices: sample.CHOICES,
  sources: state === "empty" ? [] : sources,
  add_source: (request) => sample.setup(request.config.kind),
  source_form: (id) => sample.form(sources.find((one) => one.id === id)?.kind),
  update_source: state === "error" ? fail : null,
  remove_source: null,
  source_setup: (id) => sample.setup(sources.find((one) => one.id === id)?.kind),
  doors: state === "open" || state === "full" ? sample.DOORS_OPEN : sample.DOORS_SHUT,
  set_doors: sample.DOORS_OPEN,
  test_payment: null,
  voices: state === "full" ? { voices: [], problem: "no_voice_for_language" } : sample.VOICES,
  sound_check: { chime: true, spoke: true, said: english ? "Alipay, twelve yuan fifty" : "支付宝到账十二元五角", problem: null },
  monitors: state.startsWith("devices") ? device.MONITORS : [{ name: "DP-1", width: 1920, height: 1080, primary: true }],
  start_at_login: true,
  updates: sample.updates(update()),
  update: (wish) =>
    sample.updates({
      ...update(),
      offer: sample.offer({ wanted: wish === "when_quiet" || wish === "now", skipped: wish === "skip", here: true }),
      waits_for: wish === "when_quiet" ? "open" : null,
      waits_until: "21:30",
    }),
  set_start_at_login: true,
  ...dayend.answers(state),
  ...device.answers(state),
  ...terminal.answers(state, english, name),
  ...statement.answersIn(state),
  finish_first_start: null,
};

if (state === "busy") Object.assign(answers, { history_page: never, day: never, settings: never, sources: never, days: never });
if (state === "error") Object.assign(answers, { history_page: fail, days: fail, sources: fail, set_doors: fail, sound_check: fail, test_payment: fail });

const PAGES: Record<string, Component<{ host: FakeHost }>> = {
  card: CardPage,
  customer: CustomerPage,
  history: HistoryPage,
  settings: SettingsPage,
  welcome: WelcomePage,
};

document.body.className = page;
const target = document.getElementById("app");
const Page = PAGES[page];
const host = new FakeHost(answers);
const step = query.get("step");
if (target && Page) {
  const props = page === "welcome" ? { host, bookmark: { read: () => step, write: () => undefined } } : { host };
  mount(Page, { target, props });
}
// What was listed is no longer shown: ?case=prints_left.
if (state === "prints_left") setTimeout(() => host.say("shown_amount", null), 500);
// What a person would press: ?press=selector|selector, one after the other.
const presses = (query.get("press") ?? "").split("|").filter((one) => one !== "");
void (async () => {
  for (const press of presses) {
    await new Promise((done) => setTimeout(done, 200));
    const found = document.querySelector<HTMLElement>(press);
    found?.click();
    found?.focus();
  }
})();
