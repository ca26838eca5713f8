import { join } from 'node:path'
import type { Logger } from '../../../runtime/logger.ts'
import type { Telemetry } from '../../../runtime/telemetry.ts'
import type { StoreCondition, StoreRoom } from '../../store-condition.ts'
import type { StoreError } from '../../store-error.ts'
import { DATABASE_FILE } from '../open/folder.ts'

const roomMessages: Readonly<Record<StoreRoom, string>> = {
  ample: 'The store has room again: new work is accepted',
  low: 'The store is nearly full: new work is refused, accepted work continues. Make room or delete ended jobs',
  none: 'The store is full: new work is refused and no further call starts. Make room, or cancel and delete jobs',
}

export interface StoreHealthOptions {
  readonly logger: Logger
  readonly telemetry: Telemetry
  readonly dataDir: string | null
}

/** Whether the store has room and is sound, as its threads report it: one line of the log for each change. */
export class StoreHealth {
  readonly #options: StoreHealthOptions
  readonly #onDamaged: () => void
  readonly #listeners: (() => void)[] = []
  #room: StoreRoom = 'ample'
  #damaged = false
  #serving = false

  constructor(options: StoreHealthOptions, onDamaged: () => void) {
    this.#options = options
    this.#onDamaged = onDamaged
  }

  get condition(): StoreCondition {
    return this.#damaged ? 'damaged' : this.#room
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener)
  }

  /** From here on damage changes the condition; before, it fails the start. */
  serve(): void {
    this.#serving = true
  }

  setRoom(room: StoreRoom): void {
    if (room === this.#room) return
    this.#room = room
    this.#options.logger[room === 'ample' ? 'info' : 'warn']({ room }, roomMessages[room])
    this.#changed()
  }

  setDamaged({ message }: StoreError): void {
    if (this.#damaged || !this.#serving) return
    this.#damaged = true
    const { logger, dataDir } = this.#options
    const folder = dataDir ?? ''
    logger.error(
      { file: join(folder, DATABASE_FILE), reason: message },
      'The data folder is damaged: no new work is accepted and no further call starts. Stop the server, restore a backup into an empty ' +
        `folder and start on that; waybill-server verify --data ${folder} reports what is damaged`,
    )
    this.#onDamaged()
    this.#changed()
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
    this.#options.telemetry.emit('store.condition', { condition: this.condition })
  }
}
