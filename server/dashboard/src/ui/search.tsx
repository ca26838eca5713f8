import { signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Fault, toFault } from '../api/fault.ts'
import { read } from '../api/read.ts'
import { waybill } from '../api/session.ts'
import { go } from '../live/location.ts'
import { channelHref, executionHref, itemHref, jobHref, listHref } from '../words/route.ts'
import { FaultNote } from './fault-note.tsx'
import { Icon } from './icon.tsx'

type FoundHit = Awaited<ReturnType<typeof waybill.search>>['hits'][number]

const open = signal(false)

export function openSearch(): void {
  open.value = true
}

/** From the last key on: whoever types is not asked for in between. */
const TYPED_MS = 200
const MOST_HITS = 50
const MOST_CHANNELS = 6

interface Hit {
  readonly href: string
  readonly text: string
  readonly note: string
}

interface Group {
  readonly name: string
  readonly hits: readonly Hit[]
}

/** What the server found for a text. */
interface Found {
  readonly text: string
  readonly groups: readonly Group[]
  readonly complete: boolean
  readonly fault: Fault | null
}

const kinds: readonly (readonly [FoundHit['kind'], string])[] = [
  ['job', 'Jobs'],
  ['execution', 'Executions'],
  ['error_code', 'Errors'],
  ['metadata', 'Metadata of jobs'],
  ['item', 'Items'],
  ['partition_key', 'Keys'],
]

function toHit({ kind, value, jobId, index, channel, field, status }: FoundHit): Hit {
  const job = jobId === null ? '' : `job …${jobId.slice(-8)}`
  const note = (...texts: (string | null)[]): string => texts.filter(Boolean).join(' · ')
  switch (kind) {
    case 'execution':
      return { href: executionHref(value), text: value, note: 'Execution' }
    case 'error_code':
      return { href: listHref('failures', { channel, code: value }), text: value, note: note('Failures', channel) }
    case 'item':
      return { href: itemHref(jobId!, index ?? 0), text: value, note: note('Item', status, channel, job) }
    case 'partition_key':
      return { href: itemHref(jobId!, index ?? 0), text: value, note: note('First of the key', status, channel, job) }
    case 'metadata':
      return { href: jobHref(jobId!), text: value, note: note(field, status, channel, job) }
    case 'job':
      return { href: jobHref(jobId!), text: value, note: note('Job', status, channel) }
  }
}

/** What a text names by its form alone: an item by its job and index; a source, of which there is no list. */
function byForm(text: string): Group {
  const item = /^(job_[0-9a-f]{32})[/#:]?(?:items\/)?(\d{1,9})$/.exec(text)
  const hit =
    item === null
      ? { href: listHref('jobs', { source: text }), text, note: 'Jobs of this source' }
      : { href: itemHref(item[1]!, Number(item[2])), text, note: 'Item' }
  return { name: item === null ? 'Source' : 'Items', hits: [hit] }
}

export function SearchDialog(): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('')
  const [channels, setChannels] = useState<readonly string[]>([])
  const wanted = text.trim()
  const found = useFound(wanted)
  useEffect(() => {
    if (!open.value) return dialog.current?.close()
    setText('')
    dialog.current?.showModal()
    read(waybill.raw.GET('/v1/channels'))
      .then((answer) => setChannels(answer.channels.map(({ name }) => name)))
      .catch(() => setChannels([]))
  }, [open.value])

  const named = channels
    .filter((name) => name.includes(wanted.toLowerCase()))
    .slice(0, MOST_CHANNELS)
    .map((name): Hit => ({ href: channelHref(name), text: name, note: 'Channel' }))
  const groups =
    wanted === ''
      ? []
      : [{ name: 'Channels', hits: named }, ...(found?.groups ?? []), byForm(wanted)].filter(
          ({ hits }) => hits.length > 0,
        )
  const follow = (href: string): void => {
    open.value = false
    go(href)
  }

  return (
    <dialog
      ref={dialog}
      class="search"
      aria-label="Search"
      onClose={() => (open.value = false)}
      onKeyDown={(event) => moveHit(event, dialog.current!)}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const [first] = groups
          if (first !== undefined) follow(first.hits[0]!.href)
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
            placeholder="Id, key, error code, metadata, channel"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
      </form>
      {found?.fault != null && <FaultNote fault={found.fault} />}
      {groups.length > 0 && (
        <div class="hits">
          {groups.map(({ name, hits }) => (
            <section key={name} aria-label={name}>
              <h2>{name}</h2>
              <ul>
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
                      <span>{hit.note}</span>
                    </a>
                  </li>
                ))}
              </ul>
            </section>
          ))}
        </div>
      )}
      <p class="search-state" role="status">
        {stateOf(wanted, found)}
      </p>
    </dialog>
  )
}

function stateOf(wanted: string, found: Found | null): string {
  if (wanted === '') return ''
  if (found === null) return 'Searching'
  if (found.fault !== null) return ''
  const count = found.groups.reduce((sum, { hits }) => sum + hits.length, 0)
  const said = count === 0 ? 'Nothing of this id or value' : `${count} found`
  return found.complete ? said : `${said} in the newest jobs; older ones were not looked at`
}

/** Asks the server for a text when it has been typed. Null: not yet. */
function useFound(wanted: string): Found | null {
  const [found, setFound] = useState<Found | null>(null)
  useEffect(() => {
    if (wanted === '') return
    const controller = new AbortController()
    const ask = async (): Promise<void> => {
      const { signal } = controller
      try {
        const { hits, complete } = await waybill.search(wanted, { signal, limit: MOST_HITS, maxRequests: 1 })
        const groups = kinds.map(([kind, name]) => ({ name, hits: hits.filter((hit) => hit.kind === kind).map(toHit) }))
        setFound({ text: wanted, groups: groups.filter((group) => group.hits.length > 0), complete, fault: null })
      } catch (error) {
        if (!signal.aborted) setFound({ text: wanted, groups: [], complete: true, fault: toFault(error) })
      }
    }
    const timer = setTimeout(() => void ask(), TYPED_MS)
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [wanted])
  return found?.text === wanted ? found : null
}

/** The arrows move between the field and the hits. */
function moveHit(event: KeyboardEvent, dialog: HTMLElement): void {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
  if (step === 0) return
  const stops = [...dialog.querySelectorAll<HTMLElement>('input, .hits a')]
  const at = stops.findIndex((stop) => stop === document.activeElement)
  stops[Math.max(0, Math.min(stops.length - 1, at + step))]?.focus()
  event.preventDefault()
}
