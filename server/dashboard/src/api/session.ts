import { signal } from '@preact/signals'
import { ConnectionError, createClient, type Scope, type Self, type Waybill } from '@waybill/sdk'
import { type Fault, RefusedError, toFault } from './fault.ts'

/** The server's own view of a session (`/dashboard/session`). */
interface SessionView {
  readonly mode: 'read-only' | 'on'
  readonly tokenRequired: boolean
  readonly expiresAt: string | null
  readonly session: string | null
}

/** `signed-out`: a token is asked for. */
export type SessionState = 'opening' | 'signed-out' | 'open' | 'failed'

/** Sent with every request: a page of another origin cannot. */
const HEADERS = { 'Waybill-Dashboard': '1' }

/** A blob is kept for so long after it was given to the browser. */
const SAVED_AFTER_MS = 60_000

/** Delay before a session is asked for again. */
const REOPEN_MS = 2000

/** Where the server is: a folder above the pages, without a slash at its end. */
export const serverUrl = new URL('..', location.href.split('#')[0]).href.replace(/\/$/, '')

export const sessionState = signal<SessionState>('opening')
export const sessionFault = signal<Fault | null>(null)
export const mode = signal<SessionView['mode']>('read-only')
export const tokenRequired = signal(true)
export const self = signal<Self | null>(null)
/** Grows whenever another session is open: what was loaded is loaded again. */
export const sessionCount = signal(0)

/** The session's text where there is no cookie. In memory alone: it is gone with the tab. */
let bearer: string | null = null

function send(request: Request): Promise<Response> {
  if (bearer !== null) request.headers.set('Authorization', `Bearer ${bearer}`)
  return fetch(request).then((response) => {
    if (response.status === 401 && sessionState.value === 'open') sessionEnded()
    return response
  })
}

/** Asks for a token; where none is required, another session is opened as soon as the server gives one. */
function sessionEnded(): void {
  bearer = null
  sessionState.value = 'signed-out'
  if (tokenRequired.value) return
  const reopen = async (): Promise<void> => {
    await openSession()
    if (sessionState.value !== 'open') setTimeout(() => void reopen(), REOPEN_MS)
  }
  void reopen()
}

/** Sends everything once: pages load again by themselves, and whoever acts decides whether to repeat it. */
export const waybill: Waybill = createClient({ baseUrl: serverUrl, headers: HEADERS, fetch: send, retry: false })
/** For streams, which are opened again when they break. */
export const patientWaybill: Waybill = createClient({ baseUrl: serverUrl, headers: HEADERS, fetch: send })

/**
 * Saves what is at a path of the API as a file. Where the session is in a cookie, the browser asks for it by itself and writes it to the disk as it
 * comes; else it is read here first.
 * @throws RefusedError, ConnectionError; not for what the browser asks for
 */
export async function saveFile(path: string, name: string): Promise<void> {
  if (bearer === null) return saveAs(serverUrl + path, name)
  const response = await send(new Request(serverUrl + path, { headers: HEADERS })).catch((cause: unknown) => {
    throw new ConnectionError('Cannot reach the server', { cause })
  })
  if (!response.ok) throw new RefusedError(response, await response.json().catch(() => null))
  const url = URL.createObjectURL(await response.blob())
  saveAs(url, name)
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(url), SAVED_AFTER_MS)
}

function saveAs(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}

/** Takes up the session of the browser's cookie, or opens one without a token where none is required. */
export async function openSession(): Promise<void> {
  await attempt(async () => {
    const view = await call('GET')
    mode.value = view.mode
    tokenRequired.value = view.tokenRequired
    if (view.expiresAt !== null) return await enter()
    if (view.tokenRequired) sessionState.value = 'signed-out'
    else await exchange(null)
  })
}

/** Exchanges a token for a session. The token is sent once and kept nowhere. */
export async function signIn(token: string): Promise<void> {
  await attempt(() => exchange(token))
}

/**
 * Ends the session, and forgets all that it showed.
 * @throws what `fetch` and the server refuse: the session goes on
 */
export async function signOut(): Promise<void> {
  await call('DELETE')
  bearer = null
  sessionCount.value = 0
  self.value = null
  sessionState.value = 'signed-out'
}

/** Whether the session may do what needs this scope. The server decides all the same. */
export function may(scope: Scope): boolean {
  const scopes = self.value?.scopes ?? []
  return scopes.includes(scope) || scopes.includes('admin')
}

async function exchange(token: string | null): Promise<void> {
  const view = await call('POST', token)
  bearer = view.session
  mode.value = view.mode
  await enter()
}

async function enter(): Promise<void> {
  self.value = await waybill.self()
  sessionFault.value = null
  sessionState.value = 'open'
  sessionCount.value++
}

async function attempt(action: () => Promise<void>): Promise<void> {
  try {
    await action()
  } catch (error) {
    const fault = toFault(error)
    sessionFault.value = fault
    if (fault.kind === 'unauthenticated') sessionState.value = 'signed-out'
    else if (sessionState.value === 'opening') sessionState.value = 'failed'
  }
}

/** Speaks to the one address that is for the pages alone. Its refusals are thrown as those of the API, by the client. */
async function call(method: 'GET' | 'POST' | 'DELETE', token: string | null = null): Promise<SessionView> {
  const headers = new Headers(HEADERS)
  const authorization = token ?? (method === 'POST' ? null : bearer)
  if (authorization !== null) headers.set('Authorization', `Bearer ${authorization}`)
  const response = await fetch(`${serverUrl}/dashboard/session`, { method, headers, cache: 'no-store' }).catch(
    (cause: unknown) => {
      throw new ConnectionError('Cannot reach the server', { cause })
    },
  )
  if (response.status === 204) return { mode: mode.value, tokenRequired: true, expiresAt: null, session: null }
  const body: unknown = await response.json().catch(() => null)
  if (response.ok) return body as SessionView
  throw new RefusedError(response, body)
}
