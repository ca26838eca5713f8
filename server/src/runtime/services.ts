import type { Service } from './service.ts'

/**
 * Starts services in their order, each when the one before has started, and stops them in reverse. A start that fails, or that a stop
 * overtakes, leaves nothing started.
 */
export class Services implements Service {
  readonly #services: readonly Service[]
  readonly #started: Service[] = []
  #starting: Promise<void> | null = null
  #stopping: Promise<void> | null = null

  constructor(services: readonly Service[]) {
    this.#services = services
  }

  /** A second call resolves with the first; after `stop` nothing starts. @throws what the start of a service throws, once all are stopped */
  start(): Promise<void> {
    return (this.#starting ??= this.#start())
  }

  /** Resolves when all are stopped. A second call resolves with the first. @throws the first error of a service, once all are stopped */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop())
  }

  async #start(): Promise<void> {
    try {
      for (const service of this.#services) {
        if (this.#stopping !== null) return
        this.#started.push(service)
        await service.start?.()
      }
    } catch (error) {
      await this.stop().catch(() => {}) // the start's error is the cause
      throw error
    }
  }

  async #stop(): Promise<void> {
    const errors: unknown[] = []
    for (let service = this.#started.pop(); service !== undefined; service = this.#started.pop()) {
      try {
        await service.stop()
      } catch (error) {
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }
}
