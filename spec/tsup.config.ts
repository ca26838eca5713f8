import { defineConfig } from 'tsup'

// Only for the published package: in the workspace everybody reads generated/index.ts and rules/index.ts as they are.
export default defineConfig({
  entry: { index: 'generated/index.ts', rules: 'rules/index.ts' },
  format: ['esm', 'cjs'],
  dts: true,
  target: 'es2023',
  clean: true,
  removeNodeProtocol: false,
})
