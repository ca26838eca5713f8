import type { Logger } from '../../runtime/logger.ts'
import type { Telemetry } from '../../runtime/telemetry.ts'
import type { StoreCondition, StoreCapacity } from '../store-condition.ts'
import type { StoreError } from '../store-error.ts'

const capacityMessages: Readonly<Record<StoreCapacity, string>> = {
  ample: 'The store has space again: new work is accepted',
  low: 'The store is nearly full: new work is refused, accepted work continues. Free disk space, or delete ended jobs',
  none: 'The store is full: new work is refused and no further call starts. Free disk space, or cancel and delete jobs',
}

export interface StoreHealthOptions {
  readonly logger: Logger
  readonly telemetry: Telemetry
  readonly damage: DamageReport
}

/** The line of the log when damage is met; the reason is added. */
export interface DamageReport {
  readonly fields: object
  readonly message: string
}

/** Tracks whether the store has space and is sound, as its threads report it: one line of the log for each change. */
export class StoreHealth {
  readonly #options: StoreHealthOptions
  readonly #onDamaged: () => void
  readonly #listeners: (() => void)[] = []
  #capacity: StoreCapacity = 'ample'
  #damaged = false
  #serving = false

  constructor(options: StoreHealthOptions, onDamaged: () => void) {
    this.#options = options
    this.#onDamaged = onDamaged
  }

  get condition(): StoreCondition {
    return this.#damaged ? 'damaged' : this.#capacity
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** From here on damage changes the condition; before, it fails the start. */
  serve(): void {
    this.#serving = true
  }

  setCapacity(capacity: StoreCapacity): void {
    if (capacity === this.#capacity) return
    this.#capacity = capacity
    this.#options.logger[capacity === 'ample' ? 'info' : 'warn']({ capacity }, capacityMessages[capacity])
    this.#changed()
  }

  setDamaged({ message }: StoreError): void {
    if (this.#damaged || !this.#serving) return
    this.#damaged = true
    const { logger, damage } = this.#options
    logger.error({ ...damage.fields, reason: message }, damage.message)
    this.#onDamaged()
    this.#changed()
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
    this.#options.telemetry.emit('store.condition', { condition: this.condition })
  }
}
