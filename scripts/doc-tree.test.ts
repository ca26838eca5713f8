import { describe, expect, it } from 'vitest'
import { compareTree, parseTree } from './doc-tree.ts'

const tree = `
README.md              what it is: see spec/ first
package.json  turbo.json
spec/                  the contract; imports nothing
  openapi.yaml
sdk/
  src/index.ts         exports only
  src/submit.ts  upload.ts
  src/mocks/           subpath "/mocks"
server/src/
  http/                requests in; routes/<operation>.ts
  app.ts
`

describe('parseTree', () => {
  it('reads nested folders, several names on a line, and no words of descriptions', () => {
    expect(parseTree(tree).map((entry) => entry.path)).toEqual([
      'README.md',
      'package.json',
      'turbo.json',
      'spec/',
      'spec/openapi.yaml',
      'sdk/',
      'sdk/src/index.ts',
      'sdk/src/submit.ts',
      'sdk/src/upload.ts',
      'sdk/src/mocks/',
      'server/src/',
      'server/src/http/',
      'server/src/app.ts',
    ])
  })
})

describe('compareTree', () => {
  const files = [
    ...['README.md', 'package.json', 'turbo.json', 'spec/openapi.yaml', 'sdk/src/index.ts', 'sdk/src/submit.ts'],
    ...['sdk/src/upload.ts', 'sdk/src/mocks/clock.ts', 'server/src/http/routes/get-job.ts', 'server/src/app.ts'],
  ]

  it('finds nothing where tree and disk are equal', () => {
    expect(compareTree(parseTree(tree), files)).toEqual({ missing: [], gone: [] })
  })

  it('finds what the tree does not show, and what is not on the disk', () => {
    const disk = [...files.filter((file) => file !== 'sdk/src/upload.ts'), 'sdk/src/poll.ts', 'server/src/main.ts']
    expect(compareTree(parseTree(tree), disk)).toEqual({
      missing: ['sdk/src/poll.ts', 'server/src/main.ts'],
      gone: ['sdk/src/upload.ts'],
    })
  })
})
