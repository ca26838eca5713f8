import type { JSX } from 'preact'
import { sessionCount, tokenRequired } from './api/session.ts'
import { route } from './live/location.ts'
import { JobsPage } from './pages/jobs.tsx'
import { MissingPage } from './pages/missing.tsx'
import { ConfirmDialog } from './ui/confirm.tsx'
import { HelpDialog } from './ui/help.tsx'
import { Notices } from './ui/notices.tsx'
import { SearchDialog } from './ui/search.tsx'
import { Shell } from './ui/shell.tsx'
import { SignIn } from './ui/sign-in.tsx'

export function App(): JSX.Element {
  return (
    <>
      <Shell>{sessionCount.value === 0 ? <main id="main" tabIndex={-1} /> : <CurrentPage />}</Shell>
      <ConfirmDialog />
      <SearchDialog />
      <HelpDialog />
      <Notices />
      {tokenRequired.value && <SignIn />}
    </>
  )
}

function CurrentPage(): JSX.Element {
  const current = route.value
  switch (current.page) {
    case 'jobs':
      return <JobsPage query={current.query} />
    default:
      return <MissingPage />
  }
}
