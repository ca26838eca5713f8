import { computed, signal } from '@preact/signals'
import { parseRoute } from '../words/route.ts'

const hash = signal(location.hash)

/** The page that the address names. */
export const route = computed(() => parseRoute(hash.value))

export function startLocation(): void {
  addEventListener('hashchange', () => {
    hash.value = location.hash
  })
}

/** Goes to another page, or (`replace`) changes the filters of this one. */
export function go(href: string, { replace = false } = {}): void {
  if (replace) {
    history.replaceState(null, '', href)
    hash.value = href
  } else location.hash = href
}
