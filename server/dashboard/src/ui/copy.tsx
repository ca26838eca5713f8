import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { Icon } from './icon.tsx'

const SHOWN_MS = 1500

/** Copies a text. Where the browser gives no clipboard (plain HTTP), the text is selected, to be copied by hand. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): JSX.Element {
  const [done, setDone] = useState<'copied' | 'selected' | null>(null)
  const copy = async (button: HTMLElement): Promise<void> => {
    const copied = await writeClipboard(text)
    if (!copied) selectBeside(button)
    setDone(copied ? 'copied' : 'selected')
    setTimeout(() => setDone(null), SHOWN_MS)
  }
  return (
    <button type="button" class="icon-button" aria-label={label} onClick={(event) => void copy(event.currentTarget)}>
      <Icon name={done === 'copied' ? 'check' : 'copy'} />
      <span class="unseen" role="status">
        {done === null ? '' : done === 'copied' ? 'Copied' : 'Selected: copy it'}
      </span>
    </button>
  )
}

/** A command to copy. */
export function CodeBlock({ text, label }: { readonly text: string; readonly label: string }): JSX.Element {
  return (
    <div class="code-block">
      <pre tabIndex={0} aria-label={label}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} label={`Copy ${label}`} />
    </div>
  )
}

async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

function selectBeside(button: HTMLElement): void {
  const code = button.parentElement?.querySelector('code')
  if (code) getSelection()?.selectAllChildren(code)
}
