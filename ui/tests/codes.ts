// All values of the app's codes, for tests that go through them. One that is missing, or is none, does not compile.
import type {
  Ability,
  Brightness,
  CodePage,
  Corner,
  CustomerWindow,
  Cut,
  DeviceKind,
  DisplaySample,
  DrawerPin,
  Finder,
  Flow,
  GuessReason,
  HistoryReach,
  IdleShows,
  Lamp,
  LengthField,
  Maker,
  Missing,
  Parity,
  Preset,
  PrintProblemCode,
  PrintState,
  Printed,
  PrinterBell,
  Reach,
  ReceiptSample,
  Recorded,
  Remedy,
  Sheet,
  SourceKind,
  StepKind,
  TerminalPreset,
  Theme,
  UnreadReason,
  UpdateError,
  UpdateSupport,
  UpdateWait,
} from "../src/generated";

function all<Code extends string>(codes: Record<Code, 0>): Code[] {
  return Object.keys(codes) as Code[];
}

export const ABILITIES = all<Ability>({ digits: 0, text: 0, codes: 0 });
export const CODE_PAGES = all<CodePage>({
  ascii: 0, cp437: 0, cp737: 0, cp775: 0, cp850: 0, cp852: 0, cp855: 0, cp857: 0, cp858: 0, cp860: 0, cp863: 0, cp865: 0,
  cp866: 0, cp1250: 0, cp1251: 0, cp1252: 0, cp1253: 0, cp1254: 0, cp1257: 0, "iso8859-2": 0, "iso8859-7": 0,
  "iso8859-15": 0, gb18030: 0, big5: 0, "shift-jis": 0, "euc-kr": 0,
});
export const CORNERS = all<Corner>({ top_left: 0, top_right: 0, bottom_left: 0, bottom_right: 0 });
export const CUSTOMER_WINDOWS = all<CustomerWindow>({ off: 0, shown: 0, one_monitor: 0, mirrored: 0, not_there: 0, choose: 0, cards: 0 });
export const CUTS = all<Cut>({ none: 0, feeding: 0, old: 0 });
export const DEVICE_KINDS = all<DeviceKind>({ display: 0, printer: 0, unknown: 0 });
export const DISPLAY_SAMPLES = all<DisplaySample>({ idle: 0, order: 0, to_pay: 0, change: 0, received: 0, reported: 0, refund: 0 });
export const FINDERS = all<Finder>({ serial: 0, hid: 0, "usb-printer": 0, ble: 0 });
export const FLOWS = all<Flow>({ none: 0, software: 0, hardware: 0 });
export const GUESS_REASONS = all<GuessReason>({
  "known-model": 0, "known-maker": 0, "printer-class": 0, bridge: 0, "plain-port": 0, bluetooth: 0, "bluetooth-service": 0,
  "familiar-name": 0,
});
export const IDLE_SHOWS = all<IdleShows>({ text: 0, clock: 0, blank: 0 });
export const LAMPS = all<Lamp>({ price: 0, total: 0, paid: 0, change: 0, thanks: 0 });
export const LENGTHS = all<LengthField>({ none: 0, byte: 0, "big-endian": 0, "little-endian": 0 });
export const BRIGHTNESSES = all<Brightness>({ dim: 0, low: 0, medium: 0, full: 0 });
export const MAKERS = all<Maker>({ epson: 0, zjiang: 0, rongta: 0 });
export const MISSING = all<Missing>({ web_view: 0, notices: 0, tray: 0, keychain: 0 });
export const PARITIES = all<Parity>({ none: 0, odd: 0, even: 0 });
export const PINS = all<DrawerPin>({ two: 0, five: 0 });
export const PRESETS = all<Preset>({ chinese58: 0, chinese80: 0, western58: 0, western80: 0, "western80-narrow": 0, drawn58: 0, drawn80: 0 });
export const PRINT_STATES = all<PrintState>({ queued: 0, sending: 0, taken: 0, sent: 0, failed: 0, unknown: 0, withdrawn: 0 });
export const PRINTED = all<Printed>({ never: 0, confirmed: 0, all: 0 });
export const REACHES = all<Reach>({ internet: 0, lan: 0, local: 0 });
export const RECEIPT_SAMPLES = all<ReceiptSample>({ confirmed: 0, reported: 0, refund: 0, copy: 0, closing: 0 });
export const PRINTER_BELLS = all<PrinterBell>({ none: 0, command: 0, plug: 0 });
export const REMEDIES = all<Remedy>({
  "join-dialout": 0, "join-lp": 0, "udev-rule": 0, "install-driver": 0, "bluetooth-on": 0, "allow-bluetooth": 0,
  unknown: 0,
});
export const SHEETS = all<Sheet>({ a4: 0, a5: 0, letter: 0, roll80: 0, roll58: 0 });
export const SOURCE_KINDS = all<SourceKind>({
  wechat_v3: 0, wechat_v2: 0, alipay: 0, stripe: 0, unionpay: 0, sms_forwarder: 0, vmq: 0, forwarder: 0, test: 0,
});
export const STEP_KINDS = all<StepKind>({ paid: 0, accepted: 0, received: 0, shown: 0, spoken: 0, joined: 0, confirmed: 0 });
export const THEMES = all<Theme>({ system: 0, light: 0, dark: 0 });
export const TROUBLES = all<PrintProblemCode>({
  paper_out: 0, cover_open: 0, knife_stuck: 0, fault: 0, offline: 0, in_use: 0, refuses: 0, gone: 0, denied: 0, stalled: 0,
  other: 0, late: 0, not_in_use: 0, restarted: 0, no_font: 0, too_long: 0,
});
export const UNREAD_REASONS = all<UnreadReason>({ unknown_wording: 0, unknown_app: 0, imitation: 0, template_not_filled: 0, impossible_amount: 0 });
export const UPDATE_ERRORS = all<UpdateError>({ offline: 0, unreadable: 0, not_genuine: 0, disk: 0, not_installed: 0 });
export const UPDATE_SUPPORTS = all<UpdateSupport>({ itself: 0, not_configured: 0, package: 0, read_only: 0, not_installed: 0 });
export const UPDATE_WAITS = all<UpdateWait>({ announcing: 0, closing: 0, paid: 0, open: 0, always_open: 0 });
export const TERMINAL_PRESETS = all<TerminalPreset>({ clerk: 0, senior_clerk: 0, manager: 0 });
export const HISTORY_REACHES = all<HistoryReach>({ none: 0, today: 0, all: 0 });
export const RECORDED = all<Recorded["what"]>({
  reach: 0,
  invited: 0,
  invitation_cancelled: 0,
  linked: 0,
  permission_set: 0,
  renamed: 0,
  revoked: 0,
  voice_set: 0,
});
