import type { CallItem } from '../connector.ts'

/** An item of a call, with other bytes around its own. */
export function callItemOf(line: string, at: { index: number; attempt: number }): CallItem {
  const bytes = Buffer.from(`}"${line},"`)
  return { ...at, line, bytes, start: 2, end: bytes.length - 2 }
}
