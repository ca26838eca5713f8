// Keeps the glossary: words that are not used in names, in texts and as the first word of doc comments, and the length of commit
// subjects. Uses that remain are counted in scripts/language.json: a count may fall, and never rises.
//
//   npm run lint                             checks it, too
//   node scripts/check-language.ts --write   lowers the counts to what is there

import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  addCounts,
  bannedInDocs,
  bannedInNames,
  bannedInProse,
  countInDocs,
  countInIdentifiers,
  countInNames,
  countInProse,
  type Counts,
  findLongSubjects,
  findRises,
  lowered,
  proseOfDocument,
  proseOfMarkdown,
  proseOfSource,
} from './language-rules.ts'

interface Allowed {
  /** Subjects are checked from the commit after this one on. */
  readonly subjectsSince: string
  readonly names: Counts
  readonly prose: Counts
  readonly docs: Counts
}

const root = join(import.meta.dirname, '..')
const allowedPath = join(root, 'scripts/language.json')
const allowed = JSON.parse(readFileSync(allowedPath, 'utf8')) as Allowed
const isExcluded = (path: string): boolean => /(^|\/)(node_modules|dist|generated|\.turbo)(\/|$)/.test(path)
const find = (...patterns: string[]): string[] => globSync(patterns, { cwd: root, exclude: isExcluded })
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const named = find('{spec,sdk,server,test,scripts,examples}/**/*.ts').filter((path) => !/language/.test(path))
const product = find('{sdk,server}/src/**/*.ts', 'spec/rules/*.ts').filter(
  (path) => !/\.(test|fixture)\.ts$|\/(testing|fake-)/.test(path),
)
const guides = find('*.md', '{spec,sdk,server,test,examples,docs}/**/*.md')

const names = [countInNames(named), ...named.map((path) => countInIdentifiers(read(path)))].reduce(addCounts)
const prose = [
  ...guides.map((path) => proseOfMarkdown(read(path))),
  ...product.map((path) => proseOfSource(read(path))),
  proseOfDocument(JSON.parse(read('spec/generated/openapi.json'))),
]
  .map((text) => countInProse(text))
  .reduce(addCounts)
const docs = named.map((path) => countInDocs(read(path))).reduce(addCounts)

if (process.argv.includes('--write')) {
  const { subjectsSince } = allowed
  const written: Allowed = {
    subjectsSince,
    names: lowered(allowed.names, names),
    prose: lowered(allowed.prose, prose),
    docs: lowered(allowed.docs, docs),
  }
  writeFileSync(allowedPath, `${JSON.stringify(written, null, 2)}\n`)
}

const faults = [
  ...findRises(names, allowed.names, bannedInNames).map((fault) => `names: ${fault}`),
  ...findRises(prose, allowed.prose, bannedInProse).map((fault) => `texts: ${fault}`),
  ...findRises(docs, allowed.docs, bannedInDocs).map((fault) => `first words of comments: ${fault}`),
  ...findLongSubjects(readSubjects(allowed.subjectsSince)),
]
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1

/** Empty where there is no history: in a tarball, and in a clone that does not reach back so far. */
function readSubjects(since: string): string[] {
  try {
    const args = ['log', '--format=%s', `${since}..HEAD`]
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')
  } catch {
    return []
  }
}
