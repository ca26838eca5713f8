import { type Operation, operations, type Scope, scopes } from '@waybill/spec'
import type { ServerProcess } from './server-process.ts'

/** Headers of a caller. */
export type CallerHeaders = { readonly authorization: string }

const all: readonly Operation[] = Object.values(operations)
const grantable = scopes.filter((scope) => scope !== 'admin')

/** Returns the operation that a request asks for; null: for none. @param path with or without a query */
export function operationOf(method: string, path: string): Operation | null {
  const segments = path.split('?')[0]!.split('/')
  const matches = (operation: Operation): boolean => {
    const names = operation.path.split('/')
    return (
      operation.method === method.toUpperCase() &&
      names.length === segments.length &&
      names.every((name, n) => name === segments[n] || (name.startsWith(':') && segments[n] !== ''))
    )
  }
  return isDecodable(path) ? (all.find(matches) ?? null) : null
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/**
 * Callers of little scope, to attack a server with: for each operation one who has just the scopes that it requires, and one who has all others.
 * Their tokens are made when they are first needed, of subscription `default`, whose jobs a caller without a token sees with `--dev`.
 */
export class LittleCallers {
  readonly #server: Pick<ServerProcess, 'fetch'>
  readonly #admin: Record<string, string>
  readonly #made = new Map<string, Promise<CallerHeaders>>()

  /** @param adminToken of a server without `--dev` */
  constructor(server: Pick<ServerProcess, 'fetch'>, adminToken?: string) {
    this.#server = server
    this.#admin = adminToken === undefined ? {} : { authorization: `Bearer ${adminToken}` }
  }

  /** A caller who has exactly these scopes. */
  with(...wanted: readonly Scope[]): Promise<CallerHeaders> {
    const name = wanted.join()
    const made = this.#made.get(name) ?? this.#make(wanted)
    this.#made.set(name, made)
    return made
  }

  /** The caller who has just enough for an operation. */
  enoughFor({ scopes: required }: Operation): Promise<CallerHeaders> {
    return required === null || required.length === 0 ? this.with('metrics') : this.with(...required)
  }

  /** The caller who has every scope but `admin` and those that an operation requires; null: it requires none. */
  shortOf({ scopes: required }: Operation): Promise<CallerHeaders> | null {
    if (required === null || required.length === 0) return null
    return this.with(...grantable.filter((scope) => !required.includes(scope)))
  }

  async #make(wanted: readonly Scope[]): Promise<CallerHeaders> {
    const answer = await this.#server.fetch('/v1/tokens', {
      method: 'POST',
      headers: { ...this.#admin, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'little', scopes: wanted }),
    })
    const { token } = (await answer.json()) as { token?: string }
    if (token === undefined) throw new Error(`Cannot create a token with ${wanted.join()}: ${answer.status}`)
    return { authorization: `Bearer ${token}` }
  }
}
