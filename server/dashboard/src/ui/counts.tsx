import type { ItemCounts } from '@waybill/sdk'
import type { JSX } from 'preact'
import { formatCount } from '../words/numbers.ts'

/** The statuses of items from the end of their way to its beginning, as a bar shows them. */
const segments = [
  { name: 'succeeded', word: 'succeeded', tone: 'good' },
  { name: 'failed', word: 'failed', tone: 'bad' },
  { name: 'cancelled', word: 'cancelled', tone: 'gone' },
  { name: 'running', word: 'running', tone: 'busy' },
  { name: 'waiting', word: 'waiting', tone: 'wait' },
  { name: 'pending', word: 'pending', tone: 'rest' },
] as const

/** One bar of all items. Its numbers stand beside it or are said with it. */
export function CountsBar({ counts, large }: { readonly counts: ItemCounts; readonly large?: boolean }): JSX.Element {
  const shown = segments.filter(({ name }) => counts[name] > 0)
  const said = shown.map(({ name, word }) => `${formatCount(counts[name])} ${word}`).join(', ')
  return (
    <span
      class={large === true ? 'bar large' : 'bar'}
      role="img"
      aria-label={said === '' ? 'no items' : `${said}, of ${formatCount(counts.total)}`}
    >
      {shown.map(({ name, tone }) => (
        <span key={name} class={`fill ${tone}`} style={{ flexGrow: counts[name] }} />
      ))}
    </span>
  )
}

/** All counts with their sum. */
export function CountsList({ counts }: { readonly counts: ItemCounts }): JSX.Element {
  return (
    <dl class="counts">
      {segments.map(({ name, word, tone }) => (
        <div key={name} class={counts[name] === 0 ? 'zero' : ''}>
          <dt>
            <span class={`dot ${tone}`} />
            {word}
          </dt>
          <dd>{formatCount(counts[name])}</dd>
        </div>
      ))}
      <div class="sum">
        <dt>total</dt>
        <dd>{formatCount(counts.total)}</dd>
      </div>
    </dl>
  )
}
