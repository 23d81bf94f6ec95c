// What the app is asked for an export, and what it answers.
export interface UiError { code: string; field: string | null }
export type ExportFormat = "csv" | "xlsx";
export interface Exported { path: string; rows: number; bytes: number }
export const FORMATS: readonly ExportFormat[] = ["xlsx", "csv"];
