import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

const open = signal(false)
/** Single keys can be in the way of speech input and other tools: they can be switched off, for this tab. */
export const shortcutsOn = signal(true)

export function openHelp(): void {
  open.value = true
}

const shortcuts: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['/'], 'Find a job, item, key, code or channel'],
  [['g', 'n'], 'Now'],
  [['g', 'j'], 'Jobs'],
  [['g', 'e'], 'Executions'],
  [['g', 'c'], 'Channels'],
  [['g', 'f'], 'Failures'],
  [['g', 'd'], 'Decisions'],
  [['j'], 'Next row'],
  [['k'], 'Previous row'],
  [['Enter'], 'Open the row'],
  [['Esc'], 'Close, or one level up'],
  [['?'], 'These shortcuts'],
]

export function HelpDialog(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (open.value) dialog.current?.showModal()
    else dialog.current?.close()
  }, [open.value])
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={() => (open.value = false)}>
      <h2 id="help-title">Keyboard shortcuts</h2>
      <dl class="shortcuts">
        {shortcuts.map(([keys, does]) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={shortcutsOn.value}
          onChange={(event) => (shortcutsOn.value = event.currentTarget.checked)}
        />
        Single keys act
      </label>
      <div class="dialog-acts">
        <button type="button" class="primary" onClick={() => (open.value = false)}>
          Close
        </button>
      </div>
    </dialog>
  )
}
