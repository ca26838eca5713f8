// Keeps the glossary: words that are not used in names, in texts and as the first word of doc comments, and the length of commit subjects.
//
//   npm run lint   checks it, too

import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type BannedWord,
  findLongSubjects,
  proseOfDocument,
  proseOfMarkdown,
  proseOfSource,
  wordsOfDocs,
  wordsOfIdentifiers,
  wordsOfName,
  wordsOfProse,
} from './language-rules.ts'

/** Subjects are checked from the commit after this one on. */
const SUBJECTS_SINCE = 'c9cf8cb33dd19df540f7e8fdd34d1eb1623d0d3b'
const API = 'spec/generated/openapi.json'

const root = join(import.meta.dirname, '..')
const isExcluded = (path: string): boolean => /(^|\/)(node_modules|dist|generated|\.turbo)(\/|$)/.test(path)
const find = (...patterns: string[]): string[] => globSync(patterns, { cwd: root, exclude: isExcluded })
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const sources = find('{spec,sdk,server,test,scripts,examples}/**/*.ts').filter((path) => !/language/.test(path))
const product = find('{sdk,server}/src/**/*.ts', 'spec/rules/*.ts').filter(
  (path) => !/\.(test|fixture)\.ts$|\/(testing|fake-)/.test(path),
)
const guides = find('*.md', '{spec,sdk,server,test,examples,docs}/**/*.md')

const faults = [
  ...sources.flatMap((path) => faultsOf(path, 'names', [...wordsOfName(path), ...wordsOfIdentifiers(read(path))])),
  ...sources.flatMap((path) => faultsOf(path, 'first words of comments', wordsOfDocs(read(path)))),
  ...guides.flatMap((path) => faultsOf(path, 'texts', wordsOfProse(proseOfMarkdown(read(path))))),
  ...product.flatMap((path) => faultsOf(path, 'texts', wordsOfProse(proseOfSource(read(path))))),
  ...faultsOf(API, 'texts', wordsOfProse(proseOfDocument(JSON.parse(read(API))))),
  ...findLongSubjects(readSubjects()),
]
for (const fault of faults) console.error(fault)
if (faults.length > 0) process.exitCode = 1

function faultsOf(path: string, where: string, words: readonly BannedWord[]): string[] {
  return words.map(({ word, instead }) => `Cannot accept "${word}" in the ${where} of ${path}: use ${instead}`)
}

/** Empty where there is no history: in a tarball, and in a clone that does not reach back so far. */
function readSubjects(): string[] {
  try {
    const args = ['log', '--format=%s', `${SUBJECTS_SINCE}..HEAD`]
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n')
  } catch {
    return []
  }
}
