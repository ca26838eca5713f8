import type { Login } from './login-file.ts'

/** Which server, and as whom. */
export interface Connection {
  readonly url: string
  /** Where the server's address comes from. */
  readonly urlFrom: UrlSource
  readonly token: string | undefined
  /** Where the token was found; null without one. */
  readonly tokenFrom: TokenSource | null
  /** The server that `login` keeps a token for, when that is another one. */
  readonly keptFor: string | null
  /** The options that select this server in another command; empty where none are needed. */
  readonly urlOption: string
}

export type UrlSource = 'option' | 'environment' | 'login' | 'default'
/** `typed`: entered at `waybill login`. */
export type TokenSource = 'environment' | 'login' | 'typed'

/** Where a server listens that was started as the README says. */
const defaultUrl = 'http://localhost:8080'

/** The option wins over the environment, the environment over the login. A kept token goes to the server that it was kept for, and no other. */
export function chooseConnection(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  login: Login | null,
): Connection {
  const { url, urlFrom } = chooseUrl(option, env, login)
  const isKeptFor = login !== null && sameServer(login.url, url)
  const kept = isKeptFor ? login.token : null
  const token = env.WAYBILL_TOKEN || kept || undefined
  return {
    url,
    urlFrom,
    token,
    tokenFrom: token === undefined ? null : env.WAYBILL_TOKEN ? 'environment' : 'login',
    keptFor: login === null || login.token === null || isKeptFor ? null : login.url,
    urlOption: option === undefined ? '' : ` --url ${option}`,
  }
}

function chooseUrl(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  login: Login | null,
): Pick<Connection, 'url' | 'urlFrom'> {
  if (option !== undefined) return { url: option, urlFrom: 'option' }
  if (env.WAYBILL_URL) return { url: env.WAYBILL_URL, urlFrom: 'environment' }
  return login === null ? { url: defaultUrl, urlFrom: 'default' } : { url: login.url, urlFrom: 'login' }
}

function sameServer(one: string, other: string): boolean {
  return normalize(one) === normalize(other)
}

function normalize(url: string): string {
  return URL.canParse(url) ? new URL(url).href.replace(/\/$/, '') : url
}
