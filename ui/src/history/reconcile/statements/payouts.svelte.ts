// What a payout is made of, row by row.
import { asUiError, type Host } from "../../../lib/host";
import { Newest } from "../../../lib/wait";
import type { Payout, PayoutRow, Span, UiError } from "../../../generated";

/** Rows fetched at once. */
export const PAGE = 50;

/** The rows of one payout. */
export class PayoutRows {
  rows = $state.raw<PayoutRow[]>([]);
  total = $state(0);
  busy = $state(false);
  loaded = $state(false);
  error = $state<UiError | null>(null);

  readonly #host: Host;
  readonly #newest = new Newest();

  constructor(
    host: Host,
    readonly span: Span,
    readonly payout: Payout,
  ) {
    this.#host = host;
  }

  /** The next page; the first one to begin with. */
  async loadMore(): Promise<void> {
    if (this.busy) return;
    const current = this.#newest.next();
    this.busy = true;
    const { platform, batch } = this.payout;
    try {
      const page = await this.#host.call("payout_rows", { span: this.span, platform, batch, skip: this.rows.length, limit: PAGE });
      if (!current()) return;
      this.rows = [...this.rows, ...page.rows];
      this.total = page.total;
      this.loaded = true;
      this.error = null;
    } catch (error) {
      if (current()) this.error = asUiError(error);
    }
    if (current()) this.busy = false;
  }
}
