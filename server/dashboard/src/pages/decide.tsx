import type { ParkedPlace } from '@waybill/sdk'
import type { JSX } from 'preact'
import { waybill } from '../api/session.ts'
import { ActButton } from '../ui/acts.tsx'
import { formatItems } from '../words/numbers.ts'

/** What can become of parked items. */
export function Decide({
  places,
  onDone,
}: {
  readonly places: readonly ParkedPlace[]
  readonly onDone: () => void
}): JSX.Element {
  const items = formatItems(places.length)
  const scope = 'jobs:write'
  return (
    <>
      <ActButton
        {...{ icon: 'reload', text: 'Retry', scope, done: `${items} will be called again`, onDone }}
        action={() => waybill.parked.resolve(places, 'retry')}
      />
      <ActButton
        {...{ icon: 'cross', text: 'Skip', scope, done: `${items} skipped`, danger: true, onDone }}
        question={{
          title: `Skip ${items}?`,
          body: 'It counts as failed, and the items behind it in its key continue.',
        }}
        action={() => waybill.parked.resolve(places, 'skip')}
      />
      <ActButton
        {...{ icon: 'ban', text: 'Skip key', scope, done: 'The keys are skipped', danger: true, onDone }}
        question={{
          title: 'Skip everything of this key?',
          body: 'It counts as failed, and so do all items of its job that wait behind it in its key.',
        }}
        action={() => waybill.parked.resolve(places, 'skip_key')}
      />
    </>
  )
}
