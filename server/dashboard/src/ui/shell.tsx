import type { ComponentChildren, JSX } from 'preact'
import { mode, self, sessionState, signOut, tokenRequired } from '../api/session.ts'
import { route } from '../live/location.ts'
import { type ListPage, listHref } from '../words/route.ts'
import { Icon, type IconName } from './icon.tsx'
import { openHelp } from './help.tsx'
import { act } from './notices.tsx'
import { openSearch } from './search.tsx'

const links: readonly { readonly page: ListPage; readonly text: string; readonly icon: IconName }[] = [
  { page: 'now', text: 'Now', icon: 'now' },
  { page: 'jobs', text: 'Jobs', icon: 'jobs' },
  { page: 'executions', text: 'Executions', icon: 'executions' },
  { page: 'channels', text: 'Channels', icon: 'channels' },
  { page: 'failures', text: 'Failures', icon: 'failures' },
  { page: 'decisions', text: 'Decisions', icon: 'decisions' },
  { page: 'webhooks', text: 'Webhooks', icon: 'webhooks' },
  { page: 'server', text: 'Server', icon: 'server' },
]

/** In which list the page that is seen is. */
function currentList(): ListPage | null {
  const { page } = route.value
  if (page === 'job' || page === 'item') return 'jobs'
  if (page === 'channel') return 'channels'
  if (page === 'execution') return 'executions'
  return page === 'missing' ? null : page
}

/** The frame around every page. */
export function Shell({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const current = currentList()
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => skipTo(event)}>
        Skip to the page
      </a>
      <header class="top">
        <a class="brand" href={listHref('now')}>
          <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
            <path d="M7 10l4.2 12L16 12.5 20.8 22 25 10" />
          </svg>
          Waybill
        </a>
        <button type="button" class="search-button" aria-label="Find a job, item or channel" onClick={openSearch}>
          <Icon name="search" />
          <span aria-hidden="true">Find a job, item or channel</span>
          <kbd aria-hidden="true">/</kbd>
        </button>
        <div class="top-end">
          {sessionState.value === 'open' && mode.value === 'read-only' && (
            <span class="tag" title="The server refuses changes of this dashboard">
              <Icon name="lock" size={14} />
              Read only
            </span>
          )}
          <button type="button" class="icon-button wide-only" aria-label="Keyboard shortcuts" onClick={openHelp}>
            <Icon name="keyboard" />
          </button>
          {self.value !== null && tokenRequired.value && (
            <button
              type="button"
              class="icon-button"
              aria-label="End the session"
              onClick={() => void act('Session ended', signOut)}
            >
              <Icon name="leave" />
            </button>
          )}
        </div>
      </header>
      <nav class="side" aria-label="Pages">
        <ul>
          {links.map(({ page, text, icon }) => (
            <li key={page}>
              <a href={listHref(page)} aria-current={current === page ? 'page' : undefined}>
                <Icon name={icon} />
                {text}
              </a>
            </li>
          ))}
        </ul>
        {self.value !== null && (
          <p class="who">
            {self.value.tokenName ?? (self.value.kind === 'dev' ? 'Development' : 'Admin')}
            <span>{self.value.subscription}</span>
          </p>
        )}
      </nav>
      {children}
    </>
  )
}

function skipTo(event: Event): void {
  // The address is the page's.
  event.preventDefault()
  document.getElementById('main')?.focus()
}
