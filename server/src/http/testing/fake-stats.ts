import type { HttpPorts } from '../http-ports.ts'

const AT = '2026-01-15T08:00:00.000Z'

/** Figures of a server that has just started. */
export const fakeStats: HttpPorts['stats'] = {
  read: async ({ subscription, stepSeconds }) => ({
    ...{ since: AT, from: AT, to: AT, stepSeconds, steps: 0, complete: true, channels: [] },
    subscriptions: subscription === null ? 'all' : 'own',
  }),
}
