import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ServerProcess } from '../support/server-process.ts'
import { bundlers } from './bundle-with.ts'
import { installPackedSdk, makeTemporaryFolder, runIn } from './packed.ts'

/** Uses every part of the SDK that is loaded when it is first used. */
const program = `
import { createClient } from '@waybill/sdk'

const waybill = createClient({ baseUrl: globalThis.process.argv[2] })
const envelope = { channel: 'sandbox', objectType: 'product', action: 'update' }
const items = [{ id: 'a' }, { id: 'b', data: { sandbox: { status: 422 } } }]
const job = await waybill.jobs.submit({ ...envelope, items })
const seen = []
for await (const { done } of job.events()) seen.push(done)
const { outcome } = await job.wait()
const failed = await Array.fromAsync(job.results({ status: 'failed' }), ({ id }) => id)

const open = await waybill.raw.POST('/v1/jobs', { body: { ...envelope, open: true } })
const uploaded = await waybill.jobs.attach(open.data.id).upload([{ id: 'c' }])

const stages = [{ name: 'only', jobs: [{ ...envelope, items: [{ id: 'd' }] }] }]
const execution = await waybill.executions.create({ stages })
const { done } = await waybill.executions.wait(execution.id)
console.log(JSON.stringify({ lastSeen: seen.at(-1), outcome, failed, uploaded: uploaded.counts.total, done }))
`

describe('the packed SDK in a bundle of', () => {
  const temporary = makeTemporaryFolder()
  let project: string
  let server: ServerProcess

  beforeAll(async () => {
    project = installPackedSdk(temporary.path).project
    moveOutOfNodeModules(project)
    server = await ServerProcess.create({ store: 'memory' })
    await server.start()
    writeFileSync(join(project, 'program.js'), program)
  })

  afterAll(async () => {
    await server?.remove()
    temporary[Symbol.dispose]()
  })

  it.each(Object.entries(bundlers))('%s works, and gives no warning', async (name, bundle) => {
    const outputFolder = join(project, `out-${name}`)
    mkdirSync(outputFolder)
    const { warnings, entry } = await bundle(join(project, 'program.js'), outputFolder)
    expect(warnings).toEqual([])
    expect(JSON.parse(runIn(project, process.execPath, [entry, server.url]))).toEqual({
      lastSeen: true,
      outcome: 'partial',
      failed: ['b'],
      uploaded: 1,
      done: true,
    })
  })
})

/** As in a workspace: bundlers keep silent about files under node_modules. */
function moveOutOfNodeModules(project: string): void {
  const installed = join(project, 'node_modules/@waybill/sdk')
  const linked = join(project, 'sdk')
  renameSync(installed, linked)
  symlinkSync(linked, installed)
}
