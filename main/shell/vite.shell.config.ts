import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  build: {
    ssr: 'main.ts',
    outDir: '../../dist/shell',
    emptyOutDir: false,
    target: 'node20',
    minify: false,
    rolldownOptions: { external: ['electron', 'bufferutil', 'utf-8-validate'], output: { format: 'es', entryFileNames: 'main.js', codeSplitting: false } },
  },
  ssr: { noExternal: true, external: ['electron'] },
});
