import { useEffect, useRef, useState } from 'preact/hooks'
import { type Fault, toFault } from './fault.ts'
import { sessionCount, sessionState } from './session.ts'

/** Something that is loaded, and loaded again. What was there stays while newer data is on its way, or does not come. */
export interface Load<T> {
  /** Null: nothing has come yet. */
  readonly data: T | null
  /** Why the last attempt failed; null: it did not. */
  readonly fault: Fault | null
  /** When `data` was true, wall time. */
  readonly asOfMs: number
  reload(): void
}

export interface LoadOptions {
  /** Pause between two loads; null: it is loaded once. While the page is hidden nothing is loaded. */
  readonly everyMs: number | null
  /** False: nothing is loaded. @default true */
  readonly enabled?: boolean
}

type State<T> = Omit<Load<T>, 'reload'> & { readonly key: string }

/** Delay before the next attempt while the server does not answer. */
const RETRY_MS = 2000

/**
 * Loads what `key` names, again and again. Another key begins anew, a new session loads at once.
 * @param load is called with the signal that ends it; may report snapshots of its own, one after another, and then runs until it is aborted
 */
export function useLoad<T>(
  key: string,
  load: (signal: AbortSignal, report: (data: T) => void) => Promise<T | undefined>,
  { everyMs, enabled = true }: LoadOptions,
): Load<T> {
  const [state, setState] = useState<State<T>>({ key, data: null, fault: null, asOfMs: 0 })
  const newest = useRef(load)
  newest.current = load
  const again = useRef(() => {})
  const session = sessionCount.value

  useEffect(() => {
    if (!enabled) return
    let ended = false
    let running: AbortController | null = null
    let timer: ReturnType<typeof setTimeout> | undefined

    const show = (data: T): void => setState({ key, data, fault: null, asOfMs: Date.now() })
    const run = async (): Promise<void> => {
      clearTimeout(timer)
      running?.abort()
      if (ended) return
      // A signal of its own, and none that follows a longer one: browsers keep those as long as it.
      running = new AbortController()
      const { signal } = running
      let delayMs = everyMs
      try {
        const data = await newest.current(signal, (snapshot) => {
          if (!signal.aborted) show(snapshot)
        })
        if (signal.aborted) return
        if (data !== undefined) show(data)
      } catch (error) {
        if (signal.aborted) return
        const fault = toFault(error)
        setState((before) => ({ ...(before.key === key ? before : { key, data: null, asOfMs: 0 }), fault }))
        // Asking again helps only where the reason may pass.
        delayMs = fault.kind === 'offline' ? RETRY_MS : fault.kind === 'refused' ? everyMs : null
      }
      if (delayMs !== null && !document.hidden && sessionState.value === 'open')
        timer = setTimeout(() => void run(), delayMs)
    }
    const onVisibility = (): void => {
      clearTimeout(timer)
      if (document.hidden) running?.abort()
      else void run()
    }
    again.current = () => void run()
    document.addEventListener('visibilitychange', onVisibility)
    void run()
    return () => {
      ended = true
      running?.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisibility)
    }
  }, [key, everyMs, enabled, session])

  const current = state.key === key ? state : { key, data: null, fault: null, asOfMs: 0 }
  return { ...current, reload: () => again.current() }
}
