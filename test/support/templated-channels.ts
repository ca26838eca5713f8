/*
 * Channels whose templates bring an item's values wherever a value can go.
 */

/** One item a call; its value `a` goes wherever a value can go. */
export function singleChannel(url: string): object {
  return {
    connector: {
      type: 'http',
      url: `${url}/api?key=1`,
      request: {
        update: {
          method: 'PUT',
          path: '/p/{item.id}/{item.data.a}',
          query: { a: 'item.data.a' },
          headers: { 'x-a': 'item.data.a' },
          body: {
            id: 'item.id',
            a: 'item.data.a',
            found: 'has(item.data.list) && (item.data.list.exists(x, x.name == "q") || item.data.list.all(x, x > 0.0))',
            all: 'item.data',
          },
        },
      },
      response: {
        succeeded: 'status == 200 && body.ok == true',
        result: 'body.id',
        error: { code: 'body.code', detail: 'body.detail', retryable: 'body.retryable' },
      },
    },
  }
}

/** Many items a call, a line and a document of each. */
export function bulkChannel(url: string): object {
  return {
    connector: {
      type: 'http',
      url,
      batchSize: 50,
      request: {
        update: {
          path: '/_bulk',
          bodyType: 'ndjson',
          body: 'items.map(i, [{"id": i.id, "attempt": i.attempt, "size": size(i.data.text), "json": json(i.data)}, i.data])',
        },
      },
      response: {
        results: 'body.items',
        succeeded: 'entry.ok == true',
        result: 'entry.result',
        error: { code: 'entry.code', detail: 'json(entry)', retryable: 'entry.retryable' },
      },
    },
    concurrency: 2,
  }
}
