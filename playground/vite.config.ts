import { defineConfig } from 'vite';

// Relative asset addresses: the server mounts the build at /playground/, a proxy may put a prefix before it.
export default defineConfig({
  base: './',
  build: {
    outDir: 'dist/playground',
    target: 'es2022',
    sourcemap: false,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 6000,
    rolldownOptions: {
      // GraphiQL, what the outbox would send, what links in mails lead to.
      input: { playground: 'index.html', mail: 'mail/index.html', link: 'link/index.html' },
      onwarn(warning, warn) {
        // "use client" in libraries: means nothing in a page without server components.
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') warn(warning);
      },
    },
    license: { fileName: 'licenses.md' },
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/graphql': process.env.CONCIERGE_URL ?? 'http://127.0.0.1:8080',
      '/playground/outbox.json': process.env.CONCIERGE_URL ?? 'http://127.0.0.1:8080',
    },
  },
});
