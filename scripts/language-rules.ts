import ts from 'typescript'

/** A word that is not used, and what takes its place. */
export interface BannedWord {
  /** Of a name: one word of it, `room` in `waitForRoom`. Of prose: words as they stand there. */
  readonly word: string
  readonly instead: string
}

/** In identifiers and names of files. */
export const bannedInNames: readonly BannedWord[] = [
  { word: 'settle', instead: 'endWithoutCall, applyCommit, onDependencyEnded, drain' },
  { word: 'birth', instead: 'rejected items' },
  { word: 'births', instead: 'rejected items' },
  { word: 'born', instead: 'rejected items' },
  { word: 'slot', instead: 'itemHandle, permit, tableIndex' },
  { word: 'slots', instead: 'itemHandles, permits, tableIndexes' },
  { word: 'room', instead: 'capacity, UploadBudget, RateReservation, waitForDiskSpace' },
  { word: 'parts', instead: 'WriterContext, HttpPorts, deps' },
  { word: 'excused', instead: 'uncountedAttempts, outageAttempts' },
  { word: 'outbox', instead: 'OutcomeBuffer: an outbox is a transactional one' },
  { word: 'told', instead: 'reported' },
  { word: 'tell', instead: 'report, notify' },
  { word: 'wake', instead: 'resume, notify' },
]

/** In READMEs and guides, descriptions of the API, help texts and error messages. */
export const bannedInProse: readonly BannedWord[] = [
  { word: 'settled', instead: 'ended' },
  { word: 'at birth', instead: 'rejected at ingest' },
  { word: 'wanted', instead: 'required' },
  { word: 'wants', instead: 'requires' },
  { word: 'told', instead: 'reported' },
  { word: 'tells', instead: 'reports' },
  { word: 'goes on', instead: 'continues, resumes' },
  { word: 'go on', instead: 'continue, resume' },
  { word: 'comes back', instead: 'resumes, returns' },
  { word: 'hand over', instead: 'submit' },
  { word: 'hands over', instead: 'submits' },
  { word: 'in passing', instead: 'temporarily' },
  { word: 'the other side', instead: 'the target system' },
  { word: 'uses up no attempt', instead: 'does not count as an attempt' },
  { word: 'so many', instead: 'number of' },
]

/** First words of doc comments, which begin with a verb or a noun phrase. */
export const bannedInDocs: readonly BannedWord[] = [
  { word: 'what', instead: 'a verb or a noun phrase' },
  { word: 'who', instead: 'a verb or a noun phrase' },
]

export const MAX_SUBJECT_CHARACTERS = 72

/** Returns the banned words of a source's identifiers, one for each use. */
export function wordsOfIdentifiers(source: string): BannedWord[] {
  const found: BannedWord[] = []
  forEachToken(source, (kind, text) => {
    if (kind === ts.SyntaxKind.Identifier) found.push(...wordsOfName(text))
  })
  return found
}

/** Returns the banned words of a name such as `waitForRoom`, `MAX_SLOTS` or `upload-room.ts`. */
export function wordsOfName(name: string): BannedWord[] {
  const words = name.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).map((word) => word.toLowerCase())
  return bannedInNames.filter(({ word }) => words.includes(word))
}

/** Returns the banned words of prose, however it is broken into lines. */
export function wordsOfProse(text: string): BannedWord[] {
  return bannedInProse.filter(({ word }) =>
    new RegExp(`(?<![\\w-])${word.replaceAll(' ', '\\s+')}(?![\\w-])`, 'i').test(text),
  )
}

/** Returns the banned first words of a source's doc comments, one for each use. */
export function wordsOfDocs(source: string): BannedWord[] {
  return [...source.matchAll(/\/\*\*?\s+(?:\* )?(\w+)/g)].flatMap(([, first]) =>
    bannedInDocs.filter(({ word }) => word === first!.toLowerCase()),
  )
}

/** The prose of a Markdown file: without blocks of code and without code in a line. */
export function proseOfMarkdown(markdown: string): string {
  return markdown.replace(/^(\s*)(`{3,}|~{3,})[\s\S]*?^\s*\2/gm, '').replace(/`[^`\n]*`/g, '')
}

/** The texts of a source that people read: strings of at least two words. */
export function proseOfSource(source: string): string {
  const texts: string[] = []
  forEachToken(source, (kind, text) => {
    const isText =
      kind === ts.SyntaxKind.StringLiteral ||
      (kind >= ts.SyntaxKind.FirstTemplateToken && kind <= ts.SyntaxKind.LastTemplateToken)
    if (isText && /[A-Za-z] [A-Za-z]/.test(text)) texts.push(text)
  })
  return texts.join('\n')
}

/** The descriptions and summaries of an API description. */
export function proseOfDocument(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  return Object.entries(value)
    .map(([name, member]) =>
      typeof member === 'string' && /^(description|summary|x-advice)$/.test(name) ? member : proseOfDocument(member),
    )
    .filter((text) => text !== '')
    .join('\n')
}

/** Returns the faults of commit subjects. */
export function findLongSubjects(subjects: readonly string[]): string[] {
  return subjects
    .filter((subject) => subject.length > MAX_SUBJECT_CHARACTERS)
    .map(
      (subject) =>
        `Cannot accept a commit as its subject must have at most ${MAX_SUBJECT_CHARACTERS} characters: ${subject}`,
    )
}

/** A parsed tree, not a scanner alone: that cannot tell a template's end or a regular expression. */
function forEachToken(source: string, visit: (kind: ts.SyntaxKind, text: string) => void): void {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest)
  const walk = (node: ts.Node): void => {
    if (ts.isIdentifier(node) || ts.isStringLiteral(node) || ts.isTemplateLiteralToken(node))
      visit(node.kind, node.text)
    ts.forEachChild(node, walk)
  }
  walk(file)
}
