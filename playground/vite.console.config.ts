import optimizeLocales from '@react-aria/optimize-locales-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const server = process.env.CONCIERGE_URL ?? 'http://127.0.0.1:8080';

// Absolute addresses: a page's address has any depth.
export default defineConfig({
  root: 'console',
  base: '/console/',
  publicDir: '../public',
  // Of React Aria's own texts, these three languages.
  plugins: [react(), { ...(optimizeLocales.vite({ locales: ['en-US', 'fr-FR', 'nl-NL'] }) as Plugin), enforce: 'pre' }],
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    manifest: true,
    rolldownOptions: {
      onwarn(warning, warn) {
        // "use client" in libraries: means nothing in a page without server components.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
    license: { fileName: 'licenses.md' },
  },
  server: { proxy: { '/graphql': server, '/export': server, '/console/demo.json': server } },
});
