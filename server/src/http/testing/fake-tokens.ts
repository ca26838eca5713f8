import { AccessTokens } from '../../access/access-tokens.ts'
import { WallTimes } from '../../jobs/wall-times.ts'
import type { Clock } from '../../runtime/clock.ts'
import { silentLogger } from '../../runtime/logger.ts'

/** The access tokens, over a store that takes everything. */
export function fakeTokens(clock: Clock): AccessTokens {
  return new AccessTokens({
    ...{ clock, times: new WallTimes(clock), logger: silentLogger, stored: [] },
    store: {
      createToken: () => Promise.resolve(),
      removeTokens: () => Promise.resolve(),
      findIdempotency: () => Promise.resolve(null),
      findJob: () => Promise.resolve(null),
    },
  })
}
