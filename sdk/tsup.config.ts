import { defineConfig, type Options } from 'tsup'

const shared: Options = {
  entry: { index: 'src/index.ts' },
  // The contract's types are copied into ours: @waybill/spec is not a dependency of those who install the SDK.
  dts: { resolve: ['@waybill/spec'] },
  platform: 'neutral',
  target: 'es2022',
  sourcemap: true,
  clean: true,
  removeNodeProtocol: false,
}

export default defineConfig([
  { ...shared, format: 'esm', outDir: 'dist/esm', noExternal: ['@waybill/spec'] },
  // ky is ESM only, which `require` takes from Node 22.12 on: for those before, and for other CommonJS tools, it is inside.
  { ...shared, format: 'cjs', outDir: 'dist/cjs', noExternal: ['@waybill/spec', 'ky'] },
])
