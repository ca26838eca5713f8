import type { JSX } from 'preact'
import { useId } from 'preact/hooks'
import type { Commands } from '../words/commands.ts'
import { CodeBlock } from './copy.tsx'
import { Icon } from './icon.tsx'

/** Offers the call that a page makes, to be made elsewhere. */
export function CopyAs({ commands }: { readonly commands: Commands }): JSX.Element {
  const id = useId()
  return (
    <>
      <button type="button" popovertarget={id}>
        <Icon name="copy" />
        Copy as
      </button>
      <div id={id} popover="auto" class="popover" role="dialog" aria-label="Copy as">
        <h3>curl</h3>
        <CodeBlock text={commands.curl} label="curl command" />
        <h3>Command line</h3>
        <CodeBlock text={commands.cli} label="command of waybill" />
        <h3>SDK</h3>
        <CodeBlock text={commands.sdk} label="call of the SDK" />
      </div>
    </>
  )
}
