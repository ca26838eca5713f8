// A library inside tries whether it may make code of text, which the policy refuses and reports: it need not try.
globalThis.__zod_globalConfig = { jitless: true }
