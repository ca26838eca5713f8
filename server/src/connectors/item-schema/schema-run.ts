/** One thing that is wrong with an item, or with a schema: where, as JSON Pointer, and the end of a sentence. */
import { escapedToken } from '@waybill/spec/rules'
export interface SchemaFault {
  readonly pointer: string
  readonly detail: string
}

/**
 * Maximum cost of one check of an item: a schema that judges a value is one step, and one more for each character or element that it reads.
 * An item has at most 1 MiB, so a schema may go through it some times; measured, 4 Mi steps take 0.05 to 0.3 s.
 */
export const MAX_STEPS = 4 * 1024 * 1024
/** Faults that an item shows; the search ends with as many. */
export const MAX_ITEM_FAULTS = 10
const MAX_NAME_LENGTH = 64
const MAX_POINTER_LENGTH = 512
const MAX_DETAIL_LENGTH = 256

/** The check costs more than `MAX_STEPS`. */
export const tooCostly = new Error('too costly')

/** A fault as it is noted: most of them are dropped again, so its texts are made at the end. */
export interface NotedFault {
  /** Names and indexes that lead to the value. */
  readonly path: readonly (string | number)[]
  readonly detail: string
}

/** One check of one value: counts its steps, and notes faults where they are wanted. */
export class SchemaRun {
  readonly #most: number
  #left: number
  /** Names and indexes that lead to the value. */
  readonly path: (string | number)[]
  /** Null: nobody asks for faults, and the first one decides. */
  #faults: NotedFault[] | null

  /** @param base names that lead to the value that is checked */
  constructor(base: readonly string[], options: { readonly maxSteps: number; readonly notesFaults: boolean }) {
    this.path = [...base]
    this.#most = this.#left = options.maxSteps
    this.#faults = options.notesFaults ? [] : null
  }

  /** Steps so far. */
  get steps(): number {
    return this.#most - this.#left
  }

  /** The faults so far, at most `MAX_ITEM_FAULTS`. */
  get faults(): SchemaFault[] {
    return (this.#faults ?? []).map(({ path, detail }) => ({
      pointer: pointerOf(path),
      detail: cut(detail, MAX_DETAIL_LENGTH),
    }))
  }

  /** @throws tooCostly */
  spend(steps: number): void {
    this.#left -= steps
    if (this.#left < 0) throw tooCostly
  }

  /** Whether a check that has failed is continued, for more faults. */
  get continues(): boolean {
    return this.#faults !== null && this.#faults.length < MAX_ITEM_FAULTS
  }

  /** Whether faults are noted at all. */
  get notes(): boolean {
    return this.#faults !== null
  }

  /** Notes a fault of the value, or of its member; returns false. */
  fault(detail: string, member?: string | number): false {
    if (!this.continues) return false
    this.spend(4 + this.path.length / 8)
    this.#faults!.push({ path: member === undefined ? this.path.slice() : [...this.path, member], detail })
    return false
  }

  /** Adds faults that were noted apart; returns false. */
  add(faults: readonly NotedFault[]): false {
    for (const fault of faults) if (this.continues) this.#faults!.push(fault)
    return false
  }

  /** Runs a part of the check whose faults do not count. @returns its verdict, and its faults if any are noted */
  apart(check: () => boolean): { readonly isValid: boolean; readonly faults: readonly NotedFault[] } {
    const kept = this.#faults
    if (kept === null) return { isValid: check(), faults: NONE }
    this.spend(4)
    const faults: NotedFault[] = []
    this.#faults = faults
    try {
      return { isValid: check(), faults }
    } finally {
      this.#faults = kept
    }
  }

  /** The same, without any. */
  quietly(check: () => boolean): boolean {
    const kept = this.#faults
    this.#faults = null
    try {
      return check()
    } finally {
      this.#faults = kept
    }
  }
}

const NONE: readonly NotedFault[] = []

function pointerOf(path: readonly (string | number)[]): string {
  let pointer = ''
  for (const token of path)
    pointer += `/${typeof token === 'number' ? token : escapedToken(cut(token, MAX_NAME_LENGTH))}`
  return cut(pointer, MAX_POINTER_LENGTH)
}

/** Names come from outside, and what is kept of an item must not grow with them. */
export function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text
}

/** A value as it is shown in a fault: texts are not repeated. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'string') return 'a string'
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}
