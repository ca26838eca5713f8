import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { openSession, sessionFault, sessionState, signIn } from '../api/session.ts'
import { FaultNote } from './fault-note.tsx'
import { Icon } from './icon.tsx'

/** Asks for a token, in front of the page, which stays as it is. */
export function SignIn(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  const [busy, setBusy] = useState(false)
  const open = sessionState.value === 'signed-out' || sessionState.value === 'failed'
  useEffect(() => {
    if (open && dialog.current?.open === false) dialog.current.showModal()
    if (!open) dialog.current?.close()
  }, [open])

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const input = (event.target as HTMLFormElement).elements.namedItem('token') as HTMLInputElement
    const token = input.value.trim()
    if (token === '') return
    setBusy(true)
    await signIn(token)
    // Nothing of it stays in the document either.
    input.value = ''
    setBusy(false)
    if (sessionState.value !== 'open') input.focus()
  }
  const fault = sessionFault.value

  return (
    <dialog ref={dialog} class="sign-in" aria-labelledby="sign-in-title" onCancel={(event) => event.preventDefault()}>
      {sessionState.value === 'failed' && fault !== null ? (
        <>
          <h2 id="sign-in-title">Waybill</h2>
          <FaultNote fault={fault} onRetry={() => void openSession()} />
        </>
      ) : (
        <form onSubmit={(event) => void submit(event)} autocomplete="off">
          <h2 id="sign-in-title">Open a session</h2>
          <p>Your access token is sent once, and exchanged for a session of 12 hours. It is stored nowhere.</p>
          {fault !== null && fault.kind !== 'unauthenticated' && <FaultNote fault={fault} />}
          <label for="token">Access token</label>
          <input
            id="token"
            name="token"
            type="password"
            autocomplete="off"
            spellcheck={false}
            required
            aria-invalid={fault?.kind === 'unauthenticated'}
            aria-describedby="token-fault"
          />
          <p id="token-fault" class="field-fault" role="alert">
            {fault?.kind === 'unauthenticated' && !busy
              ? 'The server does not know this token, or it has expired.'
              : ''}
          </p>
          <div class="dialog-acts">
            <button type="submit" class="primary" disabled={busy}>
              <Icon name="lock" /> {busy ? 'Opening' : 'Open session'}
            </button>
          </div>
        </form>
      )}
    </dialog>
  )
}
