import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { read } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import { go } from '../live/location.ts'
import { channelHref, executionHref, itemHref, jobHref, listHref } from '../words/route.ts'
import { Icon } from './icon.tsx'

const open = signal(false)

export function openSearch(): void {
  open.value = true
}

interface Hit {
  readonly href: string
  readonly text: string
  readonly kind: string
}

/** What a text may name by its form alone. */
function byForm(text: string): Hit[] {
  const item = /^(job_[0-9a-f]{32})[/#:]?(?:items\/)?(\d{1,9})$/.exec(text)
  if (item !== null) return [{ href: itemHref(item[1]!, Number(item[2])), text, kind: 'Item' }]
  if (/^job_[0-9a-f]{32}$/.test(text)) return [{ href: jobHref(text), text, kind: 'Job' }]
  return [
    { href: listHref('jobs', { source: text }), text, kind: 'Jobs of this source' },
    { href: executionHref(text), text, kind: 'Execution of this id' },
  ]
}

export function SearchDialog(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('')
  const [channels, setChannels] = useState<readonly string[]>([])
  useEffect(() => {
    if (!open.value) return dialog.current?.close()
    setText('')
    dialog.current?.showModal()
    read(waybill.raw.GET('/v1/channels'))
      .then((answer) => setChannels(answer.channels.map(({ name }) => name)))
      .catch(() => setChannels([]))
  }, [open.value])

  const wanted = text.trim()
  const named = channels
    .filter((name) => wanted !== '' && name.includes(wanted.toLowerCase()))
    .slice(0, 6)
    .map((name): Hit => ({ href: channelHref(name), text: name, kind: 'Channel' }))
  const hits = wanted === '' ? [] : [...named, ...byForm(wanted)]
  const follow = (href: string): void => {
    open.value = false
    go(href)
  }

  return (
    <dialog ref={dialog} class="search" aria-label="Search" onClose={() => (open.value = false)}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (hits[0] !== undefined) follow(hits[0].href)
        }}
      >
        <label class="search-field">
          <Icon name="search" />
          <span class="unseen">Find a job, item or channel</span>
          <input
            type="search"
            value={text}
            maxLength={256}
            autocomplete="off"
            spellcheck={false}
            placeholder="Job id, job id/item index, channel, source"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
      </form>
      {hits.length > 0 && (
        <ul class="hits">
          {hits.map((hit) => (
            <li key={hit.href}>
              <a
                href={hit.href}
                onClick={(event) => {
                  event.preventDefault()
                  follow(hit.href)
                }}
              >
                <bdi>{hit.text}</bdi>
                <span>{hit.kind}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </dialog>
  )
}
