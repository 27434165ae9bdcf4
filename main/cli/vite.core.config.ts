import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const PROJECT_FOLDER = fileURLToPath(new URL('../..', import.meta.url));
const OUTPUT_FOLDER = join(PROJECT_FOLDER, 'dist', 'core');

/** A module that reads files from beside its source finds them there: the bundle lies in the same tree, wherever that is installed. */
const sourceFolders: Plugin = {
  name: 'qolma:source-folders',
  transform(code, file) {
    if (!code.includes('import.meta.dirname') || file.includes('node_modules')) return null;
    const fromBundle = relative(OUTPUT_FOLDER, dirname(file));
    return { code: code.replaceAll('import.meta.dirname', `(import.meta.dirname + ${JSON.stringify(`/${fromBundle}`)})`), map: null };
  },
};

/**
 * Node's own modules by property, when it is used: an `import` of one reads all it exports, and of `node:http` that is a whole fetch client (30 ms).
 */
const builtinsByProperty: Plugin = {
  name: 'qolma:builtins-by-property',
  enforce: 'pre',
  resolveId: (id) => (isBuiltin(id) && id !== 'node:module' ? `\0builtin:${id}.cjs` : null),
  load: (id) => (id.startsWith('\0builtin:') ? { code: `module.exports = process.getBuiltinModule(${JSON.stringify(id.slice(9, -4))});`, moduleType: 'js' } : null),
};

/**
 * The command line and the core as a few files of plain JavaScript: a start does not pay for finding, reading and stripping 300 sources. What is built
 * is what was tested, in another wrapping: nothing is minified, names and lines stay readable. Packages with native code or WebAssembly stay outside.
 */
export default defineConfig({
  root: PROJECT_FOLDER,
  plugins: [sourceFolders, builtinsByProperty],
  build: {
    ssr: 'main/cli/main.ts',
    outDir: OUTPUT_FOLDER,
    emptyOutDir: true,
    target: 'node24',
    minify: false,
    rolldownOptions: {
      external: ['better-sqlite3', 'node-hid', 'serialport', 'libxml2-wasm', /\.node$/],
      output: { format: 'es', entryFileNames: 'main.js', chunkFileNames: '[name]-[hash].js' },
    },
  },
  ssr: { noExternal: true, external: ['better-sqlite3', 'node-hid', 'serialport', 'libxml2-wasm'] },
});
