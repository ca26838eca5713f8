import type { JSX } from 'preact'
import type { Fault } from '../api/fault.ts'
import { Icon } from './icon.tsx'

/** Why something could not be loaded or done, with the id that finds the request in the server's log. */
export function FaultNote({
  fault,
  onRetry,
}: {
  readonly fault: Fault
  readonly onRetry?: (() => void) | undefined
}): JSX.Element {
  const { kind, title, detail, code, requestId, scope } = fault
  return (
    <div class="note bad" role="alert">
      <Icon name={kind === 'forbidden' ? 'lock' : 'failures'} />
      <div>
        <p class="note-title">{scope === null ? title : 'Your token may not see this'}</p>
        <p>
          {scope === null ? (
            detail
          ) : (
            <>
              It needs the scope <code>{scope}</code>. Ask whoever gave you the token for one that has it.
            </>
          )}
        </p>
        {code !== null && (
          <p class="fine">
            <code>{code}</code>
            {requestId !== null && (
              <>
                {' · request '}
                <code>{requestId}</code>
              </>
            )}
          </p>
        )}
        {onRetry !== undefined && kind !== 'forbidden' && (
          <button type="button" onClick={onRetry}>
            <Icon name="reload" /> Try again
          </button>
        )}
      </div>
    </div>
  )
}
