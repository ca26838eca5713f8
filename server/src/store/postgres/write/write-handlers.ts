import { auditCalls } from './write-audit.ts'
import { ownerCalls } from './channel-owners.ts'
import { channelCalls } from './write-channels.ts'
import { jobCalls } from './write-jobs.ts'
import { insertKey } from './publish-jobs.ts'
import { chunksOf, commitOutcomes } from './write-outcomes.ts'
import { writeRejectedItems } from './write-rejected-items.ts'
import { webhookEndpointCalls } from './write-webhook-endpoints.ts'
import { webhookCalls } from './write-webhook-events.ts'
import { done } from '../thread/plan.ts'
import type { Handlers, WriteDeps, WriteHandlers } from './write-deps.ts'
import type { WriteCalls } from '../../thread/messages.ts'

type AccessCalls = Pick<WriteCalls, 'createToken' | 'removeTokens' | 'saveSubscription' | 'removeSubscription'>

/** Creates the handlers of all writing calls. */
export function writeHandlers(deps: WriteDeps): WriteHandlers {
  return {
    ...jobCalls(deps),
    ...ownerCalls(deps),
    ...channelCalls(deps),
    ...accessCalls,
    ...webhookCalls(deps),
    ...webhookEndpointCalls(deps),
    ...auditCalls,
    writeRejectedItems: (rejected) => writeRejectedItems(deps, rejected),
    commitOutcomes: (commit) => {
      const isKnown = chunksOf(commit.batches).every(({ ref, chunk }) => deps.maps.has(ref, chunk))
      return isKnown ? commitOutcomes(deps, commit) : readThenCommit(deps, commit)
    },
  }
}

async function readThenCommit(deps: WriteDeps, commit: WriteCalls['commitOutcomes']['args']) {
  await deps.readMaps({ chunks: chunksOf(commit.batches), maps: deps.maps })
  return commitOutcomes(deps, commit)
}

const accessCalls: Handlers<AccessCalls> = {
  createToken({ token, idempotency, expiredBeforeMs }) {
    return (transaction) => {
      if (idempotency !== null) insertKey(transaction, idempotency, expiredBeforeMs)
      const { id, hash, name, subscription, scopes, jobs, createdAtMs, createdBy, expiresAtMs } = token
      transaction.run(
        INSERT_TOKEN,
        ...[id, hash, name, subscription, JSON.stringify(scopes), jobs && JSON.stringify(jobs)],
        ...[createdAtMs, createdBy, expiresAtMs],
      )
      return done
    }
  },
  removeTokens({ ids }) {
    return (transaction) => {
      transaction.run('DELETE FROM waybill.tokens WHERE id = ANY ($1::text[])', ids)
      transaction.run('UPDATE waybill.idempotency SET deleted = 1 WHERE job_id = ANY ($1::text[])', ids)
      return done
    }
  },
  saveSubscription({ name, limits }) {
    return (transaction) => {
      const save = `INSERT INTO waybill.subscriptions (name, limits) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET limits = excluded.limits`
      transaction.run(save, name, JSON.stringify(limits))
      return done
    }
  },
  removeSubscription({ name }) {
    return (transaction) => {
      transaction.run('DELETE FROM waybill.subscriptions WHERE name = $1', name)
      return done
    }
  },
}

const INSERT_TOKEN = `INSERT INTO waybill.tokens (id, hash, name, subscription, scopes, jobs, created_at_ms, created_by, expires_at_ms)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
