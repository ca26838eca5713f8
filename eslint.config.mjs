import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

// The rules of this project alone; those that find mistakes anywhere stand in .oxlintrc.json.
export default defineConfig(
  globalIgnores(['**/dist/', '**/generated/', '**/.turbo/', '.reports/', 'test/rules/fixtures/']),
  // Comments that switch a rule off are oxlint's to judge.
  { linterOptions: { reportUnusedDisableDirectives: 'off' } },
  { files: ['**/*.ts'], plugins: { '@typescript-eslint': tseslint.plugin }, extends: [tseslint.configs.base] },
  {
    // SEC-1: a job is found with the subscription of whoever asks for it, or not at all.
    files: ['server/src/**/*.ts'],
    ignores: ['server/src/store/find-job.ts', 'server/src/store/sqlite/**', '**/testing/**', '**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'CallExpression > MemberExpression.callee[property.name=/^(byId|findJob)$/]',
          message: 'Find jobs by server/src/store/find-job.ts alone, which asks for a subscription',
        },
        {
          selector:
            'BinaryExpression[operator=/^[!=]==$/] MemberExpression[property.name="subscription"]:matches([object.name="record"], [object.property.name="record"])',
          message: 'Compare the subscription of jobs in server/src/store/find-job.ts alone',
        },
      ],
    },
  },
  {
    // Only the place that reads the configuration may look at the environment.
    files: ['server/src/**/*.ts', 'sdk/src/**/*.ts'],
    ignores: ['server/src/config.ts', 'server/src/config/**', 'sdk/src/cli/**', '**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'server/src/config.ts is the only reader of the environment' },
      ],
    },
  },
)
