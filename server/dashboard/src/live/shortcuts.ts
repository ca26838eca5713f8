import { type ListPage, listHref } from '../words/route.ts'
import { go } from './location.ts'

const pages: Readonly<Record<string, ListPage>> = {
  n: 'now',
  j: 'jobs',
  e: 'executions',
  c: 'channels',
  f: 'failures',
  d: 'decisions',
  w: 'webhooks',
  s: 'server',
}
/** `g` and what follows it belong together for this long. */
const PAIR_MS = 1500

export interface ShortcutActions {
  readonly enabled: () => boolean
  readonly search: () => void
  readonly help: () => void
}

/** Listens to the keys that act everywhere but in fields and dialogs. */
export function startShortcuts({ enabled, search, help }: ShortcutActions): void {
  let pairUntilMs = 0
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
    if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return
    if (event.key === 'Escape') return up()
    if (!enabled()) return
    const inPair = event.timeStamp < pairUntilMs
    pairUntilMs = 0
    if (inPair) {
      const page = pages[event.key]
      if (page !== undefined) go(listHref(page))
      return
    }
    if (event.key === 'g') pairUntilMs = event.timeStamp + PAIR_MS
    else if (event.key === '/') search()
    else if (event.key === '?') help()
    else if (event.key === 'j') moveRow(1)
    else if (event.key === 'k') moveRow(-1)
    else return
    event.preventDefault()
  })
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
}

/** Moves the focus to the link of the next row, or of the one before. */
function moveRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
  const at = rows.findIndex((row) => row === document.activeElement)
  const next = at === -1 ? (step === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))
  rows[next]?.focus()
  rows[next]?.scrollIntoView({ block: 'nearest' })
}

function up(): void {
  if (document.querySelector(':popover-open') !== null) return
  document.querySelector<HTMLAnchorElement>('[data-up]')?.click()
}
