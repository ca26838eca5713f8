import type { Channel, Item, Job } from '@waybill/spec'
import type { Command } from 'commander'
import type { Waybill } from '../../create-client.ts'
import type { Cli } from '../cli.ts'
import { describeOutcome } from '../output/describe-job.ts'
import { countOf, formatCount, formatSeconds } from '../output/printable.ts'
import { formatFields } from '../output/table.ts'
import { explainWaiting, withinTimeout } from '../output/waiting-advice.ts'
import { dataOf } from '../read-answer.ts'
import { readChannel } from '../read-channel.ts'
import { parseCount } from '../read-options.ts'

const help = `
Examples:
  $ waybill why job_0198c2f04b7e7c3fa1d2b3c4d5e6f708
  $ waybill why job_0198c2f04b7e7c3fa1d2b3c4d5e6f708 12`

type Fields = (readonly [name: string, value: string | null | undefined])[]

export function addWhyCommand(program: Command, cli: Cli): void {
  program
    .command('why')
    .summary('show why a job or an item is not progressing, until when, and what to do')
    .description('Shows why a job or one of its items is not progressing: since when, until when, and what to do.')
    .argument('<job>', 'the id of the job')
    .argument('[index]', 'the place of the item in its job', parseCount)
    .addHelpText('after', help)
    .action(async (jobId: string, index: number | undefined) => {
      const waybill = await cli.connect()
      const job = await cli.attach(waybill, jobId).get({ signal: cli.interrupt })
      const channel = job.done ? null : await readChannel(waybill, job.channel, cli)
      if (index === undefined) {
        return cli.print({ job, channel }, () => formatFields(explainJob(job, channel)))
      }
      const item = await readItem(waybill, { jobId: job.id, index }, cli)
      await cli.print({ item, channel }, () => formatFields(explainItem(item, job, channel)))
    })
}

async function readItem(waybill: Waybill, path: { jobId: string; index: number }, cli: Cli): Promise<Item> {
  const options = { params: { path }, signal: cli.interrupt }
  return dataOf(await waybill.raw.GET('/v1/jobs/{jobId}/items/{index}', options))
}

function explainJob(job: Job, channel: Channel | null): Fields {
  const fields: Fields = [
    ['job', job.id],
    ['status', job.done ? describeOutcome(job) : job.status],
    ['error', job.error?.detail],
  ]
  if (job.done) {
    if (job.counts.failed > 0) fields.push(['do', `See what failed: waybill failures ${job.id}`])
    return fields
  }
  const { running } = job.counts
  if (running > 0) {
    fields.push(['running', `${countOf(running, 'item')}: each call ends${withinTimeout(channel)}`])
    fields.push(['last ended', job.lastProgressAt])
  }
  const isUnmet = job.error?.code === 'dependency_unmet'
  for (const { reason, items, until, jobs = [] } of job.waiting) {
    const place = { jobId: job.id, name: job.channel, channel, isUnmet }
    const { meaning, ends, advice } = explainWaiting(reason, place)
    fields.push([reason, `${countOf(items, 'item')}: ${meaning}`], ['until', time(until) ?? ends])
    fields.push(['jobs', jobs.join(' ')], ['do', advice])
  }
  if (job.waiting.length === 0 && job.counts.running === 0) fields.push(['why', whyEmpty(job)])
  return [...fields, ...channelFields(channel)]
}

function whyEmpty({ status, id }: Job): string {
  return status === 'open' ? `It takes items until it is sealed: waybill status ${id}` : 'Nothing of it waits'
}

function explainItem(item: Item, job: Job, channel: Channel | null): Fields {
  const { waiting, error } = item
  const fields: Fields = [
    ['item', `${item.index} of ${item.jobId} (${item.id})`],
    ['status', item.status],
  ]
  if (item.status === 'running') fields.push(['why', `it is called: a call ends${withinTimeout(channel)}`])
  if (waiting !== null) {
    const isUnmet = job.error?.code === 'dependency_unmet'
    const place = { jobId: job.id, name: job.channel, channel, isUnmet }
    const { meaning, ends, advice } = explainWaiting(waiting.reason, place)
    const { position, behind } = waiting
    fields.push(
      ['why', `${waiting.reason}: ${meaning}`],
      ['since', time(waiting.since)],
      ['until', time(waiting.until) ?? ends],
      ['before it', position === null ? null : `${formatCount(position)} items`],
      ['behind', behind === null ? null : `item ${behind.index} of ${behind.jobId}`],
      ['do', behind === null ? advice : `See why that one waits: waybill why ${behind.jobId} ${behind.index}`],
    )
  }
  const { waitingBehind = 0, nextBehind = null } = item
  if (waitingBehind !== 0) {
    const count = waitingBehind === null ? 'very many items' : countOf(waitingBehind, 'item')
    const first = nextBehind === null ? '' : `, first item ${nextBehind.index} of ${nextBehind.jobId}`
    fields.push(['behind it', `${count} of its key${first}`])
  }
  fields.push(['error', error === null ? null : `${error.code}: ${error.detail ?? error.title}`])
  fields.push(['retried as', item.retriedAs])
  return [...fields, ...channelFields(waiting === null && item.status !== 'running' ? null : channel)]
}

function channelFields(channel: Channel | null): Fields {
  if (channel === null) return []
  const { paused, blockedUntil, circuit, lastError } = channel.state
  const states = [
    paused ? 'paused' : null,
    blockedUntil === null ? null : `must wait until ${blockedUntil}`,
    circuit === null || circuit.state === 'closed'
      ? null
      : `circuit ${circuit.state}${circuit.until === null ? '' : ` until ${circuit.until}`}`,
  ].filter((state) => state !== null)
  return [
    ['channel', `${channel.name}${states.length === 0 ? '' : `: ${states.join(', ')}`}`],
    ['last error', lastError === null ? null : `${lastError.code} at ${lastError.at}`],
    ['detail', lastError?.detail],
    ['do', lastError?.advice],
  ]
}

function time(at: string | null): string | null {
  if (at === null) return null
  const seconds = (Date.parse(at) - Date.now()) / 1000
  return seconds < 2 ? at : `${at} (in ${formatSeconds(seconds)})`
}
