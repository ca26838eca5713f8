import type { Login } from './login-file.ts'

/** Which server, and as whom. */
export interface Connection {
  readonly url: string
  readonly token: string | undefined
  /** What names this server again in a command: empty where it is found without. */
  readonly urlOption: string
}

/** Where a server listens that was started as the README says. */
const defaultUrl = 'http://localhost:8080'

/** The option wins over the environment, the environment over the login. A kept token goes to the server that it was kept for, and no other. */
export function chooseConnection(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  login: Login | null,
): Connection {
  const url = option ?? (env.WAYBILL_URL || login?.url) ?? defaultUrl
  const kept = login !== null && sameServer(login.url, url) ? login.token : null
  return {
    url,
    token: env.WAYBILL_TOKEN || kept || undefined,
    urlOption: option === undefined ? '' : ` --url ${option}`,
  }
}

function sameServer(one: string, other: string): boolean {
  return normalize(one) === normalize(other)
}

function normalize(url: string): string {
  return URL.canParse(url) ? new URL(url).href.replace(/\/$/, '') : url
}
