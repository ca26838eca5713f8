import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { CliProcess } from '../support/cli-process.ts'
import { type Cause, createFullDisk, createStandstills, type Standstill } from './standstills.ts'
import { WatchedPage } from './watched-page.ts'

/*
 * At 02:00 somebody who knows nothing of the server looks why a channel stands still, and until when: from the first page by what it names, and
 * from the command line. Each cause is real.
 */

const TIMEOUT_MS = 30_000
const LOOK_EVERY_MS = 200

/** `1 h`, `59 min 58 s`: what is left of it, however long the test has taken. */
const AN_HOUR = String.raw`(?:1 h|\d+ min(?: \d+ s)?)`
const TEN_MINUTES = String.raw`(?:\d+ min(?: \d+ s)?)`
const A_DAY = String.raw`(?:1 d|2\d h(?: \d+ min)?)`

let browser: Browser
let watched: WatchedPage | null = null

beforeAll(async () => {
  browser = await launchBrowser()
})
afterEach(async () => {
  await watched?.expectQuiet()
  await watched?.close()
  watched = null
})
afterAll(async () => {
  await browser.close()
})

/** Follows links from the first page by their names, to a sentence on the last. */
async function find({ server }: Standstill, links: readonly (string | RegExp)[], sentence: RegExp): Promise<void> {
  watched = await WatchedPage.open(browser, server.url)
  const { page } = watched
  await watched.show('')
  for (const name of links) {
    await page.getByRole('main').or(page.getByRole('navigation')).getByRole('link', { name }).first().click()
    await watched.loaded()
  }
  await page.getByText(sentence).first().waitFor({ timeout: TIMEOUT_MS })
}

