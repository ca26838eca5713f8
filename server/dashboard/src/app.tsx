import type { JSX } from 'preact'
import { self, sessionCount, tokenRequired } from './api/session.ts'
import { route } from './live/location.ts'
import { ChannelPage } from './pages/channel.tsx'
import { ChannelsPage } from './pages/channels.tsx'
import { DecisionsPage } from './pages/decisions.tsx'
import { FailuresPage } from './pages/failures.tsx'
import { ItemPage } from './pages/item.tsx'
import { JobPage } from './pages/job.tsx'
import { JobsPage } from './pages/jobs.tsx'
import { MissingPage } from './pages/missing.tsx'
import { NowPage } from './pages/now.tsx'
import { ConfirmDialog } from './ui/confirm.tsx'
import { HelpDialog } from './ui/help.tsx'
import { Notices } from './ui/notices.tsx'
import { SearchDialog } from './ui/search.tsx'
import { lazy } from './ui/lazy.tsx'
import { Shell } from './ui/shell.tsx'
import { SignIn } from './ui/sign-in.tsx'

const noPage = <main id="main" tabIndex={-1} />

// What is opened seldom is loaded when it is.
const ExecutionsPage = lazy(async () => (await import('./pages/seldom.ts')).ExecutionsPage, noPage)
const ExecutionPage = lazy(async () => (await import('./pages/seldom.ts')).ExecutionPage, noPage)
const WebhooksPage = lazy(async () => (await import('./pages/seldom.ts')).WebhooksPage, noPage)
const ServerPage = lazy(async () => (await import('./pages/seldom.ts')).ServerPage, noPage)

export function App(): JSX.Element {
  return (
    <>
      <Shell>{sessionCount.value === 0 ? <NoPage /> : <CurrentPage key={self.value?.subscription} />}</Shell>
      <ConfirmDialog />
      <SearchDialog />
      <HelpDialog />
      <Notices />
      {tokenRequired.value && <SignIn />}
    </>
  )
}

/** Before there is a session. */
function NoPage(): JSX.Element {
  return (
    <main id="main" tabIndex={-1}>
      <h1 class="unseen">Waybill</h1>
    </main>
  )
}

function CurrentPage(): JSX.Element | null {
  const current = route.value
  switch (current.page) {
    case 'jobs':
      return <JobsPage query={current.query} />
    case 'job':
      return <JobPage jobId={current.jobId} query={current.query} />
    case 'item':
      return <ItemPage jobId={current.jobId} index={current.index} />
    case 'channels':
      return <ChannelsPage />
    case 'channel':
      return <ChannelPage name={current.name} />
    case 'failures':
      return <FailuresPage query={current.query} />
    case 'decisions':
      return <DecisionsPage />
    case 'now':
      return <NowPage />
    case 'executions':
      return <ExecutionsPage query={current.query} />
    case 'execution':
      return <ExecutionPage executionId={current.executionId} />
    case 'webhooks':
      return <WebhooksPage />
    case 'server':
      return <ServerPage />
    case 'missing':
      return <MissingPage />
  }
}
