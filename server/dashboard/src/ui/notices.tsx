import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { type Fault, toFault } from '../api/fault.ts'
import { FaultNote } from './fault-note.tsx'
import { Icon } from './icon.tsx'

interface Notice {
  readonly text: string
  readonly href?: string | undefined
}

const SHOWN_MS = 6000

const notice = signal<Notice | null>(null)
const refusal = signal<Fault | null>(null)
let timer: ReturnType<typeof setTimeout> | undefined

/** Says what was done. @param href where it is seen */
export function announce(text: string, href?: string): void {
  clearTimeout(timer)
  refusal.value = null
  notice.value = { text, href }
  timer = setTimeout(() => (notice.value = null), SHOWN_MS)
}

/** Does something, and says how it went. @returns whether it was done */
export async function act(done: string, action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action()
    announce(done)
    return true
  } catch (error) {
    refuse(error)
    return false
  }
}

/** Says why something was not done. */
export function refuse(error: unknown): void {
  notice.value = null
  refusal.value = toFault(error)
}

/** Where the outcome of acts is shown. */
export function Notices(): JSX.Element {
  return (
    <div class="notices">
      <div role="status">
        {notice.value !== null && (
          <p class="notice">
            <Icon name="check" />
            {notice.value.href === undefined ? notice.value.text : <a href={notice.value.href}>{notice.value.text}</a>}
          </p>
        )}
      </div>
      {refusal.value !== null && (
        <div class="notice refused">
          <FaultNote fault={refusal.value} />
          <button type="button" class="icon-button" aria-label="Close" onClick={() => (refusal.value = null)}>
            <Icon name="cross" />
          </button>
        </div>
      )}
    </div>
  )
}
