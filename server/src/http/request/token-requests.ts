import type { ServerResponse } from 'node:http'
import type { TokenId } from '../../model/ids.ts'
import type { TokensPort } from '../http-ports.ts'
import { invalidToken } from './authenticate.ts'

/**
 * The requests with access tokens that run, so that a token's end is theirs: a stream of events, a wait, a download or an upload does not
 * outlive the permission that it was admitted with.
 */
export class TokenRequests {
  readonly #tokens: Pick<TokensPort, 'isValid'>
  readonly #running = new Map<TokenId, Set<ServerResponse>>()

  constructor(tokens: Pick<TokensPort, 'isValid' | 'onEnded'>) {
    this.#tokens = tokens
    tokens.onEnded((id) => this.#cutOff(id))
  }

  /** Requests that run now. */
  get size(): number {
    let size = 0
    for (const responses of this.#running.values()) size += responses.size
    return size
  }

  /**
   * Cuts a request off when its token ends before its answer is out.
   * @returns a function that lets it continue all the same
   * @throws ProblemError `unauthenticated`: the token has ended since it was looked up
   */
  add(id: TokenId, response: ServerResponse): () => void {
    if (!this.#tokens.isValid(id)) throw invalidToken()
    const responses = this.#running.get(id) ?? new Set()
    this.#running.set(id, responses)
    responses.add(response)
    const remove = (): void => {
      responses.delete(response)
      if (responses.size === 0 && this.#running.get(id) === responses) this.#running.delete(id)
    }
    response.once('close', remove)
    return remove
  }

  /** Closes the connections: what is being received is abandoned as if the client had left, and repeated requests are refused. */
  #cutOff(id: TokenId): void {
    for (const response of [...(this.#running.get(id) ?? [])]) response.destroy()
  }
}
