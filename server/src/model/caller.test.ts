import { expect, it } from 'vitest'
import { type Caller, hasScope } from './caller.ts'

it.each<[Caller['scopes'], boolean]>([
  ['all', true],
  [new Set(['jobs:read', 'jobs:write']), true],
  [new Set(['jobs:write']), false],
  [new Set(['admin']), false],
  [new Set(), false],
])('hasScope says of %o whether jobs:read is among them: %s', (scopes, expected) => {
  expect(hasScope({ scopes }, 'jobs:read')).toBe(expected)
})
