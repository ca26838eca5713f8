import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: a default export has a different name in every file',
}

// The rules that find mistakes, no rules of taste: how it looks is prettier's.
export default defineConfig(
  globalIgnores(['**/dist/', '**/generated/', '**/.turbo/', '.reports/', 'test/rules/fixtures/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A promise nobody awaits fails where nobody looks: tests included.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      // `return promise` inside try or using: the catch and the release come too early.
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',

      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/no-for-in-array': 'error',
      '@typescript-eslint/no-base-to-string': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],

      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-constant-binary-expression': 'error',
      'no-fallthrough': 'error',
      'no-self-compare': 'error',
      'no-sparse-arrays': 'error',
      'no-template-curly-in-string': 'error',
      'no-unreachable': 'error',
      'no-unsafe-finally': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'no-restricted-syntax': ['error', noDefaultExport],
    },
  },
  {
    // Tools that demand a default export, and what is not part of the project.
    files: ['**/*.config.{ts,mjs}', '**/*.fixture.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    // A library and a server speak through their logger, never past it.
    files: ['server/src/**/*.ts', 'server/dashboard/src/**/*.{ts,tsx}', 'sdk/src/**/*.ts'],
    ignores: ['sdk/src/cli/**', '**/*.test.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    // SEC-1: a job is found with the subscription of whoever asks for it, or not at all.
    files: ['server/src/**/*.ts'],
    ignores: ['server/src/store/find-job.ts', 'server/src/store/sqlite/**', '**/testing/**', '**/*.test.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        noDefaultExport,
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
  {
    // A test that is skipped or runs alone is a test that does not run.
    files: ['**/*.test.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['it', 'test', 'describe'].map((object) => ({
          object,
          property: 'only',
          message: 'It switches all other tests off',
        })),
      ],
    },
  },
)
