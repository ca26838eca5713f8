import type { ServerResponse } from 'node:http'
import type { TokenId } from '../../model/ids.ts'
import type { DashboardPort, TokensPort } from '../http-ports.ts'
import { invalidToken } from './authenticate.ts'

/**
 * The requests with access tokens or sessions that run, so that the end of one is theirs: a stream of events, a wait, a download or an upload does not
 * outlive the permission that it was admitted with.
 */
export class TokenRequests {
  readonly #tokens: Pick<TokensPort, 'isValid'>
  /** By token or session. */
  readonly #running = new Map<string, Set<ServerResponse>>()

  constructor(tokens: Pick<TokensPort, 'isValid' | 'onEnded'>, sessions: Pick<DashboardPort, 'onEnded'>) {
    this.#tokens = tokens
    tokens.onEnded((id) => this.#cutOff(id))
    sessions.onEnded((session) => this.#cutOff(session))
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
    return this.#add(id, response)
  }

  /** The same for its session. */
  addOfSession(session: string, response: ServerResponse): () => void {
    return this.#add(session, response)
  }

  #add(key: string, response: ServerResponse): () => void {
    const responses = this.#running.get(key) ?? new Set()
    this.#running.set(key, responses)
    responses.add(response)
    const remove = (): void => {
      responses.delete(response)
      if (responses.size === 0 && this.#running.get(key) === responses) this.#running.delete(key)
    }
    response.once('close', remove)
    return remove
  }

  /** Closes the connections: what is being received is abandoned as if the client had left, and repeated requests are refused. */
  #cutOff(key: string): void {
    for (const response of [...(this.#running.get(key) ?? [])]) response.destroy()
  }
}
