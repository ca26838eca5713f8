import { EventEmitter } from 'node:events'
import type { FastifyReply } from 'fastify'
import { expect, test } from 'vitest'
import { ProblemError } from '../model/errors.ts'
import { LargeAnswers } from './large-answers.ts'

function reply(closed = false): FastifyReply {
  return { raw: Object.assign(new EventEmitter(), { closed }) } as unknown as FastifyReply
}

test('large answers are refused beyond their number, until one of them is out', () => {
  const answers = new LargeAnswers(2)
  const first = reply()
  answers.enter('getResults', first)
  answers.enter('listItems', reply())
  expect(() => answers.enter('listJobs', reply())).toThrow(ProblemError)
  answers.enter('getJob', reply())
  first.raw.emit('close')
  answers.enter('getResultsCsv', reply())
  expect(() => answers.enter('getResults', reply())).toThrow('as at most 2 may be under way: all are')
})

test('an answer whose client is gone already takes no room', () => {
  const answers = new LargeAnswers(1)
  answers.enter('getResults', reply(true))
  answers.enter('getResults', reply())
  expect(() => answers.enter('getResults', reply())).toThrow(ProblemError)
})
