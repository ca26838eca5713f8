import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Channel, Item, Job, JobMap, SearchHit, Server, Stats } from '@waybill/spec'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CliWorld, parseLine, parseLines } from '../support/cli-world.ts'

const plainItems = [{ id: 's1', data: { price: 1 } }, { id: 's2' }]

let world: CliWorld
beforeAll(async () => {
  world = await CliWorld.create()
})
afterAll(() => world?.remove())

describe('waybill', () => {
  test('says why a job and an item wait, and what to do', async () => {
    const { id } = await world.submit(plainItems, ['--channel', 'stuck', '--detach'])
    const job = await world.cli.run(['why', id])
    expect(job).toMatchObject({ code: 0 })
    expect(job.stdout).toMatch(
      /^paused +2 items: channel stuck is paused\n(.*\n)*do +Resume it: waybill channels resume stuck$/m,
    )
    const item = await world.cli.run(['why', id, '1'])
    expect(item.stdout).toMatch(/^item +1 of job_.* \(s2\)\nstatus +pending\nwhy +paused: channel stuck is paused$/m)
    const shown = parseLine<{ item: Item; channel: Channel }>((await world.cli.run(['why', id, '1', '--json'])).stdout)
    expect(shown).toMatchObject({ item: { index: 1, waiting: { reason: 'paused' } }, channel: { name: 'stuck' } })
    const missing = await world.cli.run(['why', id, '7'])
    expect(missing).toMatchObject({ code: 3, stdout: '' })
    expect(missing.stderr).toContain('item_not_found')
    await world.cli.run(['cancel', id])
    await world.cli.run(['wait', id])
    expect((await world.cli.run(['why', id])).stdout).toMatch(/^status +cancelled: 0 succeeded, 2 cancelled$/m)
  })

  test('finds by an id', async () => {
    const { id } = await world.submit([{ id: 'wanted-by-search' }], ['--channel', 'stuck', '--detach'])
    const found = await world.cli.run(['search', 'wanted-by-search', '--kind', 'item'])
    expect(found).toMatchObject({ code: 0, stderr: '' })
    expect(found.stdout.split('\n')[1]).toMatch(new RegExp(`^item +${id} +0 +pending +stuck `))
    const [hit] = parseLines<SearchHit>((await world.cli.run(['search', id, '--json'])).stdout)
    expect(hit).toMatchObject({ kind: 'job', jobId: id })
    expect(await world.cli.run(['search', 'nothing has this id'])).toMatchObject({
      code: 0,
      stderr: 'Nothing was found\n',
    })
  })

  test('draws the items of a job, and shows figures of its channel and the metrics', async () => {
    const { id } = await world.submit(plainItems, ['--channel', 'stuck', '--detach'])
    const map = await world.cli.run(['map', id])
    expect(map).toMatchObject({ code: 0, stderr: '' })
    expect(map.stdout).toMatch(/^0 {2}\.\.\n\n\. pending 2\nA character stands for 1 item, of 2;/)
    const shown = parseLine<JobMap>((await world.cli.run(['map', id, '--stretches', '1', '--json'])).stdout)
    expect(shown).toMatchObject({ total: 2, counts: { pending: [2] } })
    expect(await world.cli.run(['map', id, '--stretches', '0'])).toMatchObject({ code: 2 })

    const stats = await world.cli.run(['stats', 'stuck', '--window', '60'])
    expect(stats.code).toBe(0)
    expect(stats.stdout).toMatch(/^CHANNEL +OK +FAILED /)
    const figures = parseLine<Stats>((await world.cli.run(['stats', '--step', '20', '--json'])).stdout)
    expect(figures).toMatchObject({ stepSeconds: 20, subscriptions: 'own' })

    const metrics = await world.cli.run(['metrics', 'items_accepted'])
    expect(metrics.stdout).toMatch(
      /^# HELP waybill_items_accepted_total .*\n# TYPE waybill_items_accepted_total counter\n(waybill_items_accepted_total\{.*\} \d+\n)+$/,
    )
    const samples = parseLines<object>((await world.cli.run(['metrics', 'waybill_epoch', '--json'])).stdout)
    expect(samples).toEqual([{ name: 'waybill_epoch', labels: {}, value: expect.any(Number) as number }])
    expect(await world.cli.run(['metrics', 'no_such'])).toMatchObject({ stdout: '', code: 0 })
  })

  test('lists the servers: of a store in memory this one', async () => {
    const servers = await world.cli.run(['servers'])
    expect(servers).toMatchObject({ code: 0, stderr: expect.stringMatching(/is active since/) as string })
    expect(servers.stdout).toMatch(/^SERVER +NAME +ROLE .*\nsrv_\d+ +\S+ +active +\d+\.\d+\.\d+ .* ago +same\n$/)
    const [shown] = parseLines<Server>((await world.cli.run(['servers', '--json'])).stdout)
    expect(shown).toMatchObject({ role: 'active', takeover: { kind: 'none' } })
  })

  test('prints a script that completes commands and options, as it is', async () => {
    const { stdout } = await world.cli.run(['completion', 'bash'])
    const complete = async (...words: string[]) => {
      const line = words.map((word) => `'${word}'`).join(' ')
      const ask = `${stdout}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length - 1}; _waybill; printf '%s\\n' "\${COMPREPLY[@]}"`
      const { stdout: found } = await promisify(execFile)('bash', ['-c', ask])
      return found.trim().split('\n')
    }
    expect(await complete('waybill', 'sub')).toEqual(['submit', 'subscriptions'])
    expect(await complete('waybill', '--json', 'channels', 'pa')).toEqual(['pause'])
    expect(await complete('waybill', 'dead-letters', 'retry', '--al')).toEqual(['--all', '--allow-stale'])
    for (const shell of ['zsh', 'fish']) {
      const script = (await world.cli.run(['completion', shell])).stdout
      for (const word of ['dead-letters', 'groups', 'allow-stale', 'no-input']) expect(script).toContain(word)
    }
    expect((await world.cli.run(['completion', 'tcsh'])).code).toBe(2)
  })

  test('pauses all jobs that options select: counted first, and only with --yes where nobody can be asked', async () => {
    const run = (...args: string[]) => world.cli.run(args)
    const source = 'paused-together'
    const jobs = [0, 1].map(() => world.submit(plainItems, ['--channel', 'stuck', '--source', source, '--detach']))
    const [first] = await Promise.all(jobs)
    expect(await run('pause', '--source', source, '--dry-run')).toMatchObject({
      code: 0,
      stdout: 'Would pause 2 jobs\n',
    })
    const refused = await run('pause', '--source', source)
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toContain('Cannot pause 2 jobs as --yes is required')
    const status = async () => parseLine<Job>((await run('status', first!.id, '--json')).stdout).status
    expect(await status()).not.toBe('paused')
    const paused = await run('pause', '--source', source, '--yes', '--json')
    expect(parseLine(paused.stdout)).toEqual({ action: 'pause', dryRun: false, count: 2 })
    expect(await status()).toBe('paused')
    expect(await run('cancel', '--source', source, '-y')).toMatchObject({ code: 0, stdout: 'Cancelled 2 jobs\n' })
    expect((await run('cancel')).code).toBe(2)
    expect((await run('cancel', first!.id, '--all')).code).toBe(2)
  })
})
