import { readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DocBlock, readBlocks } from '../../scripts/doc-blocks.ts'
import { ServerProcess } from '../support/server-process.ts'
import { installPackedSdk, makeTemporaryFolder, runIn } from './packed.ts'

const root = join(import.meta.dirname, '../..')

/**
 * Loaded before a block runs: what it connects to on port 8080, as the README says, arrives at our server. So the block is run to
 * the letter, and a server that somebody has on 8080 is left alone.
 */
const portMap = (serverUrl: string) => `
const net = require('node:net')
const { connect } = net
net.connect = (options, ...rest) =>
  connect(Number(options.port) === 8080 ? { ...options, port: ${new URL(serverUrl).port} } : options, ...rest)
`

describe('a newcomer with the packed SDK and its README, in an empty folder', () => {
  const temporary = makeTemporaryFolder()
  let server: ServerProcess
  let project: string
  let blocks: DocBlock[]

  beforeAll(async () => {
    project = installPackedSdk(temporary.path).project
    blocks = readBlocks(readFileSync(join(project, 'node_modules/@waybill/sdk/README.md'), 'utf8'))
    server = await ServerProcess.create({ store: 'memory' })
    await server.start()
    writeFileSync(join(project, 'port-map.cjs'), portMap(server.url))
  })

  afterAll(async () => {
    await server?.remove()
    temporary[Symbol.dispose]()
  })

  it('runs the quick start', () => {
    const output = runBlock(/^Quick start$/)
    expect(output).toMatch(/^accepted as job_/)
    expect(output).toMatch(/^partial \{/m)
    expect(output).toContain('http_422')
  })

  it('uploads a million items from a generator', () => {
    const output = runBlock(/million items/i)
    expect(output).toContain('1000000')
  })

  it('submits a file by the command line', () => {
    const env = {
      PATH: [join(project, 'node_modules/.bin'), process.env.PATH].join(delimiter),
      HOME: project,
      NODE_OPTIONS: '--require ./port-map.cjs',
    }
    const outputs = findBlocks(/^Command line$/, 'sh').map(({ text }) =>
      runIn(project, 'bash', ['-euo', 'pipefail', '-c', text], env),
    )
    expect(outputs).toHaveLength(3)
    expect(outputs[0]).toContain('{"id":"sku-1001","data":{"price":19.9,"currency":"EUR","name":"Chair, oak"}}')
    expect(outputs[0]).toMatch(/^job_\S+ succeeded: 3 items in /m)
    expect(outputs[1]).toMatch(/^PUT https:\/\/shop\.example\/api\/products\/sku-1\n/m)
    expect(outputs[1]).toMatch(/^not sent\nsucceeded$/m)
    expect(outputs[2]).toMatch(/^exit code 1$/m)
    expect(outputs[2]).toContain('"outcome":"succeeded"')
  })

  it('runs the mock example', () => {
    // The peer, as it is installed here.
    symlinkSync(realpathSync(join(root, 'sdk/node_modules/msw')), join(project, 'node_modules/msw'))
    expect(runBlock(/^Mocks for your tests$/)).toBe('partial 1\n1 1\n')
  })

  /** Runs the TypeScript under a heading as it stands there. @returns what it printed */
  function runBlock(heading: RegExp): string {
    const [block] = findBlocks(heading, 'ts')
    expect(block, `a block marked 'ts run' under ${heading}`).toBeDefined()
    writeFileSync(join(project, 'block.ts'), block!.text)
    return runIn(project, process.execPath, ['--require', './port-map.cjs', 'block.ts'])
  }

  function findBlocks(heading: RegExp, language: string): DocBlock[] {
    return blocks.filter(
      (block) => heading.test(block.heading) && block.marks.includes('run') && block.language === language,
    )
  }
})