/** Runs a command until it says so: what a server shows may be a second old. */
async function expectSaid(cli: CliProcess, args: readonly string[], said: readonly RegExp[]): Promise<void> {
  const endsMs = performance.now() + TIMEOUT_MS
  for (;;) {
    const { stdout, stderr } = await cli.run(args)
    const missing = said.filter((pattern) => !pattern.test(stdout))
    if (missing.length === 0) return
    if (performance.now() > endsMs)
      expect.fail(`waybill ${args.join(' ')} does not say ${missing.join()}: ${stdout}${stderr}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}

interface Case {
  readonly cause: Cause
  /** From the first page to the one that says why. */
  readonly links: readonly (string | RegExp)[]
  readonly sentence: RegExp
  /** Of `waybill why`, of the job, or the item of this index. */
  readonly why: readonly RegExp[]
  readonly index?: number
  /** Of `waybill channels`, `waybill top --once` or another list, which names the job or the channel to somebody who knows none. */
  readonly list: readonly [command: string, said: RegExp]
  /** Of `waybill status`, of the job. */
  readonly status?: RegExp
}

const cases: readonly Case[] = [
  {
    cause: 'paused',
    links: [],
    sentence: /Nothing is called until somebody resumes it/,
    why: [
      /channel paused-shop is paused/,
      /until +somebody resumes the channel/,
      /waybill channels resume paused-shop/,
    ],
    list: ['channels', /paused-shop +http +paused/],
  },
  {
    cause: 'circuit',
    links: ['broken-shop'],
    sentence: new RegExp(`Too many calls failed: none is made for ${AN_HOUR}, then one is tried`),
    why: [/broken-shop: circuit open until \S+Z/, new RegExp(`until .*\\(in ${AN_HOUR}\\)`), /http_503/],
    list: ['channels', new RegExp(`broken-shop +http +failing \\(circuit open for ${AN_HOUR}\\)`)],
    status: /^last error +http_503: upstream connect error, at \S+Z$/m,
  },
  {
    cause: 'retryAfter',
    links: ['busy-shop'],
    sentence: new RegExp(`The target asked to wait: ${TEN_MINUTES} left`),
    why: [/must wait until \S+Z/, new RegExp(`until .*\\(in ${TEN_MINUTES}\\)`), /http_429/],
    list: ['channels', /busy-shop +http +blocked until \S+Z/],
  },
  {
    cause: 'rateLimit',
    links: ['limited-shop'],
    sentence: new RegExp(`4 items wait for the rate limit, the first for ${AN_HOUR} more`),
    why: [/the rate limit of limited-shop is used up/, new RegExp(`until .*\\(in ${AN_HOUR}\\)`)],
    list: ['top', new RegExp(`limited-shop .*rate_limit, ${AN_HOUR}`)],
  },
  {
    cause: 'parked',
    links: [/^sku-1001/],
    sentence: new RegExp(
      `It failed and waits for a decision, ${A_DAY} more, and everything behind it in its key waits too`,
    ),
    why: [
      /parked +1 item: it is parked: somebody must decide/,
      new RegExp(`until .*\\(in ${A_DAY}\\)`),
      /waybill parked list/,
    ],
    list: ['top', new RegExp(`locked-shop .*parked, ${A_DAY}`)],
  },
  {
    cause: 'dependency',
    links: [/^update product … ?\w+ open-shop/],
    sentence: /A job that it depends on did not end as required. It waits until somebody releases or cancels it/,
    why: [/did not end as required/, /until +somebody releases or cancels it/, /waybill release job_/],
    list: ['top', /open-shop .*dependency/],
  },
  {
    cause: 'behind',
    links: ['line-shop'],
    sentence: /\d+ items wait for the rate limit/,
    index: 399,
    why: [/why +rate_limit/, /until .*\(in 3 h/, /before it +39\d items/],
    list: ['top', /line-shop .*rate_limit/],
  },
  {
    cause: 'slow',
    links: ['slow-shop'],
    sentence: /being delivered, and none has ended lately: a call ends within 10 min/,
    why: [
      /as many calls run as slow-shop allows \(2\)/,
      /until +a running call ends within 10 min/,
      /last ended|running/,
    ],
    list: ['top', /slow-shop .*concurrency/],
  },
  {
    cause: 'credentials',
    links: ['expired-shop'],
    sentence: /Check that the channel's tokenUrl, client id and client secret are right/,
    why: [/token_request_failed/, /client secret are right/, new RegExp(`until .*\\(in ${AN_HOUR}\\)`)],
    list: ['channels', new RegExp(`expired-shop +http +failing \\(circuit open for ${AN_HOUR}\\)`)],
  },
  {
    cause: 'refused',
    links: ['Failures', /http_401 in closed-shop/],
    sentence: /Renew the channel's credentials: the target system does not accept them/,
    why: [/failed: 0 succeeded, 4 failed/, /waybill failures job_/],
    list: ['dead-letters', /http_401/],
  },
  {
    cause: 'schedule',
    links: ['Jobs', /^update product … ?\w+ later-shop/],
    sentence: new RegExp(`3 items wait for the time of their job, the first for ${AN_HOUR} more`),
    why: [/schedule +3 items: its runAt has not come/, new RegExp(`until .*\\(in ${AN_HOUR}\\)`)],
    list: ['top', new RegExp(`later-shop .*schedule, ${AN_HOUR}`)],
  },
  {
    cause: 'retry',
    links: ['patient-shop'],
    sentence: new RegExp(`2 items wait for their next attempt, the first for ${AN_HOUR} more`),
    why: [/retry +2 items: an attempt failed/, new RegExp(`until .*\\(in ${AN_HOUR}\\)`)],
    list: ['top', new RegExp(`patient-shop .*retry, ${AN_HOUR}`)],
  },
  {
    cause: 'module',
    links: ['own-shop'],
    sentence: /Its connector does not load/,
    why: [/the connector of own-shop cannot be loaded/, /detail +no database/],
    list: ['channels', /own-shop +module +connector unavailable/],
    status: /^last error +connector_unavailable: no database, at \S+Z/m,
  },
]

describe('why a channel stands still, and until when', () => {
  let world: Awaited<ReturnType<typeof createStandstills>>
  let cli: CliProcess

  beforeAll(async () => {
    world = await createStandstills()
    cli = await CliProcess.create(world.server.url)
  })
  afterAll(async () => {
    await cli.remove()
    await world.stop()
  })

  it.each(cases)('$cause: from the first page', ({ links, sentence }) => find(world, links, sentence))

  it('behind: of one item, with how many are before it', async () => {
    watched = await WatchedPage.open(browser, world.server.url)
    await watched.show(`#/jobs/${world.jobs.behind.id}/items/399`)
    await watched.page.getByText(/It waits for the rate limit, behind 39\d others, for 3 h \d+ min more/).waitFor()
  })

  it('parked: of an item behind it, why that one waits', async () => {
    watched = await WatchedPage.open(browser, world.server.url)
    await watched.show(`#/jobs/${world.jobs.parked.id}/items/4`)
    await watched.page.getByText(/It waits behind \d items? of its key/).waitFor()
    await watched.page.getByText(/It failed and waits for a decision/).waitFor()
    await watched.page.getByRole('link', { name: 'Before it in its key: item 0' }).waitFor()
  })

  it.each(cases)('$cause: from the command line', async ({ cause, index, why, list: [command, said], status }) => {
    await expectSaid(cli, command === 'top' ? ['top', '--once'] : [command], [said])
    const place = index === undefined ? [] : [String(index)]
    await expectSaid(cli, ['why', world.jobs[cause].id, ...place], why)
    if (status !== undefined) await expectSaid(cli, ['status', world.jobs[cause].id], [status])
  })

  it('a paused job: from the list of jobs, and the command line', async () => {
    const { id } = world.jobs.pausedJob
    await find(world, ['Jobs', new RegExp(id.slice(-8))], /are paused|It is paused/)
    await expectSaid(cli, ['why', id], [/status +paused/])
  })
})

describe('a full disk', () => {
  let world: Awaited<ReturnType<typeof createFullDisk>>
  let cli: CliProcess

  beforeAll(async () => {
    world = await createFullDisk()
    cli = await CliProcess.create(world.server.url)
  })
  afterAll(async () => {
    await cli.remove()
    await world.stop()
  })

  it('is on the first page, with what is left and what it stops', async () => {
    await find(world, [], /The disk of the server is full: no call starts until there is space/)
    const { page } = watched!
    await page.getByText(/^Disk free$/).waitFor()
    await page.getByText('Cannot make anything durable as the disk is full').waitFor()
  })

  it('is said by the command line', async () => {
    await expectSaid(
      cli,
      ['why', world.job.id],
      [/disk_full .*the disk of the server is full/, /until +there is space/],
    )
    await expectSaid(cli, ['channels'], [/full-shop +http +no space on the disk of the server/])
    await expectSaid(cli, ['top', '--once'], [/full-shop .*disk_full/])
  })
})
