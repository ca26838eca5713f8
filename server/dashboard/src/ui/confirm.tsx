import { signal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

interface Question {
  readonly title: string
  readonly body: ComponentChildren
  /** The word on the button. */
  readonly act: string
  readonly danger?: boolean
  readonly answer: (yes: boolean) => void
}

const question = signal<Question | null>(null)

/** Asks before something is done. Resolves with whether it is to be done. */
export function confirm(asked: Omit<Question, 'answer'>): Promise<boolean> {
  return new Promise((resolve) => {
    const made: Question = {
      ...asked,
      answer(yes) {
        if (question.value === made) question.value = null
        resolve(yes)
      },
    }
    question.value = made
  })
}

/** Where questions are shown. */
export function ConfirmDialog(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  /** The question that is seen. The `close` of the one before may come when the next is asked already. */
  const shown = useRef<Question | null>(null)
  const asked = question.value
  useEffect(() => {
    shown.current = asked
    if (asked !== null) dialog.current?.showModal()
    else dialog.current?.close()
  }, [asked])
  const leave = (): void => {
    const left = shown.current
    shown.current = null
    left?.answer(false)
  }
  const onClose = (): void => {
    if (dialog.current?.open === false) leave()
  }
  return (
    <dialog ref={dialog} aria-labelledby="confirm-title" onCancel={leave} onClose={onClose}>
      {asked !== null && (
        <form method="dialog" onSubmit={() => asked.answer(true)}>
          <h2 id="confirm-title">{asked.title}</h2>
          <div class="dialog-body">{asked.body}</div>
          <div class="dialog-acts">
            <button type="button" onClick={() => asked.answer(false)}>
              Keep as it is
            </button>
            <button type="submit" class={asked.danger === true ? 'danger' : 'primary'}>
              {asked.act}
            </button>
          </div>
        </form>
      )}
    </dialog>
  )
}
