import type { Scope } from '@waybill/sdk'
import type { ComponentChildren, JSX } from 'preact'
import { useState } from 'preact/hooks'
import { may } from '../api/session.ts'
import { act } from './notices.tsx'
import { confirm } from './confirm.tsx'
import { Icon, type IconName } from './icon.tsx'

interface ActButtonProps {
  readonly icon: IconName
  readonly text: string
  /** Without it the button is not shown: the server would refuse what it does. */
  readonly scope: Scope
  /** What is said when it is done. */
  readonly done: string
  readonly danger?: boolean
  /** Asked before; null: it is done at once. */
  readonly question?: { readonly title: string; readonly body: ComponentChildren }
  readonly action: () => Promise<unknown>
  /** After it was done. */
  readonly onDone?: () => void
}

/** A button that changes something: asks if need be, does it once, and says how it went. Another text is another button, which is not busy. */
export function ActButton(props: ActButtonProps): JSX.Element {
  return <Act key={props.text} {...props} />
}

function Act(props: ActButtonProps): JSX.Element | null {
  const { icon, text, scope, done, danger, question, action, onDone } = props
  const [busy, setBusy] = useState(false)
  if (!may(scope)) return null
  const run = async (): Promise<void> => {
    if (question !== undefined && !(await confirm({ ...question, act: text, danger: danger === true }))) return
    setBusy(true)
    const isDone = await act(done, action)
    setBusy(false)
    if (isDone) onDone?.()
  }
  return (
    <button type="button" disabled={busy} onClick={() => void run()}>
      <Icon name={icon} />
      {text}
    </button>
  )
}
