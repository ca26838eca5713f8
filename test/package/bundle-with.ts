import { nodeResolve } from '@rollup/plugin-node-resolve'
import { build as buildWithEsbuild } from 'esbuild'
import { join } from 'node:path'
import { rollup } from 'rollup'
import { build as buildWithVite, createLogger } from 'vite'
import webpack from 'webpack'

/** The output of a bundler. */
export interface Bundled {
  /** Everything it complained of: warnings and errors. */
  readonly warnings: readonly string[]
  /** The file to run. */
  readonly entry: string
}

/** Bundles a program for browsers as an application does: code behind an `import()` becomes files of its own. */
export type Bundler = (program: string, outputFolder: string) => Promise<Bundled>

export const bundlers: Readonly<Record<string, Bundler>> = {
  async esbuild(program, outputFolder) {
    const { warnings } = await buildWithEsbuild({
      entryPoints: { app: program },
      outdir: outputFolder,
      bundle: true,
      splitting: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      outExtension: { '.js': '.mjs' },
      logLevel: 'silent',
    })
    return { warnings: warnings.map(({ text }) => text), entry: join(outputFolder, 'app.mjs') }
  },

  async vite(program, outputFolder) {
    const warnings: string[] = []
    const logger = createLogger('silent')
    const note = (message: string): void => void warnings.push(message)
    await buildWithVite({
      root: join(program, '..'),
      configFile: false,
      customLogger: { ...logger, warn: note, warnOnce: note, error: note },
      build: {
        outDir: outputFolder,
        emptyOutDir: false,
        // Links of a page, which this program does not have.
        modulePreload: false,
        rolldownOptions: {
          input: program,
          output: { entryFileNames: 'app.mjs', chunkFileNames: '[name]-[hash].mjs' },
          // Else nothing would be left of a program that exports nothing.
          preserveEntrySignatures: false,
        },
      },
    })
    return { warnings, entry: join(outputFolder, 'app.mjs') }
  },

  async webpack(program, outputFolder) {
    const compiler = webpack({
      mode: 'production',
      context: join(program, '..'),
      entry: program,
      target: ['web', 'es2022'],
      output: { path: outputFolder, module: true, filename: 'app.mjs', chunkFilename: '[id].mjs' },
      experiments: { outputModule: true },
      // Takes most of its time, and warns of nothing.
      optimization: { minimize: false },
    })
    const { errors = [], warnings = [] } = await new Promise<webpack.StatsCompilation>((resolve, reject) => {
      compiler.run((error, stats) => {
        compiler.close(() => undefined)
        if (stats === undefined) reject(error ?? new Error('webpack gave neither an error nor a result'))
        else resolve(stats.toJson({ all: false, errors: true, warnings: true }))
      })
    })
    return { warnings: [...errors, ...warnings].map(({ message }) => message), entry: join(outputFolder, 'app.mjs') }
  },

  async rollup(program, outputFolder) {
    const warnings: string[] = []
    const bundle = await rollup({
      input: { app: program },
      plugins: [nodeResolve({ browser: true })],
      onwarn: ({ message }) => void warnings.push(message),
    })
    await bundle.write({
      dir: outputFolder,
      format: 'es',
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name]-[hash].mjs',
    })
    await bundle.close()
    return { warnings, entry: join(outputFolder, 'app.mjs') }
  },
}
