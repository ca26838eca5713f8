import { describe, expect, test } from 'vitest'
import { createFakeJob } from '../testing/fake-job.ts'
import { createFakeTerminal } from '../testing/fake-terminal.ts'
import { createProgress } from './progress.ts'
import { createUploadProgress } from './upload-progress.ts'
import type { UploadProgress } from '../../job-handle.ts'

const running = createFakeJob({ counts: { total: 4, succeeded: 1, running: 3 } })
const paused = createFakeJob({ ...running, status: 'paused' })
const ended = createFakeJob({ status: 'ended', done: true, outcome: 'succeeded', counts: { total: 4, succeeded: 4 } })

function upload(nextIndex: number): UploadProgress {
  return { job: { id: 'job_1' } as UploadProgress['job'], nextIndex, bytes: nextIndex * 100 }
}

describe('the progress of a job', () => {
  test('is a line for every change of status, and else now and then, where nobody watches', () => {
    const { terminal, stdout, stderr } = createFakeTerminal()
    let nowMs = 0
    const progress = createProgress(terminal, () => nowMs)
    for (const [atMs, job] of [
      [0, running],
      [2_000, running],
      [3_000, paused],
      [12_000, paused],
      [13_000, paused],
      [13_500, ended],
    ] as const) {
      nowMs = atMs
      progress.show(job)
    }
    progress.stop()
    const { id } = running
    expect(stderr.text.split('\n')).toEqual([
      `${id}  25 %  1/4  `,
      `${id}  25 %  1/4  paused`,
      `${id}  25 %  1/4  paused`,
      `${id} 100 %  4/4  succeeded: 4 items`,
      '',
    ])
    expect(stdout.text).toBe('')
  })

  test('is a bar that begins where the job is and ends full, where somebody watches', () => {
    const { terminal, stdout, stderr } = createFakeTerminal(true)
    const progress = createProgress(terminal)
    progress.show(running)
    progress.show(ended)
    progress.stop()
    progress.stop()
    expect(stderr.text).not.toContain(' 0%')
    expect(stderr.text).toContain('25%  1/4')
    expect(stderr.text).toContain('100%  4/4  succeeded: 4 items')
    // The cursor is shown again.
    expect(stderr.text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stderr.text.lastIndexOf('\u001b[?25l'))
    expect(stdout.text).toBe('')
  })

  test('reports a server that is away, and that it is back', () => {
    const inLog = createFakeTerminal()
    const lines = createProgress(inLog.terminal)
    for (const isAnswering of [false, true]) lines.showAnswering(isAnswering)
    expect(inLog.stderr.text).toBe('the server does not answer: retrying\nthe server answers again\n')

    const { terminal, stderr } = createFakeTerminal(true)
    const bar = createProgress(terminal)
    bar.show(paused)
    for (const [isAnswering, state] of [
      [false, 'does not answer'],
      [true, 'paused'],
    ] as const) {
      bar.showAnswering(isAnswering)
      bar.stop()
      expect(stderr.text.slice(stderr.text.lastIndexOf('25%'))).toContain(state)
      bar.show(paused)
      if (!isAnswering) bar.showAnswering(false)
    }
    bar.stop()
  })

  test('is full for a job without items', () => {
    const { terminal, stderr } = createFakeTerminal(true)
    const progress = createProgress(terminal)
    progress.show(createFakeJob({ status: 'ended', done: true, outcome: 'succeeded' }))
    progress.stop()
    expect(stderr.text).toContain('100%  0/0')
  })
})

describe('the progress of an upload', () => {
  test('is a line now and then with the share of the file, where nobody watches', () => {
    const { terminal, stderr } = createFakeTerminal()
    let nowMs = 0
    const source = { sizeBytes: 1_000, readBytes: 0 }
    const progress = createUploadProgress(terminal, source, () => nowMs)
    for (const [atMs, nextIndex] of [
      [5_000, 1_000],
      [10_000, 2_000],
      [12_000, 3_000],
      [20_000, 4_000],
    ] as const) {
      nowMs = atMs
      source.readBytes = nextIndex / 4
      progress.show(upload(nextIndex))
    }
    progress.stop()
    expect(stderr.text).toBe('job_1 2,000 items sent, 50 % of the file\njob_1 4,000 items sent, 100 % of the file\n')
  })

  test('is a bar over the file, or a number when it is piped in', () => {
    for (const [sizeBytes, shown] of [
      [1_000, '50%  2,000 items sent'],
      [null, '2,000 items sent'],
    ] as const) {
      const { terminal, stderr } = createFakeTerminal(true)
      const progress = createUploadProgress(terminal, { sizeBytes, readBytes: 500 })
      progress.show(upload(2_000))
      progress.stop()
      expect(stderr.text).toContain(shown)
      expect(stderr.text.includes('%')).toBe(sizeBytes !== null)
    }
  })
})
