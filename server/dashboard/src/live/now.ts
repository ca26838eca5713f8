import { signal } from '@preact/signals'

/** The wall time, once a second while the page is seen. */
export const nowMs = signal(Date.now())

export function startClock(): void {
  const tick = (): void => {
    if (!document.hidden) nowMs.value = Date.now()
  }
  setInterval(tick, 1000)
  document.addEventListener('visibilitychange', tick)
}
