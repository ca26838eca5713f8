import type { HttpAnswerRules, HttpRequests, HttpRequestTemplate } from '../generated/index.ts'

export type { HttpAnswerRules, HttpRequests }

/** A request template with its defaults, except for the body: what it is by default depends on the items. */
export type CompleteRequestTemplate = Required<Omit<HttpRequestTemplate, 'body'>> & Pick<HttpRequestTemplate, 'body'>
/** The requests of a connector by action, with their defaults. */
export type CompleteRequests = { readonly [A in keyof HttpRequests]?: CompleteRequestTemplate }

const defaults = { method: 'POST', path: '', query: {}, headers: {}, bodyType: 'json' } as const

/** Fills in the defaults of request templates. */
export function completeRequests(written: HttpRequests): CompleteRequests {
  return Object.fromEntries(Object.entries(written).map(([action, template]) => [action, { ...defaults, ...template }]))
}
