// The README's Jest example, as a real run of Jest with the packed SDK, on both majors of MSW.

import { readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readBlocks } from '../../scripts/doc-blocks.ts'
import { installPackedSdk, makeTemporaryFolder, runIn } from './packed.ts'

const installed = join(import.meta.dirname, '../node_modules')
const jest = join(realpathSync(join(installed, 'jest')), 'bin/jest.js')

describe('Jest with the packed mocks', () => {
  const temporary = makeTemporaryFolder()
  let project: string
  let example: string

  beforeAll(() => {
    project = installPackedSdk(temporary.path).project
    const readme = readFileSync(join(project, 'node_modules/@waybill/sdk/README.md'), 'utf8')
    const block = readBlocks(readme).find(({ language, marks }) => language === 'js' && marks.includes('jest'))
    example = block!.text
  })
  afterAll(() => temporary[Symbol.dispose]())

  // The oldest of 2 that the peer range allows, and 3.
  for (const msw of ['msw-2', 'msw']) {
    it.each([
      ['import', 'prices.test.mjs', (code: string) => code],
      ['require', 'prices.test.cjs', toCommonJs],
    ])(`runs the example of the README with ${msw} by %s`, (_, file, translate) => {
      const peer = join(project, 'node_modules/msw')
      rmSync(peer, { force: true })
      symlinkSync(realpathSync(join(installed, msw)), peer)
      writeFileSync(join(project, file), translate(example))
      const report = join(project, 'report.json')
      const args = ['--rootDir', project, '--json', '--outputFile', report, '--cacheDirectory', join(project, 'cache')]
      try {
        runIn(project, process.execPath, ['--experimental-vm-modules', jest, ...args, join(project, file)])
      } finally {
        rmSync(join(project, file))
      }
      expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({
        success: true,
        numPassedTests: 1,
        numTotalTests: 1,
      })
    })
  }
})

/** The same test for those who do not write ES modules. */
function toCommonJs(code: string): string {
  return code.replace(/^import (\{.*\}) from ('.*')$/gm, 'const $1 = require($2)')
}
