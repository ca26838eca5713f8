import type { ChannelLiveState } from '../../progress/channel-reads.ts'
import type { Components } from '../../progress/component-health.ts'
import type { DeadLetterGroups } from '../../store/outcome-store.ts'
import type { SearchFound } from '../../store/search-store.ts'
import type { HttpPorts } from '../http-ports.ts'

/** Answers of the ports that find and count, and act on many jobs, as a test sets them. */
export class FakeFinding {
  readonly #asked: unknown[]
  letterGroups: DeadLetterGroups = { groups: [], nextBeforeSeq: null }
  found: SearchFound = { hits: [], next: null }
  standstill: ChannelLiveState['standstill'] = null
  components: Components = {
    threads: 3,
    lostThreads: 0,
    channels: { busy: 4, paused: 1, circuitOpen: 1, blocked: 0, degraded: 0 },
  }

  /** @param asked notes every call */
  constructor(asked: unknown[]) {
    this.#asked = asked
  }

  readonly store: Pick<HttpPorts['store'], 'groupDeadLetters' | 'search'> = {
    groupDeadLetters: async (query) => {
      this.#asked.push(query)
      return this.letterGroups
    },
    search: async (query) => {
      this.#asked.push(query)
      return this.found
    },
  }

  readonly jobActions: HttpPorts['jobActions'] = {
    preview: async (request) => {
      this.#asked.push(request)
      return { count: 12, untilEntry: 34, unavailableChannels: [] }
    },
    apply: async (request, { untilEntry, carry }) => {
      this.#asked.push([request, untilEntry])
      await carry(async () => {})
      return { count: 11, remaining: 1, unavailableChannels: ['search'] }
    },
  }
}
