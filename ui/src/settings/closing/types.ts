// What the app says of copies of the book, for this section.
export interface UiError { code: string; field: string | null }
export interface BackupFile { path: string; name: string; made_at: number; size: number; sealed: boolean; daily: boolean }
export interface Contents {
  payments: number; news: number; statements: number; closings: number; first_day: string | null; last_day: string | null;
  chain_head: string | null;
}
export interface BackupsView {
  folder: string; files: BackupFile[]; problem: string | null; now: Contents | null;
}
export interface Progress { done: number; of: number }
