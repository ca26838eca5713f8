import type { Action } from '../model/job.ts'

/** An item as a client sent it; what it left out is absent. */
export interface ItemFields {
  readonly id: string
  readonly partitionKey?: string
  readonly action?: Action
  readonly data?: unknown
}

/** Reads an item's line. Ingest has checked it: no field is of another type. */
export function parseItemLine(line: string): ItemFields {
  return JSON.parse(line) as ItemFields
}

/** The key that makes a repeat of an item's call recognisable, over attempts and restarts (REC-6). */
export function idempotencyKeyOf(jobId: string, index: number): string {
  return `${jobId}/${index}`
}
