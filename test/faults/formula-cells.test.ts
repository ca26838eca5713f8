import { operations } from '@waybill/spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CliWorld } from '../support/cli-world.ts'
import { LittleCallers } from '../support/little-callers.ts'

/*
 * Results as CSV, opened in a spreadsheet: no text of an item or an answer is run as a formula, whatever the spreadsheet takes for the delimiter,
 * and whichever of the two ways the file was made.
 */

const SIGNS = ['=', '+', '-', '@', '\uff1d', '\uff0b', '\uff0d', '\uff20']
const BEFORE = [
  '',
  '\t',
  '\r',
  '\n',
  ';',
  ' ',
  '\u00a0',
  '\ufeff',
  '\u000b',
  '\u0000',
  'a;',
  'a\t',
  'a\n',
  'a;"',
  'a; ',
]
const FORMULAS = SIGNS.flatMap((lead) => BEFORE.map((before) => `${before}${lead}1+cmd|'/C calc'!A0`))

let world: CliWorld
beforeAll(async () => {
  world = await CliWorld.create()
})
afterAll(() => world.remove())

/** Cells as RFC 4180 has them. */
function cellsOf(text: string): string[] {
  return [...text.matchAll(/"((?:[^"]|"")*)"|([^,\r\n"]+)/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
  )
}

/** Cells of a spreadsheet that takes something else for the delimiter, and so does not see the quotes of the others. */
function otherCellsOf(text: string): string[] {
  return text.split(/[;\t\r\n]/)
}

function isRun(cell: string): boolean {
  const seen = cell.replace(/^[\s\u0000"]+/, '')
  return /^[=+\-@\uff1d\uff0b\uff0d\uff20]/.test(seen) && Number.isNaN(Number(seen))
}

test('cells of results are never formulas, over the API and from the command alike', async () => {
  const items = FORMULAS.map((formula, n) => ({
    id: formula,
    partitionKey: `${n}`,
    data: { [formula]: `${formula};${formula}` },
  }))
  const job = await world.submit([...items, { id: '-5' }, { id: '+1.5e3' }])
  expect(job.counts.succeeded).toBe(items.length + 2)
  const path = `/v1/jobs/${job.id}/results.csv`
  const served = await (await world.server.fetch(path)).text()
  const little = new LittleCallers(world.server)
  const headers = await little.enoughFor(operations.getResultsCsv)
  expect(await (await world.server.fetch(path, { headers })).text()).toBe(served)
  const short = { headers: await little.shortOf(operations.getResultsCsv)! }
  expect((await world.server.fetch(path, short)).status).toBe(403)
  const printed = (await world.cli.run(['results', job.id, '--csv'])).stdout
  for (const text of [served, printed]) {
    expect(cellsOf(text).filter(isRun)).toEqual([])
    expect(otherCellsOf(text).filter(isRun)).toEqual([])
    expect(text).toContain(',-5,-5,')
    expect(text).toContain(',+1.5e3,+1.5e3,')
  }
  expect(printed).toBe(served)
})
