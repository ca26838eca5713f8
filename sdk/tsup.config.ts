import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts' },
  format: ['esm', 'cjs'],
  // The contract's types are copied into ours: @waybill/spec is not a dependency of those who install the SDK.
  dts: { resolve: ['@waybill/spec'] },
  noExternal: ['@waybill/spec'],
  platform: 'neutral',
  target: 'es2022',
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
})
