import type { JSX } from 'preact'
import { Empty, Page } from '../ui/page.tsx'
import { listHref } from '../words/route.ts'

export function MissingPage(): JSX.Element {
  return (
    <Page title="No such page">
      <Empty title="There is no page at this address">
        <p>
          <a href={listHref('jobs')}>Show all jobs</a>
        </p>
      </Empty>
    </Page>
  )
}
